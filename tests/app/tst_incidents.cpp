#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>

#include "app/filecontroller.h"
#include "app/incidentcontroller.h"
#include "app/mainwindow.h"
#include "app/paneldocks.h"
#include "app/runcontroller.h"
#include "app/themecontroller.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/incidents/incidentlist.h"
#include "widgets/incidents/whyview.h"
#include "widgets/message/messageview.h"

using namespace sluice;
using namespace std::chrono_literals;

/// The flagship example's bug in processing, as a person handles it in the window.
class TestIncidents : public QObject {
    Q_OBJECT

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<QSettings>(m_folder->filePath("settings.ini"), QSettings::IniFormat);
        m_theme = std::make_unique<ThemeController>(*m_settings);
        m_window = std::make_unique<MainWindow>(*m_theme, *m_settings,
                                                AutosaveFolder(m_folder->filePath("autosave")));
        m_window->resize(1280, 800);
        m_window->show();
        m_window->files().openExample("update-user-email");
        QTRY_VERIFY(m_window->documents().isOpen());
        m_window->runs().chooseScenario("processing-bug");
        m_window->setMode(Mode::Run);
        QTRY_COMPARE(session().state(), RunSession::State::Paused);
        session().seek(40s);
        QTRY_COMPARE(session().now(), TraceTime(40s));
        QTRY_VERIFY(session().openIncidents() > 0);
    }
    void cleanup() {
        m_window.reset();
        m_theme.reset();
        m_settings.reset();
        m_folder.reset();
    }

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
        m_window->incidents().extendMenu(menu, "commands");
        QVERIFY(menu.actions().isEmpty());
        m_window->incidents().extendMenu(menu, "dead-commands");
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

private:
    [[nodiscard]] RunSession& session() { return m_window->session(); }
    [[nodiscard]] WhyView* why() { return static_cast<WhyView*>(m_window->panels().find("why")); }
    [[nodiscard]] EntityId entity(const char* id) { return session().store()->table().find(id); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestIncidents)
#include "tst_incidents.moc"
