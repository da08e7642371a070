#include "tests/widgets/canvastest.h"

using namespace sluice;

/// What is there and not drawn, over the drawing.
class GhostsTest : public CanvasTest {
    Q_OBJECT

private:
    static Ghosts ghosts() {
        Element audit = test::element("audit", ElementKind::Queue, {0, 160});
        audit.name = "Audit";
        Link bound;
        bound.id = "bound";
        bound.kind = LinkKind::Bind;
        bound.from = "orders";
        bound.to = "audit";
        return {{audit}, {bound}};
    }
    [[nodiscard]] QImage seen() const { return m_canvas->grab().toImage(); }

private slots:
    void init() {
        show(row());
        QVERIFY(!QTest::currentTestFailed());
    }
    void cleanup() { close(); }

    void areSeenAndGoAgain() {
        QTRY_VERIFY(m_canvas->isPainted());
        const QImage before = seen();
        m_canvas->setGhosts(ghosts());
        const QImage with = seen();
        const QRect place(view(-60, 120), QSize(120, 120));
        QVERIFY(with.copy(place) != before.copy(place));
        // Of the line as well, and nothing elsewhere.
        const QRect between(view(-10, 60), QSize(20, 30));
        QVERIFY(with.copy(between) != before.copy(between));
        const QRect beside(view(200, -100), QSize(200, 200));
        QCOMPARE(with.copy(beside), before.copy(beside));
        m_canvas->setGhosts({});
        QCOMPARE(seen(), before);
        QCOMPARE(diagram().elements.size(), std::size_t{3});
    }

    void areChosenWithAClickAndNamed() {
        m_canvas->setGhosts(ghosts());
        QSignalSpy chosen(m_canvas.get(), &CanvasView::ghostChosen);
        QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, view(0, 160));
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.front().front().value<std::string>(), std::string("audit"));
        QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, view(0, 85));
        QCOMPARE(chosen.count(), 2);
        QCOMPARE(chosen.back().front().value<std::string>(), std::string("bound"));
        // What is drawn is chosen as ever.
        QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, view(0, 0));
        QCOMPARE(chosen.count(), 2);
        QCOMPARE(m_canvas->selection(), std::vector<Id>{"orders"});
        QCOMPARE(ghostWords(ghosts(), "audit"), "Only on the broker: Queue Audit");
    }

    void oneFarAwayIsScrolledTo() {
        Ghosts far = ghosts();
        far.elements.front().position = {0, 4000};
        m_canvas->setGhosts(far);
        m_canvas->chooseGhost("audit");
        QVERIFY(std::abs(m_canvas->centre().y() - 4000) < 400);
    }

    void captionsStandAtElementsOfAWatchOnly() {
        QTRY_VERIFY(m_canvas->isPainted());
        const QImage before = seen();
        m_canvas->setCaptions({{"orders", "1 of 20 shown"}, {"nothing", "x"}});
        QCOMPARE(seen(), before);
    }
};

QTEST_MAIN(GhostsTest)
#include "tst_ghosts.moc"
