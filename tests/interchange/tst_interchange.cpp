#include <QStringEncoder>
#include <QtTest>
#include <set>

#include "core/diagram/rules.h"
#include "core/interchange/csvimport.h"
#include "core/interchange/csvtext.h"
#include "core/interchange/eventcsv.h"
#include "core/interchange/eventjson.h"
#include "core/interchange/importtime.h"
#include "core/interchange/importtrace.h"
#include "core/interchange/otlpexport.h"
#include "core/trace/eventfields.h"
#include "tests/engine/randomdrawing.h"
#include "tests/engine/simulated.h"
#include "tests/interchange/importedcheck.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

Diagram example(const std::string& name) {
    auto loaded = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/" + name + ".sluice");
    if (!loaded)
        qFatal("%s", loaded.error().text().c_str());
    return std::move(loaded).value().diagram;
}

std::unique_ptr<TraceStore> storeOf(const Diagram& diagram, const std::string& scenario = {}) {
    RunOptions options;
    options.scenario = scenario;
    auto simulation = Simulation::create(diagram, options);
    if (!simulation)
        qFatal("%s", simulation.error().text().c_str());
    auto store = std::make_unique<TraceStore>(simulation->table());
    simulation->runUntil(TraceTime::max(), *store);
    return store;
}

std::string csvOf(const TraceStore& store) {
    std::string csv = eventCsvHead();
    store.visit(0, store.size(), [&](Sequence, const TraceEvent& event) {
        csv += eventCsvRow(event, store.table());
        return true;
    });
    return csv;
}

std::string idOf(EntityId id, const EntityTable& table) {
    return id < table.entities.size() ? table.entities[id].id : std::string("-");
}

/// An event with names instead of numbers that each table counts in its own way.
std::string told(const TraceEvent& event, const EntityTable& table) {
    const EventFields fields = fieldsOf(event.kind);
    const std::string peer =
        fields.peer == EventField::Target ? idOf(event.peer, table) : std::to_string(event.peer);
    const std::string detail = fields.detail == EventField::Type && event.detail < table.types.size()
                                   ? table.types[event.detail].id
                                   : std::to_string(event.detail);
    return std::to_string(event.at.count()) + ' ' + std::string(kindName(event.kind)) + ' ' +
           idOf(event.subject, table) + ' ' + std::to_string(event.message) + ' ' + peer + ' ' + detail +
           ' ' + std::to_string(event.value) + ' ' + std::to_string(event.marks);
}

void roundTrips(const TraceStore& store) {
    const auto imported = importTrace(csvOf(store), "again");
    QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().text().c_str());
    for (const Error& warning : imported->warnings)
        QFAIL(warning.text().c_str());
    QCOMPARE(Sequence(imported->events.size()), store.size());
    // Who took part is the same as well, of those that something happened at.
    for (const Entity& entity : imported->table->entities) {
        const EntityId before = store.table().find(entity.id);
        QVERIFY2(before != kNoEntity, entity.id.c_str());
        const Entity& own = store.table().entities[before];
        QVERIFY2(own.isLink == entity.isLink && (own.isLink || own.elementKind == entity.elementKind),
                 entity.id.c_str());
        if (own.isLink) {
            QCOMPARE(idOf(entity.from, *imported->table), idOf(own.from, store.table()));
            QCOMPARE(idOf(entity.to, *imported->table), idOf(own.to, store.table()));
        }
    }
    for (Sequence i = 0; i < store.size(); ++i) {
        TraceEvent event = store.at(i);
        // What the CSV has no column for.
        if (event.kind == EventKind::QueueDeleted && event.message != 0)
            event.detail = 0;
        const std::string before = told(event, store.table());
        const std::string after = told(imported->events[i], *imported->table);
        if (before != after)
            QFAIL(qPrintable(QString("event %1: %2, not %3").arg(i).arg(after.c_str()).arg(before.c_str())));
    }
}

