#include <QtTest>
#include <random>

#include "core/diagram/catalogue.h"
#include "widgets/paint/diagramgeometry.h"

using namespace sluice;

namespace {

constexpr std::array kKinds{ElementKind::Service, ElementKind::Queue,    ElementKind::Topic,
                            ElementKind::Client,  ElementKind::Exchange, ElementKind::Table};

/// Crowded, so that links have to go around elements.
Diagram crowd(std::mt19937& random, int elements = 40, int links = 60) {
    Diagram diagram;
    for (int i = 0; i < elements; ++i) {
        Element element;
        element.id = "e" + std::to_string(i);
        element.name = "Element " + std::to_string(i);
        element.kind = kKinds[random() % kKinds.size()];
        element.position = {double(random() % 1600), double(random() % 1000)};
        diagram.elements.push_back(element);
    }
    for (int i = 0; i < links; ++i) {
        Link link;
        link.id = "l" + std::to_string(i);
        link.name = i % 3 == 0 ? "label " + std::to_string(i) : "";
        link.from = diagram.elements[random() % diagram.elements.size()].id;
        link.to = diagram.elements[random() % diagram.elements.size()].id;
        link.kind = static_cast<LinkKind>(random() % kLinkKindCount);
        diagram.links.push_back(link);
    }
    return diagram;
}

void compare(const DiagramGeometry& followed, const Diagram& diagram) {
    const DiagramGeometry anew(diagram);
    QCOMPARE(followed.elements(), anew.elements());
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        QCOMPARE(followed.runsLeft(static_cast<int>(i)), anew.runsLeft(static_cast<int>(i)));
        QCOMPARE(followed.takesDeadLetters(static_cast<int>(i)), anew.takesDeadLetters(static_cast<int>(i)));
    }
    for (std::size_t i = 0; i < diagram.links.size(); ++i)
        QVERIFY2(followed.links()[i].path() == anew.links()[i].path(), diagram.links[i].id.c_str());
    QCOMPARE(followed.labels(diagram).size(), anew.labels(diagram).size());
    for (std::size_t i = 0; i < anew.labels(diagram).size(); ++i)
        QCOMPARE(followed.labels(diagram)[i].rect, anew.labels(diagram)[i].rect);
}

}  // namespace

/// Geometry that follows edits is what it would be if it were made anew.
class TestGeometryUpdate : public QObject {
    Q_OBJECT

private slots:
    void followsMovesAndBends();
    void followsWhatComesAndGoes();
    void labelsPlacedInSlicesAreTheSame();
    void differencesHoldAllThatMoved();
    void aLargeDrawingIsRefinedBitByBit();
};

void TestGeometryUpdate::followsMovesAndBends() {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937 random(seed);
        Diagram diagram = crowd(random);
        DiagramGeometry geometry(diagram);
        for (int step = 0; step < 25; ++step) {
            std::unordered_set<std::string> changed;
            for (unsigned i = 0; i <= random() % 3; ++i) {
                Element& element = diagram.elements[random() % diagram.elements.size()];
                element.position.x += double(random() % 400) - 200;
                element.position.y += double(random() % 400) - 200;
                changed.insert(element.id);
            }
            if (random() % 2 == 0) {
                Link& link = diagram.links[random() % diagram.links.size()];
                link.bends = link.bends.empty() ? std::vector<Point>{{double(random() % 1600), 20}}
                                                : std::vector<Point>{};
                changed.insert(link.id);
            }
            geometry.update(diagram, changed);
            compare(geometry, diagram);
            if (QTest::currentTestFailed())
                return;
        }
    }
}

