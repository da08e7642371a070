#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSettings>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeWidget>
#include <QtTest>

#include "app/filecontroller.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/notebook.h"
#include "app/paneldocks.h"
#include "app/recordingcontroller.h"
#include "app/runcontroller.h"
#include "app/storyplayer.h"
#include "app/themecontroller.h"
#include "app/timeselection.h"
#include "core/record/recording.h"
#include "core/record/recordingnotes.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/notes/bookmarkspanel.h"
#include "widgets/notes/captioncard.h"
#include "widgets/notes/watchespanel.h"
#include "widgets/timeline/timeline.h"

using namespace sluice;
using namespace std::chrono_literals;

/// Bookmarks, the story and watches in the window, and how long they last.
class NotesInTheWindowTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aBookmarkIsPutAtThePlayheadAndFoundAgain();
    void bookmarksAreSteppedThrough();
    void bookmarksAreNamedAndAnnotatedInThePanel();
    void theSameRunAgainKeepsThemAndAnotherDoesNot();
    void aRecordingKeepsThem();
    void whatIsAddedToARecordingIsKeptInIt();
    void whatIsAddedLastIsKeptBeforeAnotherIsShown_data();
    void whatIsAddedLastIsKeptBeforeAnotherIsShown();
    void aRunDoesNotTakeThoseOfTheOneBeforeIntoItsRecording();
    void aRecordingThatWasCutOffKeepsThemToo();
    void aStoryIsTold();
    void aStoryGoesOnByItself();
    void watchesCountTheWholeRun();

private:
    template <class Widget>
    Widget* panel(const char* id) {
        return static_cast<Widget*>(m_window->panels().reveal(id));
    }
    void trigger(const char* name) {
        auto* action = m_window->findChild<QAction*>(name);
        QVERIFY2(action, name);
        action->trigger();
    }
    void seek(TraceTime to) {
        m_window->session().seek(to);
        QTRY_COMPARE(m_window->session().now(), to);
    }
    void press(QWidget* in, const char* name) {
        for (auto* button : in->findChildren<QToolButton*>()) {
            if (button->accessibleName() == QLatin1String(name)) {
                QVERIFY2(button->isEnabled(), name);
                button->click();
                return;
            }
        }
        QFAIL(name);
    }
    void record() {
        m_window->session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), RunSession::State::Ended, 60'000);
        m_window->recordings().recordTo(file());
        QTRY_VERIFY(m_window->messages().sentence().contains("run.sluicerec"));
    }
    void openRecording() {
        QSignalSpy opened(&m_window->recordings(), &RecordingController::opened);
        m_window->recordings().openPath(file());
        QTRY_COMPARE(opened.size(), 1);
        QTRY_VERIFY(m_window->session().isReplay());
    }
    [[nodiscard]] RunNotes inTheFile() const {
        const auto recording = sluice::openRecording(file().toStdString());
        return recording ? recording->notes : RunNotes();
    }
    [[nodiscard]] QString file() const { return m_folder->filePath("run.sluicerec"); }
    [[nodiscard]] const RunNotes& notes() const { return m_window->notebook().notes(); }
    /// Three bookmarks and a story of two of them.
    void annotate();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<MainWindow> m_window;
};

void NotesInTheWindowTest::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(m_folder->filePath("settings.ini"), QSettings::IniFormat);
    m_theme = std::make_unique<ThemeController>(*m_settings);
    m_window =
        std::make_unique<MainWindow>(*m_theme, *m_settings, AutosaveFolder(m_folder->filePath("autosave")));
    m_window->show();
    m_window->files().openExample("update-user-email");
    QTRY_VERIFY(m_window->documents().isOpen());
    m_window->runs().chooseScenario("processing-bug");
    m_window->setMode(Mode::Run);
    QTRY_COMPARE(m_window->session().state(), RunSession::State::Paused);
    QTRY_VERIFY(m_window->panels().isSettled());
}

void NotesInTheWindowTest::cleanup() {
    m_window.reset();
    m_theme.reset();
    m_settings.reset();
    m_folder.reset();
}

