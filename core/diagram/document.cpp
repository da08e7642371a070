#include "core/diagram/document.h"

#include <algorithm>

#include "core/diagram/slug.h"
#include "core/diagram/transaction.h"

namespace sluice {
namespace {

template <class T>
const T* findIndexed(const std::vector<T>& items, const IdIndex& index, std::string_view id) {
    const auto at = index.find(items, id);
    return at ? &items[*at] : nullptr;
}

}  // namespace

Document::Document(Diagram diagram) : m_diagram(std::move(diagram)) {
    m_index.rebuild(m_diagram);
}

std::shared_ptr<const Diagram> Document::snapshot() const {
    if (!m_snapshot)
        m_snapshot = std::make_shared<const Diagram>(m_diagram);
    return m_snapshot;
}

Result<Edit> Document::apply(const Edit& edit) {
    Transaction transaction(m_diagram, m_index);
    for (const AnyChange& change : edit.changes) {
        if (const auto applied = transaction.apply(change); !applied) {
            transaction.rollBack();
            if (transaction.placesChanged())
                m_index.rebuild(m_diagram);
            return applied.error();
        }
    }
    const DocumentChange change = transaction.touched();
    if (transaction.placesChanged())
        m_index.rebuild(m_diagram);
    m_snapshot.reset();
    ++m_revision;
    Edit inverse{edit.label, transaction.takeInverse(), edit.mergeKey};
    notify(change);
    return inverse;
}

void Document::reset(Diagram diagram) {
    m_diagram = std::move(diagram);
    m_snapshot.reset();
    m_index.rebuild(m_diagram);
    ++m_revision;
    DocumentChange change;
    change.everything = true;
    notify(change);
}

Document::Subscription Document::observe(Observer observer) {
    auto shared = std::make_shared<Observer>(std::move(observer));
    m_observers.emplace_back(shared);
    return Subscription(std::move(shared));
}

const Element* Document::findElement(std::string_view id) const {
    return findIndexed(m_diagram.elements, m_index.elements, id);
}

const Link* Document::findLink(std::string_view id) const {
    return findIndexed(m_diagram.links, m_index.links, id);
}

const Group* Document::findGroup(std::string_view id) const {
    return findIndexed(m_diagram.groups, m_index.groups, id);
}

std::vector<const Link*> Document::linksOf(std::string_view elementId) const {
    std::vector<const Link*> links;
    for (const Link& link : m_diagram.links) {
        if (link.from == elementId || link.to == elementId)
            links.push_back(&link);
    }
    return links;
}

Id Document::freeId(std::string_view name) const {
    const std::string base = slugOf(name);
    const auto taken = [this](const std::string& id) {
        return m_index.elements.contains(id) || m_index.links.contains(id) || m_index.groups.contains(id) ||
               m_diagram.findMessage(id) ||
               std::any_of(m_diagram.scenarios.begin(), m_diagram.scenarios.end(),
                           [&](const Scenario& scenario) { return scenario.id == id; }) ||
               m_diagram.findAlert(id);
    };
    std::string id = base;
    for (int number = 2; taken(id); ++number)
        id = base + "-" + std::to_string(number);
    return id;
}

void Document::notify(const DocumentChange& change) {
    // Observers may come and go while they are told: those of this moment are told, each while it lives.
    const std::vector<std::weak_ptr<Observer>> observers = m_observers;
    for (const std::weak_ptr<Observer>& weak : observers) {
        if (const std::shared_ptr<Observer> observer = weak.lock())
            (*observer)(change);
    }
    m_observers.erase(std::remove_if(m_observers.begin(), m_observers.end(),
                                     [](const std::weak_ptr<Observer>& weak) { return weak.expired(); }),
                      m_observers.end());
}

}  // namespace sluice
