#include "widgets/editing/arrangement.h"

#include <algorithm>
#include <unordered_set>

#include "widgets/editing/extent.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

struct Item {
    Id id;
    Extent extent;
};

// The elements and groups named, but for those that a named group holds and moves anyway.
std::vector<Item> itemsOf(const Diagram& diagram, std::span<const Id> ids) {
    std::unordered_set<Id> held;
    for (const Id& id : ids) {
        for (const Id& inside : withContents(diagram, {&id, 1})) {
            if (inside != id)
                held.insert(inside);
        }
    }
    std::vector<Item> items;
    for (const Id& id : ids) {
        if (held.contains(id))
            continue;
        if (const auto extent = extentOf(diagram, {&id, 1}))
            items.push_back({id, *extent});
    }
    return items;
}

Point towards(const Extent& item, const Extent& all, Alignment alignment) {
    switch (alignment) {
        case Alignment::Left:
            return {all.left - item.left, 0};
        case Alignment::Centre:
            return {all.centre().x - item.centre().x, 0};
        case Alignment::Right:
            return {all.right - item.right, 0};
        case Alignment::Top:
            return {0, all.top - item.top};
        case Alignment::Middle:
            return {0, all.centre().y - item.centre().y};
        case Alignment::Bottom:
            return {0, all.bottom - item.bottom};
    }
    return {};
}

std::string label(const char* text, const Diagram& diagram, std::span<const Id> ids) {
    return QCoreApplication::translate("Edits", text).arg(subjectOf(diagram, ids)).toStdString();
}

template <class T>
void placeInOrder(Edit& edit, const std::vector<T>& things, const std::unordered_set<Id>& chosen,
                  bool front) {
    if (front) {
        for (const T& thing : things) {
            if (chosen.contains(thing.id))
                edit.changes.push_back(Change<T>{thing.id, thing, things.size() - 1});
        }
        return;
    }
    for (auto thing = things.rbegin(); thing != things.rend(); ++thing) {
        if (chosen.contains(thing->id))
            edit.changes.push_back(Change<T>{thing->id, *thing, 0});
    }
}

Edit reorder(const Document& document, std::span<const Id> ids, bool front, const char* text) {
    const Diagram& diagram = document.diagram();
    Edit edit{label(text, diagram, ids), {}};
    const std::unordered_set<Id> chosen(ids.begin(), ids.end());
    placeInOrder(edit, diagram.groups, chosen, front);
    placeInOrder(edit, diagram.elements, chosen, front);
    return edit;
}

}  // namespace

Edit alignItems(const Document& document, std::span<const Id> ids, Alignment alignment) {
    const auto items = itemsOf(document.diagram(), ids);
    if (items.size() < 2)
        return {};
    Extent all = items.front().extent;
    for (const Item& item : items)
        all = all.united(item.extent);
    std::vector<std::pair<Id, Point>> distances;
    for (const Item& item : items)
        distances.emplace_back(item.id, towards(item.extent, all, alignment));
    Edit edit = moveEach(document, distances);
    edit.label = label(QT_TRANSLATE_NOOP("Edits", "Align %1"), document.diagram(), ids);
    return edit;
}

Edit distributeItems(const Document& document, std::span<const Id> ids, bool horizontally) {
    auto items = itemsOf(document.diagram(), ids);
    if (items.size() < 3)
        return {};
    const auto begin = [&](const Item& item) { return horizontally ? item.extent.left : item.extent.top; };
    const auto length = [&](const Item& item) {
        return horizontally ? item.extent.width() : item.extent.height();
    };
    const auto middle = [&](const Item& item) { return begin(item) + length(item) / 2; };
    std::stable_sort(items.begin(), items.end(),
                     [&](const Item& a, const Item& b) { return middle(a) < middle(b); });
    double filled = 0;
    for (const Item& item : items)
        filled += length(item);
    const double span = begin(items.back()) + length(items.back()) - begin(items.front());
    const double gap = (span - filled) / static_cast<double>(items.size() - 1);
    std::vector<std::pair<Id, Point>> distances;
    double next = begin(items.front());
    for (const Item& item : items) {
        const double by = next - begin(item);
        distances.emplace_back(item.id, horizontally ? Point{by, 0} : Point{0, by});
        next += length(item) + gap;
    }
    Edit edit = moveEach(document, distances);
    edit.label = label(QT_TRANSLATE_NOOP("Edits", "Distribute %1"), document.diagram(), ids);
    return edit;
}

