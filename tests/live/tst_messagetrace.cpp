#include <QTemporaryDir>
#include <QtTest>

#include "core/alerts/alertmeter.h"
#include "core/live/messagemarks.h"
#include "core/live/messagemask.h"
#include "core/live/messagetrace.h"
#include "core/live/watchtable.h"
#include "core/metrics/series.h"
#include "core/record/recording.h"
#include "core/record/recordingwriter.h"
#include "core/trace/payload.h"
#include "core/trace/tracestore.h"
#include "tests/diagram/drawn.h"

using namespace sluice;
using test::element;
using test::link;
using namespace std::chrono_literals;

/// Single messages of live brokers as a trace.
class MessageTraceTest : public QObject {
    Q_OBJECT

private:
    /// shop → orders (topic) → billing; till → sales (exchange) → invoices (queue) → letters; invoices.dead.
    static Diagram drawing() {
        Diagram diagram;
        diagram.name = "Shop";
        diagram.elements = {element("shop", ElementKind::Service),    element("orders", ElementKind::Topic),
                            element("billing", ElementKind::Service), element("till", ElementKind::Service),
                            element("sales", ElementKind::Exchange),  element("invoices", ElementKind::Queue),
                            element("letters", ElementKind::Service), element("dead", ElementKind::Queue)};
        diagram.links = {link("publishes", LinkKind::Publish, "shop", "orders"),
                         link("bills", LinkKind::Consume, "orders", "billing"),
                         link("sells", LinkKind::Publish, "till", "sales"),
                         link("binds", LinkKind::Bind, "sales", "invoices"),
                         link("prints", LinkKind::Consume, "invoices", "letters"),
                         link("dies", LinkKind::DeadLetter, "invoices", "dead")};
        diagram.links.front().properties.set("message", "OrderPlaced");
        MessageType type;
        type.id = "OrderPlaced";
        type.key = "orderId";
        type.fields = {{.name = "orderId", .example = {}},
                       {.name = "placedAt", .type = "time", .example = {}}};
        diagram.messages.push_back(type);
        return diagram;
    }
    struct Watch {
        explicit Watch(const Diagram& diagram = drawing()) {
            auto named = watchTable(diagram);
            named->texts = std::make_shared<MessageTexts>();
            table = named;
            store = std::make_shared<TraceStore>(table);
            trace = std::make_unique<MessageTrace>(table, diagram);
            accept({{.kind = EventKind::ConnectionMade}});
        }
        void accept(const std::vector<TraceEvent>& events) { store->accept(events, at); }
        std::vector<TraceEvent> see(const MessageSighting& sighting) {
            at += 10ms;
            std::vector<TraceEvent> events;
            trace->take(sighting, at, events);
            accept(events);
            return events;
        }
        std::vector<TraceEvent> report(Gauge gauge, EntityId subject, std::uint32_t partition, qint64 value) {
            at += 10ms;
            TraceEvent event{.at = at, .value = value, .subject = subject, .peer = partition};
            event.kind = EventKind::Observed;
            event.detail = static_cast<std::uint16_t>(gauge);
            std::vector<TraceEvent> events;
            trace->follow({&event, 1}, events);
            accept(events);
            return events;
        }
        [[nodiscard]] EntityId id(const char* name) const { return table->find(name); }
        std::shared_ptr<const EntityTable> table;
        std::shared_ptr<TraceStore> store;
        std::unique_ptr<MessageTrace> trace;
        TraceTime at{};
    };
    static MessageSighting record(const char* key, const char* body, qint64 offset = 0,
                                  std::vector<BrokerMessage::Header> headers = {}) {
        MessageSighting sighting;
        sighting.message.place = "orders";
        sighting.message.partition = 1;
        sighting.message.offset = offset;
        sighting.message.key = key;
        sighting.message.body = body;
        sighting.message.headers = std::move(headers);
        return sighting;
    }
    static MessageSighting sale(const char* id, const char* body, const char* correlation = "") {
        MessageSighting sighting;
        sighting.act = MessageSighting::Act::Published;
        sighting.exchange = "sales";
        sighting.queues = {"invoices"};
        sighting.message.place = "invoices";
        sighting.message.id = id;
        sighting.message.correlation = correlation;
        sighting.message.body = body;
        return sighting;
    }
    static const TraceEvent* find(const std::vector<TraceEvent>& events, EventKind kind) {
        const auto it = std::find_if(events.begin(), events.end(),
                                     [kind](const TraceEvent& event) { return event.kind == kind; });
        return it == events.end() ? nullptr : &*it;
    }
    static std::vector<EventKind> kinds(const std::vector<TraceEvent>& events) {
        std::vector<EventKind> found;
        for (const TraceEvent& event : events)
            found.push_back(event.kind);
        return found;
    }

private slots:
    void makesATokenOfARecord() {
        Watch watch;
        const auto events =
            watch.see(record("order-7", R"({"orderId":"order-7","total":12})", 41, {{"trace", "blue"}}));
        QCOMPARE(kinds(events),
                 (std::vector{EventKind::MessageCreated, EventKind::Moved, EventKind::Appended}));
        QCOMPARE(events[0].subject, watch.id("shop"));
        QCOMPARE(events[1].subject, watch.id("publishes"));
        QVERIFY(events[1].value > 0);
        QCOMPARE(events[2].peer, 1U);
        QCOMPARE(events[2].value, 41);
        QVERIFY(!watch.store->stateAt(watch.at).transits.empty());
        const auto info = watch.store->message(events[0].message);
        QVERIFY(info);
        QCOMPARE(watch.table->types[info->type].id, std::string("OrderPlaced"));
        QCOMPARE(watch.table->keyText(info->type, info->key), std::string("order-7"));
        const Payload payload = payloadOf(*info, *watch.table);
        QCOMPARE(payload.body.at("total").get<int>(), 12);
        QCOMPARE(payload.headers.at("trace").get<std::string>(), std::string("blue"));
        QCOMPARE(payload.headers.at("offset").get<int>(), 41);
    }
    void saysThatAGroupHasARecordWhenItHasCommittedIt() {
        Watch watch;
        const EntityId bills = watch.id("bills");
        const MessageId first = watch.see(record("a", "{}", 10)).front().message;
        const MessageId second = watch.see(record("b", "{}", 11)).front().message;
        QCOMPARE(watch.report(Gauge::Committed, bills, 1, 10).size(), std::size_t(1));
        auto told = watch.report(Gauge::Committed, bills, 1, 11);
        QCOMPARE(kinds(told), (std::vector{EventKind::Moved, EventKind::Committed, EventKind::Observed}));
        QCOMPARE(told[0].message, first);
        QCOMPARE(told[0].subject, bills);
        QCOMPARE(told[1].value, 11);
        // Another partition is another matter.
        QCOMPARE(watch.report(Gauge::Committed, bills, 0, 100).size(), std::size_t(1));
        told = watch.report(Gauge::Committed, bills, 1, 50);
        QCOMPARE(told.front().message, second);
        QCOMPARE(told.size(), std::size_t(3));
        // Told once.
        QCOMPARE(watch.report(Gauge::Committed, bills, 1, 51).size(), std::size_t(1));
    }
    void joinsACorrelationAcrossBrokers() {
        constexpr const char* kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Watch watch;
        const MessageId rabbit = watch.see(sale("s-1", "{}", kTrace)).front().message;
        const std::string parent = std::string("00-") + kTrace + "-00f067aa0ba902b7-01";
        const MessageId kafka = watch.see(record("a", "{}", 0, {{"traceparent", parent}})).front().message;
        const MessageId named = watch.see(record("b", "{}", 1, {{"Correlation_ID", kTrace}})).front().message;
        const MessageId other = watch.see(record("c", "{}", 2, {{"correlation-id", "else"}})).front().message;
        QCOMPARE(watch.store->message(kafka)->correlation, rabbit);
        QCOMPARE(watch.store->message(named)->correlation, rabbit);
        QCOMPARE(watch.store->message(other)->correlation, other);
        QCOMPARE(watch.store->consequencesOf(rabbit), (std::vector{kafka, named}));
        // The text of it is in both, so that recordings of one broker each can be joined by it.
        for (const MessageId message : {rabbit, kafka, named})
            QCOMPARE(payloadOf(*watch.store->message(message), *watch.table).headers.at("correlation-id"),
                     nlohmann::ordered_json(kTrace));
    }
    void followsTheCauseThatAMessageNames() {
        Watch watch;
        const MessageId first = watch.see(sale("s-1", "{}", "x")).front().message;
        const MessageId second =
            watch.see(record("a", "{}", 0, {{"message-id", "r-2"}, {"correlation-id", "x"}})).front().message;
        const MessageId third =
            watch.see(record("a", "{}", 1, {{"causation-id", "r-2"}, {"correlation-id", "x"}}))
                .front()
                .message;
        QCOMPARE(watch.store->message(second)->causation, first);
        QCOMPARE(watch.store->message(third)->causation, second);
        QCOMPARE(watch.store->message(third)->correlation, first);
    }
    void findsLateArrivals_data() {
        QTest::addColumn<QString>("older");
        QTest::addColumn<QString>("newer");
        QTest::addColumn<bool>("inBody");
        QTest::newRow("field of the type, as drawn") << "2026-01-01T10:00:00Z"
                                                     << "2026-01-01T10:00:05Z" << true;
        QTest::newRow("header") << "2026-01-01T10:00:00Z"
                                << "2026-01-01T10:00:05Z" << false;
        QTest::newRow("milliseconds") << "1767261600000"
                                      << "1767261605000" << true;
        QTest::newRow("seconds") << "1767261600"
                                 << "1767261605" << true;
    }
    void findsLateArrivals() {
        QFETCH(QString, older);
        QFETCH(QString, newer);
        QFETCH(bool, inBody);
        Watch watch;
        qint64 offset = 0;
        const auto see = [&](const char* key, const QString& time) {
            const QString value = time.contains('T') ? '"' + time + '"' : time;
            const std::string body = inBody ? ("{\"placedAt\":" + value + "}").toStdString() : "{}";
            std::vector<BrokerMessage::Header> headers;
            if (!inBody)
                headers.push_back({"event-time", time.toStdString()});
            return watch.see(record(key, body.c_str(), offset++, headers));
        };
        const auto first = see("a", newer);
        QVERIFY(!find(first, EventKind::LateArrival));
        QVERIFY(!find(see("b", older), EventKind::LateArrival));  // another key
        const auto late = see("a", older);
        const TraceEvent* const arrival = find(late, EventKind::LateArrival);
        QVERIFY(arrival);
        QCOMPARE(arrival->peer, first.front().message);
        QCOMPARE(Duration(arrival->value), Duration(5s));
        QCOMPARE(arrival->subject, watch.id("orders"));
        QVERIFY(watch.store->message(late.front().message)->flags & eventflag::Late);
        QVERIFY(!find(see("a", newer), EventKind::LateArrival));
        QCOMPARE(watch.store->stateAt(watch.at).entities[watch.id("orders")].late, 1U);
    }
    void holdsNothingForLateThatNamesNoTime() {
        Watch watch;
        for (int i = 0; i < 3; ++i)
            QVERIFY(!find(watch.see(record("a", R"({"total":1})", i)), EventKind::LateArrival));
    }
    void takesCopiesOfOneMessageForOne() {
        Diagram diagram = drawing();
        Link more = diagram.links[3];
        more.id = "also-binds";
        more.to = "dead";
        diagram.links.push_back(more);
        Watch watch(diagram);
        MessageSighting copy = sale("", R"({"n":1})");
        copy.copies = true;
        const auto first = watch.see(copy);
        QCOMPARE(kinds(first), (std::vector{EventKind::MessageCreated, EventKind::Moved, EventKind::Moved,
                                            EventKind::Enqueued}));
        copy.queues = {"dead"};
        copy.message.place = "dead";
        const auto second = watch.see(copy);
        QCOMPARE(kinds(second), (std::vector{EventKind::Moved, EventKind::Enqueued}));
        QCOMPARE(second.front().message, first.front().message);
        // The same queue once more: it was sent once more.
        QVERIFY(watch.see(copy).front().message != first.front().message);
    }
    void tellsOfADeathFromItsHeaders() {
        Watch watch;
        const MessageId alive = watch.see(sale("s-1", "{}")).front().message;
        MessageSighting letter = sale("s-1", "{}");
        letter.exchange = "";
        letter.queues = {"dead"};
        letter.message.headers = {
            {"x-death",
             nlohmann::ordered_json::array({{{"queue", "invoices"}, {"reason", "expired"}, {"count", 2}}})}};
        const auto events = watch.see(letter);
        const TraceEvent* const death = find(events, EventKind::DeadLettered);
        QVERIFY(death);
        QCOMPARE(death->message, alive);
        QCOMPARE(death->subject, watch.id("invoices"));
        QCOMPARE(death->peer, watch.id("dead"));
        QCOMPARE(death->detail, std::uint16_t(DeathReason::Expired));
        QCOMPARE(death->value, 2);
    }
    void tellsOfADelivery() {
        Watch watch;
        MessageSighting delivery = sale("s-1", "{}");
        delivery.act = MessageSighting::Act::Delivered;
        QVERIFY(watch.see(delivery).empty());  // nobody saw it come
        const MessageId message = watch.see(sale("s-1", "{}")).front().message;
        const auto events = watch.see(delivery);
        QCOMPARE(kinds(events), (std::vector{EventKind::Delivered, EventKind::Moved}));
        QCOMPARE(events[0].message, message);
        QCOMPARE(events[0].peer, watch.id("prints"));
        QCOMPARE(Duration(events[0].value), Duration(10ms));
    }
    void leavesTheFiguresToTheBroker() {
        Watch watch;
        (void)watch.report(Gauge::Ready, watch.id("invoices"), 0, 3);
        (void)watch.report(Gauge::EndOffset, watch.id("orders"), 1, 100);
        const SystemState before = watch.store->stateAt(watch.at);
        for (int i = 0; i < 5; ++i) {
            (void)watch.see(sale("", "{}"));
            (void)watch.see(record("a", "{}", i));
        }
        const SystemState after = watch.store->stateAt(watch.at);
        for (const char* name : {"invoices", "orders", "publishes", "sells"}) {
            const EntityState& is = after.entities[watch.id(name)];
            const EntityState& was = before.entities[watch.id(name)];
            QCOMPARE(is.in, was.in);
            QCOMPARE(is.ready, was.ready);
            QVERIFY(is.partitions == was.partitions);
        }
        QCOMPARE(after.entities[watch.id("invoices")].ready, 3U);
    }
    void masksBeforeAnythingIsKept_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("body");
        QTest::newRow("member") << "password"
                                << R"({"a":{"Password":"s3cret"}})";
        QTest::newRow("in a list") << "password"
                                   << R"({"a":[{"password":"s3cret"}]})";
        QTest::newRow("body") << "body"
                              << "anything with s3cret in it";
        QTest::newRow("no JSON") << "password"
                                 << "password=s3cret";
        QTest::newRow("broken JSON") << "password"
                                     << "{\"password\":\"s3cret\"";
    }
    void masksBeforeAnythingIsKept() {
        QFETCH(QString, name);
        QFETCH(QString, body);
        Watch watch;
        MessageSighting sighting =
            record("a", body.toStdString().c_str(), 0, {{name.toStdString(), "s3cret"}});
        MessageMask({name.toStdString()}).apply(sighting.message);
        (void)watch.see(sighting);
        MessageTexts::Place place;
        const std::string kept = watch.table->texts->since(place);
        QVERIFY(kept.find("messages") != std::string::npos);
        QVERIFY2(kept.find("s3cret") == std::string::npos, kept.c_str());
    }
    void masksTheKeyThatAMaskedFieldIs() {
        BrokerMessage message;
        message.key = "ada@example.org";
        message.body = R"({"email":"ada@example.org"})";
        MessageMask({"email"}).apply(message);
        QCOMPARE(*message.key, std::string("***"));
    }
    void joinsNothingByWhatIsMasked() {
        BrokerMessage message;
        message.headers = {{"correlation-id", "s3cret"}};
        MessageMask({"correlation-id"}).apply(message);
        QCOMPARE(correlationOf(message), std::string());
        message.headers = {{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
        MessageMask({"correlation"}).apply(message);
        QCOMPARE(correlationOf(message), std::string());
    }
    void boundsWhatAMessageCarries() {
        Watch watch;
        const std::string large = "{\"text\":\"" + std::string(100'000, 'x') + "\"}";
        const MessageId message = watch.see(record("a", large.c_str())).front().message;
        const Payload payload = payloadOf(*watch.store->message(message), *watch.table);
        QVERIFY(payload.body.is_string());
        QVERIFY(payload.body.get<std::string>().size() < 5'000);
        QVERIFY(payload.body.get<std::string>().ends_with("(4096 of 100011 characters)"));
    }
    void givesUpTheOldestTexts() {
        MessageTexts texts(100'000);
        for (MessageId id = 1; id <= 1000; ++id)
            texts.add({id, {{"n", id}}, std::string(1000, 'x')});
        QVERIFY(!texts.find(1));
        QVERIFY(texts.find(1000));
        QCOMPARE(texts.find(1000)->headers.at("n").get<int>(), 1000);
    }
    void tellsOtherTextsWhatItHas() {
        MessageTexts texts;
        MessageTexts copy;
        MessageTexts::Place place;
        const auto first = texts.key("a");
        texts.add({1, {{"n", 1}}, "one"});
        QVERIFY(copy.take(texts.since(place)));
        QVERIFY(texts.since(place).empty());
        const auto second = texts.key("b");
        texts.add({2, {{"n", 2}}, "two"});
        QVERIFY(copy.take(texts.since(place)));
        QCOMPARE(copy.keyText(first), std::string("a"));
        QCOMPARE(copy.keyText(second), std::string("b"));
        QCOMPARE(copy.find(1)->body.get<std::string>(), std::string("one"));
        QCOMPARE(copy.find(2)->body.get<std::string>(), std::string("two"));
        for (const char* wrong :
             {"", "{}", "[1]", R"({"firstKey":-1,"keys":[],"messages":[]})",
              R"({"firstKey":0,"keys":[1],"messages":[]})", R"({"firstKey":0,"keys":[],"messages":[[1]]})"})
            QVERIFY2(!copy.take(wrong), wrong);
    }
    void isRecordedWithWhatMessagesCarried() {
        const QTemporaryDir folder;
        const std::string path = (folder.path() + "/live.sluicerec").toStdString();
        Watch watch;
        const auto writer =
            RecordingWriter::create(path, {.diagram = drawing(), .scenario = {}, .table = watch.table});
        QVERIFY(writer);
        watch.store->setJournal(*writer);
        MessageSighting first = record("a", R"({"total":1,"password":"s3cret"})");
        MessageMask({"password"}).apply(first.message);
        const MessageId before = watch.see(first).front().message;
        watch.store->flushJournal();
        const MessageId after = watch.see(record("b", R"({"total":2})", 1)).front().message;
        watch.store->finish({});
        for (const bool whole : {true, false}) {
            QFile file(QString::fromStdString(path));
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(!file.readAll().contains("s3cret"));
            // As a crash would leave it: without its index.
            if (!whole)
                QVERIFY(file.resize(file.size() - 40));
            file.close();
            const auto recording = openRecording(path);
            QVERIFY(recording);
            QCOMPARE(recording->complete, whole);
            for (const auto& [message, key, total] :
                 {std::tuple(before, "a", 1), std::tuple(after, "b", 2)}) {
                const auto info = recording->store->message(message);
                QVERIFY(info);
                QCOMPARE(recording->header.table->keyText(info->type, info->key), std::string(key));
                QCOMPARE(payloadOf(*info, *recording->header.table).body.at("total").get<int>(), total);
            }
        }
    }
    void changesNoChartAndNoAlert() {
        Watch watch;
        Aggregator aggregator(watch.table);
        AlertMeter meter(watch.table, true, true);
        const auto tell = [&](const std::vector<TraceEvent>& events) {
            aggregator.accept(events, watch.at);
            for (const TraceEvent& event : events)
                meter.apply(event);
        };
        tell({{.kind = EventKind::ConnectionMade}});
        tell(watch.report(Gauge::Ready, watch.id("invoices"), 0, 3));
        for (int i = 0; i < 5; ++i)
            tell(watch.see(sale("", "{}")));
        const EntityId invoices = watch.id("invoices");
        QCOMPARE(meter.reading(AlertMetric::Depth, invoices, {}, watch.at), std::optional(3.0));
        QCOMPARE(meter.reading(AlertMetric::Arrivals, invoices, {}, watch.at), std::optional(0.0));
        for (const SeriesPoint& point : aggregator.series(invoices, Metric::In, TraceTime(0), watch.at))
            QCOMPARE(point.value, 0.0);
        QCOMPARE(aggregator.series(invoices, Metric::Depth, TraceTime(0), watch.at).back().value, 3.0);
    }
    void saysHowManyAreShown() {
        Watch watch;
        const auto tell = [&](std::uint64_t seen, std::uint64_t shown) {
            std::vector<TraceEvent> events;
            const FlowSample sample{"orders", seen, shown};
            watch.trace->sampled({&sample, 1}, watch.at, events);
            return events;
        };
        QVERIFY(tell(10, 10).empty());
        auto events = tell(2000, 100);
        QCOMPARE(events.size(), std::size_t(1));
        QCOMPARE(events[0].subject, watch.id("orders"));
        QCOMPARE(events[0].detail, std::uint16_t(Gauge::ShownOneOf));
        QCOMPARE(events[0].value, 20);
        QVERIFY(tell(2100, 100).empty());
        QCOMPARE(tell(100, 100).front().value, 1);
    }
};

QTEST_GUILESS_MAIN(MessageTraceTest)
#include "tst_messagetrace.moc"
