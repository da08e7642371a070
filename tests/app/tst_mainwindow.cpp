#include <QDockWidget>
#include <QFileDialog>
#include <QPushButton>
#include <QScreen>
#include <QSettings>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>
#include <numeric>

#include "app/filecontroller.h"
#include "app/live/livepage.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/paneldocks.h"
#include "app/runcontroller.h"
#include "app/shortcutsdialog.h"
#include "app/themecontroller.h"
#include "app/thumbnails.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/welcome/welcomepage.h"

using namespace sluice;
using namespace std::chrono_literals;

/// What only shows when the parts are together in one window.
class TestMainWindow : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void theWelcomePageLeadsToABroker();
    void aWindowLargerThanTheScreenIsLeftAsItIs();
    void theIncidentsTabCountsWhatIsOpen();
    void panelsBehindTabsAreMadeWhenTheyAreSeen();
    void whatCannotBeSavedIsOfferedAnotherPlace();
    void inALowWindowTheCanvasHasMostOfTheHeight();
    void reducedMotionStopsTheThumbnails();
    void anotherThemeComesToEachWidgetOnce();
    void theShortcutsOverviewTellsWhatTheArrowsDo();

private:
    void openWindow();
    [[nodiscard]] QImage welcome() const { return m_window->findChild<WelcomePage*>()->grab().toImage(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<MainWindow> m_window;
};

void TestMainWindow::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(m_folder->filePath("settings.ini"), QSettings::IniFormat);
}

