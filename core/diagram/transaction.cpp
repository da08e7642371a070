#include "core/diagram/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/diagram/rules.h"

namespace sluice {
namespace {

constexpr std::string_view label(const Element*) {
    return "element";
}
constexpr std::string_view label(const Link*) {
    return "link";
}
constexpr std::string_view label(const Group*) {
    return "group";
}
constexpr std::string_view label(const MessageType*) {
    return "message type";
}
constexpr std::string_view label(const Scenario*) {
    return "scenario";
}
constexpr std::string_view label(const AlertRule*) {
    return "alert rule";
}

std::vector<Element>& listOf(Diagram& diagram, const Change<Element>&) {
    return diagram.elements;
}
std::vector<Link>& listOf(Diagram& diagram, const Change<Link>&) {
    return diagram.links;
}
std::vector<Group>& listOf(Diagram& diagram, const Change<Group>&) {
    return diagram.groups;
}
std::vector<MessageType>& listOf(Diagram& diagram, const Change<MessageType>&) {
    return diagram.messages;
}
std::vector<Scenario>& listOf(Diagram& diagram, const Change<Scenario>&) {
    return diagram.scenarios;
}
std::vector<AlertRule>& listOf(Diagram& diagram, const Change<AlertRule>&) {
    return diagram.alerts;
}

void addOnce(std::vector<std::string>& ids, const std::string& id) {
    if (ids.empty() || ids.back() != id)
        ids.push_back(id);
}

void unify(std::vector<std::string>& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

/// Null for those that have none.
template <class T>
IdIndex* Transaction::indexOf() {
    if constexpr (std::is_same_v<T, Element>)
        return &m_index.elements;
    else if constexpr (std::is_same_v<T, Link>)
        return &m_index.links;
    else if constexpr (std::is_same_v<T, Group>)
        return &m_index.groups;
    else
        return nullptr;
}

template <class T>
std::optional<std::size_t> Transaction::placeOf(const Change<T>& change) const {
    const std::vector<T>& items = listOf(m_diagram, change);
    if (const IdIndex* index = const_cast<Transaction*>(this)->indexOf<T>())
        return index->find(items, change.id);
    const auto at =
        std::find_if(items.begin(), items.end(), [&](const T& item) { return item.id == change.id; });
    return at == items.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - items.begin()));
}

const Element* Transaction::findElement(std::string_view id) const {
    const auto at = m_index.elements.find(m_diagram.elements, id);
    return at ? &m_diagram.elements[*at] : nullptr;
}

template <class T>
void Transaction::perform(std::vector<T>& items, const Change<T>& change) {
    const std::optional<std::size_t> at = placeOf(change);
    IdIndex* index = indexOf<T>();
    Change<T> inverse{change.id, std::nullopt, std::nullopt};
    const auto iterator = [&](std::size_t i) { return items.begin() + static_cast<std::ptrdiff_t>(i); };
    if (at) {
        inverse.value = std::move(items[*at]);
        if (!change.value || change.position) {
            inverse.position = *at;
            m_placesChanged = m_placesChanged || *at + 1 < items.size();
            items.erase(iterator(*at));
            if (index)
                index->remove(change.id);
        } else {
            items[*at] = *change.value;
        }
    }
    if (change.value && (!at || change.position)) {
        const std::size_t place = std::min(change.position.value_or(items.size()), items.size());
        m_placesChanged = m_placesChanged || place < items.size();
        items.insert(iterator(place), *change.value);
        if (index)
            index->put(change.id, place);
    }
    m_inverse.emplace_back(std::move(inverse));
}

void Transaction::performAny(const AnyChange& change) {
    std::visit(
        [this](const auto& one) {
            if constexpr (std::is_same_v<std::decay_t<decltype(one)>, DiagramProperties>) {
                m_inverse.emplace_back(DiagramProperties{m_diagram.name, m_diagram.note});
                m_diagram.name = one.name;
                m_diagram.note = one.note;
            } else {
                perform(listOf(m_diagram, one), one);
            }
        },
        change);
}

void Transaction::rollBack() {
    const std::vector<AnyChange> inverse = takeInverse();
    for (const AnyChange& change : inverse)
        performAny(change);
    m_inverse.clear();
}

std::vector<AnyChange> Transaction::takeInverse() {
    std::reverse(m_inverse.begin(), m_inverse.end());
    return std::exchange(m_inverse, {});
}

DocumentChange Transaction::touched() const {
    DocumentChange touched;
    for (const AnyChange& any : m_inverse) {
        if (const auto* element = std::get_if<Change<Element>>(&any))
            addOnce(touched.elements, element->id);
        else if (const auto* link = std::get_if<Change<Link>>(&any))
            addOnce(touched.links, link->id);
        else if (const auto* group = std::get_if<Change<Group>>(&any))
            addOnce(touched.groups, group->id);
        else if (const auto* message = std::get_if<Change<MessageType>>(&any))
            addOnce(touched.messages, message->id);
        else if (const auto* scenario = std::get_if<Change<Scenario>>(&any))
            addOnce(touched.scenarios, scenario->id);
        else if (const auto* alert = std::get_if<Change<AlertRule>>(&any))
            addOnce(touched.alerts, alert->id);
        else
            touched.properties = true;
    }
    for (auto* ids : {&touched.elements, &touched.links, &touched.groups, &touched.messages,
                      &touched.scenarios, &touched.alerts})
        unify(*ids);
    return touched;
}

Result<void> Transaction::apply(const AnyChange& any) {
    return std::visit([this](const auto& one) { return change(one); }, any);
}

bool Transaction::isTaken(std::string_view id) const {
    return m_index.elements.contains(id) || m_index.links.contains(id) || m_index.groups.contains(id);
}

/// What is the same for every kind of item: it exists or is new, its id is free, it is well formed.
template <class T>
Result<void> Transaction::check(const Change<T>& change) const {
    const bool exists = placeOf(change).has_value();
    const std::string_view what = label(static_cast<const T*>(nullptr));
    if (!change.value) {
        if (!exists)
            return Error{ErrorCode::NotFound, fmt::format("there is no {} '{}'", what, change.id), change.id};
        return {};
    }
    if (change.value->id != change.id)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("the id of {} '{}' cannot become '{}'", what, change.id, change.value->id),
                     change.id};
    constexpr bool drawn = std::is_same_v<T, Element> || std::is_same_v<T, Link> || std::is_same_v<T, Group>;
    if (drawn && !exists && isTaken(change.id))
        return Error{ErrorCode::Conflict, fmt::format("the id '{}' is taken", change.id), change.id};
    if (auto formed = rules::check(*change.value); !formed)
        return Error{formed.error().code, formed.error().sentence, change.id};
    return {};
}

