#include <QAccessible>

#include "core/diagram/catalogue.h"
#include "tests/widgets/canvastest.h"
#include "widgets/editing/edits.h"

using namespace sluice;
using namespace sluice::test;

/// Several things at once, things that change under the hand, and what is told to those who do not see.
class TestCanvasEditing : public CanvasTest {
    Q_OBJECT

private slots:
    void init() { show(row()); }
    void cleanup() { close(); }
    void anUndoDuringADragEndsTheDrag();
    void anUndoDuringABendEndsTheBend();
    void anUndoWhileConnectingEndsIt();
    void twoSelectedMoveByTheSame();
    void altDragsOffTheGrid();
    void shiftAddsToTheSelectionAndTakesAway();
    void aGroupIsResizedByItsHandle();
    void aGroupThatIsResizedStaysBehindWhatItHolds();
    void thePromiseOfALinkEndsWhenItIsDrawn();
    void aligningPutsCentresOnOneLine();
    void duplicateKeepsTheLinksBetween();
    void manyThingsArePutInWithoutHoldingTheWindowUp();
    void shiftAndArrowMoveByFiveSteps();
    void tabReachesGroupsAndLinks();
    void eachThingIsKnownToAssistiveTechnology();
    void aStateIsToldInWords();
    void aClickOpensTheMessageThatWasPressedOn();
    void linksGiveWayWhileSomethingIsDragged();
    void whatIsDraggedLiesOverTheStateOfTheRest();
    void reducedMotionShowsStatesInSteps();

private:
    Id connectRow();
};

Id TestCanvasEditing::connectRow() {
    const auto link = connectElements(*m_document, "portal", "orders");
    if (!link.ok() || !m_history->apply(link->edit).ok())
        return {};
    return diagram().links.back().id;
}

void TestCanvasEditing::anUndoDuringADragEndsTheDrag() {
    QVERIFY(m_history->apply(moveItems(*m_document, std::vector<Id>{"orders"}, {0, 40}, false)).ok());
    dragTo(view(0, 40), view(90, 150));
    m_history->undo();
    QCOMPARE(at("orders").position, (Point{0, 0}));
    QTest::mouseMove(m_canvas.get(), view(120, 180));
    QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, view(120, 180));
    QCOMPARE(at("orders").position, (Point{0, 0}));
    QVERIFY(m_history->canRedo());
}

void TestCanvasEditing::anUndoDuringABendEndsTheBend() {
    auto insertion = connectElements(*m_document, "portal", "orders");
    QVERIFY(insertion.ok());
    std::get<Change<Link>>(insertion->edit.changes.front()).value->bends = {{-150, 100}};
    QVERIFY(m_history->apply(insertion->edit).ok());
    m_canvas->setSelection({insertion->ids.front()});
    dragTo(view(-150, 100), view(-150, 160));
    m_history->undo();
    QVERIFY(diagram().links.empty());
    QTest::mouseMove(m_canvas.get(), view(-150, 200));
    QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, view(-150, 200));
    m_canvas->repaint();
    QVERIFY(diagram().links.empty());
}

void TestCanvasEditing::anUndoWhileConnectingEndsIt() {
    const Element more = element("more", ElementKind::Client, {-300, 200});
    Edit edit;
    edit.changes.push_back(Change<Element>{more.id, more});
    QVERIFY(m_history->apply(edit).ok());
    m_canvas->setSelection({"more"});
    key(Qt::Key_L);
    key(Qt::Key_Tab);
    m_history->undo();
    key(Qt::Key_Return);
    m_canvas->repaint();
    QVERIFY(diagram().links.empty());
    QCOMPARE(diagram().elements.size(), std::size_t(3));
}

