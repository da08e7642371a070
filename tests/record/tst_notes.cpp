#include <QTemporaryDir>
#include <QtTest>

#include "core/base/random.h"
#include "core/record/recorder.h"
#include "core/record/recording.h"
#include "core/record/recordingnotes.h"
#include "tests/record/recordingbytes.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

RunNotes someNotes(const char* name) {
    RunNotes notes;
    const BookmarkId id = addBookmark(notes, Bookmark{0, 2s, 17, name, "why"});
    notes.story = {{id, "Look.", {}}};
    notes.watches = {{"Late", "is:late"}};
    return notes;
}

}  // namespace

/// Notes lie in a recording beside its events, and never cost one of them.
class NotesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void areKeptInAFinishedRecording();
    void changeNothingThatWasThere();
    void areTheLastOnesThatAreWhole();
    void areKeptInARecordingThatWasCutOff();
    void cannotBeKeptInADamagedOneNorInOneThatIsBeingWritten();
    void areWrittenWhileTheRunGoesOn();
    void surviveTheEndOfTheRun();
    void comeAfterTheEnd();

private:
    QString path(const char* name) const { return m_folder.filePath(name); }
    QString recorded(const char* name) const;
    QTemporaryDir m_folder;
    std::vector<TraceEvent> m_events;
};

