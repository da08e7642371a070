#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>

#include "app/filecontroller.h"
#include "app/incidentcontroller.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/notebook.h"
#include "app/paneldocks.h"
#include "app/recordingcontroller.h"
#include "app/runcontroller.h"
#include "app/themecontroller.h"
#include "core/incident/discardorder.h"
#include "core/incident/redriveorder.h"
#include "tests/app/windowtest.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/incidents/discarddialog.h"
#include "widgets/incidents/incidentlist.h"
#include "widgets/incidents/redrivedialog.h"
#include "widgets/incidents/whyview.h"
#include "widgets/message/messageview.h"

using namespace sluice;
using namespace std::chrono_literals;

/// The flagship example's bug in processing, as a person handles it in the window.
class TestIncidents : public test::WindowTest {
    Q_OBJECT

private slots:
    void init() {
        openFlagship("processing-bug");
        if (QTest::currentTestFailed())
            return;
        session().seek(40s);
        QTRY_COMPARE(session().now(), TraceTime(40s));
        QTRY_VERIFY(session().openIncidents() > 0);
    }
    void cleanup() { close(); }

    void anIncidentTellsWhyItsMessageIsThere() {
        auto* list = static_cast<IncidentList*>(m_window->panels().reveal("incidents"));
        QTRY_COMPARE(list->openCount(), 1);
        list->findChild<QPushButton*>("incidents.why")->click();
        QTRY_VERIFY(why() && why()->isVisible());
        const CausalChain chain = why()->chain();
        QVERIFY(chain.complete);
        QCOMPARE(chain.place, entity("dead-commands"));
        QCOMPARE(chain.message, session().incidents().front().messages.front());
        // The last step is what the client did: clicked, the run and the drawing show it.
        auto* steps = why()->findChild<QTreeWidget*>();
        QCOMPARE(steps->topLevelItemCount(), static_cast<int>(chain.steps.size()));
        QTreeWidgetItem* last = steps->topLevelItem(steps->topLevelItemCount() - 1);
        steps->scrollToItem(last);
        QTest::mouseClick(steps->viewport(), Qt::LeftButton, {}, steps->visualItemRect(last).center());
        QCOMPARE(session().now(), chain.steps.back().at);
        QCOMPARE(m_window->canvas().selection(), std::vector<Id>{"portal"});
        // What was asked stays, although the run stands elsewhere now.
        QVERIFY(why()->chain() == chain);
        // By keyboard: the step before it.
        QTest::keyClick(steps, Qt::Key_Up);
        QTest::keyClick(steps, Qt::Key_Return);
        QCOMPARE(session().now(), chain.steps[chain.steps.size() - 2].at);
    }

    void aDeadLetterQueueIsAskedByItsMenuAndByTheShortcut() {
        QMenu menu;
        m_window->incidents().extendMenu(menu, "commands", m_theme->theme());
        QVERIFY(menu.actions().isEmpty());
        m_window->incidents().extendMenu(menu, "dead-commands", m_theme->theme());
        QVERIFY(!menu.actions().isEmpty());
        menu.actions().front()->trigger();
        QTRY_VERIFY(why() && why()->isVisible());
        const MessageId first = why()->chain().message;
        QCOMPARE(first, session().system().entities[entity("dead-commands")].messages.front());

        m_window->panels().reveal("events");
        m_window->reveal("dead-commands");
        m_window->findChild<QAction*>("incidents.why")->trigger();
        QTRY_VERIFY(why()->isVisible());
        QCOMPARE(why()->chain().message, first);
        QVERIFY(why()->text().contains("RabbitMQ, Dead Letter Exchanges"));
    }

    void aMessageIsAskedInItsView() {
        const MessageId message = session().incidents().front().messages.back();
        m_window->showMessage(message);
        auto* view = static_cast<MessageView*>(m_window->panels().find("message"));
        view->findChild<QPushButton*>("message.why")->click();
        QTRY_VERIFY(why() && why()->isVisible());
        QCOMPARE(why()->chain().message, message);
        // Another run forgets it.
        m_window->runs().restart();
        QTRY_VERIFY(why()->chain().steps.empty());
    }