void TestCanvasEditing::twoSelectedMoveByTheSame() {
    m_canvas->setSelection({"portal", "orders"});
    const QPoint by(70, 160);
    drag(view(0, 0), view(0, 0) + by);
    QCOMPARE(at("portal").position, (Point{-300.0 + by.x(), 0.0 + by.y()}));
    QCOMPARE(at("orders").position, (Point{0.0 + by.x(), 0.0 + by.y()}));
    QCOMPARE(at("billing").position, (Point{300, 0}));
    QCOMPARE(m_canvas->selection(), (std::vector<Id>{"portal", "orders"}));
    QCOMPARE(m_history->labels().size(), 1);
    // Not on the grid: both go by what brings them together on it.
    drag(view(70, 160), view(70, 160) + QPoint(43, 87));
    const Point moved{at("orders").position.x - by.x(), at("orders").position.y - by.y()};
    QVERIFY(std::abs(moved.x - 43) <= 6 && std::abs(moved.y - 87) <= 6);
    QCOMPARE(at("portal").position, (Point{-300 + by.x() + moved.x, by.y() + moved.y}));
    m_history->undo();
    m_history->undo();
    QCOMPARE(at("portal").position, (Point{-300, 0}));
}

void TestCanvasEditing::altDragsOffTheGrid() {
    dragTo(view(0, 0), view(33, 144), Qt::AltModifier);
    QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, Qt::AltModifier, view(33, 144));
    QCOMPARE(at("orders").position, (Point{33, 144}));
}

void TestCanvasEditing::shiftAddsToTheSelectionAndTakesAway() {
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, view(-300, 0));
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, Qt::ShiftModifier, view(300, 0));
    QCOMPARE(m_canvas->selection(), (std::vector<Id>{"portal", "billing"}));
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, Qt::ShiftModifier, view(-300, 0));
    QCOMPARE(m_canvas->selection(), std::vector<Id>{"billing"});
}

void TestCanvasEditing::aGroupIsResizedByItsHandle() {
    m_canvas->setSelection({"orders", "billing"});
    key(Qt::Key_G, Qt::ControlModifier);
    QCOMPARE(diagram().groups.size(), std::size_t(1));
    const Group before = diagram().groups.front();
    QCOMPARE(m_canvas->selection(), std::vector<Id>{before.id});
    const Point corner{before.position.x + before.size.width / 2, before.position.y + before.size.height / 2};
    drag(view(corner.x, corner.y), view(corner.x + 40, corner.y + 60));
    const Group& after = diagram().groups.front();
    QVERIFY(std::abs(after.size.width - before.size.width - 40) <= 10);
    QVERIFY(std::abs(after.size.height - before.size.height - 60) <= 10);
    // The opposite corner stays.
    QCOMPARE(after.position.x - after.size.width / 2, before.position.x - before.size.width / 2);
    QCOMPARE(after.position.y - after.size.height / 2, before.position.y - before.size.height / 2);
}

void TestCanvasEditing::aGroupThatIsResizedStaysBehindWhatItHolds() {
    m_canvas->setSelection({"billing"});
    key(Qt::Key_G, Qt::ControlModifier);
    const Group group = diagram().groups.front();
    m_canvas->setGridVisible(false);
    // The middle of the service in the group, of the queue that it comes to cover, and what is between.
    const auto inside = [this](int x) {
        QRect part(0, 0, 40, 20);
        part.moveCenter(view(x, 0));
        m_canvas->repaint();
        return m_canvas->grab(part).toImage();
    };
    m_canvas->setSelection({});
    QTest::mouseMove(m_canvas.get(), view(0, 300));
    const QImage held = inside(300);
    const QImage covered = inside(0);
    const QImage between = inside(150);
    m_canvas->setSelection({group.id});
    const QPoint corner(int(group.position.x - group.size.width / 2),
                        int(group.position.y + group.size.height / 2));
    const QPoint to = view(-140, corner.y() + 60);
    dragTo(view(corner.x(), corner.y()), to);
    QVERIFY(!(inside(150) == between));
    QCOMPARE(inside(300), held);
    QCOMPARE(inside(0), covered);
    key(Qt::Key_Escape);
    QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, to);
}

void TestCanvasEditing::thePromiseOfALinkEndsWhenItIsDrawn() {
    const double half = sizeOf(at("portal")).width / 2;
    QTest::mouseMove(m_canvas.get(), view(-310, 10));
    QTest::mouseMove(m_canvas.get(), view(-300, 0));
    drag(view(-300 + half + 14, 0), view(0, 0));
    QCOMPARE(diagram().links.size(), std::size_t(1));
    // A press ends any hint: there must be none that it could end.
    const QPoint far = view(0, 280);
    QTest::mouseMove(m_canvas.get(), far);
    m_canvas->setSelection({});
    m_canvas->repaint();
    const QImage drawn = m_canvas->grab().toImage();
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, far);
    m_canvas->repaint();
    QCOMPARE(m_canvas->grab().toImage(), drawn);
}

