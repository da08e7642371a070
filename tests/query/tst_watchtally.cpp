#include <QtTest>
#include <atomic>

#include "core/query/watchtally.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;

/// A watch that is added afterwards finds what is there, and then what comes.
class WatchTallyTest : public QObject {
    Q_OBJECT
private slots:
    void findsWhatLookingAtEachEventFinds_data();
    void findsWhatLookingAtEachEventFinds();
    void goesOnWithTheTrace();
    void stopsWhenItIsTold();
};

namespace {

std::vector<Sequence> oneByOne(const std::vector<TraceEvent>& events, EventKind kind) {
    std::vector<Sequence> found;
    for (Sequence i = 0; i < events.size(); ++i) {
        if (events[i].kind == kind)
            found.push_back(i);
    }
    return found;
}

}  // namespace

void WatchTallyTest::findsWhatLookingAtEachEventFinds_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<int>("kind");
    QTest::newRow("dead letters") << "kind:dead-lettered" << int(EventKind::DeadLettered);
    QTest::newRow("deliveries") << "kind:delivered" << int(EventKind::Delivered);
    QTest::newRow("nothing") << "kind:rebalanced" << int(EventKind::Rebalanced);
}

void WatchTallyTest::findsWhatLookingAtEachEventFinds() {
    QFETCH(QString, query);
    QFETCH(int, kind);
    const auto events = sample::trace(100'000);
    const auto store = std::make_shared<TraceStore>(sample::table());
    store->accept(events, events.back().at);
    WatchTally tally(*EventQuery::parse(query.toStdString()), store);
    const std::atomic<bool> stop = false;
    while (!tally.advance(7000, stop)) {
    }
    const auto expected = oneByOne(events, static_cast<EventKind>(kind));
    const WatchFindings found = tally.findings();
    QCOMPARE(found.count, expected.size());
    QCOMPARE(found.searched, events.size());
    QCOMPARE(found.first, expected.empty() ? std::nullopt : std::optional(expected.front()));
    QCOMPARE(found.last, expected.empty() ? std::nullopt : std::optional(expected.back()));
    std::array<double, 10> parts{};
    tally.spread({}, events.back().at + TraceTime(1), parts);
    QCOMPARE(std::accumulate(parts.begin(), parts.end(), 0.0), double(expected.size()));
}

void WatchTallyTest::goesOnWithTheTrace() {
    const auto events = sample::trace(60'000);
    const auto store = std::make_shared<TraceStore>(sample::table());
    WatchTally tally(*EventQuery::parse("kind:acknowledged"), store);
    const std::atomic<bool> stop = false;
    QVERIFY(tally.advance(1000, stop));
    for (std::size_t at = 0; at < events.size(); at += 9000) {
        const auto part = std::span(events).subspan(at, std::min<std::size_t>(9000, events.size() - at));
        store->accept(part, part.back().at);
        while (!tally.advance(5000, stop)) {
        }
        const auto so = oneByOne({events.begin(), events.begin() + std::ptrdiff_t(at + part.size())},
                                 EventKind::Acknowledged);
        QCOMPARE(tally.findings().count, so.size());
    }
}

void WatchTallyTest::stopsWhenItIsTold() {
    const auto events = sample::trace(50'000);
    const auto store = std::make_shared<TraceStore>(sample::table());
    store->accept(events, events.back().at);
    WatchTally tally(*EventQuery::parse("kind:acknowledged"), store);
    const std::atomic<bool> stop = true;
    QVERIFY(!tally.advance(50'000, stop));
    QCOMPARE(tally.findings().searched, 0U);
}

QTEST_APPLESS_MAIN(WatchTallyTest)
#include "tst_watchtally.moc"
