#include <QtTest>

#include "core/live/brokerplan.h"
#include "core/live/founddrawing.h"
#include "tests/live/planned.h"

using namespace sluice;

namespace {

using Kind = ElementKind;
const PlanWish kQueues{.kinds = {Kind::Exchange, Kind::Queue}};
const PlanWish kTopics{.kinds = {Kind::Topic}};

/// A shop with a topic exchange, a queue and its dead letters.
FoundDrawing shop() {
    FoundDrawing drawing("shop");
    const Id orders = drawing.element(Kind::Exchange, "orders");
    const Id dead = drawing.element(Kind::Exchange, "orders.dead");
    const Id fresh = drawing.element(Kind::Queue, "orders.new");
    const Id letters = drawing.element(Kind::Queue, "orders.letters");
    drawing.at(orders).properties.set("exchangeType", "topic");
    drawing.at(dead).properties.set("exchangeType", "fanout");
    drawing.at(fresh).properties.set("messageTtl", "1m");
    drawing.link(LinkKind::Bind, orders, fresh, with("routingKey", "order.*"));
    drawing.link(LinkKind::Bind, dead, letters);
    drawing.link(LinkKind::DeadLetter, fresh, dead);
    return drawing;
}

}  // namespace

class BrokerPlanTest : public QObject {
    Q_OBJECT

private slots:
    void makesWhatIsMissingInTheOrderOfDependence() {
        const BrokerPlan plan = brokerPlan(shop().take(), FoundDrawing("empty").take(), kQueues);
        QCOMPARE(linesOf(plan), QStringList({"create exchange orders", "create exchange orders.dead",
                                             "create queue orders.new", "create queue orders.letters",
                                             "create binding orders → orders.new (order.*)",
                                             "create binding orders.dead → orders.letters"}));
        QVERIFY(plan.obstacles.empty());
        QCOMPARE(plan.same, 0);
        const Properties& fresh = plan.steps[2].settings;
        QCOMPARE(fresh.text("messageTtl"), "1m");
        QCOMPARE(fresh.text("deadLetterExchange"), "orders.dead");
        QVERIFY(!fresh.has("deadLetterRoutingKey"));
    }

    void leavesWhatIsAsDrawn() {
        const BrokerPlan plan = brokerPlan(shop().take(), shop().take(), kQueues);
        QVERIFY(plan.steps.empty());
        QVERIFY(plan.obstacles.empty());
        QCOMPARE(plan.same, 7);
    }

    void deadLettersToAQueueGoByItsName() {
        FoundDrawing drawing("");
        const Id from = drawing.element(Kind::Queue, "work");
        drawing.link(LinkKind::DeadLetter, from, drawing.element(Kind::Queue, "work.dead"),
                     with("routingKey", "ignored"));
        const BrokerPlan plan = brokerPlan(drawing.take(), FoundDrawing("").take(), kQueues);
        QVERIFY(plan.steps[0].settings.has("deadLetterExchange"));
        QCOMPARE(plan.steps[0].settings.text("deadLetterExchange"), "");
        QCOMPARE(plan.steps[0].settings.text("deadLetterRoutingKey"), "work.dead");
    }

    void neverMakesAnewWhatCannotBeChanged() {
        FoundDrawing there = shop();
        there.at(there.find(Kind::Queue, "orders.new")).properties.set("messageTtl", "2m");
        there.at(there.find(Kind::Exchange, "orders")).properties.set("exchangeType", "direct");
        const PlanWish wish{.kinds = kQueues.kinds, .deletes = true};
        const BrokerPlan plan = brokerPlan(shop().take(), there.take(), wish);
        QCOMPARE(linesOf(plan), QStringList());
        QCOMPARE(plan.obstacles.size(), 2);
        QCOMPARE(plan.obstacles[0].name, "orders");
        QVERIFY(QString::fromStdString(plan.obstacles[1].sentence).startsWith("messageTtl is \"2m\""));
    }

    void deadLettersOfAQueueThatIsThereAreAnObstacle() {
        FoundDrawing there = shop();
        Diagram found = there.take();
        std::erase_if(found.links, [](const Link& link) { return link.kind == LinkKind::DeadLetter; });
        const BrokerPlan plan = brokerPlan(shop().take(), found, kQueues);
        QVERIFY(plan.steps.empty());
        QCOMPARE(plan.obstacles.size(), 1);
        QCOMPARE(plan.obstacles[0].name, "orders.new");
    }

    void changesOfATopicInOneStep() {
        FoundDrawing drawn("");
        Properties& wanted = drawn.at(drawn.element(Kind::Topic, "orders")).properties;
        wanted.set("partitions", 6);
        wanted.set("retention", "1h");
        wanted.set("minIsr", 2);
        FoundDrawing there("");
        Properties& actual = there.at(there.element(Kind::Topic, "orders")).properties;
        actual.set("partitions", 4);
        actual.set("retentionBytes", 1000);
        const BrokerPlan plan = brokerPlan(drawn.take(), there.take(), kTopics);
        QCOMPARE(linesOf(plan), QStringList({"change topic orders"}));
        QVERIFY(plan.obstacles.empty());
        QCOMPARE(*plan.steps[0].settings.find("partitions"), Json(6));
        QCOMPARE(*plan.steps[0].settings.find("minIsr"), Json(2));
        QCOMPARE(plan.steps[0].settings.text("retention"), "1h");
        // Nothing of it is drawn.
        QVERIFY(!plan.steps[0].settings.has("retentionBytes"));
    }

