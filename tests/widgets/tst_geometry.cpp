#include <QtTest>

#include "tests/diagram/drawn.h"
#include "widgets/paint/diagramgeometry.h"

using namespace sluice;
using namespace sluice::test;

Q_DECLARE_METATYPE(sluice::ElementKind)

namespace {

double distance(const QPointF& a, const QPointF& b) {
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

}  // namespace

class TestGeometry : public QObject {
    Q_OBJECT
private slots:
    void outlineFillsItsBounds_data() { kinds(); }
    void outlineFillsItsBounds();
    void anchorsLieOnTheSilhouette_data() { kinds(); }
    void anchorsLieOnTheSilhouette();
    void sideFacesTheOtherElement_data();
    void sideFacesTheOtherElement();
    void routeRunsEvenlyFromEndToEnd();
    void facingElementsAreJoinedStraight();
    void bendsAreKept();
    void partsOfARouteHoldWhatIsSeenOfIt();
    void loopReturnsToItsElement();
    void parallelLinksLieApart();
    void linksOfOneSideDoNotCross();
    void smallKinksAreStraightened();
    void linksGoAroundWhatStandsBetween();
    void straightLinkKeepsTheMiddle();
    void distanceIsThatToTheLine();
    void hitsFindElementsLinksAndGroups();
    void queueRunsTowardsItsConsumers();
    void danglingLinksHaveNoRoute();
    void boundsHoldNamesBelow();

private:
    static void kinds() {
        QTest::addColumn<ElementKind>("kind");
        for (int i = 0; i < kElementKindCount; ++i) {
            const auto kind = static_cast<ElementKind>(i);
            QTest::newRow(kindName(kind).data()) << kind;
        }
    }
};

void TestGeometry::outlineFillsItsBounds() {
    QFETCH(ElementKind, kind);
    const QRectF bounds = boundsOf(element("a", kind, {40, -30}));
    QCOMPARE(bounds.center(), QPointF(40, -30));
    const QRectF outline = outlineOf(kind, bounds).boundingRect();
    QVERIFY(bounds.adjusted(-2, -2, 2, 2).contains(outline));
    QVERIFY(outline.width() > bounds.width() * 0.8 && outline.height() > bounds.height() * 0.9);
    QVERIFY(nameIsBelow(kind) ? nameRectOf(kind, bounds).top() >= bounds.bottom()
                              : bounds.contains(nameRectOf(kind, bounds)));
}

void TestGeometry::anchorsLieOnTheSilhouette() {
    QFETCH(ElementKind, kind);
    const QRectF bounds = boundsOf(element("a", kind, {0, 0}));
    const QPainterPath outline = outlineOf(kind, bounds);
    for (const Side side : {Side::Left, Side::Right, Side::Top, Side::Bottom}) {
        for (const double offset : {-9.0, 0.0, 9.0, 500.0}) {
            const QPointF anchor = anchorOn(kind, bounds, side, offset);
            QVERIFY(bounds.united(nameRectOf(kind, bounds)).adjusted(-1, -1, 1, 1).contains(anchor));
            if (kind == ElementKind::Client || std::abs(offset) > 10 ||
                (side == Side::Bottom && nameIsBelow(kind)))
                continue;
            // A step outwards leaves the shape, a step inwards enters it.
            QVERIFY(!outline.contains(anchor + normalOf(side) * 1.5));
            QVERIFY(outline.contains(anchor - normalOf(side) * 1.5));
        }
    }
}

void TestGeometry::sideFacesTheOtherElement_data() {
    QTest::addColumn<QPointF>("other");
    QTest::addColumn<int>("side");
    QTest::newRow("right") << QPointF(400, 10) << int(Side::Right);
    QTest::newRow("left") << QPointF(-400, 10) << int(Side::Left);
    QTest::newRow("below") << QPointF(20, 400) << int(Side::Bottom);
    QTest::newRow("above") << QPointF(20, -400) << int(Side::Top);
    QTest::newRow("diagonal goes sideways, as reading does") << QPointF(400, 380) << int(Side::Right);
    QTest::newRow("overlapping") << QPointF(20, 3) << int(Side::Right);
}

void TestGeometry::sideFacesTheOtherElement() {
    QFETCH(QPointF, other);
    QFETCH(int, side);
    const QRectF own(-50, -30, 100, 60);
    QCOMPARE(int(sideTowards(own, own.translated(other))), side);
}

void TestGeometry::routeRunsEvenlyFromEndToEnd() {
    const QRectF from(0, 0, 160, 80);
    const QRectF to(400, 300, 160, 80);
    const LinkRoute route = routeOf(ElementKind::Service, from, ElementKind::Service, to);
    QVERIFY(distance(route.pointAt(0), QPointF(160, 40)) < 1e-6);
    QVERIFY(distance(route.pointAt(1), QPointF(400, 340)) < 1e-6);
    QCOMPARE(route.pointAt(-1), route.pointAt(0));
    QCOMPARE(route.pointAt(2), route.pointAt(1));
    QVERIFY(qAbs(route.length() - route.path().length()) < 0.5);
    QPointF last = route.pointAt(0);
    for (int i = 1; i <= 50; ++i) {
        const QPointF point = route.pointAt(i / 50.0);
        QVERIFY(qAbs(distance(point, last) - route.length() / 50) < route.length() / 50 * 0.05);
        last = point;
    }
    QVERIFY(distance(route.tangentAt(0), QPointF(1, 0)) < 0.1);
    QVERIFY(distance(route.tangentAt(1), QPointF(1, 0)) < 0.1);
}

void TestGeometry::facingElementsAreJoinedStraight() {
    const LinkRoute route =
        routeOf(ElementKind::Service, {0, 0, 160, 80}, ElementKind::Queue, {400, 10, 180, 60});
    QCOMPARE(route.pointAt(0), QPointF(160, 40));
    QCOMPARE(route.pointAt(1), QPointF(400, 40));
    QCOMPARE(route.length(), 240.0);
    QCOMPARE(route.labelPosition(), QPointF(280, 40));
}

void TestGeometry::bendsAreKept() {
    const std::vector<Point> bends{{300, 40}, {300, 340}};
    const LinkRoute route =
        routeOf(ElementKind::Service, {0, 0, 160, 80}, ElementKind::Service, {400, 300, 160, 80}, bends);
    for (const Point& bend : bends)
        QVERIFY(route.distanceTo(toPointF(bend)) < 8);
    QVERIFY(route.distanceTo({300, 200}) < 0.01);
}

void TestGeometry::partsOfARouteHoldWhatIsSeenOfIt() {
    // Down on the right of the rectangle, then back through it: it is seen twice.
    const std::vector<Point> bends{{900, 40}, {900, 840}, {500, 840}, {500, 440}};
    const LinkRoute route =
        routeOf(ElementKind::Service, {0, 0, 160, 80}, ElementKind::Service, {1400, 400, 160, 80}, bends);
    const QRectF area(700, 300, 300, 400);
    const auto parts = route.partsWithin(area);
    QCOMPARE(parts.size(), std::size_t(2));
    int seen = 0;
    for (int i = 0; i <= 1000; ++i) {
        const QPointF point = route.pointAt(i / 1000.0);
        if (!area.contains(point))
            continue;
        ++seen;
        QVERIFY(std::any_of(parts.begin(), parts.end(), [&](const LinkRoute::Part& part) {
            return part.line.boundingRect().adjusted(-0.1, -0.1, 0.1, 0.1).contains(point);
        }));
    }
    QVERIFY(seen > 100);
    for (const LinkRoute::Part& part : parts) {
        const QPointF begin = route.pointAt(part.from / route.length());
        QVERIFY(QLineF(begin, part.line.front()).length() < 0.1);
        // Little beyond what is seen.
        for (const QPointF& point : part.line)
            QVERIFY(area.adjusted(-40, -40, 40, 40).contains(point));
    }
    QVERIFY(route.partsWithin({2000, 2000, 10, 10}).empty());
}

void TestGeometry::loopReturnsToItsElement() {
    const QRectF rect(0, 0, 160, 80);
    const LinkRoute route = routeOf(ElementKind::Service, rect, ElementKind::Service, rect);
    QVERIFY(rect.adjusted(-1, -1, 1, 1).contains(route.pointAt(0)));
    QVERIFY(rect.adjusted(-1, -1, 1, 1).contains(route.pointAt(1)));
    QVERIFY(!rect.contains(route.pointAt(0.5)));
}

void TestGeometry::parallelLinksLieApart() {
    Diagram diagram;
    diagram.elements = {element("a", ElementKind::Service, {0, 0}),
                        element("b", ElementKind::Service, {400, 0})};
    diagram.links = {link("one", LinkKind::Publish, "a", "b"), link("two", LinkKind::Publish, "a", "b"),
                     link("back", LinkKind::Publish, "b", "a")};
    const DiagramGeometry geometry(diagram);
    for (const double fraction : {0.0, 0.5, 1.0}) {
        const QPointF one = geometry.route("one").pointAt(fraction);
        const QPointF two = geometry.route("two").pointAt(fraction);
        const QPointF back = geometry.route("back").pointAt(1 - fraction);
        QVERIFY(distance(one, two) >= 12 && distance(two, back) >= 12 && distance(one, back) >= 12);
    }
    const LinkRoute first =
        routeOf(ElementKind::Service, {0, 0, 160, 80}, ElementKind::Service, {400, 0, 160, 80});
    const LinkRoute second =
        routeOf(ElementKind::Service, {0, 0, 160, 80}, ElementKind::Service, {400, 0, 160, 80}, {}, 1);
    QVERIFY(distance(first.pointAt(0.5), second.pointAt(0.5)) >= 12);
}

void TestGeometry::linksOfOneSideDoNotCross() {
    Diagram diagram;
    diagram.elements = {element("hub", ElementKind::Service, {0, 0})};
    const std::vector<double> heights{300, -300, 100, -100};
    for (std::size_t i = 0; i < heights.size(); ++i) {
        const std::string id = "q" + std::to_string(i);
        diagram.elements.push_back(element(id, ElementKind::Queue, {500, heights[i]}));
        diagram.links.push_back(link("l" + std::to_string(i), LinkKind::Publish, "hub", id));
    }
    const DiagramGeometry geometry(diagram);
    for (std::size_t i = 0; i < heights.size(); ++i) {
        for (std::size_t j = 0; j < heights.size(); ++j) {
            if (heights[i] >= heights[j])
                continue;
            for (int k = 0; k <= 20; ++k)
                QVERIFY(geometry.links()[i].pointAt(k / 20.0).y() <
                        geometry.links()[j].pointAt(k / 20.0).y());
        }
    }
}

void TestGeometry::smallKinksAreStraightened() {
    Diagram diagram;
    diagram.elements = {element("a", ElementKind::Service, {0, 0}),
                        element("b", ElementKind::Queue, {400, 7})};
    diagram.links = {link("l", LinkKind::Publish, "a", "b")};
    const DiagramGeometry geometry(diagram);
    const LinkRoute& route = geometry.route("l");
    QCOMPARE(route.pointAt(0).y(), route.pointAt(1).y());
}

void TestGeometry::linksGoAroundWhatStandsBetween() {
    Diagram diagram;
    diagram.elements = {element("a", ElementKind::Service, {0, 0}),
                        element("b", ElementKind::Service, {700, 0}),
                        element("between", ElementKind::Service, {350, 0})};
    diagram.links = {link("l", LinkKind::Publish, "a", "b")};
    const DiagramGeometry geometry(diagram);
    const LinkRoute& route = geometry.route("l");
    for (int i = 0; i <= 100; ++i)
        QVERIFY(!geometry.elements()[2].contains(route.pointAt(i / 100.0)));
    diagram.elements.pop_back();
    QCOMPARE(DiagramGeometry(diagram).links().front().length(), 540.0);
}

void TestGeometry::straightLinkKeepsTheMiddle() {
    Diagram diagram;
    diagram.elements = {element("a", ElementKind::Service, {0, 0}),
                        element("b", ElementKind::Queue, {400, 0}),
                        element("c", ElementKind::Queue, {400, 200})};
    diagram.links = {link("across", LinkKind::Publish, "a", "b"), link("down", LinkKind::Publish, "a", "c")};
    const DiagramGeometry geometry(diagram);
    QCOMPARE(geometry.route("across").pointAt(0).y(), 0.0);
    QCOMPARE(geometry.route("across").pointAt(1).y(), 0.0);
    QVERIFY(geometry.route("down").pointAt(0).y() >= 12);
}

void TestGeometry::distanceIsThatToTheLine() {
    const LinkRoute route =
        routeOf(ElementKind::Service, {0, 0, 160, 80}, ElementKind::Queue, {400, 10, 180, 60});
    QCOMPARE(route.distanceTo({280, 40}), 0.0);
    QCOMPARE(route.distanceTo({280, 47}), 7.0);
    QCOMPARE(route.distanceTo({403, 44}), 5.0);
    QCOMPARE(route.fractionNear({280, 99}), 0.5);
}

void TestGeometry::hitsFindElementsLinksAndGroups() {
    Diagram diagram;
    diagram.elements = {element("a", ElementKind::Service, {0, 0}),
                        element("x", ElementKind::Exchange, {400, 0})};
    diagram.links = {link("l", LinkKind::Publish, "a", "x")};
    Group outer;
    outer.id = "outer";
    outer.position = {200, 0};
    outer.size = {800, 400};
    Group inner = outer;
    inner.id = "inner";
    inner.position = {0, 0};
    inner.size = {240, 160};
    diagram.groups = {outer, inner};
    const DiagramGeometry geometry(diagram);
    QCOMPARE(geometry.elementAt(diagram, {0, 0}), 0);
    QCOMPARE(geometry.elementAt(diagram, {400, 0}), 1);
    QCOMPARE(geometry.elementAt(diagram, {352, -48}), -1);  // the corner beside the diamond
    QCOMPARE(geometry.elementAt(diagram, {400, 64}), 1);    // its name
    QCOMPARE(geometry.linkAt({200, 3}, 5), 0);
    QCOMPARE(geometry.linkAt({200, 9}, 5), -1);
    QCOMPARE(geometry.groupAt({-120, 0}, 4), 1);
    QCOMPARE(geometry.groupAt({0, 0}, 4), -1);
    QCOMPARE(geometry.groupAt({0, 0}, 4, true), 1);
    QCOMPARE(geometry.groupAt({600, 100}, 4), 0);
}

void TestGeometry::queueRunsTowardsItsConsumers() {
    Diagram diagram;
    diagram.elements = {element("p", ElementKind::Service, {-400, 0}),
                        element("q", ElementKind::Queue, {0, 0}),
                        element("c", ElementKind::Service, {400, 0})};
    diagram.links = {link("in", LinkKind::Publish, "p", "q"), link("out", LinkKind::Consume, "q", "c")};
    QVERIFY(!DiagramGeometry(diagram).runsLeft(1));
    std::swap(diagram.elements[0].position, diagram.elements[2].position);
    QVERIFY(DiagramGeometry(diagram).runsLeft(1));
}

void TestGeometry::danglingLinksHaveNoRoute() {
    Diagram diagram;
    diagram.elements = {element("a", ElementKind::Service, {0, 0})};
    diagram.links = {link("l", LinkKind::Publish, "a", "gone")};
    const DiagramGeometry geometry(diagram);
    QVERIFY(geometry.route("l").isNull());
    QVERIFY(geometry.route("other").isNull());
    QCOMPARE(geometry.linkAt({0, 0}, 100), -1);
    QVERIFY(!geometry.bounds().isEmpty());
    QVERIFY(DiagramGeometry(Diagram{}).bounds().isEmpty());
}

void TestGeometry::boundsHoldNamesBelow() {
    Diagram diagram;
    diagram.elements = {element("q", ElementKind::Queue, {0, 0})};
    QVERIFY(DiagramGeometry(diagram).bounds().contains(
        nameRectOf(ElementKind::Queue, boundsOf(diagram.elements.front()))));
}

QTEST_MAIN(TestGeometry)
#include "tst_geometry.moc"
