#include <QJsonArray>
#include <QtTest>

#include "core/trace/messagetexts.h"
#include "core/trace/payload.h"
#include "tests/diagram/drawn.h"
#include "tests/plugins/livebroker.h"
#include "tests/plugins/shownmessages.h"

using namespace sluice;
using test::element;
using test::link;
using namespace std::chrono_literals;

/// Single messages of a real RabbitMQ as tokens of the trace.
class RabbitMessagesTest : public QObject {
    Q_OBJECT

private:
    ConnectionSettings settings(bool mayWrite = true) const {
        ConnectionSettings made = m_broker.asGuest(mayWrite);
        made.values["metricsPort"] = m_broker.port("metrics");
        return made;
    }
    /// till → sales → work, audit; work → letters. And what the shop on the broker has.
    static Diagram drawing() {
        Diagram diagram;
        diagram.elements = {element("till", ElementKind::Service), element("sales", ElementKind::Exchange),
                            element("work", ElementKind::Queue), element("audit", ElementKind::Queue),
                            element("letters", ElementKind::Service)};
        diagram.links = {link("sells", LinkKind::Publish, "till", "sales"),
                         link("to-work", LinkKind::Bind, "sales", "work"),
                         link("to-audit", LinkKind::Bind, "sales", "audit"),
                         link("prints", LinkKind::Consume, "work", "letters")};
        return diagram;
    }
    static Diagram shop() {
        Diagram diagram;
        diagram.elements = {element("orders-dead", ElementKind::Exchange),
                            element("orders-new", ElementKind::Queue),
                            element("orders-dead-letters", ElementKind::Queue)};
        for (const auto& [at, name] :
             {std::pair(0, "orders.dead"), std::pair(1, "orders.new"), std::pair(2, "orders.dead-letters")})
            diagram.elements[std::size_t(at)].name = name;
        diagram.links = {link("died", LinkKind::DeadLetter, "orders-new", "orders-dead"),
                         link("bound", LinkKind::Bind, "orders-dead", "orders-dead-letters")};
        return diagram;
    }
    static MessageWish allowed() {
        MessageWish wish;
        wish.mayMakeQueues = true;
        return wish;
    }
    QStringList ownQueues() {
        QStringList names;
        for (const QJsonValue& name : QJsonDocument::fromJson(m_broker.ask("queues")).array()) {
            if (name.toString().startsWith("sluice."))
                names << name.toString();
        }
        return names;
    }
    bool publish(const char* key, const char* body, const char* id, const char* correlation,
                 const QJsonObject& headers) {
        const QJsonObject message{
            {"body", body}, {"id", id}, {"correlation", correlation}, {"headers", headers}};
        return m_broker.command(QByteArray("publish sales ") + key + ' ' +
                                QJsonDocument(message).toJson(QJsonDocument::Compact));
    }
    QJsonObject drain(const QByteArray& queue) {
        return QJsonDocument::fromJson(m_broker.ask("drain " + queue)).object();
    }

