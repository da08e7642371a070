#include <QtTest>

#include "widgets/editing/extent.h"
#include "widgets/editing/foundlayout.h"
#include "widgets/editing/partpacking.h"

using namespace sluice;

namespace {

void add(Diagram& diagram, const std::string& id, ElementKind kind, Point at, const Id& group = {}) {
    Element element;
    element.id = element.name = id;
    element.kind = kind;
    element.position = at;
    element.group = group;
    diagram.elements.push_back(element);
}

void join(Diagram& diagram, const Id& from, const Id& to) {
    Link link;
    link.id = from + "-to-" + to;
    link.kind = LinkKind::Consume;
    link.from = from;
    link.to = to;
    diagram.links.push_back(link);
}

/// `count` queues with a reader each, in one column.
Diagram column(int count) {
    Diagram diagram;
    for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        add(diagram, "queue" + number, ElementKind::Queue, {0, i * 140.0});
        add(diagram, "reader" + number, ElementKind::Service, {300, i * 140.0});
        join(diagram, "queue" + number, "reader" + number);
    }
    return diagram;
}

Extent wholeOf(const Diagram& diagram) {
    Extent all = extentOf(diagram.elements.front());
    for (const Element& element : diagram.elements)
        all = all.united(extentOf(element));
    return all;
}

bool areApart(const Extent& one, const Extent& other) {
    return one.right < other.left || other.right < one.left || one.bottom < other.top ||
           other.bottom < one.top;
}

}  // namespace

class PartPackingTest : public QObject {
    Q_OBJECT
private slots:
    void aColumnBecomesAsWideAsAWindow() {
        Diagram diagram = column(12);
        const Extent before = wholeOf(diagram);
        QVERIFY(before.height() > 3 * before.width());
        packParts(diagram);
        const Extent after = wholeOf(diagram);
        const double wide = after.width() / after.height();
        QVERIFY2(wide > 1.2 && wide < 5, qPrintable(QString::number(wide)));
        for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(areApart(extentOf(diagram.elements[i]), extentOf(diagram.elements[j])));
        }
    }
    void whatIsJoinedStaysAsItIs() {
        Diagram diagram = column(5);
        packParts(diagram);
        for (std::size_t i = 0; i < diagram.elements.size(); i += 2) {
            const Point queue = diagram.elements[i].position;
            const Point reader = diagram.elements[i + 1].position;
            QCOMPARE(reader.x - queue.x, 300.0);
            QCOMPARE(reader.y, queue.y);
        }
    }
    /// A group goes with what is in it, and so do the groups in it.
    void groupsGoWithTheirElements() {
        Diagram diagram = column(4);
        diagram.groups = {Group{"outer", "zone", "Outer", {}, {}, {0, 900}, {400, 300}, {}, {}},
                          Group{"inner", "zone", "Inner", {}, {}, {0, 900}, {300, 200}, "outer", {}}};
        add(diagram, "a", ElementKind::Queue, {0, 900}, "inner");
        packParts(diagram);
        const Point a = diagram.elements.back().position;
        for (const Group& group : diagram.groups)
            QCOMPARE(group.position, a);
        for (std::size_t i = 0; i + 1 < diagram.elements.size(); ++i)
            QVERIFY(areApart(extentOf(diagram.elements[i]), extentOf(diagram.groups.front())));
    }
    void oneWholeIsNotMoved() {
        Diagram diagram = column(1);
        const Diagram before = diagram;
        packParts(diagram);
        QVERIFY(diagram == before);
    }
    void whatABrokerHasIsDrawnSo() {
        Diagram found = column(10);
        for (Element& element : found.elements)
            element.position = {};
        const Extent extent = wholeOf(laidOut(found));
        QVERIFY(extent.width() > extent.height());
    }
};

QTEST_GUILESS_MAIN(PartPackingTest)
#include "tst_partpacking.moc"
