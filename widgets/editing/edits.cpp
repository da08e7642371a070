#include "widgets/editing/edits.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/diagram/catalogue.h"
#include "core/diagram/removal.h"
#include "widgets/editing/extent.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

std::string label(const char* text, const QString& subject) {
    return QCoreApplication::translate("Edits", text).arg(subject).toStdString();
}

std::string label(const char* text) {
    return QCoreApplication::translate("Edits", text).toStdString();
}

template <class T>
void put(Edit& edit, T value) {
    std::string id = value.id;
    edit.changes.push_back(Change<T>{std::move(id), std::move(value)});
}

std::string joined(std::span<const Id> ids) {
    std::string text;
    for (const Id& id : ids)
        text += id + '\n';
    return text;
}

// "Queue", or "Queue 2" when that is taken.
std::string freeName(const Diagram& diagram, const std::string& wanted) {
    const auto taken = [&](const std::string& name) {
        const auto same = [&](const auto& thing) { return thing.name == name; };
        return std::any_of(diagram.elements.begin(), diagram.elements.end(), same) ||
               std::any_of(diagram.groups.begin(), diagram.groups.end(), same);
    };
    std::string name = wanted;
    for (int number = 2; taken(name); ++number)
        name = wanted + ' ' + std::to_string(number);
    return name;
}

// Calls `change` with a copy of each thing named, whatever it is, and puts the copies that differ.
template <class Changer>
Edit changeEach(const Document& document, std::span<const Id> ids, std::string text, const Changer& change) {
    Edit edit{std::move(text), {}};
    const auto offer = [&](const auto* thing) {
        if (!thing)
            return;
        auto copy = *thing;
        change(copy);
        if (!(copy == *thing))
            put(edit, std::move(copy));
    };
    for (const Id& id : ids) {
        offer(document.findElement(id));
        offer(document.findLink(id));
        offer(document.findGroup(id));
    }
    return edit;
}

std::span<const PropertyInfo> catalogueOf(const Element& element) {
    return propertiesOf(element.kind);
}
std::span<const PropertyInfo> catalogueOf(const Link& link) {
    return propertiesOf(link.kind);
}
std::span<const PropertyInfo> catalogueOf(const Group&) {
    return {};
}

bool isDefault(const PropertyInfo* property, const Json& value) {
    return property && Json::parse(property->defaultValue, nullptr, false) == value;
}

}  // namespace

Id groupAt(const Diagram& diagram, Point point, std::span<const Id> excluded) {
    const auto inside = withContents(diagram, excluded);
    return groupAt(diagram, point, std::unordered_set<Id>(inside.begin(), inside.end()));
}

Id groupAt(const Diagram& diagram, Point point, const std::unordered_set<Id>& excluded) {
    const Group* best = nullptr;
    for (const Group& group : diagram.groups) {
        if (!extentOf(group).contains(point) || excluded.contains(group.id))
            continue;
        // The later of two equal ones lies on top.
        if (!best || group.size.width * group.size.height <= best->size.width * best->size.height)
            best = &group;
    }
    return best ? best->id : Id();
}

std::vector<Id> withContents(const Diagram& diagram, std::span<const Id> ids) {
    std::vector<Id> all;
    std::unordered_set<Id> seen;
    const auto add = [&](const Id& id) {
        if (seen.insert(id).second)
            all.push_back(id);
    };
    for (const Id& id : ids)
        add(id);
    // A group may stand before the one that holds it: until nothing is added.
    for (std::size_t before = 0; before != all.size();) {
        before = all.size();
        for (const Group& group : diagram.groups) {
            if (!group.parent.empty() && seen.contains(group.parent))
                add(group.id);
        }
    }
    for (const Element& element : diagram.elements) {
        if (!element.group.empty() && seen.contains(element.group))
            add(element.id);
    }
    return all;
}

Insertion placeElement(const Document& document, ElementKind kind, Point centre) {
    Element element;
    element.kind = kind;
    element.name = freeName(document.diagram(), labelOf(kind).toStdString());
    element.id = document.freeId(element.name);
    element.position = centre;
    element.group = groupAt(document.diagram(), centre);
    Insertion insertion{{label(QT_TRANSLATE_NOOP("Edits", "Place %1"), qtext(element.name)), {}},
                        {element.id}};
    put(insertion.edit, std::move(element));
    return insertion;
}

Insertion placeGroup(const Document& document, Point centre, Size size) {
    Group group;
    group.name = freeName(document.diagram(), label(QT_TRANSLATE_NOOP("Edits", "Group")));
    group.id = document.freeId(group.name);
    group.position = centre;
    group.size = size;
    group.parent = groupAt(document.diagram(), centre);
    Insertion insertion{{label(QT_TRANSLATE_NOOP("Edits", "Place %1"), qtext(group.name)), {}}, {group.id}};
    put(insertion.edit, std::move(group));
    return insertion;
}

