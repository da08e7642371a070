#include <QtTest>

#include "core/story/notesjson.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

Bookmark at(TraceTime time, const char* name, std::optional<Sequence> event = {}) {
    return Bookmark{0, time, event, name, {}};
}

std::vector<std::string> names(const RunNotes& notes) {
    std::vector<std::string> all;
    for (const Bookmark& bookmark : notes.bookmarks)
        all.push_back(bookmark.name);
    return all;
}

using Names = std::vector<std::string>;

}  // namespace

class RunNotesTest : public QObject {
    Q_OBJECT
private slots:
    void keepsBookmarksInTheOrderOfTheRun();
    void neverUsesAnIdAgain();
    void takesTheStoryStepsOfARemovedBookmarkAway();
    void movesAStoryStep();
    void findsItsWayFromBookmarkToBookmark();
    void tellsTheNoteWhereAStationHasNoText();
    void comesBackFromJson();
    void leavesOutWhatMakesNoSense_data();
    void leavesOutWhatMakesNoSense();
};

void RunNotesTest::keepsBookmarksInTheOrderOfTheRun() {
    RunNotes notes;
    addBookmark(notes, at(5s, "c"));
    const BookmarkId a = addBookmark(notes, at(1s, "a", 3));
    addBookmark(notes, at(1s, "b", 9));
    addBookmark(notes, at(1s, "end of the second"));
    QCOMPARE(names(notes), (Names{"a", "b", "end of the second", "c"}));
    Bookmark later = *findBookmark(notes, a);
    later.at = 9s;
    changeBookmark(notes, later);
    QCOMPARE(names(notes), (Names{"b", "end of the second", "c", "a"}));
}

void RunNotesTest::neverUsesAnIdAgain() {
    RunNotes notes;
    const BookmarkId first = addBookmark(notes, at(1s, "a"));
    removeBookmark(notes, first);
    QVERIFY(addBookmark(notes, at(1s, "b")) != first);
}

void RunNotesTest::takesTheStoryStepsOfARemovedBookmarkAway() {
    RunNotes notes;
    const BookmarkId a = addBookmark(notes, at(1s, "a"));
    const BookmarkId b = addBookmark(notes, at(2s, "b"));
    notes.story = {{a, "one", {}}, {b, "two", {}}, {a, "three", {}}};
    removeBookmark(notes, a);
    QCOMPARE(notes.story.size(), 1U);
    QCOMPARE(notes.story.front().text, std::string("two"));
}

void RunNotesTest::movesAStoryStep() {
    RunNotes notes;
    const BookmarkId a = addBookmark(notes, at(1s, "a"));
    notes.story = {{a, "one", {}}, {a, "two", {}}, {a, "three", {}}};
    const auto texts = [&] {
        Names all;
        for (const StoryStep& step : notes.story)
            all.push_back(step.text);
        return all;
    };
    moveStoryStep(notes, 0, 2);
    QCOMPARE(texts(), (Names{"two", "three", "one"}));
    moveStoryStep(notes, 2, 1);
    QCOMPARE(texts(), (Names{"two", "one", "three"}));
    moveStoryStep(notes, 1, 3);
    QCOMPARE(texts(), (Names{"two", "one", "three"}));
}

void RunNotesTest::findsItsWayFromBookmarkToBookmark() {
    RunNotes notes;
    addBookmark(notes, at(1s, "a", 3));
    addBookmark(notes, at(1s, "b", 9));
    addBookmark(notes, at(2s, "c"));
    const auto name = [](const Bookmark* bookmark) { return bookmark ? bookmark->name : std::string(); };
    // Right after event 3 four have happened: there a stands.
    QCOMPARE(name(bookmarkBefore(notes, 1s, 4)), std::string());
    QCOMPARE(name(bookmarkAfter(notes, 1s, 4)), std::string("b"));
    QCOMPARE(name(bookmarkBefore(notes, 1s, 7)), std::string("a"));
    QCOMPARE(name(bookmarkAfter(notes, 1s, 7)), std::string("b"));
    QCOMPARE(name(bookmarkBefore(notes, 1500ms, 12)), std::string("b"));
    QCOMPARE(name(bookmarkAfter(notes, 1500ms, 12)), std::string("c"));
    QCOMPARE(name(bookmarkAfter(notes, 2s, 20)), std::string());
}

void RunNotesTest::tellsTheNoteWhereAStationHasNoText() {
    RunNotes notes;
    Bookmark bookmark = at(1s, "a");
    bookmark.note = "Here it begins.";
    const BookmarkId id = addBookmark(notes, bookmark);
    QCOMPARE(textOf(notes, {id, {}, {}}), std::string("Here it begins."));
    QCOMPARE(textOf(notes, {id, "Look.", {}}), std::string("Look."));
}