void TestMainWindow::openWindow() {
    m_theme = std::make_unique<ThemeController>(*m_settings);
    m_window =
        std::make_unique<MainWindow>(*m_theme, *m_settings, AutosaveFolder(m_folder->filePath("autosave")));
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TestMainWindow::theWelcomePageLeadsToABroker() {
    openWindow();
    auto* const watch = m_window->findChild<QPushButton*>("welcome.watch");
    watch->setFocus();
    QTRY_COMPARE(QApplication::focusWidget(), watch);
    QTest::keyClick(watch, Qt::Key_Return);
    QTRY_COMPARE(m_window->mode(), Mode::Live);
    QTRY_VERIFY(m_window->findChild<LivePage*>() && m_window->findChild<LivePage*>()->isVisible());
}

void TestMainWindow::cleanup() {
    m_window.reset();
    m_theme.reset();
    m_settings.reset();
    m_folder.reset();
}

void TestMainWindow::aWindowLargerThanTheScreenIsLeftAsItIs() {
    openWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QVERIFY(m_window->screen()->size().width() < 1280);
    QCOMPARE(m_window->size(), QSize(1280, 800));
}

void TestMainWindow::theIncidentsTabCountsWhatIsOpen() {
    openWindow();
    m_window->files().openExample("update-user-email");
    QTRY_VERIFY(m_window->documents().isOpen());
    m_window->runs().chooseScenario("processing-bug");
    m_window->setMode(Mode::Run);
    auto* dock = m_window->findChild<QDockWidget*>("dock.incidents");
    QVERIFY(dock);
    const QString none = dock->windowTitle();
    m_window->session().seek(20s);
    QTRY_VERIFY(m_window->session().openIncidents() > 0);
    const QString some = none + ' ' + QString::number(m_window->session().openIncidents());
    QTRY_COMPARE(dock->windowTitle(), some);
    m_window->session().seek(0s);
    QTRY_COMPARE(dock->windowTitle(), none);
}

void TestMainWindow::panelsBehindTabsAreMadeWhenTheyAreSeen() {
    openWindow();
    m_window->files().openExample("update-user-email");
    QTRY_VERIFY(m_window->documents().isOpen());
    m_window->setMode(Mode::Run);
    QTRY_VERIFY(m_window->panels().find("events"));
    QTRY_VERIFY(m_window->panels().isSeen("events") && m_window->panels().isSettled());
    QVERIFY(!m_window->panels().find("charts"));
    QVERIFY(!m_window->panels().find("incidents"));
    // But what a reviewer would say is on the drawing, whatever is in front.
    QVERIFY(m_window->panels().find("findings"));
    m_window->findChild<QDockWidget*>("dock.charts")->raise();
    QTRY_VERIFY(m_window->panels().find("charts"));
}

void TestMainWindow::whatCannotBeSavedIsOfferedAnotherPlace() {
    openWindow();
    m_window->files().newDrawing();
    QTRY_VERIFY(m_window->documents().isOpen());
    m_window->documents().saveAs(m_folder->filePath("no such folder/drawing.sluice"));
    QTRY_VERIFY(m_window->messages().sentence().startsWith("Not saved."));
    QPushButton* elsewhere = nullptr;
    for (auto* button : m_window->messages().findChildren<QPushButton*>()) {
        if (button->text() == "Save as…")
            elsewhere = button;
    }
    QVERIFY(elsewhere);
    QTRY_VERIFY(elsewhere->isVisible());
    QTest::mouseClick(elsewhere, Qt::LeftButton);
    const auto* dialog = m_window->findChild<QFileDialog*>();
    QVERIFY(dialog);
    QCOMPARE(dialog->acceptMode(), QFileDialog::AcceptSave);
}

void TestMainWindow::inALowWindowTheCanvasHasMostOfTheHeight() {
    openWindow();
    m_window->resize(1280, 774);  // of a screen of 800, what a window manager leaves
    m_window->files().openExample("update-user-email");
    QTRY_VERIFY(m_window->documents().isOpen());
    m_window->setMode(Mode::Run);
    QTRY_VERIFY(m_window->panels().isSettled());
    const CanvasView& canvas = m_window->canvas();
    QTRY_VERIFY2(canvas.height() > 0.45 * m_window->height(), qPrintable(QString::number(canvas.height())));
    // And the drawing has most of the canvas: its groups are what is largest.
    QVERIFY2(canvas.zoom() > 0.45, qPrintable(QString::number(canvas.zoom())));
}

void TestMainWindow::reducedMotionStopsTheThumbnails() {
    openWindow();
    QTRY_VERIFY(m_window->findChild<QWidget*>("example.update-user-email"));
    const QImage resting = welcome();
    QTRY_VERIFY_WITH_TIMEOUT(welcome() != resting, 20'000);
    m_theme->setReducedMotion(true);
    QTRY_COMPARE(welcome(), resting);
    // And nothing is under way that would bring them back to life.
    QVERIFY(!m_window->findChild<Thumbnails*>()->isMoving());
    m_theme->setReducedMotion(false);
    QTRY_VERIFY_WITH_TIMEOUT(welcome() != resting, 20'000);
}

void TestMainWindow::anotherThemeComesToEachWidgetOnce() {
    // Qt alone polishes a widget once for each of its styled ancestors.
    class Counter : public QObject {
    public:
        QHash<QObject*, int> visits;
        bool eventFilter(QObject* watched, QEvent* event) override {
            if (event->type() == QEvent::StyleChange)
                ++visits[watched];
            return false;
        }
    } counter;
    openWindow();
    m_theme->choose(ThemeChoice::Light);
    QTRY_VERIFY(m_window->updatesEnabled());
    m_window->files().openExample("update-user-email");
    QTRY_VERIFY(m_window->documents().isOpen());
    QTRY_VERIFY(m_window->panels().isSeen("inspector"));
    const QPoint inTheMenu(m_window->width() / 2, 4);
    QVERIFY(m_window->grab().toImage().pixelColor(inTheMenu).lightness() > 200);

    qApp->installEventFilter(&counter);
    m_theme->choose(ThemeChoice::Dark);
    QVERIFY2(!m_window->updatesEnabled(), "the window would show two themes side by side");
    QTRY_VERIFY(m_window->updatesEnabled());
    QVERIFY(counter.visits.size() > 100);
    // A few that a panel dresses itself come twice.
    const int visits = std::accumulate(counter.visits.cbegin(), counter.visits.cend(), 0);
    QVERIFY2(visits < 2 * counter.visits.size(),
             qPrintable(QStringLiteral("%1 visits of %2").arg(visits).arg(counter.visits.size())));
    QVERIFY(m_window->grab().toImage().pixelColor(inTheMenu).lightness() < 60);
}

void TestMainWindow::theShortcutsOverviewTellsWhatTheArrowsDo() {
    openWindow();
    ShortcutsDialog dialog(*m_window);
    const auto* list = dialog.findChild<QTreeWidget*>();
    QVERIFY(list);
    const auto rows = list->findItems("Shift+Arrow keys", Qt::MatchExactly | Qt::MatchRecursive, 1);
    QCOMPARE(rows.size(), 1);
    QVERIFY(rows.front()->text(0).contains("five"));
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