namespace {

Result<Insertion> connectTo(const Document& document, const Element& from, const Element& to,
                            std::optional<LinkKind> kind) {
    if (from.id == to.id) {
        return Error{ErrorCode::Conflict,
                     label(QT_TRANSLATE_NOOP("Edits", "%1 cannot be linked to itself"), qtext(from.name)),
                     from.id};
    }
    if (!kind) {
        const auto inferred = inferLink(from, to);
        if (!inferred)
            return inferred.error();
        kind = *inferred;
    }
    Link link;
    link.kind = *kind;
    link.from = from.id;
    link.to = to.id;
    link.id = document.freeId(from.id + " to " + to.id);
    Insertion insertion{{label(QT_TRANSLATE_NOOP("Edits", "Connect %1"),
                               QStringLiteral("%1 → %2").arg(qtext(from.name), qtext(to.name))),
                         {}},
                        {link.id}};
    put(insertion.edit, std::move(link));
    return insertion;
}

Error missing(const Id& id) {
    return {ErrorCode::NotFound, label(QT_TRANSLATE_NOOP("Edits", "%1 is no longer there"), qtext(id)), id};
}

}  // namespace

Result<Insertion> connectElements(const Document& document, const Id& from, const Id& to,
                                  std::optional<LinkKind> kind) {
    const Element* source = document.findElement(from);
    const Element* target = document.findElement(to);
    if (!source || !target)
        return missing(source ? to : from);
    return connectTo(document, *source, *target, kind);
}

Result<Insertion> placeConnected(const Document& document, const Id& from, ElementKind kind, Point centre) {
    const Element* source = document.findElement(from);
    if (!source)
        return missing(from);
    Insertion placed = placeElement(document, kind, centre);
    const auto& element = *std::get<Change<Element>>(placed.edit.changes.front()).value;
    auto connected = connectTo(document, *source, element, std::nullopt);
    if (!connected)
        return connected.error();
    placed.edit.changes.push_back(std::move(connected->edit.changes.front()));
    placed.ids.push_back(connected->ids.front());
    return placed;
}

Edit moveEach(const Document& document, std::span<const std::pair<Id, Point>> distances) {
    const Diagram& diagram = document.diagram();
    std::unordered_map<Id, Point> moves;
    std::vector<Id> named;
    for (const auto& [id, distance] : distances) {
        named.push_back(id);
        if (!document.findGroup(id))
            continue;
        for (const Id& held : withContents(diagram, {&id, 1}))
            moves.try_emplace(held, distance);
    }
    for (const auto& [id, distance] : distances)
        moves[id] = distance;

    Edit edit{label(QT_TRANSLATE_NOOP("Edits", "Move %1"), subjectOf(diagram, named)), {}};
    const auto moveAll = [&](const auto& things) {
        for (const auto& thing : things) {
            const auto move = moves.find(thing.id);
            if (move == moves.end() || move->second == Point{})
                continue;
            auto copy = thing;
            copy.position += move->second;
            put(edit, std::move(copy));
        }
    };
    moveAll(diagram.groups);
    moveAll(diagram.elements);
    for (const Link& link : diagram.links) {
        if (link.bends.empty())
            continue;
        const auto from = moves.find(link.from);
        const auto to = moves.find(link.to);
        if (from == moves.end() || to == moves.end() || !(from->second == to->second))
            continue;
        Link copy = link;
        for (Point& bend : copy.bends)
            bend += from->second;
        put(edit, std::move(copy));
    }
    return edit;
}

Edit moveItems(const Document& document, std::span<const Id> ids, Point distance, bool regroup) {
    std::vector<std::pair<Id, Point>> distances;
    for (const Id& id : ids)
        distances.emplace_back(id, distance);
    Edit edit = moveEach(document, distances);
    if (!regroup)
        return edit;
    const Diagram& diagram = document.diagram();
    const std::unordered_set<Id> chosen(ids.begin(), ids.end());
    const std::vector<Id> contents = withContents(diagram, ids);
    const std::unordered_set<Id> inside(contents.begin(), contents.end());
    for (AnyChange& change : edit.changes) {
        // What is moved inside its group stays there.
        if (auto* element = std::get_if<Change<Element>>(&change)) {
            if (chosen.contains(element->id) && !chosen.contains(element->value->group))
                element->value->group = groupAt(diagram, element->value->position, inside);
        } else if (auto* group = std::get_if<Change<Group>>(&change)) {
            if (chosen.contains(group->id) && !chosen.contains(group->value->parent))
                group->value->parent = groupAt(diagram, group->value->position, inside);
        }
    }
    return edit;
}

Edit resizeItem(const Document& document, const Id& id, Point centre, Size size) {
    return changeEach(document, {&id, 1},
                      label(QT_TRANSLATE_NOOP("Edits", "Resize %1"), nameOf(document.diagram(), id)),
                      [&](auto& thing) {
                          if constexpr (!std::is_same_v<std::decay_t<decltype(thing)>, Link>) {
                              thing.position = centre;
                              thing.size = size;
                          }
                      });
}