std::vector<std::string> linksOf(const ImportedTrace& trace) {
    std::vector<std::string> links;
    for (const Link& link : trace.diagram.links)
        links.push_back(link.from + ' ' + std::string(kindName(link.kind)) + ' ' + link.to);
    std::sort(links.begin(), links.end());
    return links;
}

std::size_t countOf(const ImportedTrace& trace, EventKind kind) {
    return static_cast<std::size_t>(std::count_if(trace.events.begin(), trace.events.end(),
                                                  [kind](const TraceEvent& e) { return e.kind == kind; }));
}

bool warns(const ImportedTrace& trace, std::string_view line, std::string_view sentence) {
    return std::any_of(trace.warnings.begin(), trace.warnings.end(), [&](const Error& warning) {
        return warning.where == line && warning.sentence.find(sentence) != std::string::npos;
    });
}

// As the plugin's format strings have it (rabbit_tracing_consumer.erl).
constexpr auto kFirehoseText = R"(
================================================================================
2026-11-21 9:53:11:301: Message published

Node:         rabbit@host
Connection:   127.0.0.1:52362 -> 127.0.0.1:5672
Virtual host: /
User:         shop
Channel:      1
Exchange:     orders
Routing keys: [<<"order.placed">>]
Routed queues: [<<"billing">>,
                <<"shipping">>]
Properties:   [{<<"message_id">>,longstr,<<"o-1">>},
               {<<"delivery_mode">>,signedint,2}]
Payload: 
{"order":1}

================================================================================
2026-11-21 9:53:11:401: Message received

Node:         rabbit@host
Connection:   127.0.0.1:52364 -> 127.0.0.1:5672
Virtual host: /
User:         clerk
Channel:      1
Exchange:     orders
Routing keys: [<<"order.placed">>]
Queue:        billing
Properties:   [{<<"message_id">>,longstr,<<"o-1">>},
               {<<"delivery_mode">>,signedint,2}]
Payload: 
{"order":1}

================================================================================
nonsense

================================================================================
2026-11-21 9:53:12:001: Message published

Node:         rabbit@host
Connection:   127.0.0.1:52362 -> 127.0.0.1:5672
Virtual host: /
User:         shop
Channel:      1
Exchange:     orders
Routing keys: [<<"nobody">>]
Routed queues: []
Properties:   []
Payload: 
lost
)";

constexpr auto kFirehoseJson =
    R"({"timestamp":"2026-11-21 9:53:11:301","type":"published","node":"rabbit@h","connection":"c","vhost":"/","user":"shop","channel":1,"exchange":"","queue":"none","routed_queues":["jobs"],"routing_keys":["jobs"],"properties":{},"payload":"YQ=="}
{"timestamp":"2026-11-21 9:53:11:302","type":"published","node":"rabbit@h","connection":"c","vhost":"/","user":"shop","channel":1,"exchange":"","queue":"none","routed_queues":["jobs"],"routing_keys":["jobs"],"properties":{},"payload":"YQ=="}
not json
{"timestamp":"2026-11-21 9:53:11:350","type":"received","node":"rabbit@h","connection":"c","vhost":"/","user":"shop","channel":1,"exchange":"","queue":"jobs","routed_queues":"none","routing_keys":["jobs"],"properties":{},"payload":"YQ=="}
)";

