#include <QtTest>

#include "plugins/api/brokerwatcher.h"

using namespace sluice;

namespace {

class Counted : public TraceSink {
public:
    void accept(std::span<const TraceEvent> events, TraceTime) override {
        for (const TraceEvent& event : events) {
            made += event.kind == EventKind::ConnectionMade ? 1 : 0;
            lost += event.kind == EventKind::ConnectionLost ? 1 : 0;
        }
    }
    void finish(const Result<void>&) override {}
    int made = 0;
    int lost = 0;
};

/// Answered at once, and as costly as the test wants.
class AtOnce : public BrokerWatcher {
public:
    explicit AtOnce(const WatchOrder& order) : BrokerWatcher(order, nullptr) {}
    int rounds = 0;
    int leastMs = 0;     ///< that the budget allows
    bool fails = false;  ///< the broker is away

protected:
    void ask() override {
        ++rounds;
        if (fails)
            return lost({BrokerProblem::Kind::Port, "nobody listens", {}});
        report({});
        again();
    }
    void disconnected() override {}
    [[nodiscard]] int interval() const override {
        return order().pace.mostOfCore > 0 ? std::max(order().pace.everyMs, leastMs) : order().pace.everyMs;
    }
};

}  // namespace

/// How often a broker is asked can be changed while it is watched.
class WatchPaceTest : public QObject {
    Q_OBJECT

private:
    std::shared_ptr<Counted> m_sink = std::make_shared<Counted>();
    [[nodiscard]] WatchOrder order(const WatchPace& pace) {
        m_sink = std::make_shared<Counted>();
        return {.table = std::make_shared<EntityTable>(), .names = {}, .sink = m_sink, .pace = pace};
    }

private slots:
    void aFasterPaceDoesNotAwaitTheOldOne() {
        AtOnce watcher(order({.everyMs = 3'600'000}));
        QSignalSpy statuses(&watcher, &BrokerWatcher::statusChanged);
        watcher.start();
        QCOMPARE(watcher.rounds, 1);
        watcher.setPace({.everyMs = 1000});
        QCOMPARE(statuses.back().front().value<WatchStatus>().everyMs, 1000);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.rounds, 2, 20'000);
        // It is the same watch.
        QCOMPARE(m_sink->made, 1);
        QCOMPARE(m_sink->lost, 0);
        watcher.stop();
    }
    void theBudgetHoldsUntilItIsGivenUp() {
        AtOnce watcher(order({.everyMs = 3'600'000}));
        watcher.leastMs = 7'200'000;
        QSignalSpy statuses(&watcher, &BrokerWatcher::statusChanged);
        const auto last = [&] { return statuses.back().front().value<WatchStatus>(); };
        watcher.start();
        QCOMPARE(last().everyMs, 7'200'000);
        QVERIFY(last().reduced);
        watcher.setPace({.everyMs = 3'600'000, .mostOfCore = 0});
        QCOMPARE(last().everyMs, 3'600'000);
        QVERIFY(!last().reduced);
        QCOMPARE(watcher.rounds, 1);
        watcher.stop();
    }
    void whatIsAwayIsNotAskedMoreOften() {
        AtOnce watcher(order({.everyMs = 1000}));
        watcher.fails = true;
        QSignalSpy statuses(&watcher, &BrokerWatcher::statusChanged);
        watcher.start();
        const qsizetype told = statuses.count();
        watcher.setPace({.everyMs = 500});
        QCOMPARE(statuses.count(), told);
        QCOMPARE(watcher.rounds, 1);
        watcher.fails = false;
        QTRY_VERIFY_WITH_TIMEOUT(watcher.rounds >= 3, 20'000);
        QCOMPARE(statuses.back().front().value<WatchStatus>().everyMs, 500);
        watcher.stop();
    }
};

QTEST_GUILESS_MAIN(WatchPaceTest)
#include "tst_watchpace.moc"
