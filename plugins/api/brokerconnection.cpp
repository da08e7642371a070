#include "plugins/api/brokerconnection.h"

#include "plugins/api/brokerwatcher.h"
#include "plugins/api/pluginfailure.h"

namespace sluice {
namespace {

/// In the place of one that could not be made.
class FailedWatcher : public BrokerWatcher {
public:
    FailedWatcher(const WatchOrder& order, BrokerProblem problem, QObject* parent)
        : BrokerWatcher(order, parent), m_problem(std::move(problem)) {}

protected:
    void ask() override { lost(m_problem); }
    void disconnected() override {}
    [[nodiscard]] int interval() const override { return order().pace.everyMs; }

private:
    const BrokerProblem m_problem;
};

}  // namespace

BrokerConnection::~BrokerConnection() {
    stopWatching();
}

void BrokerConnection::watch(const WatchOrder& order) {
    stopWatching();
    try {
        m_watcher = makeWatcher(order);
    } catch (...) {
        m_watcher = new FailedWatcher(order, pluginFailure(tr("this broker")), this);
    }
    connect(m_watcher, &BrokerWatcher::statusChanged, this, &BrokerConnection::statusChanged);
    m_watcher->start();
}

void BrokerConnection::stopWatching() {
    if (!m_watcher)
        return;
    m_watcher->stop();
    m_watcher->deleteLater();
    m_watcher = nullptr;
}

void BrokerConnection::setPace(const WatchPace& pace) {
    if (m_watcher)
        m_watcher->setPace(pace);
}

void BrokerConnection::fail(const BrokerProblem& problem) {
    emit tested({{tr("Plugin"), TestStep::Outcome::Failed, {}, problem}});
    emit discoveryFailed(problem);
    if (m_watcher)
        m_watcher->fail(problem);
}

}  // namespace sluice
