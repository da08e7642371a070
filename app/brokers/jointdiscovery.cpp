#include "app/brokers/jointdiscovery.h"

#include <algorithm>

#include "app/brokers/livesource.h"
#include "core/live/joineddrawing.h"

namespace sluice {

JointDiscovery::JointDiscovery(const std::vector<Broker>& brokers, QObject* parent) : QObject(parent) {
    m_found.resize(brokers.size());
    for (std::size_t i = 0; i < brokers.size(); ++i) {
        const auto& source =
            m_sources.emplace_back(std::make_unique<LiveSource>(*brokers[i].plugin, brokers[i].connection));
        connect(source.get(), &LiveSource::discovered, this,
                [this, i](const Discovery& discovery) { take(i, discovery); });
        connect(source.get(), &LiveSource::discoveryFailed, this,
                [this, i](const BrokerProblem& problem) { fail(i, problem); });
    }
}

JointDiscovery::~JointDiscovery() = default;

void JointDiscovery::start() {
    for (const auto& source : m_sources)
        source->discover();
}

void JointDiscovery::take(std::size_t which, const Discovery& discovery) {
    if (m_over)
        return;
    m_found[which] = discovery;
    if (!std::all_of(m_found.begin(), m_found.end(),
                     [](const Discovery& one) { return one.drawing != nullptr; }))
        return;
    m_over = true;
    Discovery together;
    together.drawing = m_found.front().drawing;
    for (std::size_t i = 0; i < m_found.size(); ++i) {
        if (i > 0)
            together.drawing =
                std::make_shared<const Diagram>(joined(*together.drawing, *m_found[i].drawing));
        m_each.push_back(m_found[i].drawing);
        together.notes += m_found[i].notes;
        together.milliseconds = std::max(together.milliseconds, m_found[i].milliseconds);
    }
    emit discovered(together);
}

void JointDiscovery::fail(std::size_t which, BrokerProblem problem) {
    if (std::exchange(m_over, true))
        return;
    if (m_sources.size() > 1)
        problem.sentence = QStringLiteral("%1: %2").arg(m_sources[which]->settings().name, problem.sentence);
    emit failed(problem);
}

}  // namespace sluice
