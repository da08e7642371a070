#include <QtTest>

#include "core/trace/closedrange.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;
using namespace std::chrono_literals;

/// Events at 1 s, 2 s, 2 s and 3 s of a trace that is known up to 4 s.
class ClosedRangeTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void takesInBothEnds_data();
    void takesInBothEnds();
    void isClippedToTheTrace();
    void endsBeforeItBegins();

private:
    std::unique_ptr<TraceStore> m_store;
};

void ClosedRangeTest::init() {
    m_store = std::make_unique<TraceStore>(sample::table());
    std::vector<TraceEvent> events(4);
    const TraceTime times[] = {1s, 2s, 2s, 3s};
    for (std::size_t i = 0; i < events.size(); ++i)
        events[i].at = times[i];
    m_store->accept(events, 4s);
}

void ClosedRangeTest::takesInBothEnds_data() {
    QTest::addColumn<qint64>("time");
    QTest::addColumn<quint64>("after");
    QTest::newRow("before all") << qint64(0) << quint64(0);
    QTest::newRow("at one") << qint64(1'000'000'000) << quint64(1);
    QTest::newRow("a moment before two") << qint64(1'999'999'999) << quint64(1);
    QTest::newRow("at two of one time") << qint64(2'000'000'000) << quint64(3);
    QTest::newRow("after all") << qint64(3'500'000'000) << quint64(4);
    QTest::newRow("for ever") << qint64(TraceTime::max().count()) << quint64(4);
}

void ClosedRangeTest::takesInBothEnds() {
    QFETCH(qint64, time);
    QFETCH(quint64, after);
    QCOMPARE(quint64(firstAfter(*m_store, TraceTime(time))), after);
}

void ClosedRangeTest::isClippedToTheTrace() {
    const auto all = clipped({-1s, TraceTime::max()}, *m_store);
    QVERIFY(all.ok());
    QVERIFY(all->from == 0s && all->to == 4s);
    const auto moment = clipped({2s, 2s}, *m_store);
    QVERIFY(moment.ok());
    QVERIFY(moment->from == 2s && moment->to == 2s);
}

void ClosedRangeTest::endsBeforeItBegins() {
    QCOMPARE(clipped({3s, 2s}, *m_store).error().sentence,
             std::string("the range ends at 2s, before it begins at 3s"));
    QVERIFY(!clipped({5s, 6s}, *m_store).ok());
}

QTEST_GUILESS_MAIN(ClosedRangeTest)
#include "tst_closedrange.moc"