// The example of a span in the OTLP specification's shape, with the attributes of the messaging
// conventions 1.27.
constexpr auto kOtlp = R"({"resourceSpans":[
 {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
  "scopeSpans":[{"spans":[
   {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"00f067aa0ba902b7","name":"send orders","kind":4,
    "startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600002000000",
    "attributes":[{"key":"messaging.system","value":{"stringValue":"rabbitmq"}},
     {"key":"messaging.destination.name","value":{"stringValue":"orders"}},
     {"key":"messaging.operation.type","value":{"stringValue":"send"}}]},
   {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"1111111111111111","name":"GET /","kind":3,
    "startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600002000000","attributes":[]}]}]},
 {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"billing"}}]},
  "scopeSpans":[{"spans":[
   {"traceId":"a3ce929d0e0e47364bf92f3577b34da6","spanId":"2222222222222222","name":"process orders","kind":5,
    "startTimeUnixNano":"1767225600010000000","endTimeUnixNano":"1767225600030000000",
    "links":[{"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"00f067aa0ba902b7"}],
    "status":{"code":2},
    "attributes":[{"key":"messaging.system","value":{"stringValue":"rabbitmq"}},
     {"key":"messaging.destination.name","value":{"stringValue":"orders"}},
     {"key":"messaging.operation.type","value":{"stringValue":"process"}}]},
   {"traceId":"a3ce929d0e0e47364bf92f3577b34da6","spanId":"3333333333333333","parentSpanId":"2222222222222222",
    "name":"send invoices","kind":4,
    "startTimeUnixNano":"1767225600020000000","endTimeUnixNano":"1767225600021000000",
    "attributes":[{"key":"messaging.system","value":{"stringValue":"kafka"}},
     {"key":"messaging.destination.name","value":{"stringValue":"invoices"}},
     {"key":"messaging.destination.partition.id","value":{"stringValue":"2"}},
     {"key":"messaging.operation.type","value":{"stringValue":"send"}}]}]}]}]})";

}  // namespace

class InterchangeTest : public QObject {
    Q_OBJECT
private slots:
    void csvGivesTheSameEventsAgain_data();
    void csvGivesTheSameEventsAgain();
    void csvOfRandomDesignsGivesTheSameEventsAgain();
    void csvRowsAreReadAsTheStandardHasIt();
    void csvFromElsewhereMakesADrawing();
    void badRowsAreNamedAndTheRestGoesOn();
    void clockJumpsAreNamed();
    void clocksThatDifferAreNamed();
    void otlpHasCallsAndDeadLetters();
    void timesAreExact_data();
    void timesAreExact();
    void jsonLinesTellTheSame();
    void otlpBecomesADrawing();
    void otlpLinesAreReadOneByOne();
    void otlpGivesTheSameMessagesAgain();
    void firehoseTextBecomesADrawing();
    void firehoseJsonBecomesADrawing();
    void importedDrawingsAreValid();
    void uselessFilesAreRefused_data();
    void uselessFilesAreRefused();
    void survivesAnyPrefix();
    void survivesWhatFuzzingFound();
    void namesOfAnyEncodingAreRead_data();
    void namesOfAnyEncodingAreRead();
};

void InterchangeTest::csvGivesTheSameEventsAgain_data() {
    QTest::addColumn<QString>("drawing");
    QTest::addColumn<QString>("scenario");
    for (const char* drawing : {"update-user-email", "password-change", "price-change"}) {
        for (const Scenario& scenario : example(drawing).scenarios)
            QTest::addRow("%s %s", drawing, scenario.id.c_str())
                << drawing << QString::fromStdString(scenario.id);
    }
}

void InterchangeTest::csvGivesTheSameEventsAgain() {
    QFETCH(QString, drawing);
    QFETCH(QString, scenario);
    roundTrips(*storeOf(example(drawing.toStdString()), scenario.toStdString()));
}

void InterchangeTest::csvOfRandomDesignsGivesTheSameEventsAgain() {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        roundTrips(*storeOf(parsed(RandomDrawing(seed).text())));
        if (QTest::currentTestFailed()) {
            qWarning("drawing %d", int(seed));
            return;
        }
    }
}

void InterchangeTest::csvRowsAreReadAsTheStandardHasIt() {
    CsvReader reader("a,\"b,\"\"c\"\"\nd\",\r\n\r\n\"\",e", ',');
    QCOMPARE(*reader.next(), (std::vector<std::string>{"a", "b,\"c\"\nd", ""}));
    QCOMPARE(*reader.next(), (std::vector<std::string>{"", "e"}));
    QCOMPARE(reader.line(), std::size_t(4));
    QVERIFY(!reader.next());
    for (const char* text : {"plain", "a,b", "\"", "x\ny", ""}) {
        const std::string row = csvCell(text) + ",end";
        CsvReader again(row, ',');
        QCOMPARE(again.next()->front(), std::string(text));
    }
}

