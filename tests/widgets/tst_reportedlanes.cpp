#include <QtTest>

#include "tests/trace/sampletrace.h"
#include "widgets/timeline/reportedlanes.h"

using namespace sluice;

/// The timeline of a live broker, which reports figures.
class ReportedLanesTest : public QObject {
    Q_OBJECT

private:
    static TraceEvent report(EventKind kind, EntityId subject, int what, std::int64_t value, int second) {
        TraceEvent event;
        event.at = std::chrono::seconds(second);
        event.kind = kind;
        event.subject = subject;
        event.detail = static_cast<std::uint16_t>(what);
        event.value = value;
        event.peer = 5000;
        return event;
    }
    static void compare(const std::vector<double>& parts, const std::vector<double>& expected) {
        QCOMPARE(parts.size(), expected.size());
        for (std::size_t i = 0; i < parts.size(); ++i)
            QVERIFY2(std::abs(parts[i] - expected[i]) < 0.5,
                     qPrintable(QString("part %1: %2").arg(i).arg(parts[i])));
    }

private slots:
    void spreadsWhatPassedAndMarksDeadLettersWhereTheyCame() {
        Aggregator figures(sample::table());
        QVERIFY(!figures.isReported());
        const auto take = [&](std::vector<TraceEvent> events, int horizon) {
            figures.accept(events, std::chrono::seconds(horizon));
        };
        take({report(EventKind::ConnectionMade, kNoEntity, 0, 0, 1),
              report(EventKind::Observed, sample::kDead, int(Gauge::Ready), 900, 1)},
             1);
        QVERIFY(figures.isReported());
        for (const int second : {6, 11, 16})
            take({report(EventKind::Counted, sample::kQueue, int(Flow::Out), 500, second),
                  report(EventKind::Observed, sample::kDead, int(Gauge::Ready), second == 11 ? 907 : 900,
                         second)},
                 second + 3);
        std::vector<double> passed(10);
        spreadReported(figures, Metric::Out, TraceTime::zero(), std::chrono::seconds(20), passed);
        compare(passed, {100, 200, 200, 200, 200, 200, 200, 200, 0, 0});
        std::vector<double> died(10);
        spreadReported(figures, Metric::DeadLetters, TraceTime::zero(), std::chrono::seconds(20), died);
        // The 900 of the first report may have been there for days.
        compare(died, {0, 0, 0, 0, 0, 7, 0, 0, 0, 0});
        // A part of the time only.
        std::vector<double> part(2);
        spreadReported(figures, Metric::Out, std::chrono::seconds(3), std::chrono::seconds(4), part);
        compare(part, {50, 50});
    }
};

QTEST_APPLESS_MAIN(ReportedLanesTest)
#include "tst_reportedlanes.moc"
