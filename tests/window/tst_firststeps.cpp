#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QProcess>
#include <QScreen>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "app/examples.h"
#include "app/filecontroller.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/paneldocks.h"
#include "app/runcontroller.h"
#include "app/themecontroller.h"
#include "core/diagram/file.h"
#include "widgets/canvas/canvasview.h"

using namespace sluice;

/// What a person does in the first minutes, in a real window under an X server, with a real mouse and
/// keyboard (xdotool): the window is in this process so that the test can ask where its widgets are.
class FirstStepsTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void fromTheWelcomePageToASavedDrawing();
    void offersWhatWasThereAfterAKill();
    void searchFindsAnElement();
    void eachModeFindsItsRoomAgain();

private:
    void openWindow(const QString& autosaves);
    void tell(const QStringList& arguments);
    void press(const QString& keys) { tell({"key", "--clearmodifiers", keys}); }
    void type(const QString& text) { tell({"type", "--delay", "5", text}); }
    void click(QWidget* widget);
    QImage canvasPixels() const;
    QString path(const char* name) const { return m_folder->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<MainWindow> m_window;
};

void FirstStepsTest::init() {
    if (QStandardPaths::findExecutable("xdotool").isEmpty())
        QSKIP("xdotool is not installed");
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(path("settings.ini"), QSettings::IniFormat);
    m_theme = std::make_unique<ThemeController>(*m_settings);
    openWindow(path("autosave"));
}

void FirstStepsTest::cleanup() {
    m_window.reset();
    m_theme.reset();
    m_settings.reset();
    m_folder.reset();
}