void InterchangeTest::csvFromElsewhereMakesADrawing() {
    // As somebody exports it from a log: semicolons, calendar times, their own names.
    const auto trace = importTrace(
        "Timestamp;Event;Service;Queue;Message ID;Message type;Cause\n"
        "2026-11-21T10:00:00.000Z;message-created;shop;;abc-def;Order;\n"
        "2026-11-21T10:00:00.010Z;enqueued;;orders;abc-def;;\n"
        "2026-11-21T10:00:00.020Z;delivered;;orders;abc-def;;\n"
        "2026-11-21T10:00:00.021Z;WorkStarted;billing;;abc-def;;\n"
        "2026-11-21T10:00:00.121Z;work finished;billing;;abc-def;;unexpected error\n",
        "shop");
    QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().text().c_str());
    QCOMPARE(trace->events.size(), std::size_t(5));
    QVERIFY(trace->events.front().at == 0ns && trace->events.back().at == 121ms);
    QCOMPARE(trace->events.back().cause(), FailureKind::UnexpectedError);
    QCOMPARE(linksOf(*trace), (std::vector<std::string>{"orders consume billing", "shop publish orders"}));
    QCOMPARE(trace->table->types.front().id, std::string("Order"));
    // Ready messages were counted, as the file does not tell.
    QCOMPARE(trace->events[1].value, std::int64_t(1));
}

void InterchangeTest::badRowsAreNamedAndTheRestGoesOn() {
    const auto trace = importTrace(
        "time,kind,element,message\n"
        "0,enqueued,q,m-1\n"
        "soon,enqueued,q,m-2\n"
        "1,exploded,q,m-3\n"
        "2,enqueued,,m-4\n"
        "3,enqueued,q,m-5\n",
        "t");
    QVERIFY(trace.ok());
    QCOMPARE(countOf(*trace, EventKind::Enqueued), std::size_t(2));
    QVERIFY(warns(*trace, "line 3", "'soon' is no time"));
    QVERIFY(warns(*trace, "line 4", "'exploded' is no kind"));
    QVERIFY(warns(*trace, "line 5", "no element"));
    QVERIFY(warns(*trace, "", "2 messages are first seen"));
}

void InterchangeTest::clockJumpsAreNamed() {
    const auto trace =
        importTrace("time,kind,element,message\n10,enqueued,q,1\n8,enqueued,q,2\n90000,enqueued,q,3\n", "t");
    QVERIFY(trace.ok());
    QVERIFY(warns(*trace, "line 3", "goes back by 2.00 s"));
    QVERIFY(warns(*trace, "line 4", "jumps ahead by"));
    QVERIFY(std::is_sorted(trace->events.begin(), trace->events.end(),
                           [](const TraceEvent& a, const TraceEvent& b) { return a.at < b.at; }));
}

