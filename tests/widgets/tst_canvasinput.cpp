#include <QClipboard>
#include <QLineEdit>
#include <QMimeData>
#include <QtTest>
#include <set>

#include "core/diagram/catalogue.h"
#include "core/diagram/file.h"
#include "tests/widgets/canvastest.h"
#include "widgets/canvas/minimap.h"
#include "widgets/editing/clipboard.h"
#include "widgets/editing/edits.h"

using namespace sluice;
using namespace sluice::test;

/// The canvas by mouse and keyboard alone: what a person does, and what the document is then.
class TestCanvasInput : public CanvasTest {
    Q_OBJECT

private slots:
    void init() { show(row()); }
    void cleanup() { close(); }
    void aClickPlacesWhatWasChosen();
    void escapeStopsPlacing();
    void dragFromTheEdgeConnects();
    void anImpossiblePairIsRefused();
    void dragMovesAndUndoBringsBack();
    void escapeDuringADragLeavesAllAsItWas();
    void f2Renames();
    void rubberBandSelectsWhatItHolds();
    void copyAndPasteMakeNewOnes();
    void textFromElsewhereIsPastedToo();
    void deleteTakesTheLinksAlong();
    void arrowsMoveAndMergeIntoOneStep();
    void keyboardAloneDrawsClientQueueService();
    void readOnlyChangesNothing();
    void zoomKeepsWhatIsUnderThePointer();
    void theMinimapShowsWhenSomethingIsOutOfSight();
};

void TestCanvasInput::aClickPlacesWhatWasChosen() {
    m_canvas->beginPlacing(ElementKind::Topic);
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, view(0, 200));
    QCOMPARE(diagram().elements.size(), std::size_t(4));
    const Element& placed = diagram().elements.back();
    QCOMPARE(placed.kind, ElementKind::Topic);
    QVERIFY(std::abs(placed.position.y - at("orders").position.y - 200) <= 10);
    QCOMPARE(m_canvas->selection(), std::vector<Id>{placed.id});
    // One alone: the next click selects.
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, view(150, 250));
    QCOMPARE(diagram().elements.size(), std::size_t(4));
    QVERIFY(m_canvas->selection().empty());
}

void TestCanvasInput::escapeStopsPlacing() {
    m_canvas->beginPlacing(ElementKind::Topic);
    key(Qt::Key_Escape);
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, view(0, 200));
    QCOMPARE(diagram().elements.size(), std::size_t(3));
}

void TestCanvasInput::dragFromTheEdgeConnects() {
    const double half = sizeOf(at("portal")).width / 2;
    QTest::mouseMove(m_canvas.get(), view(-300, 0));
    drag(view(-300 + half + 14, 0), view(0, 0));
    QCOMPARE(diagram().links.size(), std::size_t(1));
    const Link& link = diagram().links.front();
    QCOMPARE(link.from, Id("portal"));
    QCOMPARE(link.to, Id("orders"));
    QCOMPARE(link.kind, LinkKind::Publish);
    QCOMPARE(m_canvas->selection(), std::vector<Id>{link.id});
}

void TestCanvasInput::anImpossiblePairIsRefused() {
    show(
        {element("first", ElementKind::Client, {-200, 0}), element("second", ElementKind::Client, {200, 0})});
    const auto refusal = connectElements(*m_document, "first", "second");
    QVERIFY(!refusal.ok());
    QSignalSpy said(m_canvas.get(), &CanvasView::statusMessage);
    QTest::mouseMove(m_canvas.get(), view(-200, 0));
    drag(view(-200 + sizeOf(at("first")).width / 2 + 14, 0), view(200, 0));
    QVERIFY(diagram().links.empty());
    QVERIFY(!m_history->canUndo());
    QVERIFY(!said.isEmpty());
    QCOMPARE(said.back().front().toString(), QString::fromStdString(refusal.error().sentence));
}