Edit deleteItems(const Document& document, std::span<const Id> ids) {
    return {label(QT_TRANSLATE_NOOP("Edits", "Delete %1"), subjectOf(document.diagram(), ids)),
            removalOf(document.diagram(), ids)};
}

Edit renameItem(const Document& document, const Id& id, const std::string& name) {
    const QString old = nameOf(document.diagram(), id);
    Edit edit = changeEach(
        document, {&id, 1},
        QCoreApplication::translate("Edits", "Rename %1 to %2").arg(old, qtext(name)).toStdString(),
        [&](auto& thing) { thing.name = name; });
    edit.mergeKey = "rename " + id;
    return edit;
}

Edit setNote(const Document& document, std::span<const Id> ids, const std::string& note) {
    Edit edit = changeEach(
        document, ids,
        label(QT_TRANSLATE_NOOP("Edits", "Change the note of %1"), subjectOf(document.diagram(), ids)),
        [&](auto& thing) { thing.note = note; });
    edit.mergeKey = "note " + joined(ids);
    return edit;
}

Edit setTags(const Document& document, std::span<const Id> ids, const std::vector<std::string>& tags) {
    Edit edit = changeEach(
        document, ids,
        label(QT_TRANSLATE_NOOP("Edits", "Change the tags of %1"), subjectOf(document.diagram(), ids)),
        [&](auto& thing) { thing.tags = tags; });
    edit.mergeKey = "tags " + joined(ids);
    return edit;
}

Edit setProperty(const Document& document, std::span<const Id> ids, const std::string& key,
                 const Json& value) {
    const PropertyInfo* known = nullptr;
    Edit edit = changeEach(document, ids, {}, [&](auto& thing) {
        const PropertyInfo* property = findProperty(catalogueOf(thing), key);
        if (property)
            known = property;
        thing.properties.set(key, isDefault(property, value) ? Json() : value);
    });
    const QString what =
        known ? QCoreApplication::translate("Catalogue", std::string(known->label).c_str()) : qtext(key);
    edit.label = QCoreApplication::translate("Edits", "Set %1 of %2")
                     .arg(what, subjectOf(document.diagram(), ids))
                     .toStdString();
    edit.mergeKey = "set " + key + ' ' + joined(ids);
    return edit;
}

Edit setHandlers(const Document& document, const Id& element, std::vector<Handler> handlers) {
    return changeEach(
        document, {&element, 1},
        label(QT_TRANSLATE_NOOP("Edits", "Change the handlers of %1"), nameOf(document.diagram(), element)),
        [&](auto& thing) {
            if constexpr (std::is_same_v<std::decay_t<decltype(thing)>, Element>)
                thing.handlers = handlers;
        });
}

Edit setBends(const Document& document, const Id& link, std::vector<Point> bends) {
    return changeEach(document, {&link, 1},
                      label(QT_TRANSLATE_NOOP("Edits", "Bend %1"), nameOf(document.diagram(), link)),
                      [&](auto& thing) {
                          if constexpr (std::is_same_v<std::decay_t<decltype(thing)>, Link>)
                              thing.bends = bends;
                      });
}

Edit setLinkKind(const Document& document, const Id& link, LinkKind kind) {
    return changeEach(
        document, {&link, 1},
        label(QT_TRANSLATE_NOOP("Edits", "Change the kind of %1"), nameOf(document.diagram(), link)),
        [&](auto& thing) {
            if constexpr (std::is_same_v<std::decay_t<decltype(thing)>, Link>) {
                thing.kind = kind;
                const Properties old = std::exchange(thing.properties, {});
                for (const auto& [key, value] : old.all()) {
                    if (findProperty(propertiesOf(kind), key))
                        thing.properties.set(key, value);
                }
            }
        });
}

Result<Edit> reverseLink(const Document& document, const Id& link) {
    const Link* old = document.findLink(link);
    if (!old)
        return missing(link);
    const auto kind = inferLink(*document.findElement(old->to), *document.findElement(old->from));
    if (!kind)
        return kind.error();
    Edit edit = setLinkKind(document, link, *kind);
    Link reversed = edit.changes.empty() ? *old : *std::get<Change<Link>>(edit.changes.front()).value;
    std::swap(reversed.from, reversed.to);
    std::reverse(reversed.bends.begin(), reversed.bends.end());
    edit.label = label(QT_TRANSLATE_NOOP("Edits", "Reverse %1"), nameOf(document.diagram(), link));
    edit.changes.clear();
    put(edit, std::move(reversed));
    return edit;
}

Edit setDiagramText(const Document& document, const std::string& name, const std::string& note) {
    const Diagram& diagram = document.diagram();
    if (diagram.name == name && diagram.note == note)
        return {};
    return {label(diagram.name == name ? QT_TRANSLATE_NOOP("Edits", "Change the note")
                                       : QT_TRANSLATE_NOOP("Edits", "Rename the diagram")),
            {DiagramProperties{name, note}},
            "diagram"};
}

}  // namespace sluice
