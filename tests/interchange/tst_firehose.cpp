#include <QtTest>

#include "tests/interchange/imported.h"
#include "tests/interchange/importsamples.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

/// What RabbitMQ's firehose tells, as text and as JSON.
class FirehoseTest : public QObject {
    Q_OBJECT
private slots:
    void firehoseTextBecomesADrawing();
    void firehoseJsonBecomesADrawing();
};

void FirehoseTest::firehoseTextBecomesADrawing() {
    const auto trace = importTrace(kFirehoseText, "firehose");
    QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().text().c_str());
    QCOMPARE(countOf(*trace, EventKind::MessageCreated), std::size_t(2));
    // One copy for each queue.
    QCOMPARE(countOf(*trace, EventKind::Enqueued), std::size_t(2));
    QCOMPARE(countOf(*trace, EventKind::Delivered), std::size_t(1));
    QCOMPARE(countOf(*trace, EventKind::Discarded), std::size_t(1));
    const auto delivered = std::find_if(trace->events.begin(), trace->events.end(),
                                        [](const TraceEvent& e) { return e.kind == EventKind::Delivered; });
    QCOMPARE(delivered->message, trace->events.front().message);
    QVERIFY(delivered->at == 100ms);
    QCOMPARE(delivered->value, std::int64_t(100'000'000));
    const std::string_view text = kFirehoseText;
    const auto line =
        1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(text.find("nonsense")), '\n');
    QVERIFY(warns(*trace, "line " + std::to_string(line), "passed over"));
    QVERIFY(warns(*trace, "", "acknowledgements"));
    const auto links = linksOf(*trace);
    QVERIFY(std::find(links.begin(), links.end(), "exchange-orders bind queue-shipping") != links.end());
}

void FirehoseTest::firehoseJsonBecomesADrawing() {
    const auto trace = importTrace(kFirehoseJson, "firehose");
    QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().text().c_str());
    QCOMPARE(countOf(*trace, EventKind::Enqueued), std::size_t(2));
    // Two that are alike: the first that came is delivered first.
    QCOMPARE(trace->events.back().kind, EventKind::Delivered);
    QCOMPARE(trace->events.back().message, trace->events.front().message);
    QVERIFY(warns(*trace, "line 3", "passed over"));
}

QTEST_GUILESS_MAIN(FirehoseTest)
#include "tst_firehose.moc"
