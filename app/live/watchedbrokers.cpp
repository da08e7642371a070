#include "app/live/watchedbrokers.h"

#include <QLocale>
#include <algorithm>

namespace sluice {

bool WatchedBrokers::Broker::canHave(ElementKind kind) const {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool WatchedBrokers::Broker::has(const Element& element) const {
    return std::any_of(found.begin(), found.end(), [&](const auto& one) {
        return one.first == element.kind && one.second == element.name;
    });
}

void WatchedBrokers::add(const BrokerPlugin& plugin, const ConnectionSettings& connection) {
    Broker made;
    made.plugin = &plugin;
    made.connection = connection;
    if (const auto changes = plugin.changes(connection))
        made.kinds = changes->kinds();
    m_brokers.push_back(std::move(made));
}

void WatchedBrokers::setFound(const std::vector<std::shared_ptr<const Diagram>>& each) {
    for (std::size_t i = 0; i < std::min(each.size(), m_brokers.size()); ++i) {
        auto& found = m_brokers[i].found;
        found.clear();
        found.reserve(each[i]->elements.size());
        for (const Element& element : each[i]->elements)
            found.emplace_back(element.kind, element.name);
        m_brokers[i].drawing = likes(m_brokers[i]).size() > 1 ? each[i] : nullptr;
    }
}

std::vector<JointDiscovery::Broker> WatchedBrokers::asked() const {
    return {m_brokers.begin(), m_brokers.end()};
}

QStringList WatchedBrokers::names() const {
    QStringList names;
    for (const Broker& one : m_brokers)
        names << one.connection.name;
    return names;
}

QString WatchedBrokers::name() const {
    return QLocale().createSeparatedList(names());
}

bool WatchedBrokers::mayMakeQueues() const {
    return std::all_of(m_brokers.begin(), m_brokers.end(), [](const Broker& one) {
        return one.connection.mayWrite || !one.canHave(ElementKind::Queue);
    });
}

const WatchedBrokers::Broker* WatchedBrokers::of(const Element& element) const {
    const auto first = [&](auto&& fits) -> const Broker* {
        const auto it = std::find_if(m_brokers.begin(), m_brokers.end(), fits);
        return it == m_brokers.end() ? nullptr : &*it;
    };
    if (const Broker* it = first([&](const Broker& one) { return one.has(element); }))
        return it;
    if (const Broker* it = first([&](const Broker& one) { return one.canHave(element.kind); }))
        return it;
    return m_brokers.empty() ? nullptr : &m_brokers.front();
}

std::vector<const WatchedBrokers::Broker*> WatchedBrokers::likes(const Broker& broker) const {
    std::vector<const Broker*> found;
    for (const Broker& one : m_brokers) {
        if (&one == &broker || std::any_of(one.kinds.begin(), one.kinds.end(),
                                           [&](ElementKind kind) { return broker.canHave(kind); }))
            found.push_back(&one);
    }
    return found;
}

}  // namespace sluice