void TestGeometryUpdate::followsWhatComesAndGoes() {
    std::mt19937 random(7);
    Diagram diagram = crowd(random);
    DiagramGeometry geometry(diagram);
    diagram.links.erase(diagram.links.begin() + 5);
    geometry.update(diagram, {"l5"});
    compare(geometry, diagram);
    std::swap(diagram.elements[3], diagram.elements[9]);
    geometry.update(diagram, {diagram.elements[3].id});
    compare(geometry, diagram);
    diagram.links[2].to = diagram.elements[17].id;
    geometry.update(diagram, {diagram.links[2].id});
    compare(geometry, diagram);
}

// Of a large drawing no frame waits for all of them.
void TestGeometryUpdate::labelsPlacedInSlicesAreTheSame() {
    std::mt19937 random(5);
    const Diagram diagram = crowd(random);
    const DiagramGeometry whole(diagram);
    DiagramGeometry sliced(diagram);
    LabelPlacement placement;
    int slices = 1;
    while (!sliced.placeLabels(diagram, placement, std::chrono::milliseconds(0)))
        ++slices;
    QVERIFY(slices > 2);
    QVERIFY(sliced.hasLabels());
    const auto& wanted = whole.labels(diagram);
    const auto& labels = sliced.labels(diagram);
    QCOMPARE(labels.size(), wanted.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
        QCOMPARE(labels[i].link, wanted[i].link);
        QCOMPARE(labels[i].text, wanted[i].text);
        QCOMPARE(labels[i].rect, wanted[i].rect);
    }
}

void TestGeometryUpdate::differencesHoldAllThatMoved() {
    std::mt19937 random(3);
    Diagram diagram = crowd(random);
    const DiagramGeometry before(diagram);
    QVERIFY(!before.labels(diagram).empty());
    DiagramGeometry after = before;
    QVERIFY(after.differencesFrom(before, diagram, true)->empty());
    diagram.elements[0].position.x += 120;
    after.update(diagram, {"e0"});
    const auto areas = after.differencesFrom(before, diagram, true);
    QVERIFY(areas);
    const auto held = [&](const QRectF& rect) {
        // A straight line has no area, and QRectF::contains no rectangle without one.
        return std::any_of(areas->begin(), areas->end(), [&](const QRectF& area) {
            return area.contains(rect.topLeft()) && area.contains(rect.bottomRight());
        });
    };
    QVERIFY(held(before.elements()[0]) && held(after.elements()[0]));
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        if (before.links()[i].path() != after.links()[i].path())
            QVERIFY(held(before.links()[i].bounds()) && held(after.links()[i].bounds()));
    }
    // Of another drawing nothing can be said.
    Diagram other = diagram;
    other.elements.pop_back();
    QVERIFY(!DiagramGeometry(other).differencesFrom(before, other, true));
}

void TestGeometryUpdate::aLargeDrawingIsRefinedBitByBit() {
    std::mt19937 random(5);
    Diagram diagram = crowd(random, 300, 700);
    diagram.links[7].bends = {{800, 20}};
    DiagramGeometry geometry(diagram, {});
    const auto refine = [&] {
        QVERIFY(geometry.isRough());
        for (int turn = 0; geometry.isRough(); ++turn) {
            QVERIFY(turn < 1000);
            geometry.refine(diagram, std::chrono::milliseconds(0));
        }
        compare(geometry, diagram);
    };
    refine();
    std::unordered_set<std::string> changed;
    for (std::size_t i = 0; i < 200; ++i) {
        diagram.elements[i].position.x += double(random() % 400) - 200;
        changed.insert(diagram.elements[i].id);
    }
    geometry.update(diagram, changed);
    refine();
    // Others come and go, and the rest keeps what it had until it is looked at.
    diagram.links.erase(diagram.links.begin() + 100, diagram.links.begin() + 200);
    geometry.update(diagram, {});
    refine();
    // Of a few nothing is rough.
    diagram.elements[0].position.y += 100;
    geometry.update(diagram, {"e0"});
    QVERIFY(!geometry.isRough());
    compare(geometry, diagram);
}

QTEST_MAIN(TestGeometryUpdate)
#include "tst_geometryupdate.moc"