void TestCanvasInput::dragMovesAndUndoBringsBack() {
    const Point before = at("orders").position;
    drag(view(0, 0), view(60, 180));
    QCOMPARE(at("orders").position.x, before.x + 60);
    QCOMPARE(at("orders").position.y, before.y + 180);
    QCOMPARE(m_history->labels().size(), 1);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(at("orders").position, before);
}

void TestCanvasInput::escapeDuringADragLeavesAllAsItWas() {
    const Point before = at("orders").position;
    QTest::mousePress(m_canvas.get(), Qt::LeftButton, {}, view(0, 0));
    QTest::mouseMove(m_canvas.get(), view(40, 90));
    QTest::mouseMove(m_canvas.get(), view(80, 180));
    // Nothing is written before the release.
    QCOMPARE(at("orders").position, before);
    key(Qt::Key_Escape);
    QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, view(80, 180));
    QCOMPARE(at("orders").position, before);
    QVERIFY(!m_history->canUndo());
}

void TestCanvasInput::f2Renames() {
    m_canvas->setSelection({"orders"});
    key(Qt::Key_F2);
    auto* field = m_canvas->findChild<QLineEdit*>();
    QVERIFY(field && field->isVisible());
    QCOMPARE(field->text(), QStringLiteral("orders"));
    QTest::keyClicks(field, "Commands");
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(!field->isVisible());
    QCOMPARE(at("orders").name, std::string("Commands"));
    QVERIFY(m_canvas->hasFocus());
    QCOMPARE(m_canvas->selection(), std::vector<Id>{"orders"});
    key(Qt::Key_F2);
    QTest::keyClicks(field, "Dropped");
    QTest::keyClick(field, Qt::Key_Escape);
    QCOMPARE(at("orders").name, std::string("Commands"));
}

void TestCanvasInput::rubberBandSelectsWhatItHolds() {
    drag(view(-420, -160), view(120, 160));
    QCOMPARE(m_canvas->selection(), (std::vector<Id>{"portal", "orders"}));
    QVERIFY(!m_history->canUndo());
}

void TestCanvasInput::copyAndPasteMakeNewOnes() {
    m_canvas->setSelection({"orders", "billing"});
    key(Qt::Key_L);
    QCOMPARE(diagram().links.size(), std::size_t(1));
    m_canvas->setSelection({"orders", "billing"});
    key(Qt::Key_C, Qt::ControlModifier);
    key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(diagram().elements.size(), std::size_t(5));
    QCOMPARE(diagram().links.size(), std::size_t(2));
    std::set<Id> ids;
    for (const Element& one : diagram().elements)
        ids.insert(one.id);
    QCOMPARE(ids.size(), std::size_t(5));
    QVERIFY(ids.contains(diagram().links.back().from) && diagram().links.back().from != "orders");
}

void TestCanvasInput::textFromElsewhereIsPastedToo() {
    m_canvas->setSelection({"orders", "billing"});
    key(Qt::Key_C, Qt::ControlModifier);
    const QString text = QApplication::clipboard()->text();
    const Result<LoadedDiagram> copied = parseDiagram(text.toStdString());
    QVERIFY(copied.ok());
    QCOMPARE(copied->diagram.elements.size(), std::size_t(2));
    QCOMPARE(QApplication::clipboard()->mimeData()->data(kDiagramMime), text.toUtf8());

    QApplication::clipboard()->setText(text);
    key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(diagram().elements.size(), std::size_t(5));

    // So much that it is read on another thread.
    Diagram many;
    for (int i = 0; i < 1500; ++i) {
        many.elements.emplace_back();
        many.elements.back().id = many.elements.back().name = "far-" + std::to_string(i);
        many.elements.back().position = {i * 200.0, 0};
    }
    QApplication::clipboard()->setText(QString::fromStdString(writeDiagram(many)));
    QVERIFY(QApplication::clipboard()->text().size() > 64 * 1024);
    key(Qt::Key_V, Qt::ControlModifier);
    QTRY_COMPARE(diagram().elements.size(), std::size_t(1505));

    QApplication::clipboard()->setText("an apple");
    QSignalSpy said(m_canvas.get(), &CanvasView::statusMessage);
    key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(said.size(), 1);
    QCOMPARE(diagram().elements.size(), std::size_t(1505));
}