void NotesInTheWindowTest::annotate() {
    seek(9s);
    m_window->notebook().addBookmark("The bug begins");
    seek(20s);
    m_window->notebook().addBookmark("Six wait");
    seek(51s);
    m_window->notebook().addBookmark("Redriven");
    RunNotes edited = notes();
    edited.bookmarks[0].note = "From here on the repository fails.";
    StoryView view;
    view.zoom = 0.5;
    view.centre = Point{300, 200};
    view.panel = "incidents";
    view.selection = {"nobody", edited.bookmarks.empty()
                                    ? ""
                                    : m_window->documents().document().diagram().elements.front().id};
    view.shown = TimeRange{8s, 30s};
    view.filtered = TimeRange{9s, 20s};
    edited.story = {{edited.bookmarks[0].id, "", view}, {edited.bookmarks[2].id, "All is well again.", {}}};
    edited.watches = {{"Failures", "kind:failed"}, {"Late ones", "is:late"}};
    m_window->notebook().set(edited);
}

void NotesInTheWindowTest::aBookmarkIsPutAtThePlayheadAndFoundAgain() {
    m_window->session().seekAfter(300);
    const TraceTime at = m_window->session().now();
    trigger("go.addBookmark");
    QCOMPARE(notes().bookmarks.size(), 1U);
    QCOMPARE(notes().bookmarks[0].at, at);
    QCOMPARE(notes().bookmarks[0].event, std::optional<Sequence>(300));
    // Its name is there to be typed at once.
    auto* name = panel<BookmarksPanel>("bookmarks")->findChild<QLineEdit*>();
    QVERIFY(name->isEnabled() && name->hasSelectedText());
    seek(40s);
    m_window->notebook().go(notes().bookmarks[0].id);
    QCOMPARE(m_window->session().system().next, Sequence(301));
    // Between two events the moment counts.
    seek(7s + 1ns);
    trigger("go.addBookmark");
    QVERIFY(!notes().bookmarks[1].event || notes().bookmarks[1].at != 7s + 1ns);
}

void NotesInTheWindowTest::bookmarksAreSteppedThrough() {
    annotate();
    seek(0s);
    const auto step = [this](const char* name) {
        trigger(name);
        return m_window->session().now();
    };
    QCOMPARE(step("go.bookmark.next"), TraceTime(9s));
    QCOMPARE(step("go.bookmark.next"), TraceTime(20s));
    QTRY_COMPARE(step("go.bookmark.next"), TraceTime(51s));
    QCOMPARE(step("go.bookmark.previous"), TraceTime(20s));
    QCOMPARE(step("go.bookmark.previous"), TraceTime(9s));
    QCOMPARE(step("go.bookmark.previous"), TraceTime(9s));
}