void TestCanvasEditing::aligningPutsCentresOnOneLine() {
    show({element("a", ElementKind::Service, {-200, -37}), element("b", ElementKind::Queue, {0, 12}),
          element("c", ElementKind::Topic, {220, 91})});
    key(Qt::Key_A, Qt::ControlModifier);
    key(Qt::Key_M, Qt::AltModifier);
    QCOMPARE(at("a").position.y, at("b").position.y);
    QCOMPARE(at("b").position.y, at("c").position.y);
    QCOMPARE(m_history->labels().size(), 1);
}

void TestCanvasEditing::duplicateKeepsTheLinksBetween() {
    QVERIFY(!connectRow().empty());
    m_canvas->setSelection({"portal", "orders"});
    key(Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(diagram().elements.size(), std::size_t(5));
    QCOMPARE(diagram().links.size(), std::size_t(2));
    QVERIFY(diagram().links[1].from != diagram().links[0].from);
    QCOMPARE(m_history->labels().size(), 2);
}

void TestCanvasEditing::manyThingsArePutInWithoutHoldingTheWindowUp() {
    Edit edit;
    for (int i = 0; i < 600; ++i) {
        const Element one = element(std::to_string(i), ElementKind::Queue, {12.0 * i, 400});
        edit.changes.push_back(Change<Element>{one.id, one});
    }
    QVERIFY(m_history->apply(edit).ok());
    key(Qt::Key_A, Qt::ControlModifier);
    key(Qt::Key_C, Qt::ControlModifier);
    key(Qt::Key_V, Qt::ControlModifier);
    // Prepared in this turn of the event loop, put in in the next one. An edit made between them stays.
    QCOMPARE(diagram().elements.size(), std::size_t(603));
    const Element between = element("0-2", ElementKind::Client, {-300, 200});
    QVERIFY(m_history->apply({"", {Change<Element>{between.id, between}}}).ok());
    QTRY_COMPARE(diagram().elements.size(), std::size_t(2 * 603 + 1));
    QCOMPARE(at("0-2").kind, ElementKind::Client);
    QCOMPARE(m_canvas->selection().size(), std::size_t(603));
    key(Qt::Key_D, Qt::ControlModifier);
    QTRY_COMPARE(diagram().elements.size(), std::size_t(3 * 603 + 1));
}

void TestCanvasEditing::shiftAndArrowMoveByFiveSteps() {
    m_canvas->setSelection({"orders"});
    key(Qt::Key_Right);
    const double step = at("orders").position.x;
    QVERIFY(step > 0);
    key(Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(at("orders").position.x, 6 * step);
}

void TestCanvasEditing::tabReachesGroupsAndLinks() {
    const Id link = connectRow();
    m_canvas->setSelection({"billing"});
    key(Qt::Key_G, Qt::ControlModifier);
    const Id group = diagram().groups.front().id;
    m_canvas->setSelection({});
    std::vector<Id> reached;
    for (int i = 0; i < 5; ++i) {
        key(Qt::Key_Tab);
        QCOMPARE(m_canvas->selection().size(), std::size_t(1));
        reached.push_back(m_canvas->selection().front());
    }
    QCOMPARE(reached, (std::vector<Id>{"portal", "orders", "billing", group, link}));
    // Past the last the keyboard is let go.
    key(Qt::Key_Tab);
    QVERIFY(m_canvas->selection().empty());
}

void TestCanvasEditing::eachThingIsKnownToAssistiveTechnology() {
    const Id link = connectRow();
    QAccessibleInterface* canvas = QAccessible::queryAccessibleInterface(m_canvas.get());
    QVERIFY(canvas);
    QCOMPARE(canvas->role(), QAccessible::List);
    QVERIFY(canvas->childCount() >= 4);
    m_canvas->setSelection({"orders"});
    QAccessibleInterface* queue = canvas->child(1);
    QVERIFY(queue);
    QCOMPARE(queue->text(QAccessible::Name), QStringLiteral("orders"));
    QVERIFY(queue->text(QAccessible::Description).startsWith(QStringLiteral("Queue")));
    QVERIFY(queue->state().selected && queue->state().focused);
    QVERIFY(!canvas->child(0)->state().selected);
    QCOMPARE(queue->parent(), canvas);
    QCOMPARE(canvas->indexOfChild(queue), 1);
    QCOMPARE(canvas->focusChild(), queue);
    const QPoint centre = m_canvas->mapToGlobal(view(0, 0));
    QVERIFY(queue->rect().contains(centre));
    QCOMPARE(canvas->childAt(centre.x(), centre.y()), queue);
    QVERIFY(canvas->child(3)->text(QAccessible::Description).startsWith(QStringLiteral("Publish")));
    // A screen reader may choose for its user.
    canvas->child(0)->actionInterface()->doAction(QAccessibleActionInterface::setFocusAction());
    QCOMPARE(m_canvas->selection(), std::vector<Id>{"portal"});
    m_canvas->setSelection({"orders"});
    key(Qt::Key_Delete);
    QVERIFY(!queue->isValid());
    QVERIFY(queue->text(QAccessible::Name).isEmpty());
}

void TestCanvasEditing::aStateIsToldInWords() {
    auto table = std::make_shared<EntityTable>();
    table->entities.push_back(
        {.id = "orders", .name = "orders", .elementKind = ElementKind::Queue, .deadLetters = true});
    SystemState state = SystemState::initial(*table);
    state.entities[0].ready = 4;
    m_canvas->setRun(table, std::make_shared<TraceStore>(table));
    QVERIFY(!m_canvas->describe("orders").contains(u'4'));
    m_canvas->showState(&state);
    QVERIFY(m_canvas->describe("orders").contains(QStringLiteral("4 ready")));
    m_canvas->setRun(nullptr, nullptr);
    QVERIFY(!m_canvas->describe("orders").contains(u'4'));
}

void TestCanvasEditing::aClickOpensTheMessageThatWasPressedOn() {
    const Id link = connectRow();
    auto table = std::make_shared<EntityTable>();
    table->entities.push_back({.id = link, .name = {}, .isLink = true});
    SystemState state = SystemState::initial(*table);
    Transit transit;
    transit.message = 7;
    transit.link = 0;
    transit.arrives = std::chrono::seconds(1);
    state.transits.push_back(transit);
    state.at = std::chrono::milliseconds(500);
    m_canvas->setRun(table, std::make_shared<TraceStore>(table));
    m_canvas->showState(&state);
    m_canvas->repaint();
    std::vector<MessageId> opened;
    connect(m_canvas.get(), &CanvasView::messageActivated, this,
            [&](MessageId message) { opened.push_back(message); });
    // Half way between the two edges.
    const double from = -300 + sizeOf(at("portal")).width / 2;
    const double to = -sizeOf(at("orders")).width / 2;
    const QPoint middle = view((from + to) / 2, 0);
    QTest::mousePress(m_canvas.get(), Qt::LeftButton, {}, middle);
    state.at = std::chrono::milliseconds(950);
    m_canvas->showState(&state);
    m_canvas->repaint();
    QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, middle);
    QCOMPARE(opened, std::vector<MessageId>{7});
    // It has gone on: now there is only the link.
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, middle);
    QCOMPARE(opened.size(), std::size_t(1));
    QCOMPARE(m_canvas->selection(), std::vector<Id>{link});
    m_canvas->setRun(nullptr, nullptr);
}