Insertion groupItems(const Document& document, std::span<const Id> ids) {
    const Diagram& diagram = document.diagram();
    const auto items = itemsOf(diagram, ids);
    if (items.empty())
        return {};
    Extent all = items.front().extent;
    for (const Item& item : items)
        all = all.united(item.extent);
    constexpr double kMargin = 40;
    all = {all.left - kMargin, all.top - kMargin, all.right + kMargin, all.bottom + kMargin};

    Insertion insertion = placeGroup(document, all.centre(), {all.width(), all.height()});
    insertion.edit.label = label(QT_TRANSLATE_NOOP("Edits", "Group %1"), diagram, ids);
    auto& added = std::get<Change<Group>>(insertion.edit.changes.front());
    Group& group = *added.value;
    const auto parentOf = [&](const Id& id) {
        const Element* element = document.findElement(id);
        return element ? element->group : document.findGroup(id)->parent;
    };
    group.parent = parentOf(items.front().id);
    for (const Item& item : items) {
        if (parentOf(item.id) != group.parent)
            group.parent.clear();
    }
    // Painted below the groups that it will hold.
    for (std::size_t i = 0; i < diagram.groups.size() && !added.position; ++i) {
        const auto same = [&](const Item& item) { return item.id == diagram.groups[i].id; };
        if (std::any_of(items.begin(), items.end(), same))
            added.position = i;
    }
    const Id id = group.id;
    for (const Item& item : items) {
        if (const Element* element = document.findElement(item.id)) {
            Element copy = *element;
            copy.group = id;
            insertion.edit.changes.push_back(Change<Element>{copy.id, copy});
        } else {
            Group copy = *document.findGroup(item.id);
            copy.parent = id;
            insertion.edit.changes.push_back(Change<Group>{copy.id, copy});
        }
    }
    return insertion;
}

Edit ungroupItems(const Document& document, std::span<const Id> ids) {
    const Diagram& diagram = document.diagram();
    Edit edit{label(QT_TRANSLATE_NOOP("Edits", "Ungroup %1"), diagram, ids), {}};
    std::unordered_set<Id> going;
    for (const Id& id : ids) {
        if (document.findGroup(id))
            going.insert(id);
    }
    // The nearest group around that stays.
    const auto around = [&](Id id) {
        while (going.contains(id))
            id = document.findGroup(id)->parent;
        return id;
    };
    for (const Element& element : diagram.elements) {
        if (!going.contains(element.group))
            continue;
        Element copy = element;
        copy.group = around(element.group);
        edit.changes.push_back(Change<Element>{copy.id, copy});
    }
    for (const Group& group : diagram.groups) {
        if (!going.contains(group.parent) || going.contains(group.id))
            continue;
        Group copy = group;
        copy.parent = around(group.parent);
        edit.changes.push_back(Change<Group>{copy.id, copy});
    }
    for (const Id& id : ids) {
        if (going.contains(id))
            edit.changes.push_back(Change<Group>{id, std::nullopt});
    }
    return edit;
}

Edit bringToFront(const Document& document, std::span<const Id> ids) {
    return reorder(document, ids, true, QT_TRANSLATE_NOOP("Edits", "Bring %1 to the front"));
}

Edit sendToBack(const Document& document, std::span<const Id> ids) {
    return reorder(document, ids, false, QT_TRANSLATE_NOOP("Edits", "Send %1 to the back"));
}

}  // namespace sluice
