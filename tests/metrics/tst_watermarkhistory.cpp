#include <QtTest>

#include "core/metrics/timelagmeter.h"
#include "core/metrics/watermarkhistory.h"

using namespace sluice;
using namespace std::chrono_literals;

/// How old a record is, out of where its partition ended when.
class WatermarkHistoryTest : public QObject {
    Q_OBJECT

private:
    static double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

private slots:
    void recordsOfASteadyStreamAreAsOldAsTheyAre() {
        // 100 records a second from the beginning: the one at offset n came at n / 100 s.
        WatermarkHistory history;
        for (int second = 0; second <= 600; second += 5)
            history.add(std::chrono::seconds(second), second * 100);
        for (const std::int64_t offset : {59'999, 59'000, 50'000, 30'000, 1'000, 0}) {
            const auto age = history.ageOf(offset, 600s);
            QVERIFY(!age.atLeast);
            QVERIFY2(std::abs(seconds(age.value) - (600 - double(offset + 1) / 100)) < 0.02,
                     qPrintable(QString::number(seconds(age.value))));
        }
        QCOMPARE(history.ageOf(60'000, 600s), WatermarkHistory::Age{});
        QCOMPARE(history.ageOf(70'000, 600s), WatermarkHistory::Age{});
    }
    void whatIsOlderThanWhatIsKnownIsAtLeastThat() {
        WatermarkHistory history;
        QCOMPARE(history.ageOf(3, 10s), WatermarkHistory::Age{});
        history.add(10s, 500);
        history.add(20s, 600);
        QCOMPARE(history.ageOf(499, 30s), (WatermarkHistory::Age{20s, true}));
        QCOMPARE(history.ageOf(599, 30s), (WatermarkHistory::Age{10s, false}));
    }
    void aPauseMakesNoRecordOlder() {
        WatermarkHistory history;
        history.add(0s, 0);
        history.add(5s, 10);
        for (int second = 10; second <= 3600; second += 5)
            history.add(std::chrono::seconds(second), 10);
        history.add(3605s, 11);
        const auto age = history.ageOf(10, 3606s);
        QVERIFY2(age.value <= 6s, qPrintable(QString::number(seconds(age.value))));
        QVERIFY(history.ageOf(9, 3606s).value >= 3600s);
    }
    void aTopicThatIsMadeAnewBeginsAgain() {
        WatermarkHistory history;
        history.add(0s, 1000);
        history.add(10s, 2000);
        history.add(20s, 5);
        QCOMPARE(history.end(), 5);
        QCOMPARE(history.ageOf(1500, 30s), WatermarkHistory::Age{});
    }
    void remembersRoughlyWhatIsLongAgo() {
        WatermarkHistory history;
        for (int second = 0; second <= 100'000; ++second)
            history.add(std::chrono::seconds(second), second);
        // Within a tenth, however old, and the newest to the second.
        for (const std::int64_t offset : {99'999, 99'990, 99'900, 90'000, 50'000, 10}) {
            const double right = 100'000 - double(offset + 1);
            QVERIFY(std::abs(seconds(history.ageOf(offset, 100'000s).value) - right) <= 1 + right / 10);
        }
    }
    void theMeterKnowsFromWhenOnWasCounted() {
        EntityTable table;
        table.entities.push_back(
            {.id = "t", .name = "t", .elementKind = ElementKind::Topic, .partitions = 2});
        table.entities.push_back({.id = "s", .name = "s", .elementKind = ElementKind::Service});
        table.entities.push_back({.id = "t-to-s",
                                  .name = "t-to-s",
                                  .isLink = true,
                                  .linkKind = LinkKind::Consume,
                                  .from = 0,
                                  .to = 1});
        TimeLagMeter meter(table);
        const auto observed = [&](TraceTime at, EntityId subject, Gauge gauge, std::uint32_t partition,
                                  std::int64_t value) {
            meter.apply({.at = at,
                         .value = value,
                         .subject = subject,
                         .peer = partition,
                         .detail = std::uint16_t(gauge),
                         .kind = EventKind::Observed});
        };
        observed(0s, 2, Gauge::Committed, 0, 100);
        observed(0s, 2, Gauge::Committed, 1, -1);
        observed(0s, 0, Gauge::EndOffset, 0, 100);
        observed(0s, 0, Gauge::EndOffset, 1, 7000);
        QVERIFY(meter.isActive());
        // Caught up; where it never committed nothing is told.
        QCOMPARE(meter.age(2, 10s), WatermarkHistory::Age{});
        // An hour later ten came in the last 5 s; only changes are told.
        meter.apply({.at = 3600s,
                     .value = 10,
                     .subject = 0,
                     .peer = 5000,
                     .detail = std::uint16_t(Flow::In),
                     .kind = EventKind::Counted});
        observed(3600s, 0, Gauge::EndOffset, 0, 110);
        const auto age = meter.age(2, 3600s);
        QVERIFY(age && !age->atLeast);
        QVERIFY2(age->value > 4s && age->value <= 5s, qPrintable(QString::number(seconds(age->value))));
        // What nobody reads grows old.
        QVERIFY(meter.age(2, 3700s)->value > 104s);
        QCOMPARE(meter.age(1, 3700s), std::nullopt);
    }
};

QTEST_GUILESS_MAIN(WatermarkHistoryTest)
#include "tst_watermarkhistory.moc"
