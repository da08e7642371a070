#include <QtTest>
#include <set>

#include "core/interchange/otlpexport.h"
#include "tests/interchange/imported.h"
#include "tests/interchange/importsamples.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

/// Empty: it cannot be exported.
std::string otlpOf(const TraceStore& store) {
    std::string json;
    OtlpScope scope;
    scope.write = [&json](const std::string& piece) {
        json += piece;
        return true;
    };
    return exportOtlp(store, scope).ok() ? json : std::string();
}

}  // namespace

/// Spans of OpenTelemetry, written and read.
class OtlpTest : public QObject {
    Q_OBJECT
private slots:
    void otlpBecomesADrawing();
    void otlpLinesAreReadOneByOne();
    void otlpGivesTheSameMessagesAgain();
    void otlpHasCallsAndDeadLetters();
    void clocksThatDifferAreNamed();
};

void OtlpTest::otlpBecomesADrawing() {
    const auto trace = importTrace(kOtlp, "otel");
    QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().text().c_str());
    QCOMPARE(linksOf(*trace), (std::vector<std::string>{"billing publish invoices", "orders consume billing",
                                                        "shop publish orders"}));
    QCOMPARE(countOf(*trace, EventKind::MessageCreated), std::size_t(2));
    QCOMPARE(countOf(*trace, EventKind::Enqueued), std::size_t(1));
    QCOMPARE(countOf(*trace, EventKind::Appended), std::size_t(1));
    const auto of = [&](EventKind kind) {
        return *std::find_if(trace->events.begin(), trace->events.end(),
                             [kind](const TraceEvent& e) { return e.kind == kind; });
    };
    // Joined by the link of the consumer's span; what is sent while working on it has it as its cause.
    QCOMPARE(of(EventKind::Delivered).message, of(EventKind::Enqueued).message);
    QCOMPARE(of(EventKind::Delivered).value,
             (of(EventKind::Delivered).at - of(EventKind::Enqueued).at).count());
    QVERIFY(of(EventKind::Delivered).value > 0);
    QVERIFY(of(EventKind::WorkStarted).at == 10ms && of(EventKind::WorkFinished).at == 30ms);
    QCOMPARE(of(EventKind::WorkFinished).cause(), FailureKind::UnexpectedError);
    const auto last = std::find_if(trace->events.rbegin(), trace->events.rend(),
                                   [](const TraceEvent& e) { return e.kind == EventKind::MessageCreated; });
    QCOMPARE(MessageId(last->peer), of(EventKind::Enqueued).message);
    QCOMPARE(of(EventKind::Appended).peer, 2U);
    QCOMPARE(countOf(*trace, EventKind::Acknowledged), std::size_t(0));
}

void OtlpTest::otlpLinesAreReadOneByOne() {
    std::string line(kOtlp);
    std::erase(line, '\n');
    const auto trace = importTrace(line + "\n{broken\n" + line + "\n", "otel");
    QVERIFY(trace.ok());
    QVERIFY(warns(*trace, "line 2", "no JSON"));
    QVERIFY(countOf(*trace, EventKind::Enqueued) == 2);
}

void OtlpTest::otlpGivesTheSameMessagesAgain() {
    const auto store = storeOf(example("price-change"));
    const std::string json = otlpOf(*store);
    QVERIFY(!json.empty());
    QVERIFY(Json::accept(json));
    const auto trace = importTrace(json, "again");
    QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().text().c_str());
    // Appended to the topic as often, at the same times counted from the first.
    std::multiset<std::int64_t> before;
    std::multiset<std::int64_t> after;
    store->visit(0, store->size(), [&](Sequence, const TraceEvent& event) {
        if (event.kind == EventKind::Appended)
            before.insert(event.at.count());
        return true;
    });
    for (const TraceEvent& event : trace->events) {
        if (event.kind == EventKind::Appended)
            after.insert(event.at.count());
    }
    QVERIFY(!before.empty());
    QCOMPARE(after.size(), before.size());
    const std::int64_t shift = *before.begin() - *after.begin();
    for (auto a = before.begin(), b = after.begin(); a != before.end(); ++a, ++b)
        QCOMPARE(*b + shift, *a);
    QVERIFY(countOf(*trace, EventKind::WorkFinished) > before.size());
}