    void afterTheFixTheDeadLettersAreRedrivenByHand() {
        const std::vector<MessageId> letters = session().incidents().front().messages;
        const Sequence happened = session().system().next;
        const std::vector<TraceEvent> before = session().store()->read(0, happened);
        m_window->recordings().recordTo(m_folder->filePath("run.sluicerec"));

        QTRY_VERIFY(m_window->recordings().isRecording() ||
                    m_window->messages().sentence().contains("run.sluicerec"));

        m_window->findChild<Notebook*>()->addBookmark("before the redrive");

        // The bug was mended at 28 s; a dry run comes first, and blocks nothing.
        m_window->findChild<QAction*>("incidents.redrive")->trigger();
        QPointer<RedriveDialog> dialog = m_window->findChild<RedriveDialog*>("redriveDialog");
        QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
        QVERIFY(dialog->order().messages == letters);
        auto* table = dialog->findChild<QTableWidget*>();
        QCOMPARE(table->rowCount(), static_cast<int>(letters.size()));
        // The first is not chosen, by keyboard; the payload of the second is changed.
        table->setCurrentCell(0, 0);
        QTest::keyClick(table, Qt::Key_Space);
        QCOMPARE(dialog->order().messages.size(), letters.size() - 1);
        QTest::keyClick(table, Qt::Key_Space);
        table->setCurrentCell(1, 0);
        auto* body = dialog->findChild<QPlainTextEdit*>();
        auto* go = dialog->findChild<QPushButton*>("redrive.go");
        body->setPlainText("{ this is no JSON");
        QVERIFY(!go->isEnabled());
        body->setPlainText(R"({"userId": "user-4", "email": "mended@example.org"})");
        QVERIFY(go->isEnabled());
        dialog->findChild<QLineEdit*>()->setText("Ada");
        go->click();
        QTRY_VERIFY(!dialog);

        // The run is the same up to here; then they go back, and can be seen going.
        QTRY_COMPARE(session().state(), RunSession::State::Playing);
        QCOMPARE(session().store()->read(0, happened), before);
        QCOMPARE(m_window->findChild<Notebook*>()->notes().bookmarks.size(), std::size_t(1));
        const std::vector<Id>& shown = m_window->canvas().selection();
        QVERIFY(std::find(shown.begin(), shown.end(), "commands") != shown.end());
        auto* view = static_cast<MessageView*>(m_window->panels().find("message"));
        QCOMPARE(view->message(), letters.front());
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        QTRY_VERIFY(session().incidents().front().state == IncidentState::Redriven);
        QVERIFY(session().system().entities[entity("dead-commands")].messages.empty());

        // Who did it stands in the trace, with the old and the new payload.
        const auto done = redriveOrderOf(session().scenario().actions.back());
        QVERIFY(done);
        QCOMPARE(done->by, std::string("Ada"));
        QVERIFY(done->messages == letters);
        m_window->showMessage(letters[1]);
        const QString text = view->findChild<QPlainTextEdit*>("message.body")->toPlainText();
        QVERIFY2(text.contains("mended@example.org") && text.contains("Ada"), qPrintable(text));

        // The recording is of the run as it was in the end, and cannot be changed.
        const std::vector<TraceEvent> all = session().store()->read(0, session().store()->size());
        // The engine's thread writes the end.
        const auto written = [&] {
            const auto opened = sluice::openRecording(m_folder->filePath("run.sluicerec").toStdString());
            return opened && opened->complete && opened->store->size() == all.size() &&
                   !opened->notes.incidents.empty();
        };
        QTRY_VERIFY(!m_window->recordings().isRecording() && written());
        m_window->files().openPath(m_folder->filePath("run.sluicerec"));
        QTRY_VERIFY(m_window->recordings().recording() && session().isReplay());
        QCOMPARE(session().store()->read(0, session().store()->size()), all);
        QVERIFY(redriveOrderOf(session().scenario().actions.back()));
        bool kept = false;
        m_window->incidents().states().forEach([&](const Incident&, const IncidentMark& mark) {
            kept = kept || (mark.state == IncidentState::Redriven && mark.by == "Ada");
        });
        QVERIFY(kept);
        session().seek(40s);
        m_window->findChild<QAction*>("incidents.redrive")->trigger();
        QVERIFY(m_window->messages().sentence().contains("cannot be changed"));
        QVERIFY(!m_window->findChild<RedriveDialog*>("redriveDialog"));
    }