void TestCanvasInput::deleteTakesTheLinksAlong() {
    m_canvas->setSelection({"orders", "billing"});
    key(Qt::Key_L);
    m_canvas->setSelection({"orders"});
    key(Qt::Key_Delete);
    QCOMPARE(diagram().elements.size(), std::size_t(2));
    QVERIFY(diagram().links.empty());
    QVERIFY(m_canvas->selection().empty());
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(diagram().elements.size(), std::size_t(3));
    QCOMPARE(diagram().links.size(), std::size_t(1));
}

void TestCanvasInput::arrowsMoveAndMergeIntoOneStep() {
    const Point before = at("orders").position;
    m_canvas->setSelection({"orders"});
    key(Qt::Key_Right);
    key(Qt::Key_Right);
    key(Qt::Key_Down);
    QCOMPARE(at("orders").position, (Point{before.x + 20, before.y + 10}));
    QCOMPARE(m_history->labels().size(), 1);
}

void TestCanvasInput::keyboardAloneDrawsClientQueueService() {
    show({});
    for (const ElementKind kind : {ElementKind::Client, ElementKind::Queue, ElementKind::Service}) {
        m_canvas->beginPlacing(kind);
        key(Qt::Key_Return);
    }
    QCOMPARE(diagram().elements.size(), std::size_t(3));
    // Back from the service to the client, then from each to the one that follows.
    key(Qt::Key_Escape);
    key(Qt::Key_Tab);
    for (int link = 0; link < 2; ++link) {
        const Id from = diagram().elements[std::size_t(link)].id;
        QCOMPARE(m_canvas->selection(), std::vector<Id>{from});
        key(Qt::Key_L);
        key(Qt::Key_Tab);
        key(Qt::Key_Return);
        QCOMPARE(diagram().links.size(), std::size_t(link + 1));
        m_canvas->setSelection({from});
        key(Qt::Key_Tab);
    }
    QCOMPARE(diagram().links[0].kind, LinkKind::Publish);
    QCOMPARE(diagram().links[1].kind, LinkKind::Consume);
    QCOMPARE(diagram().links[1].from, diagram().elements[1].id);
    QCOMPARE(diagram().links[1].to, diagram().elements[2].id);
}

void TestCanvasInput::readOnlyChangesNothing() {
    m_canvas->setReadOnly(true);
    const Point before = at("orders").position;
    drag(view(0, 0), view(60, 180));
    m_canvas->setSelection({"orders"});
    key(Qt::Key_Delete);
    key(Qt::Key_Right);
    m_canvas->beginPlacing(ElementKind::Queue);
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, view(0, 200));
    QCOMPARE(diagram().elements.size(), std::size_t(3));
    QCOMPARE(at("orders").position, before);
}

void TestCanvasInput::zoomKeepsWhatIsUnderThePointer() {
    const QPoint pointer = view(300, 0);
    QWheelEvent wheel(pointer, m_canvas->mapToGlobal(pointer), {}, {0, 240}, Qt::NoButton,
                      Qt::ControlModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(m_canvas.get(), &wheel);
    QVERIFY(m_canvas->zoom() > 1.2);
    QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, pointer);
    QCOMPARE(m_canvas->selection(), std::vector<Id>{"billing"});
}

void TestCanvasInput::theMinimapShowsWhenSomethingIsOutOfSight() {
    auto* minimap = m_canvas->findChild<Minimap*>();
    QVERIFY(minimap);
    QVERIFY(!minimap->isVisible());
    QVERIFY(m_history->apply(moveItems(*m_document, std::vector<Id>{"billing"}, {2000, 0}, false)).ok());
    QVERIFY(minimap->isVisible());
    key(Qt::Key_F);
    QVERIFY(!minimap->isVisible());
    show({});
    QVERIFY(!m_canvas->findChild<Minimap*>()->isVisible());
}

QTEST_MAIN(TestCanvasInput)
#include "tst_canvasinput.moc"