void InterchangeTest::clocksThatDifferAreNamed() {
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

void InterchangeTest::timesAreExact_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("expected");  // -1: none
    QTest::newRow("whole") << "12" << qint64(12'000'000'000);
    QTest::newRow("nanoseconds") << "12.000000001" << qint64(12'000'000'001);
    QTest::newRow("finer") << "0.0000000019" << qint64(1);
    QTest::newRow("too large") << "9300000000" << qint64(-1);
    QTest::newRow("word") << "soon" << qint64(-1);
    QTest::newRow("rest") << "12s" << qint64(-1);
    // date -u -d 2026-11-21T10:00:00 +%s
    QTest::newRow("calendar") << "2026-11-21T10:00:00Z" << qint64(1'795'255'200'000'000'000);
    QTest::newRow("zone") << "2026-11-21 11:30:00.5+01:30" << qint64(1'795'255'200'500'000'000);
    QTest::newRow("firehose") << "2026-11-21 9:59:59:999" << qint64(1'795'255'199'999'000'000);
    QTest::newRow("no day") << "2026-02-30T10:00:00Z" << qint64(-1);
}

void InterchangeTest::timesAreExact() {
    QFETCH(QString, text);
    const std::string plain = text.toStdString();
    auto time = decimalTime(plain, 1s);
    if (!time)
        time = calendarTime(plain);
    QTEST(qint64(time ? time->count() : -1), "expected");
}

void InterchangeTest::jsonLinesTellTheSame() {
    const auto store = storeOf(example("update-user-email"));
    const TraceEvent event = store->at(5);
    const Json json = Json::parse(eventJson(5, event, store->table()));
    QCOMPARE(json["ns"].get<std::int64_t>(), std::int64_t(event.at.count()));
    QCOMPARE(json["kind"].get<std::string>(), std::string(kindName(event.kind)));
    QCOMPARE(json["element"].get<std::string>(), idOf(event.subject, store->table()));
}

void InterchangeTest::otlpBecomesADrawing() {
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
    QVERIFY(of(EventKind::WorkStarted).at == 10ms && of(EventKind::WorkFinished).at == 30ms);
    QCOMPARE(of(EventKind::WorkFinished).cause(), FailureKind::UnexpectedError);
    const auto last = std::find_if(trace->events.rbegin(), trace->events.rend(),
                                   [](const TraceEvent& e) { return e.kind == EventKind::MessageCreated; });
    QCOMPARE(MessageId(last->peer), of(EventKind::Enqueued).message);
    QCOMPARE(of(EventKind::Appended).peer, 2U);
    QCOMPARE(countOf(*trace, EventKind::Acknowledged), std::size_t(0));
}

void InterchangeTest::otlpLinesAreReadOneByOne() {
    std::string line(kOtlp);
    std::erase(line, '\n');
    const auto trace = importTrace(line + "\n{broken\n" + line + "\n", "otel");
    QVERIFY(trace.ok());
    QVERIFY(warns(*trace, "line 2", "no JSON"));
    QVERIFY(countOf(*trace, EventKind::Enqueued) == 2);
}

void InterchangeTest::otlpGivesTheSameMessagesAgain() {
    const auto store = storeOf(example("price-change"));
    std::string json;
    OtlpScope scope;
    scope.write = [&json](const std::string& piece) {
        json += piece;
        return true;
    };
    QVERIFY(exportOtlp(*store, scope).ok());
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

void InterchangeTest::otlpHasCallsAndDeadLetters() {
    const auto store = storeOf(example("update-user-email"), "processing-bug");
    std::string json;
    OtlpScope scope;
    scope.write = [&json](const std::string& piece) {
        json += piece;
        return true;
    };
    QVERIFY(exportOtlp(*store, scope).ok());
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

void InterchangeTest::firehoseTextBecomesADrawing() {
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
    const std::string_view text = kFirehoseText;
    const auto line =
        1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(text.find("nonsense")), '\n');
    QVERIFY(warns(*trace, "line " + std::to_string(line), "passed over"));
    QVERIFY(warns(*trace, "", "acknowledgements"));
    const auto links = linksOf(*trace);
    QVERIFY(std::find(links.begin(), links.end(), "exchange-orders bind queue-shipping") != links.end());
}

void InterchangeTest::firehoseJsonBecomesADrawing() {
    const auto trace = importTrace(kFirehoseJson, "firehose");
    QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().text().c_str());
    QCOMPARE(countOf(*trace, EventKind::Enqueued), std::size_t(2));
    // Two that are alike: the first that came is delivered first.
    QCOMPARE(trace->events.back().kind, EventKind::Delivered);
    QCOMPARE(trace->events.back().message, trace->events.front().message);
    QVERIFY(warns(*trace, "line 3", "passed over"));
}

void InterchangeTest::importedDrawingsAreValid() {
    const auto store = storeOf(example("update-user-email"));
    for (const std::string& text : {std::string(kOtlp), std::string(kFirehoseText), csvOf(*store)}) {
        const auto trace = importTrace(text, "t");
        QVERIFY(trace.ok());
        const auto again = parseDiagram(writeDiagram(trace->diagram));
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().text().c_str());
        for (const Error& warning : again->warnings)
            QFAIL(warning.text().c_str());
        QVERIFY(again->diagram == trace->diagram);
    }
}

void InterchangeTest::uselessFilesAreRefused_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("prose") << QByteArray("Dear reader,\nthis is a letter.\n");
    QTest::newRow("other JSON") << QByteArray("{\"a\":1}");
    QTest::newRow("head only") << QByteArray("time,kind,element\n");
    QTest::newRow("no span of messaging") << QByteArray("{\"resourceSpans\":[]}");
    QTest::newRow("bytes") << QByteArray("\x00\x01\xff\xfe", 4);
}