void FirstStepsTest::openWindow(const QString& autosaves) {
    m_window = std::make_unique<MainWindow>(*m_theme, *m_settings, AutosaveFolder(autosaves));
    m_window->resize(1280, 800);
    m_window->show();
    // A window manager that has just been started may come after the window.
    QTRY_VERIFY_WITH_TIMEOUT((m_window->activateWindow(), m_window->isActiveWindow()), 20'000);
}

void FirstStepsTest::tell(const QStringList& arguments) {
    QProcess xdotool;
    xdotool.start("xdotool", arguments);
    QTRY_COMPARE_WITH_TIMEOUT(xdotool.state(), QProcess::NotRunning, 20'000);
    QCOMPARE(xdotool.exitCode(), 0);
}

void FirstStepsTest::click(QWidget* widget) {
    QVERIFY(widget);
    QTRY_VERIFY(widget->isVisible());
    const QPoint at = widget->mapToGlobal(widget->rect().center());
    tell({"mousemove", QString::number(at.x()), QString::number(at.y()), "click", "1"});
}

QImage FirstStepsTest::canvasPixels() const {
    const CanvasView& canvas = m_window->canvas();
    const QRect area(canvas.mapTo(m_window.get(), QPoint()), canvas.size());
    return m_window->screen()
        ->grabWindow(m_window->winId(), area.x(), area.y(), area.width(), area.height())
        .toImage();
}

void FirstStepsTest::fromTheWelcomePageToASavedDrawing() {
    QTRY_VERIFY(m_window->findChild<QWidget*>("example.update-user-email"));
    click(m_window->findChild<QWidget*>("example.update-user-email"));
    QTRY_VERIFY(m_window->documents().isOpen());
    QTRY_VERIFY(m_window->canvas().hasFocus());
    QVERIFY(!m_window->documents().isModified());

    press("space");
    QTRY_COMPARE(m_window->session().state(), RunSession::State::Playing);
    QTRY_VERIFY(!m_window->session().system().transits.empty());
    const QImage before = canvasPixels();
    QVERIFY(!before.isNull());
    QTRY_VERIFY(canvasPixels() != before);
    press("space");
    QTRY_COMPARE(m_window->session().state(), RunSession::State::Paused);
    // Paused, it comes to rest: as often as it is looked at.
    QImage last;
    int alike = 0;
    QTRY_VERIFY2(
        [&] {
            const QImage now = canvasPixels();
            alike = now == last ? alike + 1 : 0;
            last = now;
            return alike >= 4;
        }(),
        "the canvas keeps moving while it is paused");

    press("ctrl+1");
    QTRY_VERIFY(m_window->mode() == Mode::Design);
    m_window->canvas().setFocus();
    const Diagram original = m_window->documents().document().diagram();
    press("ctrl+a");
    QTRY_VERIFY(m_window->canvas().selection().size() > 1);
    press("Right");
    QTRY_VERIFY(m_window->documents().isModified());
    QVERIFY(!(m_window->documents().document().diagram() == original));
    const Diagram edited = m_window->documents().document().diagram();

    QSignalSpy saved(&m_window->documents(), &DocumentController::saved);
    press("ctrl+s");
    // The dialog is there before the window manager gives it the keyboard.
    const auto nameField = [] { return qobject_cast<QLineEdit*>(qApp->focusWidget()); };
    QTRY_VERIFY(qApp->activeModalWidget() && qApp->activeModalWidget()->isActiveWindow() && nameField());
    type(path("first.sluice"));
    QTRY_COMPARE(nameField()->text(), path("first.sluice"));
    press("Return");
    // The list of names that complete what was typed may come late, and takes the first Return for itself.
    if (!QTest::qWaitFor([&] { return saved.size() == 1; }, 3'000))
        press("Return");
    QTRY_COMPARE(saved.size(), 1);
    QVERIFY(!m_window->documents().isModified());

    press("ctrl+w");
    QTRY_VERIFY(!m_window->documents().isOpen());
    QTRY_VERIFY(m_window->findChild<QWidget*>("recent.first"));
    click(m_window->findChild<QWidget*>("recent.first"));
    QTRY_VERIFY(m_window->documents().isOpen());
    QVERIFY(m_window->documents().document().diagram() == edited);
}

void FirstStepsTest::offersWhatWasThereAfterAKill() {
    m_window.reset();
    // The program as it is installed, in a home of its own.
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_DATA_HOME", path("data"));
    environment.insert("XDG_CONFIG_HOME", path("config"));
    program.setProcessEnvironment(environment);
    program.start(QStringLiteral(SLUICE_BIN_DIR "/sluice"), {"--example", "update-user-email"});
    QVERIFY(program.waitForStarted());
    const QString pid = QString::number(program.processId());
    // Its window comes in its own time.
    const QStringList search{"search", "--all", "--onlyvisible", "--pid", pid, "--name", "Update"};
    QTRY_COMPARE_WITH_TIMEOUT(QProcess::execute("xdotool", search), 0, 20'000);
    tell(search + QStringList{"windowactivate"});
    tell({"sleep", "0.5"});
    press("ctrl+a");
    press("ctrl+d");
    const QDir autosaves(path("data/sluice/sluice/autosave"));
    QTRY_COMPARE_WITH_TIMEOUT(autosaves.entryList({"*.sluice"}).size(), 1, 15'000);
    program.kill();
    QVERIFY(program.waitForFinished());

    openWindow(autosaves.path());
    m_window->files().offerRecovery();
    QVERIFY(!m_window->messages().sentence().isEmpty());
    const auto buttons = m_window->messages().findChildren<QPushButton*>();
    QVERIFY(!buttons.isEmpty());
    click(buttons.front());
    QTRY_VERIFY(m_window->documents().isOpen());
    const Result<Example> example = findExample("update-user-email");
    QVERIFY(example.ok());
    QCOMPARE(m_window->documents().document().diagram().elements.size(),
             2 * example->diagram.elements.size());
    QVERIFY(m_window->documents().isModified());
}

void FirstStepsTest::searchFindsAnElement() {
    m_window->files().openExample("update-user-email");
    QTRY_VERIFY(m_window->documents().isOpen());
    press("ctrl+k");
    QTRY_VERIFY(qApp->activePopupWidget());
    type("portal");
    press("Return");
    QTRY_COMPARE(m_window->canvas().selection(), std::vector<Id>{"portal"});
}

void FirstStepsTest::eachModeFindsItsRoomAgain() {
    m_window->files().openExample("update-user-email");
    QTRY_VERIFY(m_window->documents().isOpen());
    QTRY_VERIFY(m_window->panels().isSeen("findings") && m_window->panels().isSettled());
    // What is in front is found again by the keyboard, and what stands behind a tab is not.
    QVERIFY(m_window->panels().visiblePanels().contains(m_window->panels().find("findings")));
    QVERIFY(!m_window->panels().visiblePanels().contains(m_window->panels().ensure("messages")));
    // What the timeline leaves is the canvas's again, and not that of the panels below.
    press("ctrl+2");
    QTRY_VERIFY(m_window->mode() == Mode::Run && m_window->panels().isSeen("events"));
    press("ctrl+1");
    QTRY_VERIFY(m_window->mode() == Mode::Design);
    QTRY_VERIFY2(m_window->canvas().height() > m_window->height() * 0.55,
                 qPrintable(QString::number(m_window->canvas().height())));
}

namespace {

/// A program that lives as long as this object. Without Qt: it is needed before there is an application.
class Companion {
public:
    /// Returns the first line that it prints when that is wanted, else an empty one; nothing when it did not
    /// start.
    std::optional<std::string> start(std::vector<std::string> command, bool readLine) {
        int ends[2];
        if (pipe(ends) != 0)
            return std::nullopt;
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        if (readLine)
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        else
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addclose(&actions, ends[0]);
        std::vector<char*> arguments;
        for (std::string& argument : command)
            arguments.push_back(argument.data());
        arguments.push_back(nullptr);
        const bool started =
            posix_spawnp(&m_pid, arguments.front(), &actions, nullptr, arguments.data(), environ) == 0;
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        std::string line;
        char letter = 0;
        while (started && readLine && read(ends[0], &letter, 1) == 1 && letter != '\n')
            line += letter;
        close(ends[0]);
        if (!started || (readLine && line.empty()))
            return std::nullopt;
        return line;
    }

    Companion() = default;
    Companion(const Companion&) = delete;
    Companion& operator=(const Companion&) = delete;
    ~Companion() {
        if (m_pid <= 0)
            return;
        kill(m_pid, SIGTERM);
        waitpid(m_pid, nullptr, 0);
    }

private:
    pid_t m_pid = 0;
};

}  // namespace

int main(int argc, char** argv) {
    Companion server;
    Companion windowManager;
    if (!qEnvironmentVariableIsSet("DISPLAY")) {
        const auto number = server.start(
            {"Xvfb", "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"}, true);
        if (!number) {
            std::puts("could not connect to display: Xvfb is not installed or did not start");
            return 0;
        }
        qputenv("DISPLAY", (":" + *number).c_str());
        if (!windowManager.start({"openbox"}, false)) {
            std::puts("could not connect to display: openbox is not installed");
            return 0;
        }
        // Qt asks once, when it begins, what the window manager can do: without one no window is ever active.
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (std::system("xdotool get_num_desktops >/dev/null 2>&1") != 0 &&
               std::chrono::steady_clock::now() < patience)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    qputenv("QT_QPA_PLATFORM", "xcb");
    QApplication application(argc, argv);
    QApplication::setApplicationName("sluice");
    QApplication::setOrganizationName("sluice");
    QApplication::setQuitOnLastWindowClosed(false);
    FirstStepsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_firststeps.moc"