    void takesNoPartitionsAndMovesNoCopies() {
        FoundDrawing drawn("");
        drawn.at(drawn.element(Kind::Topic, "orders")).properties.set("partitions", 2);
        drawn.at(drawn.find(Kind::Topic, "orders")).properties.set("replication", 3);
        FoundDrawing there("");
        there.at(there.element(Kind::Topic, "orders")).properties.set("partitions", 4);
        const BrokerPlan plan = brokerPlan(drawn.take(), there.take(), kTopics);
        QVERIFY(plan.steps.empty());
        QCOMPARE(plan.obstacles.size(), 2);
    }

    /// Only what begins like a drawn name, never what is the broker's or is drawn in another way.
    void deletesOnlyWhenToldAndOnlyWhatIsCovered() {
        FoundDrawing there = shop();
        const Id old = there.element(Kind::Queue, "orders.old");
        there.element(Kind::Queue, "billing.new");
        there.element(Kind::Queue, "orders.replies");
        there.element(Kind::Exchange, "ordersish");
        const Id own = there.element(Kind::Exchange, "amq.topic");
        there.link(LinkKind::Bind, there.find(Kind::Exchange, "orders"), old);
        there.link(LinkKind::Bind, own, there.find(Kind::Queue, "orders.new"), with("routingKey", "x"));
        there.link(LinkKind::Bind, there.find(Kind::Exchange, "orders"),
                   there.find(Kind::Queue, "orders.new"), with("routingKey", "old.*"));
        const Diagram found = there.take();
        FoundDrawing drawing = shop();
        drawing.at(drawing.element(Kind::Queue, "orders.replies")).properties.set("exclusive", true);
        const Diagram drawn = drawing.take();

        const BrokerPlan kept = brokerPlan(drawn, found, kQueues);
        QVERIFY(kept.steps.empty());
        QCOMPARE(kept.left,
                 std::vector<std::string>({"queue orders.old", "binding orders → orders.new (old.*)"}));

        PlanWish wish{.kinds = kQueues.kinds, .deletes = true};
        BrokerPlan plan = brokerPlan(drawn, found, wish);
        QCOMPARE(linesOf(plan),
                 QStringList({"delete binding orders → orders.new (old.*)", "delete queue orders.old"}));
        QVERIFY(!plan.steps[1].withMessages);
        wish.withMessages = {"orders.old"};
        plan = brokerPlan(drawn, found, wish);
        QVERIFY(plan.steps[1].withMessages);
    }

    void bindingsOfAHeadersExchangeDifferByTheirHeaders() {
        FoundDrawing drawing("");
        const Id by = drawing.element(Kind::Exchange, "by");
        const Id queue = drawing.element(Kind::Queue, "queue");
        drawing.at(by).properties.set("exchangeType", "headers");
        drawing.link(LinkKind::Bind, by, queue, with("headers", {{"format", "pdf"}}));
        FoundDrawing there = drawing;
        drawing.link(LinkKind::Bind, by, queue, with("headers", {{"format", "zip"}}));
        const BrokerPlan plan = brokerPlan(drawing.take(), there.take(), kQueues);
        QCOMPARE(linesOf(plan), QStringList({"create binding by → queue (all of {\"format\":\"zip\"})"}));
    }

    void aFanoutExchangeLooksAtNoKey() {
        FoundDrawing drawing = shop();
        FoundDrawing there = shop();
        const Id dead = drawing.find(Kind::Exchange, "orders.dead");
        Diagram drawn = drawing.take();
        for (Link& link : drawn.links) {
            if (link.from == dead)
                link.properties.set("routingKey", "any");
        }
        QVERIFY(brokerPlan(drawn, there.take(), kQueues).steps.empty());
    }

    void leavesToOtherBrokersWhatIsTheirs() {
        FoundDrawing drawing = shop();
        drawing.element(Kind::Topic, "events");
        const Diagram drawn = drawing.take();
        BrokerPlan plan = brokerPlan(drawn, FoundDrawing("").take(), kTopics);
        QCOMPARE(linesOf(plan), QStringList({"create topic events"}));
        QCOMPARE(plan.notes.size(), 2);
        plan = brokerPlan(drawn, FoundDrawing("").take(), kQueues);
        QVERIFY(!linesOf(plan).contains("create topic events"));
    }

    void whatIsDrawnTwiceIsMadeOnce() {
        FoundDrawing drawing("");
        drawing.element(Kind::Queue, "orders");
        Diagram drawn = drawing.take();
        drawn.elements.push_back(drawn.elements.front());
        drawn.elements.back().id = "copy";
        drawn.elements.push_back(drawn.elements.front());
        drawn.elements.back().id = "nameless";
        drawn.elements.back().name.clear();
        const BrokerPlan plan = brokerPlan(drawn, FoundDrawing("").take(), kQueues);
        QCOMPARE(linesOf(plan), QStringList({"create queue orders"}));
        QCOMPARE(plan.obstacles.size(), 2);
    }
};

QTEST_GUILESS_MAIN(BrokerPlanTest)
#include "tst_brokerplan.moc"
