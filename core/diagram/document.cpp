#include "core/diagram/document.h"

#include <algorithm>

#include "core/diagram/slug.h"
#include "core/diagram/transaction.h"

namespace sluice {
namespace {

template <class T>
const T* findIndexed(const std::vector<T>& items, const std::unordered_map<std::string, std::size_t>& index,
                     std::string_view id) {
    const auto it = index.find(std::string(id));
    return it == index.end() ? nullptr : &items[it->second];
}

}  // namespace

Document::Document(Diagram diagram) : m_diagram(std::move(diagram)) {
    reindex();
}

std::shared_ptr<const Diagram> Document::snapshot() const {
    if (!m_snapshot)
        m_snapshot = std::make_shared<const Diagram>(m_diagram);
    return m_snapshot;
}

Result<Edit> Document::apply(const Edit& edit) {
    Transaction transaction(m_diagram);
    for (const AnyChange& change : edit.changes) {
        if (const auto applied = transaction.apply(change); !applied) {
            transaction.rollBack();
            return applied.error();
        }
    }
    const DocumentChange change = transaction.touched();
    if (transaction.orderChanged())
        reindex();
    m_snapshot.reset();
    ++m_revision;
    Edit inverse{edit.label, transaction.takeInverse(), edit.mergeKey};
    notify(change);
    return inverse;
}

void Document::reset(Diagram diagram) {
    m_diagram = std::move(diagram);
    m_snapshot.reset();
    reindex();
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
    return findIndexed(m_diagram.elements, m_elementIndex, id);
}

const Link* Document::findLink(std::string_view id) const {
    return findIndexed(m_diagram.links, m_linkIndex, id);
}

const Group* Document::findGroup(std::string_view id) const {
    return m_diagram.findGroup(id);
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
        return findElement(id) || findLink(id) || findGroup(id) || m_diagram.findMessage(id) ||
               std::any_of(m_diagram.scenarios.begin(), m_diagram.scenarios.end(),
                           [&](const Scenario& scenario) { return scenario.id == id; });
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

void Document::reindex() {
    m_elementIndex.clear();
    m_elementIndex.reserve(m_diagram.elements.size());
    for (std::size_t i = 0; i < m_diagram.elements.size(); ++i)
        m_elementIndex.emplace(m_diagram.elements[i].id, i);
    m_linkIndex.clear();
    m_linkIndex.reserve(m_diagram.links.size());
    for (std::size_t i = 0; i < m_diagram.links.size(); ++i)
        m_linkIndex.emplace(m_diagram.links[i].id, i);
}

}  // namespace sluice
