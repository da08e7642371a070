#include <QtTest>

#include "tests/metrics/sumof.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;

namespace {

TraceEvent report(EventKind kind, EntityId subject, int what, std::int64_t value, std::uint32_t period,
                  int second) {
    TraceEvent event;
    event.at = std::chrono::seconds(second);
    event.kind = kind;
    event.subject = subject;
    event.detail = static_cast<std::uint16_t>(what);
    event.value = value;
    event.peer = period;
    return event;
}

}  // namespace

/// Series of what a live broker reports: figures and counts, which come late and end with it.
class ReportedSeriesTest : public QObject {
    Q_OBJECT
private slots:
    void spreadsWhatABrokerCounted();
    void endsWithWhatABrokerHasTold();
    void fewThatWereCountedMakeNoSaw();
    void doesNotEndWithAPeakWhereOneHasToldMore();
    void whatWasCountedTakesFewBins();
    void tellsLagInRecordsAndInTime();
    void aTopicIsAsFarBehindAsItsLastGroup();
    void leavesAGapWhereNothingIsKnown();
    void aLeastAgeIsNoLatency();
    void drawsNothingThatNoBrokerCounts();
    void lettersThatStoodThereBeforeDidNotCome();
    void nobodyWasToldWhatFlowedBeforeALoss();
};

void ReportedSeriesTest::spreadsWhatABrokerCounted() {
    Aggregator aggregator(sample::table());
    std::vector<TraceEvent> events;
    for (int second = 5; second <= 100; second += 5)
        events.push_back(report(EventKind::Counted, sample::kQueue, int(Flow::In), 333, 5000, second));
    aggregator.accept(events, events.back().at);
    const auto points =
        aggregator.series(sample::kQueue, Metric::In, TraceTime::zero(), TraceTime::max(), 50);
    QCOMPARE(std::round(sumOf(points, true)), 333.0 * 20);
    // Nothing but a steady rate was reported, so the line is flat.
    for (std::size_t i = 1; i + 2 < points.size(); ++i)
        QVERIFY2(std::abs(points[i].value - 66.6) < 2, qPrintable(QString::number(points[i].value)));
    QCOMPARE(std::round(
                 sumOf(aggregator.series(kNoEntity, Metric::In, TraceTime::zero(), TraceTime::max()), true)),
             333.0 * 20);
}

