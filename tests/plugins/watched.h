#pragma once

#include <QtTest>

#include "tests/plugins/livebroker.h"

/// A watch of a broker and what it says, for a test that looks at several at once.
class Watched {
public:
    Watched(LiveBroker& broker, const sluice::Diagram& drawing, const sluice::ConnectionSettings& settings,
            int everyMs = 500)
        : m_source(std::make_unique<sluice::LiveSource>(*broker.plugin(), settings)),
          m_statuses(m_source.get(), &sluice::LiveSource::statusChanged),
          m_store(m_source->watch(drawing, everyMs)) {}

    [[nodiscard]] sluice::SystemState state() const { return m_store->stateAt(m_store->horizon()); }
    [[nodiscard]] sluice::Contact contact() const { return state().contact; }
    [[nodiscard]] sluice::WatchStatus status() const {
        return m_statuses.isEmpty() ? sluice::WatchStatus()
                                    : m_statuses.back().front().value<sluice::WatchStatus>();
    }
    [[nodiscard]] sluice::BrokerProblem problem() const { return status().problem; }
    [[nodiscard]] int count(sluice::EventKind kind) const { return countOf(*m_store, kind); }
    [[nodiscard]] const sluice::TraceStore& store() const { return *m_store; }
    void leave() { m_source.reset(); }
    /// It was never without the broker, and is told of it now.
    [[nodiscard]] bool goesOn() const {
        const sluice::Sequence before = m_store->size();
        return QTest::qWaitFor([&] { return m_store->size() > before; }, 20'000) &&
               count(sluice::EventKind::ConnectionLost) == 0;
    }

private:
    std::unique_ptr<sluice::LiveSource> m_source;
    QSignalSpy m_statuses;
    std::shared_ptr<sluice::TraceStore> m_store;
};
