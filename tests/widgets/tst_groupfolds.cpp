#include <QPicture>
#include <QtTest>

#include "tests/widgets/canvastest.h"
#include "widgets/canvas/drawing.h"
#include "widgets/paint/diagrampainter.h"

using namespace sluice;

namespace {

constexpr double kFar = 0.05;

/// A group "orders" with an exchange and so many queues bound to it; a client outside that publishes to the
/// exchange and to five queues; a group of three beside it.
Diagram crowd(int queues) {
    Diagram diagram;
    const auto add = [&](const std::string& id, ElementKind kind, Point place, const char* group) {
        Element element = test::element(id, kind, place);
        element.group = group;
        diagram.elements.push_back(element);
    };
    const auto join = [&](const std::string& from, const std::string& to, LinkKind kind) {
        Link link;
        link.id = from + "-" + to;
        link.from = from;
        link.to = to;
        link.kind = kind;
        diagram.links.push_back(link);
    };
    add("till", ElementKind::Client, {-2000, 0}, "");
    add("exchange", ElementKind::Exchange, {-200, 0}, "orders");
    join("till", "exchange", LinkKind::Publish);
    for (int i = 0; i < queues; ++i) {
        const std::string id = "q" + std::to_string(i);
        add(id, ElementKind::Queue, {200.0 + 200 * (i / 20), -1000.0 + 100 * (i % 20)}, "orders");
        join("exchange", id, LinkKind::Bind);
        if (i < 5)
            join("till", id, LinkKind::Publish);
    }
    for (int i = 0; i < 3; ++i)
        add("m" + std::to_string(i), ElementKind::Queue, {100.0 * i, 3000}, "mail");
    Group orders;
    orders.id = "orders";
    orders.name = "Orders";
    orders.size = {2.0 * (600.0 + 200 * queues / 20.0), 2400};
    Group mail;
    mail.id = mail.name = "mail";
    mail.position = {100, 3000};
    diagram.groups = {orders, mail};
    return diagram;
}

/// What is painted, as commands.
qsizetype commandsFor(const Diagram& diagram, double zoom) {
    const DiagramGeometry geometry(diagram, {});
    QPicture picture;
    QPainter painter(&picture);
    PaintOptions options;
    options.theme = &theme(ThemeName::Light);
    options.zoom = zoom;
    paintBackground(painter, diagram, geometry, geometry.bounds(), options);
    painter.end();
    return picture.size();
}

}  // namespace

/// From afar a group of many elements is one thing, which says what it holds and can be opened.
class GroupFoldsTest : public CanvasTest {
    Q_OBJECT

private slots:
    void whatIsSeenFollowsFromTheZoom() {
        const Diagram diagram = crowd(40);
        const DiagramGeometry geometry(diagram);
        const GroupFolds& folds = geometry.folds();
        QVERIFY(!folds.foldsAnything(GroupFolds::kOpensAt));
        QVERIFY(folds.isFolded(0, kFar) && !folds.isFolded(1, kFar));
        const auto hidden = [&](const char* id, double zoom) {
            return folds.hidesElement(static_cast<std::size_t>(geometry.elementIndex(id)), zoom);
        };
        QVERIFY(hidden("q7", kFar) && hidden("exchange", kFar));
        QVERIFY(!hidden("q7", 0.2) && !hidden("till", kFar) && !hidden("m1", kFar));
        // One line for all that the client sends there; what runs within is not to be seen.
        QCOMPARE(folds.bundles().size(), 1U);
        QCOMPARE(folds.bundles().front().links, 6);
        QCOMPARE(folds.bundles().front().fromElement, geometry.elementIndex("till"));
        QCOMPARE(folds.bundles().front().toGroup, 0);
        const auto within = static_cast<std::size_t>(geometry.linkIndex("exchange-q9"));
        QVERIFY(folds.hidesLink(within, kFar) && folds.bundleOf(within) < 0);
        QVERIFY(!folds.hidesLink(within, 1));
    }
    void aSmallDrawingHasNothingToFold() {
        const DiagramGeometry geometry(crowd(10));
        QVERIFY(!geometry.folds().foldsAnything(kFar));
        QVERIFY(!geometry.folds().hidesElement(3, kFar) && !geometry.folds().hidesLink(3, kFar));
    }
    void paintingItCostsWhatIsSeen() {
        // Four times the members take no more from afar, and four times as much close by.
        QVERIFY(commandsFor(crowd(400), kFar) < commandsFor(crowd(100), kFar) * 11 / 10);
        QVERIFY(commandsFor(crowd(400), 0.2) > commandsFor(crowd(100), 0.2) * 3);
    }
    void itFollowsEdits() {
        Diagram diagram = crowd(40);
        DiagramGeometry geometry(diagram);
        diagram.elements[5].group = "mail";
        geometry.update(diagram, {diagram.elements[5].id});
        QCOMPARE(geometry.folds().groupOf(5), -1);
        QCOMPARE(geometry.folds().groupOf(6), 0);
    }
    void aPressOnItMeansTheGroup() {
        const Document document(crowd(40));
        Drawing drawing;
        drawing.show(&document);
        const QPointF onQueue = drawing.boundsOf(Id("q0")).center();
        QCOMPARE(drawing.hitAt(onQueue, 1, {}, {}), (Hit{Hit::Kind::Element, "q0"}));
        QCOMPARE(drawing.hitAt(onQueue, kFar, {}, {}), (Hit{Hit::Kind::Group, "orders"}));
        const QPointF onClient = drawing.boundsOf(Id("till")).center();
        QCOMPARE(drawing.hitAt(onClient, kFar, {}, {}), (Hit{Hit::Kind::Element, "till"}));
    }
    void itIsOpened_data() {
        QTest::addColumn<bool>("keyboard");
        QTest::newRow("double click") << false;
        QTest::newRow("Enter") << true;
    }
    void itIsOpened() {
        QFETCH(bool, keyboard);
        Document document(crowd(400));
        History history(document);
        CanvasView canvas(theme(ThemeName::Light));
        canvas.resize(600, 400);
        canvas.setHistory(&history);
        canvas.show();
        canvas.setZoom(kFar);
        canvas.setSelection({"orders"});
        const QRect before = canvas.placeOf("orders");
        if (keyboard)
            QTest::keyClick(&canvas, Qt::Key_Return);
        else
            QTest::mouseDClick(&canvas, Qt::LeftButton, {}, before.center());
        QVERIFY(canvas.zoom() >= GroupFolds::kOpensAt);
        QVERIFY(canvas.rect().contains(canvas.placeOf("orders").topLeft()));
        // A member that is looked for is shown large enough.
        canvas.setZoom(kFar);
        canvas.reveal("q399");
        QVERIFY(canvas.zoom() > 0.4);
        QVERIFY(canvas.rect().contains(canvas.placeOf("q399").center()));
    }
};

QTEST_MAIN(GroupFoldsTest)
#include "tst_groupfolds.moc"