void NotesTest::initTestCase() {
    m_events = sample::trace(40'000);
}

QString NotesTest::recorded(const char* name) const {
    const QString file = path(name);
    TraceStore store(sample::table());
    store.accept(m_events, m_events.back().at);
    store.finish({});
    const auto saved = saveRecording(file.toStdString(), sampleHeader(), store);
    return saved ? file : QString();
}

void NotesTest::areKeptInAFinishedRecording() {
    const QString file = recorded("finished.sluicerec");
    QCOMPARE(openRecording(file.toStdString())->notes, RunNotes());
    for (const char* name : {"first", "second", "third, and much longer than the two before it"}) {
        const auto saved = saveNotes(file.toStdString(), someNotes(name));
        QVERIFY2(saved, saved ? "" : saved.error().text().c_str());
        const auto recording = openRecording(file.toStdString());
        QVERIFY(recording);
        QCOMPARE(recording->notes, someNotes(name));
        QVERIFY(recording->complete);
        QVERIFY(recording->warnings.empty());
        QVERIFY(std::ranges::equal(recording->store->read(0, recording->store->size()), m_events));
    }
    QVERIFY(saveNotes(file.toStdString(), {}));
    QCOMPARE(openRecording(file.toStdString())->notes, RunNotes());
}

void NotesTest::changeNothingThatWasThere() {
    const QString file = recorded("untouched.sluicerec");
    const QByteArray before = contents(file);
    QVERIFY(saveNotes(file.toStdString(), someNotes("one")));
    const QByteArray after = contents(file);
    QVERIFY(after.startsWith(before));
    // Versions that know nothing of notes look for the index through the last 16 bytes.
    QCOMPARE(after.right(16), before.right(16));
}

void NotesTest::areTheLastOnesThatAreWhole() {
    const QString file = recorded("torn.sluicerec");
    QVERIFY(saveNotes(file.toStdString(), someNotes("one")));
    const QByteArray one = contents(file);
    QVERIFY(saveNotes(file.toStdString(), someNotes("two")));
    const QByteArray two = contents(file);
    const auto oneWith = [&](qsizetype size) { return two.left(size); };
    for (qsizetype size = one.size(); size <= two.size(); ++size) {
        const QString torn = path("part.sluicerec");
        write(torn, oneWith(size));
        const auto recording = openRecording(torn.toStdString());
        QVERIFY(recording);
        QVERIFY(recording->warnings.empty());
        QVERIFY(recording->complete);
        QCOMPARE(recording->store->size(), Sequence(m_events.size()));
        const bool whole = size >= two.size() - 16;
        QCOMPARE(recording->notes, someNotes(whole ? "two" : "one"));
        // And whatever is left behind there does not stand in the way of the next.
        if (size % 7 == 0) {
            QVERIFY(saveNotes(torn.toStdString(), someNotes("three")));
            QCOMPARE(openRecording(torn.toStdString())->notes, someNotes("three"));
        }
    }
    // A flipped bit in the last ones leaves those before.
    QByteArray flipped = two;
    flipped[one.size() + 40] = static_cast<char>(flipped[one.size() + 40] ^ 1);
    write(file, flipped);
    QCOMPARE(openRecording(file.toStdString())->notes, someNotes("one"));
}

void NotesTest::areKeptInARecordingThatWasCutOff() {
    const QString file = recorded("unfinished.sluicerec");
    const QByteArray whole = contents(file);
    RandomStream random(7, 7);
    for (int i = 0; i < 60; ++i) {
        // Anywhere behind the header, and some inside the index and the end mark.
        const qsizetype size =
            i % 3 == 0 ? whole.size() - 1 - qsizetype(random.below(300))
                       : 3000 + qsizetype(random.below(static_cast<std::uint32_t>(whole.size() - 3000)));
        write(file, whole.left(size));
        const auto before = openRecording(file.toStdString());
        QVERIFY(before);
        for (const char* name : {"one", "two"}) {
            const auto saved = saveNotes(file.toStdString(), someNotes(name));
            QVERIFY2(saved, saved ? "" : saved.error().text().c_str());
            const auto after = openRecording(file.toStdString());
            QVERIFY(after);
            QCOMPARE(after->notes, someNotes(name));
            QCOMPARE(after->complete, before->complete);
            QCOMPARE(after->store->size(), before->store->size());
            QVERIFY(std::ranges::equal(after->store->read(0, after->store->size()),
                                       std::span(m_events).first(after->store->size())));
        }
    }
    QVERIFY(!saveNotes(path("none.sluicerec").toStdString(), someNotes("one")));
}

void NotesTest::cannotBeKeptInADamagedOneNorInOneThatIsBeingWritten() {
    const QString file = recorded("damaged.sluicerec");
    QByteArray bytes = contents(file).chopped(16);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write(file, bytes);
    const auto refused = saveNotes(file.toStdString(), someNotes("one"));
    QVERIFY(!refused);
    QVERIFY2(refused.error().sentence.starts_with("the recording is damaged"),
             refused.error().text().c_str());
    QCOMPARE(contents(file), bytes);

    const QString running = path("written.sluicerec");
    auto writer = RecordingWriter::create(running.toStdString(), sampleHeader());
    QVERIFY(writer);
    const QByteArray begun = contents(running);
    const auto early = saveNotes(running.toStdString(), someNotes("one"));
    QVERIFY(!early);
    QVERIFY2(early.error().sentence.starts_with("the recording is still being written"),
             early.error().text().c_str());
    QCOMPARE(contents(running), begun);
    writer->reset();
    QVERIFY(saveNotes(running.toStdString(), someNotes("one")));
    QCOMPARE(openRecording(running.toStdString())->notes, someNotes("one"));
}

void NotesTest::areWrittenWhileTheRunGoesOn() {
    const QString file = path("running.sluicerec");
    const auto writer = RecordingWriter::create(file.toStdString(), sampleHeader());
    QVERIFY(writer);
    TraceStore store(sample::table());
    store.setJournal(*writer);
    store.accept(std::span(m_events).first(20'000), m_events[19'999].at);
    (*writer)->notes(someNotes("one"));
    store.accept(std::span(m_events).subspan(20'000), m_events.back().at);
    store.flushJournal();
    (*writer)->notes(someNotes("two"));
    // As it would be found if the process ended now.
    const auto recording = openRecording(file.toStdString());
    QVERIFY(recording);
    QVERIFY(!recording->complete);
    QCOMPARE(recording->notes, someNotes("two"));
    QCOMPARE(recording->store->size(), Sequence(m_events.size()));
    store.finish({});
}

void NotesTest::surviveTheEndOfTheRun() {
    const QString file = path("ended.sluicerec");
    const auto writer = RecordingWriter::create(file.toStdString(), sampleHeader());
    QVERIFY(writer);
    TraceStore store(sample::table());
    store.setJournal(*writer);
    (*writer)->notes(someNotes("one"));
    store.accept(m_events, m_events.back().at);
    store.finish({});
    const auto recording = openRecording(file.toStdString());
    QVERIFY(recording && recording->complete);
    QCOMPARE(recording->notes, someNotes("one"));
    QVERIFY(saveNotes(file.toStdString(), someNotes("two")));
    QCOMPARE(openRecording(file.toStdString())->notes, someNotes("two"));
}

void NotesTest::comeAfterTheEnd() {
    const QString file = path("after.sluicerec");
    const auto writer = RecordingWriter::create(file.toStdString(), sampleHeader());
    QVERIFY(writer);
    TraceStore store(sample::table());
    store.setJournal(*writer);
    store.accept(m_events, m_events.back().at);
    store.finish({});
    (*writer)->notes(someNotes("one"));
    const auto recording = openRecording(file.toStdString());
    QVERIFY(recording && recording->complete);
    QVERIFY(recording->warnings.empty());
    QCOMPARE(recording->notes, someNotes("one"));
}

QTEST_APPLESS_MAIN(NotesTest)
#include "tst_notes.moc"
