#include <QtTest>

#include "core/live/brokerplan.h"
#include "core/live/brokershare.h"
#include "core/live/founddrawing.h"
#include "core/live/joineddrawing.h"

using namespace sluice;

namespace {

using Kind = ElementKind;
const PlanWish kQueues{.kinds = {Kind::Exchange, Kind::Queue}, .deletes = true};

/// A topic exchange and a queue of that name, bound to it.
FoundDrawing shop(const std::string& name) {
    FoundDrawing drawing(name);
    const Id orders = drawing.element(Kind::Exchange, name);
    const Id fresh = drawing.element(Kind::Queue, name + ".new");
    drawing.at(orders).properties.set("exchangeType", "topic");
    drawing.link(LinkKind::Bind, orders, fresh);
    return drawing;
}

QStringList linesOf(const Diagram& drawing, const Diagram& own, const Diagram& other) {
    const Diagram* const others[] = {&other};
    const BrokerPlan plan = brokerPlan(shareOf(drawing, own, others), own, kQueues);
    QStringList lines;
    for (const BrokerStep& step : plan.steps)
        lines << QString::fromStdString(actOf(step) + " " + nameOf(step));
    for (const PlanObstacle& one : plan.obstacles)
        lines << QString::fromStdString(one.name + ": " + one.sentence);
    return lines;
}

}  // namespace

class BrokerShareTest : public QObject {
    Q_OBJECT

private slots:
    void whatAnotherOneHasIsNotMadeHere() {
        const Diagram orders = shop("orders").take();
        const Diagram bills = shop("bills").take();
        Diagram drawing = joined(orders, bills);
        QCOMPARE(linesOf(drawing, orders, bills), QStringList());
        QCOMPARE(linesOf(drawing, bills, orders), QStringList());
        Element fresh;
        fresh.id = fresh.name = "orders.returns";
        fresh.kind = Kind::Queue;
        drawing.elements.push_back(fresh);
        QCOMPARE(linesOf(drawing, orders, bills), QStringList{"create queue orders.returns"});
        QCOMPARE(linesOf(drawing, bills, orders), QStringList{"create queue orders.returns"});
    }
    void whatIsNotDrawnGoesWhereItIs() {
        FoundDrawing more = shop("orders");
        more.element(Kind::Queue, "orders.old");
        const Diagram orders = more.take();
        const Diagram bills = shop("bills").take();
        const Diagram drawing = joined(shop("orders").take(), bills);
        QCOMPARE(linesOf(drawing, orders, bills), QStringList{"delete queue orders.old"});
        QCOMPARE(linesOf(drawing, bills, orders), QStringList());
    }
    /// Both have a queue of that name, with other settings, and each is drawn.
    void ofTwoOfOneNameEachHasItsOwn() {
        const Diagram plain = shop("orders").take();
        Diagram second = plain;
        for (Element& element : second.elements) {
            if (element.kind == Kind::Queue)
                element.properties.set("messageTtl", "1m");
        }
        const Diagram drawing = joined(plain, second);
        QCOMPARE(linesOf(drawing, plain, second), QStringList());
        QCOMPARE(linesOf(drawing, second, plain), QStringList());
        // A third one that has nothing gets each thing once.
        const Diagram empty = FoundDrawing("empty").take();
        const Diagram* const nobody[] = {&empty};
        QCOMPARE(int(brokerPlan(shareOf(drawing, empty, nobody), empty, kQueues).steps.size()), 3);
    }
};

QTEST_APPLESS_MAIN(BrokerShareTest)
#include "tst_brokershare.moc"