void TestCanvasEditing::linksGiveWayWhileSomethingIsDragged() {
    show({element("portal", ElementKind::Client, {-300, 0}), element("inbox", ElementKind::Queue, {300, 0}),
          element("wall", ElementKind::Service, {0, 250})});
    const auto link = connectElements(*m_document, "portal", "inbox");
    QVERIFY(link.ok() && m_history->apply(link->edit).ok());
    m_canvas->setGridVisible(false);
    m_canvas->setMinimapVisible(false);
    const auto picture = [this](const QRect& part) {
        m_canvas->repaint();
        return m_canvas->grab(part).toImage();
    };
    // Where the straight link runs, beside the place that the wall is dragged to.
    const QRect straight(view(-180, -6), QSize(60, 12));
    const QRect around(view(-240, -300), QSize(140, 290));
    const QImage linked = picture(straight);
    QVERIFY(linked != picture(straight.translated(0, 60)));
    // To where no guide to a line of a neighbour appears.
    dragTo(view(0, 250), view(0, 20));
    QCOMPARE(picture(straight), picture(straight.translated(0, 60)));
    const QImage dragged = picture(around);
    QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, view(0, 20));
    QCOMPARE(at("wall").position, (Point{0, 20}));
    QCOMPARE(picture(around), dragged);
    // And it is back where it was when the wall is out of its way again.
    dragTo(view(0, 20), view(0, 250));
    QVERIFY(picture(straight) != picture(straight.translated(0, 60)));
    QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, view(0, 250));
    QCOMPARE(picture(straight), linked);
}