void NotesInTheWindowTest::bookmarksAreNamedAndAnnotatedInThePanel() {
    annotate();
    auto* panel = this->panel<BookmarksPanel>("bookmarks");
    auto* list = panel->findChild<QTreeWidget*>();
    auto* story = panel->findChild<QListWidget*>();
    QCOMPARE(list->topLevelItemCount(), 3);
    QCOMPARE(story->count(), 2);
    list->setCurrentItem(list->topLevelItem(1));
    auto* name = panel->findChild<QLineEdit*>();
    QTest::keyClick(name, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(name, "Seven wait");
    panel->findChild<QPlainTextEdit*>()->setPlainText("As many as were sent.");
    QCOMPARE(notes().bookmarks[1].name, std::string("Seven wait"));
    QCOMPARE(notes().bookmarks[1].note, std::string("As many as were sent."));
    QCOMPARE(list->topLevelItem(1)->text(1), QString("Seven wait"));
    // A station of it, at the end; then earlier; its text is not the bookmark's note.
    press(panel, "Add to the story");
    QCOMPARE(notes().story.size(), 3U);
    QCOMPARE(notes().story[2].bookmark, notes().bookmarks[1].id);
    story->setCurrentRow(2);
    press(panel, "Earlier in the story");
    QCOMPARE(notes().story[1].bookmark, notes().bookmarks[1].id);
    panel->findChild<QPlainTextEdit*>()->setPlainText("And then?");
    QCOMPARE(notes().story[1].text, std::string("And then?"));
    QCOMPARE(notes().bookmarks[1].note, std::string("As many as were sent."));
    press(panel, "Take out of the story");
    QCOMPARE(notes().story.size(), 2U);
    list->setCurrentItem(list->topLevelItem(0));
    emit list->itemClicked(list->topLevelItem(0), 0);
    press(panel, "Delete the bookmark");
    QCOMPARE(notes().bookmarks.size(), 2U);
    QCOMPARE(notes().story.size(), 1U);
}

void NotesInTheWindowTest::theSameRunAgainKeepsThemAndAnotherDoesNot() {
    annotate();
    const RunNotes before = notes();
    m_window->runs().restart();
    QTRY_COMPARE(m_window->session().state(), RunSession::State::Paused);
    QCOMPARE(notes(), before);
    m_window->runs().restart(99);
    QTRY_COMPARE(m_window->session().state(), RunSession::State::Paused);
    QVERIFY(notes().isEmpty());
    QVERIFY(m_window->messages().sentence().contains("5 "));
    m_window->notebook().takeFormer();
    QCOMPARE(notes().bookmarks.size(), 3U);
    QCOMPARE(notes().story.size(), 2U);
}

void NotesInTheWindowTest::aRecordingKeepsThem() {
    annotate();
    const RunNotes before = notes();
    record();
    QCOMPARE(inTheFile(), before);
    openRecording();
    QCOMPARE(notes(), before);
    QCOMPARE(panel<BookmarksPanel>("bookmarks")->findChild<QTreeWidget*>()->topLevelItemCount(), 3);
}

void NotesInTheWindowTest::whatIsAddedToARecordingIsKeptInIt() {
    record();
    openRecording();
    QVERIFY(notes().isEmpty());
    annotate();
    QTRY_COMPARE_WITH_TIMEOUT(inTheFile(), notes(), 5000);
    // And after the run was looked at again meanwhile.
    const RunNotes before = notes();
    m_window->setMode(Mode::Run);
    QTRY_VERIFY(!m_window->session().isReplay());
    QTRY_VERIFY(notes() != before);
    m_window->setMode(Mode::Replay);
    QTRY_COMPARE(notes(), before);
}

void NotesInTheWindowTest::whatIsAddedLastIsKeptBeforeAnotherIsShown_data() {
    QTest::addColumn<QString>("next");
    for (const char* next : {"recording", "run", "end"})
        QTest::newRow(next) << next;
}

// No moment passes between the last change and what comes next.
void NotesInTheWindowTest::whatIsAddedLastIsKeptBeforeAnotherIsShown() {
    QFETCH(QString, next);
    record();
    const QString other = m_folder->filePath("other.sluicerec");
    QVERIFY(QFile::copy(file(), other));
    openRecording();
    annotate();
    const RunNotes before = notes();
    QVERIFY(!before.isEmpty() && inTheFile().isEmpty());
    if (next == "recording")
        m_window->recordings().openPath(other);
    else if (next == "run")
        m_window->setMode(Mode::Run);
    else
        m_window.reset();
    QTRY_COMPARE_WITH_TIMEOUT(inTheFile(), before, 5000);
    if (next == "recording") {
        QTRY_VERIFY(notes().isEmpty());
        const auto untouched = sluice::openRecording(other.toStdString());
        QVERIFY(untouched && untouched->notes.isEmpty());
    }
}

void NotesInTheWindowTest::aRunDoesNotTakeThoseOfTheOneBeforeIntoItsRecording() {
    annotate();
    m_window->runs().restart(99);
    QTRY_COMPARE(m_window->session().state(), RunSession::State::Paused);
    QVERIFY(notes().isEmpty());
    record();
    QVERIFY(inTheFile().isEmpty());
}

void NotesInTheWindowTest::aRecordingThatWasCutOffKeepsThemToo() {
    record();
    QFile cut(file());
    QVERIFY(cut.resize(cut.size() - 30));
    openRecording();
    annotate();
    QTRY_COMPARE_WITH_TIMEOUT(inTheFile(), notes(), 5000);
}

void NotesInTheWindowTest::aStoryIsTold() {
    annotate();
    auto* card = m_window->findChild<CaptionCard*>();
    QVERIFY(card->isHidden());
    trigger("go.story");
    QVERIFY(card->isVisible());
    const auto says = [card](const QString& text) {
        const auto labels = card->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->isVisible() && label->text() == text; });
    };
    QVERIFY(says("The bug begins") && says("From here on the repository fails.") && says("1 of 2"));
    QCOMPARE(m_window->session().now(), TraceTime(9s));
    QCOMPARE(m_window->canvas().zoom(), 0.5);
    QVERIFY(m_window->panels().isSeen("incidents"));
    QCOMPARE(m_window->canvas().selection().size(), 1U);
    QCOMPARE(m_window->time().range(), std::optional(TimeRange{9s, 20s}));
    auto* timeline = m_window->findChild<Timeline*>();
    QCOMPARE(timeline->shownFrom(), TraceTime(8s));
    QTest::keyClick(card, Qt::Key_Right);
    QVERIFY(says("Redriven") && says("All is well again.") && says("2 of 2"));
    QTRY_COMPARE(m_window->session().now(), TraceTime(51s));
    QVERIFY(!m_window->time().range());
    QVERIFY(timeline->showsAll());
    QTest::keyClick(card, Qt::Key_Left);
    QVERIFY(says("1 of 2"));
    QTest::keyClick(card, Qt::Key_Escape);
    QVERIFY(card->isHidden());
    QVERIFY(!m_window->story().isTelling());
}

