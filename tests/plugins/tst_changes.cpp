#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "core/live/drift.h"
#include "core/live/founddrawing.h"
#include "tests/plugins/livebroker.h"
#include "tests/plugins/publishedmessages.h"

using namespace sluice;
using Kind = ElementKind;
using Act = BrokerStep::Act;
using Thing = BrokerStep::Thing;

/// A real RabbitMQ is made to have what is drawn, and written to.
class ChangesTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<BrokerChanges> changes(bool mayWrite = true) {
        return m_broker.plugin()->changes(m_broker.asGuest(mayWrite));
    }
    Diagram found() { return *m_broker.discover(m_broker.asGuest(false)).drawing; }
    bool has(Kind kind, const std::string& name) {
        const Diagram there = found();
        return std::any_of(there.elements.begin(), there.elements.end(), [&](const Element& element) {
            return element.kind == kind && element.name == name;
        });
    }
    BrokerPlan planFor(const Diagram& drawing, bool deletes = false) {
        return brokerPlan(drawing, found(), {.kinds = changes()->kinds(), .deletes = deletes});
    }
    /// The first problem.
    QString take(const BrokerPlan& plan, bool mayWrite = true) {
        for (const BrokerStep& step : plan.steps) {
            const QString problem = changes(mayWrite)->apply(step).text();
            if (!problem.isEmpty())
                return QString::fromStdString(actOf(step) + " " + nameOf(step) + ": ") + problem;
        }
        return {};
    }
    QJsonObject drain(const QByteArray& queue) {
        return QJsonDocument::fromJson(m_broker.ask("drain " + queue)).object();
    }
    QByteArray makeQueue(const QByteArray& name, const QByteArray& arguments = "{}") {
        return m_broker.ask("queue " + name + " " + arguments);
    }

    /// One of everything, with names that an address has to encode.
    static Diagram drawing() {
        FoundDrawing drawn("repair");
        const auto set = [&](const Id& id, const char* key, const Json& value) {
            drawn.at(id).properties.set(key, value);
        };
        const auto bind = [&](const Id& from, const Id& to, const char* key) {
            Properties properties;
            properties.set("routingKey", key);
            drawn.link(LinkKind::Bind, from, to, properties);
        };
        const Id events = drawn.element(Kind::Exchange, "repair.events");
        const Id copies = drawn.element(Kind::Exchange, "repair.copies");
        const Id dead = drawn.element(Kind::Exchange, "repair.dead");
        const Id formats = drawn.element(Kind::Exchange, "repair.by/format %1");
        const Id work = drawn.element(Kind::Queue, "repair.work");
        const Id safe = drawn.element(Kind::Queue, "repair.safe");
        const Id letters = drawn.element(Kind::Queue, "repair.dead-letters");
        const Id passing = drawn.element(Kind::Queue, "repair.für/übung?#");
        set(events, "exchangeType", "topic");
        set(events, "alternateExchange", copies);
        set(copies, "exchangeType", "fanout");
        set(copies, "internal", true);
        set(formats, "exchangeType", "headers");
        set(formats, "durable", false);
        set(work, "messageTtl", "90s");
        set(work, "maxLength", 1000);
        set(work, "maxLengthBytes", 1'000'000);
        set(work, "overflow", "rejectPublish");
        set(work, "maxPriority", 5);
        set(work, "singleActiveConsumer", true);
        set(work, "deadLetterRoutingKey", "died");
        set(safe, "queueType", "quorum");
        set(safe, "deliveryLimit", 3);
        set(passing, "expires", "1h");
        set(passing, "autoDelete", true);
        bind(events, work, "order.*");
        bind(events, work, "refund.#");
        bind(events, copies, "#");
        bind(copies, safe, "");
        bind(dead, letters, "died");
        Properties pdf;
        pdf.set("headers", {{"format", "pdf"}, {"pages", 2}});
        Properties any = pdf;
        any.set("match", "any");
        drawn.link(LinkKind::Bind, formats, passing, pdf);
        drawn.link(LinkKind::Bind, formats, passing, any);
        drawn.link(LinkKind::DeadLetter, work, dead);
        drawn.link(LinkKind::DeadLetter, safe, letters);
        return drawn.take();
    }

    LiveBroker m_broker{"rabbitmq", "realbroker.py"};

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }

    void aReadOnlyConnectionChangesNothing() {
        const BrokerPlan plan = planFor(drawing());
        QVERIFY(plan.steps.size() > 10);
        for (const BrokerStep& step : plan.steps)
            QCOMPARE(changes(false)->apply(step).kind, BrokerProblem::Kind::Permission);
        const BrokerStep gone{
            .act = Act::Delete, .thing = Thing::Queue, .name = "orders.archive", .withMessages = true};
        QCOMPARE(changes(false)->apply(gone).kind, BrokerProblem::Kind::Permission);
        for (const Element& element : found().elements)
            QVERIFY2(!element.name.starts_with("repair"), element.name.c_str());
        QVERIFY(has(Kind::Queue, "orders.archive"));
    }

    /// Drawn, applied, discovered: the same. Once more: nothing to do.
    void whatIsDrawnIsThere() {
        const Diagram drawn = drawing();
        QCOMPARE(take(planFor(drawn)), QString());
        for (const Drift& drift : driftOf(drawn, found())) {
            const bool ours = drift.kind != Drift::Kind::Extra || drift.name.starts_with("repair");
            QVERIFY2(!ours, (drift.name + " " + drift.property + " " + drift.actual.dump()).c_str());
        }
        const BrokerPlan again = planFor(drawn);
        QVERIFY(again.steps.empty());
        QVERIFY(again.obstacles.empty());
        const Diagram there = found();
        for (const Element& element : there.elements) {
            if (element.name == "repair.events")
                QCOMPARE(there.findElement(element.properties.text("alternateExchange"))->name,
                         "repair.copies");
        }
    }

    void takesAwayWhatIsNoLongerDrawn() {
        Diagram drawn = drawing();
        QCOMPARE(take(planFor(drawn)), QString());
        QCOMPARE(makeQueue("repair.old"), QByteArray("done"));
        std::erase_if(drawn.links, [&](const Link& link) {
            return link.properties.text("routingKey") == "refund.#" || link.properties.text("match") == "any";
        });
        QVERIFY(planFor(drawn).steps.empty());
        const BrokerPlan plan = planFor(drawn, true);
        QCOMPARE(plan.steps.size(), 3);
        QCOMPARE(take(plan), QString());
        const BrokerPlan again = planFor(drawn, true);
        QVERIFY2(again.steps.empty(), again.steps.empty() ? "" : nameOf(again.steps[0]).c_str());
        QVERIFY(!has(Kind::Queue, "repair.old"));
        QVERIFY(has(Kind::Queue, "orders.new"));
    }

    void keepsWhatHoldsMessages_data() {
        QTest::addColumn<QByteArray>("arguments");
        QTest::newRow("classic") << QByteArray("{}");
        QTest::newRow("quorum") << QByteArray(R"({"x-queue-type":"quorum"})");
    }
    void keepsWhatHoldsMessages() {
        QFETCH(QByteArray, arguments);
        QCOMPARE(makeQueue("full", arguments), QByteArray("done"));
        QCOMPARE(m_broker.ask("fill full 3"), QByteArray("done"));
        BrokerStep step{.act = Act::Delete, .thing = Thing::Queue, .name = "full"};
        const BrokerProblem problem = changes()->apply(step);
        QVERIFY2(problem.text().contains("3 messages"), qPrintable(problem.text()));
        QVERIFY(has(Kind::Queue, "full"));
        step.withMessages = true;
        QCOMPARE(changes()->apply(step).text(), QString());
        QVERIFY(!has(Kind::Queue, "full"));
    }

    void keepsWhatIsRead() {
        const BrokerStep step{
            .act = Act::Delete, .thing = Thing::Queue, .name = "orders.new", .withMessages = true};
        const BrokerProblem problem = changes()->apply(step);
        QVERIFY2(problem.text().contains("consumers"), qPrintable(problem.text()));
        QVERIFY(has(Kind::Queue, "orders.new"));
    }

    void saysWhyTheBrokerRefuses() {
        const BrokerStep step{.thing = Thing::Exchange, .name = "amq.mine"};
        const BrokerProblem problem = changes()->apply(step);
        QVERIFY2(problem.kind == BrokerProblem::Kind::Permission, qPrintable(problem.text()));
        BrokerStep strange{.thing = Thing::Exchange, .name = "repair.strange"};
        strange.settings.set("exchangeType", "x-no-such-type");
        QVERIFY(!changes()->apply(strange).text().isEmpty());
        ConnectionSettings watcher = m_broker.asGuest(true);
        watcher.values["user"] = "watcher";
        watcher.secrets["password"] = "secret";
        const BrokerProblem refused =
            m_broker.plugin()->changes(watcher)->apply({.thing = Thing::Queue, .name = "repair.new"});
        QVERIFY2(refused.kind == BrokerProblem::Kind::Permission, qPrintable(refused.text()));
    }

    void publishesAndIsConfirmed() {
        QCOMPARE(makeQueue("inbox"), QByteArray("done"));
        PublishedMessages messages;
        const PublishResult result = changes()->publish({.place = "inbox", .count = 5000}, messages);
        QCOMPARE(result.problem.text(), QString());
        QCOMPARE(result.confirmed, 5000);
        QCOMPARE(result.unroutable, 0);
        const QJsonObject drained = drain("inbox");
        QCOMPARE(drained["different"].toInt(), 5000);
        QCOMPARE(drained["tenants"].toInt(), 5000);
        QVERIFY(drained["ordered"].toBool());
    }

    void tellsWhatNoQueueTakesAndWhatIsRefused() {
        QCOMPARE(makeQueue("small", R"({"x-max-length":5,"x-overflow":"reject-publish"})"),
                 QByteArray("done"));
        PublishedMessages messages;
        messages.key = "nobody.wants.it";
        const PublishResult lost = changes()->publish({.exchange = "orders", .count = 20}, messages);
        QCOMPARE(lost.problem.text(), QString());
        QCOMPARE(lost.confirmed, 0);
        QCOMPARE(lost.unroutable, 20);
        const PublishResult full = changes()->publish({.place = "small", .count = 20, .window = 1}, messages);
        QCOMPARE(full.problem.text(), QString());
        QCOMPARE(full.confirmed + full.refused, 20);
        QVERIFY(full.refused > 0);
        QCOMPARE(drain("small")["all"].toInt(), int(full.confirmed));
        QCOMPARE(changes()->publish({.place = "no.such.queue"}, messages).problem.kind,
                 BrokerProblem::Kind::Settings);
    }

    void publishesNoFasterThanItIsTold() {
        QCOMPARE(makeQueue("slow"), QByteArray("done"));
        PublishedMessages messages;
        QElapsedTimer clock;
        clock.start();
        const PublishResult result =
            changes()->publish({.place = "slow", .count = 30, .perSecond = 30}, messages);
        QCOMPARE(result.confirmed, 30);
        QVERIFY2(clock.elapsed() >= 900, qPrintable(QString::number(clock.elapsed())));
        messages.stopAfter = 10;
        const PublishResult stopped =
            changes()->publish({.place = "slow", .count = 100'000, .perSecond = 100}, messages);
        QVERIFY(stopped.cancelled);
        QCOMPARE(drain("slow")["all"].toInt(), 30 + int(stopped.confirmed));
    }

    void aReadOnlyConnectionNeitherPublishesNorPurges() {
        QCOMPARE(makeQueue("kept"), QByteArray("done"));
        QCOMPARE(m_broker.ask("fill kept 7"), QByteArray("done"));
        PublishedMessages messages;
        const PublishResult published = changes(false)->publish({.place = "kept"}, messages);
        QCOMPARE(published.problem.kind, BrokerProblem::Kind::Permission);
        QCOMPARE(changes(false)->purge("kept", false).problem.kind, BrokerProblem::Kind::Permission);
        const PurgeResult dry = changes(false)->purge("kept", true);
        QCOMPARE(dry.problem.text(), QString());
        QCOMPARE(dry.messages, 7);
        QCOMPARE(changes()->purge("kept", false).messages, 7);
        QCOMPARE(drain("kept")["all"].toInt(), 0);
        QCOMPARE(changes()->purge("no.such.queue", false).problem.kind, BrokerProblem::Kind::Settings);
        QVERIFY(!changes()->moveOffsets({.group = "g", .topic = "t"}).problem.text().isEmpty());
    }
};

QTEST_GUILESS_MAIN(ChangesTest)
#include "tst_changes.moc"