void RunNotesTest::comesBackFromJson() {
    RunNotes notes;
    Bookmark first = at(12'300'000'001ns, "The first — “dead” letter\n", 4711);
    first.note = "Élève, 日本, \t and \"quotes\"";
    const BookmarkId a = addBookmark(notes, first);
    const BookmarkId b = addBookmark(notes, at(0s, ""));
    removeBookmark(notes, addBookmark(notes, at(3s, "gone")));
    const BookmarkId c = addBookmark(notes, at(90s, "end"));
    StoryView view;
    view.zoom = 1.25;
    view.centre = {-320.5, 1e6};
    view.selection = {"orders", "users-to-events"};
    view.panel = "incidents";
    view.shown = TimeRange{0s, 90s};
    view.filtered = TimeRange{12s, 14s};
    notes.story = {{c, "", {}}, {a, "Six of them.", view}, {b, "", {}}};
    notes.watches = {{"Dead orders", "dead-lettered queue:orders"}, {"", "is:late"}};
    notes.incidents = {{4, FailureKind::BadData, DeathReason::Rejected, 3s, "acknowledged", 5s, "Ada",
                        "2026-01-01T10:00:00Z"}};
    QCOMPARE(notesFromJson(Json::parse(notesToJson(notes).dump())), notes);
    QCOMPARE(notesFromJson(notesToJson({})), RunNotes());
}

void RunNotesTest::leavesOutWhatMakesNoSense_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("bookmarks");
    QTest::addColumn<int>("steps");
    QTest::addColumn<int>("watches");
    QTest::newRow("no object") << QByteArray("[1, 2]") << 0 << 0 << 0;
    QTest::newRow("lists that are none")
        << QByteArray(R"({"bookmarks": 3, "story": {}, "watches": "x"})") << 0 << 0 << 0;
    QTest::newRow("no id, no time, a time before the run")
        << QByteArray(R"({"bookmarks": [{"at": 1}, {"id": 1}, {"id": 2, "at": -1}, {"id": 3, "at": 1.5},
                          {"id": 0, "at": 1}, {"id": 99999999999, "at": 1}, 7, null]})")
        << 0 << 0 << 0;
    QTest::newRow("one id twice") << QByteArray(R"({"bookmarks": [{"id": 1, "at": 1}, {"id": 1, "at": 2}]})")
                                  << 1 << 0 << 0;
    QTest::newRow("a time that is too large")
        << QByteArray(R"({"bookmarks": [{"id": 1, "at": 18446744073709551615}]})") << 0 << 0 << 0;
    QTest::newRow("an event that is too large")
        << QByteArray(R"({"bookmarks": [{"id": 1, "at": 1, "event": 18446744073709551615}]})") << 1 << 0 << 0;
    QTest::newRow("a step on nothing")
        << QByteArray(
               R"({"bookmarks": [{"id": 4, "at": 1}], "story": [{"bookmark": 4}, {"bookmark": 5}, {}]})")
        << 1 << 1 << 0;
    QTest::newRow("views that are none") << QByteArray(R"({"bookmarks": [{"id": 1, "at": 1}], "story": [
             {"bookmark": 1, "view": 3}, {"bookmark": 1, "view": {"zoom": -1, "centre": [0, 0]}},
             {"bookmark": 1, "view": {"zoom": 1, "centre": [1e300, 0]}},
             {"bookmark": 1, "view": {"zoom": 1, "centre": "x", "shown": [5, 3], "filtered": [1, 2, 3]}}]})")
                                         << 1 << 4 << 0;
    QTest::newRow("a watch without a query")
        << QByteArray(R"({"watches": [{"name": "x"}, {"query": "is:late"}]})") << 0 << 0 << 1;
    QTest::newRow("incidents of no cause, reason or time")
        << QByteArray(
               R"({"incidents": [3, {"queue": 1}, {"queue": 1, "cause": 99, "reason": 0, "opened": 1, "at": 2},
            {"queue": 1, "cause": 1, "reason": 99, "opened": 1, "at": 2},
            {"queue": 1, "cause": 1, "reason": 0, "opened": -1, "at": 2}]})")
        << 0 << 0 << 0;
}

void RunNotesTest::leavesOutWhatMakesNoSense() {
    QFETCH(QByteArray, json);
    const RunNotes notes = notesFromJson(Json::parse(json.toStdString()));
    QTEST(int(notes.bookmarks.size()), "bookmarks");
    QTEST(int(notes.story.size()), "steps");
    QTEST(int(notes.watches.size()), "watches");
    QVERIFY(notes.incidents.empty());
    for (const StoryStep& step : notes.story)
        QCOMPARE(step.view, StoryView());
    for (const Bookmark& bookmark : notes.bookmarks) {
        QVERIFY(!bookmark.event);
        QVERIFY(bookmark.id < notes.nextId);
    }
}

QTEST_APPLESS_MAIN(RunNotesTest)
#include "tst_runnotes.moc"
