#include "widgets/editing/clipboard.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "widgets/editing/extent.h"
#include "widgets/editing/rewriting.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

// Gives ids that neither the document nor an earlier call has.
class FreshIds {
public:
    explicit FreshIds(const Document& document) : m_document(document) {}

    Id take(const std::string& name) {
        Id id = m_document.freeId(name);
        // Of many with one name each begins where the last one ended.
        for (int& number = m_numbers.try_emplace(name, 2).first->second; !m_taken.insert(id).second; ++number)
            id = m_document.freeId(name + ' ' + std::to_string(number));
        return id;
    }

private:
    const Document& m_document;
    std::unordered_set<Id> m_taken;
    std::unordered_map<std::string, int> m_numbers;
};

template <class T>
std::string seedOf(const T& thing) {
    return thing.name.empty() ? thing.id : thing.name;
}

}  // namespace

Diagram excerptOf(const Diagram& diagram, std::span<const Id> ids) {
    const auto all = withContents(diagram, ids);
    const std::unordered_set<Id> chosen(all.begin(), all.end());
    Diagram excerpt;
    excerpt.name = diagram.name;
    std::unordered_set<std::string> messages;
    const IdMap same = [](const std::string& id) { return id; };
    const IdMap collect = [&](const std::string& id) {
        messages.insert(id);
        return id;
    };
    for (const Group& group : diagram.groups) {
        if (!chosen.contains(group.id))
            continue;
        excerpt.groups.push_back(group);
        if (!chosen.contains(group.parent))
            excerpt.groups.back().parent.clear();
    }
    for (const Element& element : diagram.elements) {
        if (!chosen.contains(element.id))
            continue;
        excerpt.elements.push_back(element);
        if (!chosen.contains(element.group))
            excerpt.elements.back().group.clear();
        rewriteReferences(excerpt.elements.back(), same, collect);
    }
    for (const Link& link : diagram.links) {
        if (!chosen.contains(link.from) || !chosen.contains(link.to))
            continue;
        excerpt.links.push_back(link);
        rewriteReferences(excerpt.links.back(), same, collect);
    }
    for (const MessageType& message : diagram.messages) {
        if (messages.contains(message.id))
            excerpt.messages.push_back(message);
    }
    return excerpt;
}

Insertion insertDiagram(const Document& document, const Diagram& excerpt, Point centre) {
    FreshIds fresh(document);
    std::unordered_map<Id, Id> renamed;
    std::vector<Id> ids;
    std::vector<Id> inserted;
    const auto take = [&](const auto& things) {
        for (const auto& thing : things) {
            ids.push_back(thing.id);
            inserted.push_back(renamed[thing.id] = fresh.take(seedOf(thing)));
        }
    };
    take(excerpt.groups);
    take(excerpt.elements);
    for (const Link& link : excerpt.links)
        renamed[link.id] = fresh.take(renamed.at(link.from) + " to " + renamed.at(link.to));
    const IdMap follow = [&](const std::string& id) {
        const auto found = renamed.find(id);
        return found == renamed.end() ? id : found->second;
    };
    const IdMap same = [](const std::string& id) { return id; };

    Point distance{};
    if (const auto extent = extentOf(excerpt, ids))
        distance = {centre.x - extent->centre().x, centre.y - extent->centre().y};

    Insertion insertion;
    insertion.ids = inserted;
    insertion.edit.label =
        QCoreApplication::translate("Edits", "Paste %1").arg(subjectOf(excerpt, ids)).toStdString();
    const auto put = [&](auto thing) {
        insertion.edit.changes.push_back(Change<decltype(thing)>{thing.id, thing});
    };
    for (const MessageType& message : excerpt.messages) {
        if (!document.diagram().findMessage(message.id))
            put(message);
    }
    for (Group group : excerpt.groups) {
        group.id = renamed.at(group.id);
        if (!group.parent.empty())
            group.parent = follow(group.parent);
        group.position += distance;
        put(group);
    }
    for (Element element : excerpt.elements) {
        element.id = renamed.at(element.id);
        if (!element.group.empty())
            element.group = follow(element.group);
        element.position += distance;
        rewriteReferences(element, follow, same);
        put(element);
    }
    for (Link link : excerpt.links) {
        link.id = renamed.at(link.id);
        link.from = renamed.at(link.from);
        link.to = renamed.at(link.to);
        for (Point& bend : link.bends)
            bend += distance;
        rewriteReferences(link, follow, same);
        put(link);
    }
    return insertion;
}

Insertion duplicateItems(const Document& document, std::span<const Id> ids) {
    const Diagram& diagram = document.diagram();
    const Diagram excerpt = excerptOf(diagram, ids);
    const auto extent = extentOf(diagram, ids);
    if (!extent)
        return {};
    // The excerpt's bounds may be wider than the named things': a group's contents may stick out.
    std::vector<Id> all;
    for (const Group& group : excerpt.groups)
        all.push_back(group.id);
    for (const Element& element : excerpt.elements)
        all.push_back(element.id);
    const Point centre = extentOf(excerpt, all)->centre();
    Insertion copy = insertDiagram(document, excerpt, {centre.x + 40, centre.y + 40});
    copy.edit.label =
        QCoreApplication::translate("Edits", "Duplicate %1").arg(subjectOf(diagram, ids)).toStdString();
    // In the order insertDiagram took them: the outermost keep the group of their original.
    std::unordered_map<Id, Id> originals;
    for (std::size_t i = 0; i < all.size(); ++i)
        originals.emplace(copy.ids[i], all[i]);
    for (AnyChange& change : copy.edit.changes) {
        if (auto* element = std::get_if<Change<Element>>(&change); element && element->value->group.empty())
            element->value->group = document.findElement(originals.at(element->id))->group;
        else if (auto* group = std::get_if<Change<Group>>(&change); group && group->value->parent.empty())
            group->value->parent = document.findGroup(originals.at(group->id))->parent;
    }
    return copy;
}

}  // namespace sluice