    void somebodyAcknowledgesAnIncident() {
        auto* list = static_cast<IncidentList*>(m_window->panels().reveal("incidents"));
        QTRY_COMPARE(list->openCount(), 1);
        list->findChild<QPushButton*>("incidents.acknowledge")->click();
        QCOMPARE(list->openCount(), 0);
        QCOMPARE(m_window->incidents().openCount(), 0);
        // Back before it there is none; there again it is as it was said.
        session().seek(5s);
        QTRY_VERIFY(session().incidents().empty());
        session().seek(40s);
        QTRY_COMPARE(session().incidents().size(), std::size_t(1));
        QCOMPARE(m_window->incidents().openCount(), 0);
        // The same run again has the same incidents; another one has its own.
        m_window->runs().restart();
        QVERIFY(!m_window->incidents().states().isEmpty());
        m_window->runs().restart(99);
        QTRY_COMPARE(session().seed(), std::uint64_t(99));
        QVERIFY(m_window->incidents().states().isEmpty());
    }

    void discardingTakesTheLettersOutOfTheRunningModel() {
        const std::vector<MessageId> letters = session().incidents().front().messages;
        const std::vector<TraceEvent> before = session().store()->read(0, session().system().next);
        auto* list = static_cast<IncidentList*>(m_window->panels().reveal("incidents"));
        QTRY_COMPARE(list->openCount(), 1);
        list->findChild<QPushButton*>("incidents.discard")->click();
        QPointer<DiscardDialog> dialog = m_window->findChild<DiscardDialog*>("discardDialog");
        QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
        const auto fields = dialog->findChildren<QLineEdit*>();
        QCOMPARE(fields.size(), 2);
        fields[0]->setText("Ada");
        fields[1]->setText("test data");
        dialog->findChild<QPushButton*>("discard.go")->click();
        QTRY_VERIFY(!dialog);
        // The run is the same up to here; then the queue is empty.
        QTRY_VERIFY(session().now() >= TraceTime(40s));
        QCOMPARE(session().store()->read(0, static_cast<Sequence>(before.size())), before);
        session().stepForward();
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        QVERIFY(session().system().entities[entity("dead-commands")].messages.empty());
        QVERIFY(session().incidents().front().state == IncidentState::Discarded);
        const auto done = discardOrderOf(session().scenario().actions.back());
        QVERIFY(done && done->by == "Ada" && done->why == "test data" && done->messages == letters);
        QCOMPARE(m_window->incidents().states().marksOf(session().incidents().front()).back().why,
                 std::string("test data"));
    }

    void aDryRunOfAnotherMomentIsMadeAnew() {
        m_window->findChild<QAction*>("incidents.redrive")->trigger();
        QPointer<RedriveDialog> dialog = m_window->findChild<RedriveDialog*>("redriveDialog");
        session().seek(20s);
        QTRY_COMPARE(session().now(), TraceTime(20s));
        const auto store = session().store();
        dialog->findChild<QPushButton*>("redrive.go")->click();
        QVERIFY(dialog);
        QCOMPARE(session().store(), store);
        QCOMPARE(dialog->moment(), TraceTime(20s));
    }

private:
    [[nodiscard]] WhyView* why() { return static_cast<WhyView*>(m_window->panels().find("why")); }
    [[nodiscard]] EntityId entity(const char* id) { return session().store()->table().find(id); }
};

QTEST_MAIN(TestIncidents)
#include "tst_incidents.moc"