void NotesInTheWindowTest::aStoryGoesOnByItself() {
    // Two hundred words take a minute; a few are not gone in a moment.
    QVERIFY(StoryPlayer::timeToRead("") >= 3s);
    std::string minute;
    for (int i = 0; i < 200; ++i)
        minute += "word ";
    QVERIFY(StoryPlayer::timeToRead(minute) >= 55s && StoryPlayer::timeToRead(minute) <= 70s);
    annotate();
    m_window->story().tell();
    m_window->story().setAutomatic(true);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->story().station(), 1U, 15'000);
    QVERIFY(m_window->story().isTelling());
}

void NotesInTheWindowTest::watchesCountTheWholeRun() {
    m_window->session().runToEnd();
    QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), RunSession::State::Ended, 60'000);
    std::vector<Sequence> failed;
    const auto& store = m_window->session().store();
    store->visit(0, store->size(), [&](Sequence sequence, const TraceEvent& event) {
        if (event.kind == EventKind::Failed)
            failed.push_back(sequence);
        return true;
    });
    QVERIFY(failed.size() > 2);
    auto* panel = this->panel<WatchesPanel>("watches");
    const auto lines = panel->findChildren<QLineEdit*>();
    lines[0]->setText("Failures");
    lines[1]->setText("kind:failed");
    QTest::keyClick(lines[1], Qt::Key_Return);
    QCOMPARE(notes().watches, (std::vector<Watch>{{"Failures", "kind:failed"}}));
    auto* table = panel->findChild<QTableWidget*>();
    QTRY_COMPARE(table->item(0, 2)->text(), QString::number(failed.size()));
    QVERIFY(m_window->findChild<Timeline*>()->laneNames().contains("Failures"));
    table->setCurrentCell(0, 0);
    QTRY_VERIFY(m_window->session().progress() == std::nullopt);
    press(panel, "Previous match of the watch");
    QTRY_COMPARE(m_window->session().system().next, failed.back() + 1);
    press(panel, "Previous match of the watch");
    QTRY_COMPARE(m_window->session().system().next, failed[failed.size() - 2] + 1);
    // The first one.
    emit table->itemActivated(table->item(0, 3));
    QTRY_COMPARE(m_window->session().system().next, failed.front() + 1);
    press(panel, "Delete the watch");
    QVERIFY(notes().watches.empty());
    QVERIFY(!m_window->findChild<Timeline*>()->laneNames().contains("Failures"));
}

QTEST_MAIN(NotesInTheWindowTest)
#include "tst_notes.moc"