void TestCanvasEditing::whatIsDraggedLiesOverTheStateOfTheRest() {
    auto table = std::make_shared<EntityTable>();
    for (const Element& one : diagram().elements)
        table->entities.push_back({.id = one.id, .name = one.name, .elementKind = one.kind});
    SystemState state = SystemState::initial(*table);
    EntityState& orders = state.entities[table->find("orders")];
    for (MessageId message = 1; message <= 60; ++message)
        orders.messages.push_back(message);
    orders.ready = 60;
    orders.faulty = true;
    m_canvas->setRun(table, std::make_shared<TraceStore>(table));
    m_canvas->showState(&state);
    m_canvas->setGridVisible(false);
    m_canvas->setMinimapVisible(false);
    const auto inside = [this](int y) {
        QRect part(0, 0, 140, 60);
        part.moveCenter(view(20, y));
        m_canvas->repaint();
        return m_canvas->grab(part).toImage();
    };
    const QImage messages = inside(20);
    // Both times to where no guide to a line of a neighbour appears.
    dragTo(view(300, 0), view(20, -230));
    const QImage alone = inside(-230);
    QCOMPARE(inside(20), messages);
    QTest::mouseMove(m_canvas.get(), view(20, 20));
    QCOMPARE(inside(20), alone);
    key(Qt::Key_Escape);
    QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, view(20, 20));
    m_canvas->setRun(nullptr, nullptr);
}

void TestCanvasEditing::reducedMotionShowsStatesInSteps() {
    struct Paints : QObject {
        int count = 0;
        bool eventFilter(QObject*, QEvent* event) override {
            count += event->type() == QEvent::Paint ? 1 : 0;
            return false;
        }
    } paints;
    auto table = std::make_shared<EntityTable>();
    const SystemState state = SystemState::initial(*table);
    m_canvas->setRun(table, std::make_shared<TraceStore>(table));
    m_canvas->installEventFilter(&paints);
    const auto show = [&] {
        m_canvas->showState(&state);
        QCoreApplication::processEvents();
    };
    QCoreApplication::processEvents();
    for (int times = 1; times <= 5; ++times) {
        paints.count = 0;
        show();
        QTRY_COMPARE(paints.count, 1);
    }
    // The time of the steps is the test's: a step ends when it says so.
    auto* step = m_canvas->findChild<QTimer*>("stateStep");
    QVERIFY(step);
    step->setInterval(std::chrono::hours(1));
    m_canvas->setReducedMotion(true);
    QCoreApplication::processEvents();
    paints.count = 0;
    show();
    QTRY_COMPARE(paints.count, 1);
    for (int times = 0; times < 5; ++times)
        show();
    QCOMPARE(paints.count, 1);
    // The latest of those that waited comes at the end of the step, once.
    step->setInterval(0);
    QTRY_COMPARE(paints.count, 2);
    QTRY_VERIFY(!step->isActive());
    QCoreApplication::processEvents();
    QCOMPARE(paints.count, 2);
    // Without reduced motion nothing waits any more.
    step->setInterval(std::chrono::hours(1));
    m_canvas->setReducedMotion(false);
    QCoreApplication::processEvents();
    for (int times = 1; times <= 5; ++times) {
        paints.count = 0;
        show();
        QTRY_COMPARE(paints.count, 1);
    }
    m_canvas->removeEventFilter(&paints);
}

QTEST_MAIN(TestCanvasEditing)
#include "tst_canvasediting.moc"