    LiveBroker m_broker{"rabbitmq", "realbroker.py"};

private slots:
    void initTestCase() {
        START_OR_SKIP(m_broker);
        QVERIFY(m_broker.command("bind sales work sale.#"));
        QVERIFY(m_broker.command("bind sales audit #"));
    }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }

    void makesNoQueueUnlessItMay_data() {
        QTest::addColumn<bool>("connectionMay");
        QTest::addColumn<bool>("isAllowed");
        QTest::newRow("not allowed this time") << true << false;
        QTest::newRow("a connection that only reads") << false << true;
    }
    void makesNoQueueUnlessItMay() {
        QFETCH(bool, connectionMay);
        QFETCH(bool, isAllowed);
        LiveSource source(*m_broker.plugin(), settings(connectionMay));
        ShownMessages shown(source);
        const auto store = source.watch(drawing(), 500);
        QSignalSpy foretold(&source, &LiveSource::messagesForetold);
        source.foretellMessages();
        QVERIFY(foretold.wait(20'000));
        const auto forecast = foretold.front().front().value<TapForecast>();
        QVERIFY(forecast.makesQueues);
        QVERIFY2(forecast.sentences.join(' ').contains("exclusive"),
                 qPrintable(forecast.sentences.join(' ')));
        source.showMessages(isAllowed ? allowed() : MessageWish());
        QTRY_COMPARE_WITH_TIMEOUT(shown.status().state, MessagesStatus::State::Refused, 20'000);
        QCOMPARE(shown.status().problem.kind, BrokerProblem::Kind::Permission);
        QVERIFY(!shown.status().problem.advice.isEmpty());
        QVERIFY(ownQueues().isEmpty());
    }
    void showsCopiesAndTakesNothing() {
        LiveSource source(*m_broker.plugin(), settings());
        ShownMessages shown(source);
        const auto store = source.watch(drawing(), 500);
        source.showMessages(allowed());
        QTRY_VERIFY_WITH_TIMEOUT(shown.areThere(*store), 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(ownQueues().size(), 2, 10'000);
        QVERIFY(publish("sale.made", "{\"total\": 12}", "1", "c-1", {{"tenant", "a"}}));
        const EntityId work = store->table().find("work");
        const EntityId audit = store->table().find("audit");
        QTRY_COMPARE_WITH_TIMEOUT(seenAt(*store, EventKind::Enqueued, work), 1, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(seenAt(*store, EventKind::Enqueued, audit), 1, 20'000);
        // One message, however many queues got it.
        QCOMPARE(countOf(*store, EventKind::MessageCreated), 1);
        const TraceEvent created = firstOf(*store, EventKind::MessageCreated);
        QCOMPARE(store->table().entities[created.subject].id, std::string("till"));
        const Payload payload = payloadOf(*store->message(created.message), store->table());
        QCOMPARE(payload.body.at("total").get<int>(), 12);
        QCOMPARE(payload.headers.at("tenant").get<std::string>(), std::string("a"));
        QCOMPARE(payload.headers.at("correlation-id").get<std::string>(), std::string("c-1"));
        QCOMPARE(payload.headers.at("routing-key").get<std::string>(), std::string("sale.made"));
        QCOMPARE(seenAt(*store, EventKind::Moved, store->table().find("sells")), 1);
        QCOMPARE(seenAt(*store, EventKind::Moved, store->table().find("to-work")), 1);
        QCOMPARE(seenAt(*store, EventKind::Moved, store->table().find("to-audit")), 1);
        // A key that leads to one of the two.
        QVERIFY(publish("else", "x", "2", "", {}));
        QTRY_COMPARE_WITH_TIMEOUT(seenAt(*store, EventKind::Enqueued, audit), 2, 20'000);
        QCOMPARE(seenAt(*store, EventKind::Enqueued, work), 1);
        source.hideMessages();
        QTRY_VERIFY_WITH_TIMEOUT(ownQueues().isEmpty(), 20'000);
        source.stopWatching();
        // What they got is where it was, and nobody has had it.
        const QJsonObject left = drain("work");
        QCOMPARE(left["all"].toInt(), 1);
        QCOMPARE(left["redelivered"].toInt(), 0);
        const QJsonObject audited = drain("audit");
        QCOMPARE(audited["all"].toInt(), 2);
        QCOMPARE(audited["redelivered"].toInt(), 0);
    }
    void goesWithTheWatch() {
        {
            LiveSource source(*m_broker.plugin(), settings());
            ShownMessages shown(source);
            const auto store = source.watch(drawing(), 500);
            source.showMessages(allowed());
            QTRY_VERIFY_WITH_TIMEOUT(shown.areThere(*store), 30'000);
            QTRY_COMPARE_WITH_TIMEOUT(ownQueues().size(), 2, 10'000);
        }
        QTRY_VERIFY_WITH_TIMEOUT(ownQueues().isEmpty(), 20'000);
    }
    void masksBeforeAnythingIsKept() {
        LiveSource source(*m_broker.plugin(), settings());
        ShownMessages shown(source);
        const auto store = source.watch(drawing(), 500);
        MessageWish wish = allowed();
        wish.masked = {"password"};
        source.showMessages(wish);
        QTRY_VERIFY_WITH_TIMEOUT(shown.areThere(*store), 30'000);
        QVERIFY(publish("sale.made", "{\"a\": {\"password\": \"Geheim-4711\"}}", "3", "",
                        {{"Password", "Geheim-4711"}, {"tenant", "a"}}));
        QTRY_VERIFY_WITH_TIMEOUT(countOf(*store, EventKind::Enqueued) == 2, 20'000);
        MessageTexts::Place place;
        const std::string kept = store->table().texts->since(place);
        QVERIFY(kept.find("tenant") != std::string::npos);
        QVERIFY2(kept.find("Geheim") == std::string::npos, kept.c_str());
        source.stopWatching();
        drain("work");
        drain("audit");
    }
    void tellsOfDeadLettersAndSamples() {
        // The shop's consumers refuse every tenth of fifty orders a second.
        LiveSource source(*m_broker.plugin(), settings());
        ShownMessages shown(source);
        const auto store = source.watch(shop(), 500);
        MessageWish wish = allowed();
        wish.mostASecond = 20;
        source.showMessages(wish);
        QTRY_VERIFY_WITH_TIMEOUT(shown.areThere(*store), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(countOf(*store, EventKind::DeadLettered) > 0, 30'000);
        const TraceEvent died = firstOf(*store, EventKind::DeadLettered);
        QCOMPARE(store->table().entities[died.subject].name, std::string("orders.new"));
        QCOMPARE(store->table().entities[died.peer].name, std::string("orders.dead-letters"));
        QCOMPARE(died.detail, std::uint16_t(DeathReason::Rejected));
        QTRY_VERIFY_WITH_TIMEOUT(shown.leastShare(*store, "orders-new") > 1, 30'000);
        const double seconds = std::chrono::duration<double>(store->horizon()).count();
        QVERIFY(countOf(*store, EventKind::Enqueued) <= 20 * (seconds + 1));
    }
    void goesByTheFirehoseWhereItIsOn() {
        QVERIFY(m_broker.command("trace on"));
        {
            LiveSource source(*m_broker.plugin(), settings());
            ShownMessages shown(source);
            const auto store = source.watch(drawing(), 500);
            source.showMessages(allowed());
            QTRY_VERIFY_WITH_TIMEOUT(shown.areThere(*store), 30'000);
            QTRY_COMPARE_WITH_TIMEOUT(ownQueues().size(), 1, 10'000);
            QVERIFY(publish("sale.made", "{\"total\": 3}", "7", "c-7", {}));
            QTRY_COMPARE_WITH_TIMEOUT(countOf(*store, EventKind::Enqueued), 2, 20'000);
            QCOMPARE(countOf(*store, EventKind::MessageCreated), 1);
            const MessageId message = firstOf(*store, EventKind::MessageCreated).message;
            const Payload payload = payloadOf(*store->message(message), store->table());
            QCOMPARE(payload.body.at("total").get<int>(), 3);
            QCOMPARE(payload.headers.at("correlation-id").get<std::string>(), std::string("c-7"));
            // It tells of deliveries as well.
            QCOMPARE(drain("work")["all"].toInt(), 1);
            QTRY_COMPARE_WITH_TIMEOUT(countOf(*store, EventKind::Delivered), 1, 20'000);
            const TraceEvent delivered = firstOf(*store, EventKind::Delivered);
            QCOMPARE(delivered.message, message);
            QCOMPARE(delivered.subject, store->table().find("work"));
            QCOMPARE(seenAt(*store, EventKind::Moved, store->table().find("prints")), 1);
        }
        QTRY_VERIFY_WITH_TIMEOUT(ownQueues().isEmpty(), 20'000);
        QVERIFY(m_broker.command("trace off"));
        drain("audit");
    }
};

QTEST_GUILESS_MAIN(RabbitMessagesTest)
#include "tst_rabbitmqmessages.moc"