void OtlpTest::otlpHasCallsAndDeadLetters() {
    const auto store = storeOf(example("update-user-email"), "processing-bug");
    const std::string json = otlpOf(*store);
    QVERIFY(!json.empty());
    std::map<int, int> kinds;
    std::set<std::string> ids;
    std::vector<std::string> parents;
    int spans = 0;
    int timeouts = 0;
    const Json parsed = Json::parse(json);
    for (const Json& resource : parsed["resourceSpans"]) {
        for (const Json& span : resource["scopeSpans"][0]["spans"]) {
            ++spans;
            ++kinds[span["kind"].get<int>()];
            ids.insert(span["spanId"].get<std::string>());
            if (span["name"].get<std::string>().starts_with("process "))
                parents.push_back(span["parentSpanId"].get<std::string>());
            timeouts +=
                span["kind"] == 3 && span.contains("status") && span["status"]["message"] == "caller timeout"
                    ? 1
                    : 0;
        }
    }
    int answered = 0;
    int timedOut = 0;
    std::multiset<std::int64_t> died;
    store->visit(0, store->size(), [&](Sequence, const TraceEvent& event) {
        answered += event.kind == EventKind::Answered ? 1 : 0;
        timedOut += event.kind == EventKind::TimedOut ? 1 : 0;
        if (event.kind == EventKind::DeadLettered)
            died.insert(event.at.count());
        return true;
    });
    QVERIFY(answered > 10 && timedOut > 3 && died.size() > 3);
    QCOMPARE(kinds[3], answered + timedOut + int(died.size()));  // SPAN_KIND_CLIENT
    QVERIFY(kinds[2] > 10);                                      // SPAN_KIND_SERVER
    // The user of such a request is told of it as well.
    QVERIFY(timeouts >= timedOut);
    // No id is given twice but to a message that is worked on again; every parent is there.
    QVERIFY(spans - int(ids.size()) < int(died.size()) * 8);
    for (const std::string& parent : parents)
        QVERIFY(ids.contains(parent));
    // What died comes back.
    const auto trace = importTrace(json, "again");
    QVERIFY(trace.ok());
    std::multiset<std::int64_t> again;
    for (const TraceEvent& event : trace->events) {
        if (event.kind != EventKind::DeadLettered)
            continue;
        again.insert(event.at.count());
        QCOMPARE(trace->table->entities[event.subject].name, std::string("User commands"));
        QCOMPARE(trace->table->entities[event.peer].name, std::string("Dead commands"));
        QCOMPARE(event.cause(), FailureKind::UnexpectedError);
        QCOMPARE(static_cast<DeathReason>(event.detail), DeathReason::Rejected);
    }
    QCOMPARE(again.size(), died.size());
    const std::int64_t shift = *died.begin() - *again.begin();
    for (auto a = died.begin(), b = again.begin(); a != died.end(); ++a, ++b)
        QCOMPARE(*b + shift, *a);
}

void OtlpTest::clocksThatDifferAreNamed() {
    // The consumer's clock is 30 ms behind: it has the message 20 ms before it was sent.
    std::string behind(kOtlp);
    const auto replace = [&behind](const char* what, const char* by) {
        const std::size_t at = behind.find(what);
        behind.replace(at, std::strlen(what), by);
    };
    replace("1767225600010000000", "1767225599980000000");
    const auto trace = importTrace(behind, "otel");
    QVERIFY(trace.ok());
    QVERIFY(warns(*trace, "", "the clock of 'billing' is behind that of 'shop' by 20.0 ms"));
    QCOMPARE(importTrace(kOtlp, "otel")->warnings.size(), std::size_t(0));
    // And a jump of hours.
    replace("1767225600021000000", "1767235600021000000");
    const auto later = importTrace(behind, "otel");
    QVERIFY(later.ok());
    QVERIFY(warns(*later, "", "nothing happens for 2 h 46 min"));
}

QTEST_GUILESS_MAIN(OtlpTest)
#include "tst_otlp.moc"