Result<void> Transaction::checkPlace(const Element& element) const {
    if (!element.group.empty() && !m_index.groups.contains(element.group))
        return Error{ErrorCode::NotFound, fmt::format("there is no group '{}'", element.group), element.id};
    const Element* before = findElement(element.id);
    if (!before || before->kind == element.kind)
        return {};
    for (const Link& link : m_diagram.links) {
        if (link.from != element.id && link.to != element.id)
            continue;
        const Element& from = link.from == element.id ? element : *findElement(link.from);
        const Element& to = link.to == element.id ? element : *findElement(link.to);
        if (const auto ends = rules::checkEnds(link, from, to); !ends)
            return Error{ErrorCode::Conflict, ends.error().sentence, link.id};
    }
    return {};
}

Result<void> Transaction::checkPlace(const Link& link) const {
    const Element* ends[2]{findElement(link.from), findElement(link.to)};
    if (!ends[0] || !ends[1])
        return Error{ErrorCode::NotFound,
                     fmt::format("there is no element '{}'", ends[0] ? link.to : link.from), link.id};
    if (const auto possible = rules::checkEnds(link, *ends[0], *ends[1]); !possible)
        return Error{possible.error().code, possible.error().sentence, link.id};
    return {};
}

Result<void> Transaction::checkPlace(const Group& group) const {
    if (group.parent.empty())
        return {};
    if (!m_index.groups.contains(group.parent) && group.parent != group.id)
        return Error{ErrorCode::NotFound, fmt::format("there is no group '{}'", group.parent), group.id};
    // Upwards from the new parent: only where the way comes back to the group it needs words.
    const Group* above = &group;
    for (std::size_t steps = 0; steps <= m_diagram.groups.size() && above && !above->parent.empty();
         ++steps) {
        const auto at = m_index.groups.find(m_diagram.groups, above->parent);
        above = above->parent == group.id || !at ? nullptr : &m_diagram.groups[*at];
    }
    if (above && above->parent.empty())
        return {};
    std::unordered_map<std::string, std::string> parents;
    for (const Group& other : m_diagram.groups)
        parents[other.id] = other.parent;
    parents[group.id] = group.parent;
    if (const auto nested = rules::checkNesting(group.id, parents); !nested)
        return Error{ErrorCode::Conflict, nested.error().sentence, group.id};
    return {};
}