void InterchangeTest::uselessFilesAreRefused() {
    QFETCH(QByteArray, text);
    const auto trace = importTrace(std::string_view(text.constData(), std::size_t(text.size())), "t");
    QVERIFY(!trace.ok());
    QVERIFY(!trace.error().sentence.empty());
}

void InterchangeTest::survivesAnyPrefix() {
    const auto store = storeOf(example("price-change"));
    const std::string csv = csvOf(*store).substr(0, 4000);
    for (const std::string& text :
         {std::string(kOtlp), std::string(kFirehoseText), std::string(kFirehoseJson), csv}) {
        for (std::size_t length = 0; length <= text.size(); length += 7) {
            const auto trace = importTrace(std::string_view(text).substr(0, length), "t");
            QVERIFY(trace.ok() || !trace.error().sentence.empty());
        }
    }
}

void InterchangeTest::survivesWhatFuzzingFound() {
    QDirIterator corpus(QStringLiteral(SLUICE_SOURCE_DIR "/tests/fuzz/corpus/import"), QDir::Files);
    int played = 0;
    for (; corpus.hasNext(); ++played) {
        QFile file(corpus.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string broken = brokenBy(file.readAll().toStdString());
        QVERIFY2(broken.empty(), qPrintable(corpus.fileName() + ": " + QString::fromStdString(broken)));
    }
    QVERIFY(played > 100);
}

void InterchangeTest::namesOfAnyEncodingAreRead_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<bool>("warned");
    const QString text = QStringLiteral("time,kind,element,message\n1,enqueued,Auftr\u00e4ge \u20ac,1\n");
    QByteArray plain = text.toUtf8();
    QTest::newRow("UTF-8") << plain << false;
    // What spreadsheets write.
    QTest::newRow("UTF-8 with a mark") << QByteArray("\xEF\xBB\xBF") + plain << false;
    QTest::newRow("Windows-1252") << plain.replace("\xc3\xa4", "\xe4").replace("\xe2\x82\xac", "\x80")
                                  << true;
    for (const auto encoding : {QStringConverter::Utf16LE, QStringConverter::Utf16BE}) {
        QStringEncoder encoder(encoding, QStringConverter::Flag::WriteBom);
        QTest::newRow(QStringConverter::nameForEncoding(encoding)) << QByteArray(encoder(text)) << false;
    }
}

void InterchangeTest::namesOfAnyEncodingAreRead() {
    QFETCH(QByteArray, file);
    QFETCH(bool, warned);
    const auto trace = importTrace(file.toStdString(), "t");
    QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().text().c_str());
    QCOMPARE(QString::fromStdString(trace->table->entities.front().name),
             QStringLiteral("Auftr\u00e4ge \u20ac"));
    QCOMPARE(warns(*trace, "", "not UTF-8"), warned);
}

QTEST_GUILESS_MAIN(InterchangeTest)
#include "tst_interchange.moc"
