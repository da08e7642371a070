#include <QtTest>
#include <atomic>
#include <thread>

#include "tests/metrics/sumof.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;

class SeriesTest : public QObject {
    Q_OBJECT
private slots:
    void losesNothingHoweverLongTheRun_data();
    void losesNothingHoweverLongTheRun();
    void keepsItsBinsBounded();
    void measuresLatencyAsSortingDoes();
    void obeysLittlesLaw();
    void readsARange();
    void isEmptyForWhatItDoesNotKnow();
    void isReadWhileItIsFed();
};

void SeriesTest::losesNothingHoweverLongTheRun_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("mostPoints");
    QTest::newRow("fine bins") << 2'000 << 0;
    QTest::newRow("merged bins") << 100'000 << 0;
    QTest::newRow("merged bins, taken together") << 100'000 << 50;
}

void SeriesTest::losesNothingHoweverLongTheRun() {
    QFETCH(int, count);
    QFETCH(int, mostPoints);
    const auto events = sample::trace(static_cast<std::size_t>(count), 31);
    Aggregator aggregator(sample::table());
    aggregator.accept(events, events.back().at);
    const auto read = [&](EntityId entity, Metric metric) {
        const auto points = aggregator.series(entity, metric, TraceTime::zero(), TraceTime::max(),
                                              static_cast<std::size_t>(mostPoints));
        if (mostPoints > 0 && points.size() > static_cast<std::size_t>(mostPoints))
            return -1.0;
        return sumOf(points, metric == Metric::In || metric == Metric::Out);
    };
    const auto counted = [&](EventKind kind, EntityId subject) {
        return static_cast<double>(std::count_if(events.begin(), events.end(), [&](const TraceEvent& one) {
            return one.kind == kind && one.subject == subject;
        }));
    };
    QCOMPARE(std::round(read(sample::kQueue, Metric::In)), counted(EventKind::Enqueued, sample::kQueue));
    QCOMPARE(std::round(read(sample::kQueue, Metric::Out)), counted(EventKind::Acknowledged, sample::kQueue));
    QCOMPARE(read(sample::kQueue, Metric::DeadLetters), counted(EventKind::DeadLettered, sample::kQueue));
    QCOMPARE(read(sample::kDead, Metric::DeadLetters), counted(EventKind::DeadLettered, sample::kQueue));
    QCOMPARE(read(kNoEntity, Metric::DeadLetters), counted(EventKind::DeadLettered, sample::kQueue));
    QCOMPARE(read(sample::kUsers, Metric::Failed), counted(EventKind::Failed, sample::kUsers));
    QCOMPARE(read(kNoEntity, Metric::Events), static_cast<double>(events.size()));
}

void SeriesTest::keepsItsBinsBounded() {
    const auto events = sample::trace(50'000, 32);
    Aggregator aggregator(sample::table());
    aggregator.accept(events, events.back().at);
    aggregator.accept({}, std::chrono::hours(24 * 365));
    const auto points = aggregator.series(kNoEntity, Metric::Events, TraceTime::zero(), TraceTime::max());
    QVERIFY(points.size() <= 2048);
    QCOMPARE(sumOf(points, false), 50'000.0);
    QVERIFY(aggregator.binWidth() > std::chrono::hours(1));
}

void SeriesTest::measuresLatencyAsSortingDoes() {
    const auto events = sample::trace(60'000, 33);
    Aggregator aggregator(sample::table());
    aggregator.accept(events, events.back().at);
    std::vector<std::int64_t> work;
    for (const TraceEvent& event : events) {
        if (event.kind == EventKind::WorkFinished)
            work.push_back(event.value);
    }
    std::sort(work.begin(), work.end());
    const std::pair<Metric, double> wanted[] = {{Metric::P50, 0.5}, {Metric::P95, 0.95}, {Metric::P99, 0.99}};
    for (const auto& [metric, fraction] : wanted) {
        const auto points = aggregator.series(sample::kUsers, metric, TraceTime::zero(), TraceTime::max(), 1);
        QCOMPARE(points.size(), std::size_t(1));
        const auto rank =
            static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(work.size()))) - 1;
        const auto exact = static_cast<double>(work[rank]);
        // Eight buckets a power of two: half of one is 6 %.
        QVERIFY(std::abs(points.front().value - exact) < 0.07 * exact);
    }
}

void SeriesTest::obeysLittlesLaw() {
    const auto events = sample::trace(100'000, 34);
    Aggregator aggregator(sample::table());
    aggregator.accept(events, events.back().at);
    const TraceTime end = events.back().at;
    double busy = 0;
    for (const SeriesPoint& point :
         aggregator.series(sample::kUsers, Metric::Busy, TraceTime::zero(), TraceTime::max()))
        busy += point.value * seconds(point.width) / seconds(end);
    double worked = 0;
    for (const TraceEvent& event : events)
        worked += event.kind == EventKind::WorkFinished ? static_cast<double>(event.value) : 0.0;
    const double expected = worked / static_cast<double>(end.count());
    QVERIFY(std::abs(busy - expected) < 0.01 * expected);
}

void SeriesTest::readsARange() {
    const auto events = sample::trace(20'000, 35);
    Aggregator aggregator(sample::table());
    aggregator.accept(events, events.back().at);
    const TraceTime from = events.back().at / 4;
    const TraceTime to = events.back().at / 2;
    const auto points = aggregator.series(kNoEntity, Metric::Events, from, to);
    QVERIFY(!points.empty());
    QVERIFY(points.front().at <= from && points.front().at + points.front().width > from);
    QVERIFY(points.back().at <= to && points.back().at + points.back().width > to);
    QVERIFY(aggregator.series(kNoEntity, Metric::Events, to, from).empty());
}

void SeriesTest::isEmptyForWhatItDoesNotKnow() {
    Aggregator aggregator(sample::table());
    QVERIFY(aggregator.series(kNoEntity, Metric::In, TraceTime::zero(), TraceTime::max()).empty());
    aggregator.accept({}, TraceTime(1'000'000'000));
    QVERIFY(aggregator.series(4711, Metric::In, TraceTime::zero(), TraceTime::max()).empty());
    for (const SeriesPoint& point :
         aggregator.series(sample::kQueue, Metric::Depth, TraceTime::zero(), TraceTime::max()))
        QCOMPARE(point.value, 0.0);
}

void SeriesTest::isReadWhileItIsFed() {
    const auto events = sample::trace(60'000, 34);
    const auto all = static_cast<double>(events.size());
    Aggregator aggregator(sample::table());
    const auto taken = [&] {
        return sumOf(aggregator.series(kNoEntity, Metric::Events, TraceTime::zero(), TraceTime::max()),
                     false);
    };
    std::atomic<bool> done = false;
    std::atomic<int> wrong = 0;
    std::thread reader([&] {
        double before = 0;
        do {
            const double now = taken();
            if (now < before || now > all)
                ++wrong;
            before = now;
        } while (!done);
    });
    constexpr std::size_t kBatch = 100;
    for (std::size_t i = 0; i < events.size(); i += kBatch) {
        const auto batch = std::span(events).subspan(i, std::min(kBatch, events.size() - i));
        aggregator.accept(batch, batch.back().at);
    }
    done = true;
    reader.join();
    QCOMPARE(wrong.load(), 0);
    QCOMPARE(taken(), all);
}

QTEST_APPLESS_MAIN(SeriesTest)
#include "tst_series.moc"