Result<void> Transaction::change(const Change<Element>& change) {
    auto checked = check(change);
    if (checked && change.value)
        checked = checkPlace(*change.value);
    if (!checked)
        return checked;
    if (!change.value)
        removeLinksOf(change.id);
    perform(m_diagram.elements, change);
    return {};
}

Result<void> Transaction::change(const Change<Link>& change) {
    auto checked = check(change);
    if (checked && change.value)
        checked = checkPlace(*change.value);
    if (checked)
        perform(m_diagram.links, change);
    return checked;
}

Result<void> Transaction::change(const Change<Group>& change) {
    auto checked = check(change);
    if (checked && change.value)
        checked = checkPlace(*change.value);
    if (!checked)
        return checked;
    if (!change.value)
        freeMembersOf(Group(m_diagram.groups[*placeOf(change)]));
    perform(m_diagram.groups, change);
    return {};
}

Result<void> Transaction::change(const Change<MessageType>& change) {
    auto checked = check(change);
    if (checked)
        perform(m_diagram.messages, change);
    return checked;
}

Result<void> Transaction::change(const Change<Scenario>& change) {
    auto checked = check(change);
    if (checked)
        perform(m_diagram.scenarios, change);
    return checked;
}

Result<void> Transaction::change(const Change<AlertRule>& change) {
    auto checked = check(change);
    if (checked)
        perform(m_diagram.alerts, change);
    return checked;
}

Result<void> Transaction::change(const DiagramProperties& properties) {
    performAny(properties);
    return {};
}

void Transaction::removeLinksOf(const Id& element) {
    // From the end, so that the inverse puts each back at the index it had.
    for (std::size_t i = m_diagram.links.size(); i-- > 0;) {
        const Link& link = m_diagram.links[i];
        if (link.from == element || link.to == element)
            perform(m_diagram.links, Change<Link>{Id(link.id), std::nullopt, std::nullopt});
    }
}

/// What the group held moves out into the group around it.
void Transaction::freeMembersOf(const Group& group) {
    // Replaced in place: no iterator of these loops is invalidated.
    for (const Element& member : m_diagram.elements) {
        if (member.group != group.id)
            continue;
        Element element = member;
        element.group = group.parent;
        perform(m_diagram.elements, Change<Element>{element.id, element, std::nullopt});
    }
    for (const Group& member : m_diagram.groups) {
        if (member.parent != group.id)
            continue;
        Group child = member;
        child.parent = group.parent;
        perform(m_diagram.groups, Change<Group>{child.id, child, std::nullopt});
    }
}

}  // namespace sluice