// A steady rate does not fall to nothing because the next report is yet to come.
void ReportedSeriesTest::endsWithWhatABrokerHasTold() {
    using std::chrono::milliseconds;
    Aggregator aggregator(sample::table());
    for (const int second : {5, 10, 15})
        aggregator.accept(
            std::vector{report(EventKind::Counted, sample::kQueue, int(Flow::In), 500, 5000, second)},
            std::chrono::seconds(second));
    for (const EntityId entity : {EntityId(sample::kQueue), kNoEntity}) {
        aggregator.accept({}, milliseconds(19'990));
        for (const std::size_t most : {0U, 40U, 7U}) {
            const auto points =
                aggregator.series(entity, Metric::In, TraceTime::zero(), TraceTime::max(), most);
            for (const SeriesPoint& point : points)
                QVERIFY2(std::abs(point.value - 100) < 0.1, qPrintable(QString::number(point.value)));
            QCOMPARE(points.back().at + points.back().width, TraceTime(std::chrono::seconds(15)));
            QCOMPARE(std::round(sumOf(points, true)), 1500.0);
        }
        QCOMPARE(aggregator.flowKnownTo(entity), TraceTime(std::chrono::seconds(15)));
        // What waits is another matter.
        QVERIFY(aggregator.series(entity, Metric::Depth, TraceTime::zero(), TraceTime::max()).back().at +
                    aggregator.binWidth() >=
                milliseconds(19'990));
    }
    // It was not told again: nothing came.
    aggregator.accept({}, std::chrono::seconds(23));
    const auto points = aggregator.series(kNoEntity, Metric::In, TraceTime::zero(), TraceTime::max());
    QCOMPARE(points.back().value, 0.0);
    QVERIFY(points.back().at + points.back().width >= TraceTime(std::chrono::seconds(23)));
}

// One queue's figures are renewed a little later than another's: what is known of both ends in the middle of
// a bin that holds more of the one.
void ReportedSeriesTest::doesNotEndWithAPeakWhereOneHasToldMore() {
    Aggregator aggregator(sample::table());
    for (int second = 5; second <= 40; second += 5) {
        auto early = report(EventKind::Counted, sample::kQueue, int(Flow::In), 500, 5000, second);
        auto late = report(EventKind::Counted, sample::kDead, int(Flow::In), 500, 5000, second);
        late.at += std::chrono::milliseconds(400);
        aggregator.accept(std::vector{early, late}, late.at);
    }
    // The first has not told of 45 s yet, and the other has nothing to tell before 45.4 s.
    aggregator.accept({}, std::chrono::milliseconds(44'000));
    const auto points = aggregator.series(kNoEntity, Metric::In, std::chrono::seconds(10), TraceTime::max());
    QCOMPARE(points.back().at + points.back().width, TraceTime(std::chrono::seconds(40)));
    for (const SeriesPoint& point : points)
        QVERIFY2(point.value <= 202, qPrintable(QString::number(point.value)));
    QVERIFY(points.back().value > 100);
}

// In the first seconds a bin is a part of a second wide: seven messages in five seconds are no seven peaks.
void ReportedSeriesTest::fewThatWereCountedMakeNoSaw() {
    Aggregator aggregator(sample::table());
    aggregator.accept(std::vector{report(EventKind::Counted, sample::kQueue, int(Flow::In), 7, 5000, 6)},
                      std::chrono::seconds(6));
    const auto points = aggregator.series(sample::kQueue, Metric::In, std::chrono::milliseconds(1100),
                                          std::chrono::milliseconds(5500));
    QVERIFY(points.size() >= 9);
    for (const SeriesPoint& point : points)
        QVERIFY2(std::abs(point.value - 1.4) < 0.01, qPrintable(QString::number(point.value)));
    QCOMPARE(sumOf(aggregator.series(sample::kQueue, Metric::In, TraceTime::zero(), TraceTime::max()), true),
             7.0);
}

// Bins of a millisecond for what was counted over seconds would tell no more, and take the memory of a
// thousand of them for each of thousands of queues.
void ReportedSeriesTest::whatWasCountedTakesFewBins() {
    for (const int period : {1000, 5000}) {
        Aggregator aggregator(sample::table());
        aggregator.accept(
            std::vector{report(EventKind::Counted, sample::kQueue, int(Flow::In), 1000, period, 5)},
            std::chrono::seconds(5));
        const auto points =
            aggregator.series(sample::kQueue, Metric::In, TraceTime::zero(), TraceTime::max());
        const auto filled = std::count_if(points.begin(), points.end(),
                                          [](const SeriesPoint& point) { return point.value > 0; });
        QVERIFY2(filled >= 8 && filled <= 18, qPrintable(QString::number(filled)));
    }
    // However long nobody was told: half a second remains half a second.
    Aggregator aggregator(sample::table());
    aggregator.accept(
        std::vector{report(EventKind::Counted, sample::kQueue, int(Flow::In), 1000, 600'000, 600)},
        std::chrono::seconds(600));
    QVERIFY(aggregator.binWidth() <= std::chrono::seconds(1));
}

void ReportedSeriesTest::aTopicIsAsFarBehindAsItsLastGroup() {
    const auto event = [](EventKind kind, EntityId subject, int at, std::int64_t offset) {
        TraceEvent made;
        made.kind = kind;
        made.subject = subject;
        made.message = 1;
        made.at = std::chrono::seconds(at);
        made.value = offset;
        made.peer = 2;  // the partition
        return made;
    };
    Aggregator aggregator(sample::table());
    std::vector<TraceEvent> events;
    for (std::int64_t offset = 0; offset < 5; ++offset)
        events.push_back(event(EventKind::Appended, sample::kTopic, 1, offset));
    for (const EventKind kind : {EventKind::Fetched, EventKind::Committed})
        events.push_back(event(kind, sample::kMaterialize, 3, kind == EventKind::Committed ? 2 : 1));
    aggregator.accept(events, std::chrono::seconds(4));
    for (const EntityId entity : {sample::kMaterialize, sample::kTopic, kNoEntity}) {
        const auto points = aggregator.series(entity, Metric::Depth, TraceTime::zero(), TraceTime::max());
        const auto most = std::max_element(points.begin(), points.end(),
                                           [](const auto& a, const auto& b) { return a.value < b.value; });
        QCOMPARE(most->value, 5.0);
        QCOMPARE(points.back().value, 3.0);
    }
}

// Ten records a second come to a partition, and the group commits what came ten seconds ago.
void ReportedSeriesTest::tellsLagInRecordsAndInTime() {
    Aggregator aggregator(sample::table());
    std::vector<TraceEvent> events{report(EventKind::ConnectionMade, kNoEntity, 0, 0, 0, 0)};
    for (int second = 0; second <= 120; second += 5) {
        events.push_back(report(EventKind::Observed, sample::kMaterialize, int(Gauge::Committed),
                                std::max(0, second - 10) * 10, 0, second));
        events.push_back(
            report(EventKind::Observed, sample::kTopic, int(Gauge::EndOffset), second * 10, 0, second));
    }
    aggregator.accept(events, std::chrono::seconds(124));
    const auto last = [&](Metric metric) {
        return aggregator
            .series(sample::kMaterialize, metric, std::chrono::seconds(100), std::chrono::seconds(124))
            .back()
            .value;
    };
    QCOMPARE(last(Metric::Depth), 100.0);
    // The topic is as far behind as its group, and so is the system.
    for (const EntityId entity : {sample::kTopic, kNoEntity})
        QCOMPARE(
            aggregator.series(entity, Metric::Depth, std::chrono::seconds(100), std::chrono::seconds(124))
                .back()
                .value,
            100.0);
    // The record at offset n comes at (n + 1) / 10 s; between reports nobody knows what was read.
    QVERIFY2(std::abs(last(Metric::P50) - 9.9e9) < 0.5e9, qPrintable(QString::number(last(Metric::P50))));
    // When nothing is read any more, what waits grows old though nobody reports anything.
    aggregator.accept({}, std::chrono::seconds(180));
    QVERIFY(last(Metric::P50) < 11e9);
    const auto later = aggregator.series(sample::kMaterialize, Metric::P50, std::chrono::seconds(170),
                                         std::chrono::seconds(180));
    QVERIFY(!later.empty() && later.back().value > 60e9);
}

// A group that was far behind already when watching began: how old what it reads is shows only later.
void ReportedSeriesTest::aLeastAgeIsNoLatency() {
    Aggregator aggregator(sample::table());
    std::vector<TraceEvent> events{report(EventKind::ConnectionMade, kNoEntity, 0, 0, 0, 0)};
    for (int second = 0; second <= 60; second += 5) {
        events.push_back(
            report(EventKind::Observed, sample::kMaterialize, int(Gauge::Committed), 10, 0, second));
        events.push_back(
            report(EventKind::Observed, sample::kTopic, int(Gauge::EndOffset), 5000 + second, 0, second));
    }
    aggregator.accept(events, std::chrono::seconds(62));
    QVERIFY(
        aggregator.series(sample::kMaterialize, Metric::P50, TraceTime::zero(), TraceTime::max()).empty());
}

void ReportedSeriesTest::drawsNothingThatNoBrokerCounts() {
    Aggregator aggregator(sample::table());
    aggregator.accept(
        std::vector{report(EventKind::ConnectionMade, kNoEntity, 0, 0, 0, 0),
                    report(EventKind::Counted, sample::kTopic, int(Flow::In), 50, 5000, 5),
                    report(EventKind::Counted, sample::kMaterialize, int(Flow::Out), 50, 5000, 5)},
        std::chrono::seconds(5));
    const auto isDrawn = [&](EntityId entity, Metric metric) {
        return !aggregator.series(entity, metric, TraceTime::zero(), TraceTime::max()).empty();
    };
    QVERIFY(isDrawn(sample::kTopic, Metric::In) && !isDrawn(sample::kTopic, Metric::Out));
    QVERIFY(!isDrawn(sample::kMaterialize, Metric::In) && isDrawn(sample::kMaterialize, Metric::Out));
    QVERIFY(isDrawn(sample::kQueue, Metric::In) && isDrawn(sample::kQueue, Metric::Out));
}

void ReportedSeriesTest::leavesAGapWhereNothingIsKnown() {
    Aggregator aggregator(sample::table());
    const std::vector<TraceEvent> events{
        report(EventKind::ConnectionMade, kNoEntity, 0, 0, 0, 0),
        report(EventKind::Observed, sample::kQueue, int(Gauge::Ready), 12, 0, 1),
        report(EventKind::ConnectionLost, kNoEntity, 0, 0, 0, 20),
        report(EventKind::ConnectionMade, kNoEntity, 0, 30'000'000'000, 0, 50),
        report(EventKind::Observed, sample::kQueue, int(Gauge::Ready), 40, 0, 51),
    };
    aggregator.accept(events, std::chrono::seconds(100));
    const auto points = aggregator.series(sample::kQueue, Metric::Depth, TraceTime::zero(), TraceTime::max());
    const auto within = [&](int from, int to) {
        return std::count_if(points.begin(), points.end(), [&](const SeriesPoint& point) {
            return point.at >= std::chrono::seconds(from) &&
                   point.at + point.width <= std::chrono::seconds(to);
        });
    };
    QVERIFY(within(2, 19) > 5);
    QCOMPARE(within(21, 49), 0);
    QVERIFY(within(52, 99) > 5);
    QCOMPARE(points.back().value, 40.0);
}

void ReportedSeriesTest::nobodyWasToldWhatFlowedBeforeALoss() {
    Aggregator aggregator(sample::table());
    const auto counted = [](int second) {
        return report(EventKind::Counted, sample::kQueue, int(Flow::In), 50, 5000, second);
    };
    aggregator.accept(std::vector{report(EventKind::ConnectionMade, kNoEntity, 0, 0, 0, 0), counted(5),
                                  counted(10), report(EventKind::ConnectionLost, kNoEntity, 0, 0, 0, 14),
                                  report(EventKind::ConnectionMade, kNoEntity, 0, 0, 0, 20), counted(30)},
                      std::chrono::seconds(30));
    for (const EntityId entity : {sample::kQueue, kNoEntity}) {
        for (const SeriesPoint& point :
             aggregator.series(entity, Metric::In, TraceTime::zero(), std::chrono::seconds(20), 60)) {
            QVERIFY(point.at + point.width <= TraceTime(std::chrono::seconds(10)));
            QVERIFY2(std::abs(point.value - 10) < 0.5, qPrintable(QString::number(point.value)));
        }
    }
    QCOMPARE(aggregator.lostTimes(),
             (std::vector<TimeRange>{{std::chrono::seconds(14), std::chrono::seconds(20)}}));
}

void ReportedSeriesTest::lettersThatStoodThereBeforeDidNotCome() {
    Aggregator aggregator(sample::table());
    const auto depth = [](int second, int letters) {
        return report(EventKind::Observed, sample::kDead, int(Gauge::Ready), letters, 0, second);
    };
    aggregator.accept(
        std::vector{report(EventKind::ConnectionMade, kNoEntity, 0, 0, 0, 0), depth(1, 3000), depth(6, 3002)},
        std::chrono::seconds(7));
    for (const EntityId entity : {sample::kDead, kNoEntity})
        QCOMPARE(
            sumOf(aggregator.series(entity, Metric::DeadLetters, TraceTime::zero(), TraceTime::max()), false),
            2.0);
}

QTEST_APPLESS_MAIN(ReportedSeriesTest)
#include "tst_reportedseries.moc"
