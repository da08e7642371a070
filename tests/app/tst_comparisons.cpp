#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "app/comparecontroller.h"
#include "app/filecontroller.h"
#include "app/forkdialog.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/paneldocks.h"
#include "app/recordingcontroller.h"
#include "app/runcontroller.h"
#include "app/sidebyside.h"
#include "app/themecontroller.h"
#include "tests/app/windowtest.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/log/eventlogmodel.h"
#include "widgets/timeline/timeline.h"

using namespace sluice;
using namespace std::chrono_literals;

/// Forks and comparisons in the window.
class TestComparisons : public test::WindowTest {
    Q_OBJECT

private slots:
    void init() { openFlagship("all-is-well"); }
    void cleanup() { close(); }

    // Nobody takes commands after 20 s: the queue fills in the fork, and until then both are the same.
    void aForkIsSeenBesideTheRun() {
        session().seek(20s);
        QTRY_COMPARE(session().now(), TraceTime(20s));
        comparisons().forkWith(20s, {stop("users")});
        QVERIFY(comparisons().isComparing());
        QTRY_VERIFY(comparisons().comparison());
        QVERIFY(other() && other()->isVisible());

        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(comparisons().comparison() && !comparisons().upTo(), 60'000);
        const Comparison& comparison = *comparisons().comparison();
        QVERIFY(comparison.divergence);
        QCOMPARE(comparison.divergence->at, TraceTime(20s));
        QCOMPARE(comparison.left.find("commands")->depth, 0U);
        QVERIFY(comparison.right.find("commands")->depth > 0);
        // The run itself is what it was.
        QCOMPARE(session().scenario().actions.size(), 0U);

        // The timeline has both moments, and tells what they are.
        auto* timeline = m_window->findChild<Timeline*>();
        QVERIFY(timeline);
        const auto at = [&](TraceTime time) {
            const double share =
                seconds(time - timeline->shownFrom()) / seconds(timeline->shownTo() - timeline->shownFrom());
            const QRect lane = timeline->laneRect("Events");
            return QPoint(lane.left() + int(share * lane.width()), lane.center().y());
        };
        QVERIFY2(timeline->describe(at(20s)).contains("Fork at 20"), qPrintable(timeline->describe(at(20s))));

        // The event log marks the first event that is another one there, by more than a colour, and goes to
        // it.
        auto* log = m_window->panels().reveal("events");
        auto* button = log->findChild<QToolButton*>("events.difference");
        QVERIFY(button && button->isVisible());
        session().seek(1s);
        QTRY_COMPARE(session().now(), TraceTime(1s));
        button->click();
        QTRY_COMPARE(session().now(), comparison.divergence->left->at);
        const auto marked = [log] {
            int count = 0;
            const auto* model = log->findChild<EventLogModel*>();
            for (int row = 0; row < model->rowCount(); ++row)
                count += model->index(row, EventLogModel::Event).data().toString().startsWith(u"≠") ? 1 : 0;
            return count;
        };
        QCOMPARE(marked(), 1);

        // One message on both sides; then all of its correlation.
        auto* view = m_window->panels().reveal("compare");
        auto* steps = view->findChild<QTableWidget*>("compare.steps");
        QVERIFY(steps);
        view->findChild<QLineEdit*>("compare.message")->setText("m-1");
        const int all = steps->rowCount();
        view->findChild<QComboBox*>("compare.extent")->setCurrentIndex(1);
        QVERIFY(steps->rowCount() > 0 && steps->rowCount() < all);
        view->findChild<QLineEdit*>("compare.message")->setText("m-99999999");
        QCOMPARE(steps->rowCount(), 0);

        comparisons().end();
        QVERIFY(!timeline->describe(at(20s)).contains("Fork at 20"));
        m_window->panels().reveal("events");
        QVERIFY(!button->isVisible());
        QCOMPARE(marked(), 0);
    }

    void aForkTellsHowFarItHasRepeatedTheRun() {
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        QSignalSpy catchingUp(&comparisons(), &CompareController::catchingUp);
        comparisons().forkWith(20s, {stop("users")});
        QVERIFY(!catchingUp.isEmpty());
        QCOMPARE(catchingUp.first().first().value<std::optional<double>>(), std::optional(0.0));
        QTRY_VERIFY(!catchingUp.last().first().value<std::optional<double>>());
        QVERIFY(comparisons().right().store->horizon() >= TraceTime(20s) ||
                comparisons().right().store->finished());
    }

    void conversationsBelongTogetherByOrderOrByTime() {
        comparisons().forkWith(0s, {stop("users")});
        session().runToEnd();
        QTRY_VERIFY_WITH_TIMEOUT(comparisons().comparison() && !comparisons().upTo(), 60'000);
        const auto byOrder = comparisons().comparison();
        auto* alignment = m_window->panels().reveal("compare")->findChild<QComboBox*>("compare.alignment");
        QVERIFY(alignment);
        alignment->setCurrentIndex(1);
        QCOMPARE(comparisons().alignment(), Alignment::ByTime);
        QTRY_VERIFY_WITH_TIMEOUT(comparisons().comparison() && comparisons().comparison() != byOrder, 60'000);
        // The clients are the same on both sides: all have a partner either way.
        QCOMPARE(comparisons().comparison()->missingLeft, 0U);
        QCOMPARE(comparisons().comparison()->same, byOrder->same);
    }

    void bothCanvasesShowTheSamePart() {
        comparisons().forkWith(0s, {stop("users")});
        QTRY_VERIFY(comparisons().right().store);
        CanvasView& left = m_window->canvas();
        CanvasView* right = other();
        QVERIFY(right && right->isVisible());
        left.lookAt({120, 80}, 0.75);
        QCOMPARE(right->zoom(), 0.75);
        QCOMPARE(right->centre(), left.centre());
        right->lookAt({-40, 30}, 1.5);
        QCOMPARE(left.zoom(), 1.5);
        left.setSelection({"users"});
        QCOMPARE(right->selection(), std::vector<Id>{"users"});
    }

    void anotherRunEndsTheComparison() {
        comparisons().forkWith(0s, {stop("users")});
        QTRY_VERIFY(comparisons().right().store);
        m_window->runs().restart(7);
        QTRY_VERIFY(!comparisons().isComparing());
        QVERIFY(!other());
    }

    void aForkThatCannotRunIsToldAndLeavesTheRun() {
        comparisons().forkWith(5s, {stop("nobody")});
        QTRY_VERIFY(!comparisons().isComparing());
        QVERIFY2(m_window->messages().sentence().contains("The other future cannot run."),
                 qPrintable(m_window->messages().sentence()));
        QVERIFY(session().store());
    }

    void aRecordingOfTheRunIsTheSame() {
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        const QString file = m_folder->filePath("run.sluicerec");
        m_window->recordings().recordTo(file);
        QTRY_VERIFY(m_window->messages().sentence().contains("run.sluicerec"));
        comparisons().compareWith(file);
        QTRY_VERIFY_WITH_TIMEOUT(comparisons().comparison(), 20'000);
        QVERIFY(comparisons().comparison()->identical());
        comparisons().compareWith(m_folder->filePath("none.sluicerec"));
        QTRY_VERIFY(m_window->messages().sentence().contains("none.sluicerec"));
        QVERIFY(comparisons().isComparing());
    }

    void theDialogAsksForAnActionThatCanBe() {
        session().seek(3s);
        QTRY_COMPARE(session().now(), TraceTime(3s));
        m_window->canvas().setSelection({});
        comparisons().fork();
        auto* dialog = m_window->findChild<ForkDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        QPushButton* go = nullptr;
        for (QPushButton* button : dialog->findChildren<QPushButton*>()) {
            if (button->text() == "&Fork")
                go = button;
        }
        QVERIFY(go && !go->isEnabled());  // it has no target yet
        const auto boxes = dialog->findChildren<QComboBox*>();
        QComboBox* targets = nullptr;
        for (QComboBox* box : boxes) {
            if (box->findText("User repository") >= 0)
                targets = box;
        }
        QVERIFY(targets);
        targets->setCurrentText("User repository");
        emit targets->activated(targets->currentIndex());
        QVERIFY(go->isEnabled());
        QTest::mouseClick(go, Qt::LeftButton);
        QTRY_VERIFY(comparisons().isComparing());
        QVERIFY2(comparisons().right().title.contains("Fork at 3.00 s"),
                 qPrintable(comparisons().right().title));
    }

    void thePanelTellsTheDifference() {
        auto* view = static_cast<ComparisonView*>(m_window->panels().reveal("compare"));
        comparisons().forkWith(1s, {stop("users")});
        session().runToEnd();
        QTRY_VERIFY_WITH_TIMEOUT(comparisons().comparison() && !comparisons().upTo(), 60'000);
        const auto tables = view->findChildren<QTableView*>();
        QTableView* conversations = nullptr;
        QTableView* steps = nullptr;
        for (QTableView* table : tables) {
            if (table->accessibleName() == "Conversations that differ")
                conversations = table;
            if (table->accessibleName().startsWith("The chosen conversation"))
                steps = table;
        }
        QVERIFY(conversations && steps);
        QCOMPARE(conversations->model()->rowCount(),
                 static_cast<int>(comparisons().comparison()->different.size()));
        QVERIFY(steps->model()->rowCount() > 0);
        bool different = false;
        for (int row = 0; row < steps->model()->rowCount(); ++row)
            different = different || steps->model()->index(row, 1).data().toString().startsWith(u'≠');
        QVERIFY(different);
    }

private:
    CompareController& comparisons() { return m_window->comparisons(); }
    /// The canvas beside the window's own; null without one.
    CanvasView* other() {
        for (CanvasView* canvas : m_window->findChild<SideBySide*>()->findChildren<CanvasView*>()) {
            if (canvas != &m_window->canvas())
                return canvas;
        }
        return nullptr;
    }
    static Action stop(const std::string& target) {
        Action action;
        action.at = 20s;
        action.kind = ActionKind::Stop;
        action.target = target;
        return action;
    }
};

QTEST_MAIN(TestComparisons)
#include "tst_comparisons.moc"
