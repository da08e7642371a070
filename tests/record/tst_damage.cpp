#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <csignal>

#include "core/record/recorder.h"
#include "core/record/recording.h"
#include "core/record/recordingnotes.h"
#include "core/trace/blockarchive.h"
#include "core/trace/blockindex.h"
#include "tests/record/recordingbytes.h"
#include "tests/record/strangerecording.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;
using namespace sluice::test;

namespace {

void record(const QString& path, std::span<const TraceEvent> events) {
    auto recorder = Recorder::create(path.toStdString(), sampleHeader());
    if (!recorder)
        return;
    recordInParts(**recorder, events, [&] { (*recorder)->flush(); });
}

/// True when what the recording holds is how the events began.
bool isBeginning(const TraceStore& store, const std::vector<TraceEvent>& events) {
    return store.size() <= events.size() &&
           std::ranges::equal(store.read(0, store.size()), std::span(events).first(store.size()));
}

struct FoundChunk {
    qint64 offset = 0;
    recordingformat::ChunkHeader header;
};

std::vector<FoundChunk> chunksOf(const QByteArray& bytes) {
    std::vector<FoundChunk> found;
    FoundChunk chunk;
    for (qint64 at = sizeof(recordingformat::Preamble); at + qint64(sizeof(chunk.header)) <= bytes.size();
         at += qint64(sizeof(chunk.header)) + qint64(chunk.header.size)) {
        std::memcpy(&chunk.header, bytes.constData() + at, sizeof(chunk.header));
        chunk.offset = at;
        if (chunk.header.marker != recordingformat::kMarker)
            break;
        found.push_back(chunk);
    }
    return found;
}

/// The chunks of that kind, in order.
std::vector<FoundChunk> chunksOf(const QByteArray& bytes, recordingformat::Chunk kind) {
    std::vector<FoundChunk> found = chunksOf(bytes);
    std::erase_if(found, [kind](const FoundChunk& chunk) { return chunk.header.kind != kind; });
    return found;
}

/// Where the store's events are not those, each of them must lie in a gap.
bool differsInGapsOnly(const TraceStore& store, const std::vector<TraceEvent>& events) {
    const std::vector<TimeRange> gaps = store.gaps();
    if (store.size() > events.size())
        return false;
    for (Sequence i = 0; i < store.size(); ++i) {
        const TraceTime at = events[i].at;
        if (!(store.at(i) == events[i]) && std::none_of(gaps.begin(), gaps.end(), [&](const TimeRange& gap) {
                return gap.from <= at && at <= gap.to;
            }))
            return false;
    }
    return true;
}

}  // namespace

/// What becomes of a recording when things go wrong while it is written, and afterwards.
class DamageTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void opensAfterAKillAtAnyMoment();
    void opensAfterAFullDisk();
    void keepsTheOldOneWhenANewOneCannotBeSaved();
    void saysWhyItCannotBeMade_data();
    void saysWhyItCannotBeMade();
    void saysWhyItCannotBeOpened_data();
    void saysWhyItCannotBeOpened();
    void showsWhatComesAroundTheDamage_data();
    void showsWhatComesAroundTheDamage();
    void showsTheEventsAfterADamagedTail();
    void keepsNotesOfADamagedRecording();
    void saysWhatItCannotReadLater();
    void findsEverythingWithoutTheIndex();
    void survivesAnyByteChanged();
    void survivesWhatFuzzingFound();

private:
    [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
    std::vector<TraceEvent> m_events;
    QByteArray m_whole;
};

void DamageTest::initTestCase() {
    m_events = sample::trace(150'000, 9, 2.0);
    record(path("whole.sluicerec"), m_events);
    m_whole = contents(path("whole.sluicerec"));
    QVERIFY(m_whole.size() > 100'000);
}

void DamageTest::opensAfterAKillAtAnyMoment() {
    RandomStream random(1, 1);
    const QString file = path("killed.sluicerec");
    int before = 0;
    for (int i = 0; i < 100; ++i) {
        QFile::remove(file);
        const qint64 target = random.below(static_cast<std::uint32_t>(m_whole.size()));
        const pid_t child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            record(file, m_events);
            ::_exit(0);
        }
        int status = 0;
        bool ended = false;
        while (!ended && QFileInfo(file).size() < target)
            ended = ::waitpid(child, &status, WNOHANG) == child;
        if (!ended) {
            ::kill(child, SIGKILL);
            QCOMPARE(::waitpid(child, &status, 0), child);
        }
        const qint64 size = QFileInfo(file).size();
        const auto recording = openRecording(file.toStdString());
        if (!recording) {
            // Killed before there was a whole header.
            QVERIFY2(size < 2000, recording.error().text().c_str());
            continue;
        }
        QVERIFY(isBeginning(*recording->store, m_events));
        QCOMPARE(recording->complete, recording->warnings.empty());
        before += recording->complete ? 0 : 1;
        // At most one chunk is lost, and none is larger than a block or what waits in a queue.
        QVERIFY(recording->store->size() * 20 + 200'000 > static_cast<Sequence>(size));
    }
    QVERIFY(before > 20);
}

void DamageTest::opensAfterAFullDisk() {
    // What write() says of a file that may not grow is what it says of a disk that is full, but for the name.
    rlimit old{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &old), 0);
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    for (const qint64 limit : {m_whole.size() / 3, m_whole.size() / 2, m_whole.size() - 10}) {
        rlimit less = old;
        less.rlim_cur = static_cast<rlim_t>(limit);
        const QString file = path("full.sluicerec");
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &less), 0);
        auto recorder = Recorder::create(file.toStdString(), sampleHeader());
        QVERIFY(recorder.ok());
        recordInParts(**recorder, m_events, [&] { (*recorder)->flush(); });
        const Result<void> status = (*recorder)->status();
        ::setrlimit(RLIMIT_FSIZE, &old);
        QVERIFY(!status);
        QVERIFY2(status.error().sentence.starts_with("the recording ends at "),
                 status.error().text().c_str());
        QVERIFY(QFileInfo(file).size() <= limit);
        const auto recording = openRecording(file.toStdString());
        QVERIFY(recording.ok());
        QVERIFY(recording->store->size() > 0);
        QVERIFY(isBeginning(*recording->store, m_events));
    }
    std::signal(SIGXFSZ, before);
}

void DamageTest::keepsTheOldOneWhenANewOneCannotBeSaved() {
    const QString file = path("saved.sluicerec");
    write(file, "what was there");
    TraceStore store(sample::table());
    store.accept(m_events, m_events.back().at);
    store.finish({});
    rlimit old{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &old), 0);
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit less = old;
    less.rlim_cur = 200'000;  // a third of what it takes
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &less), 0);
    const Result<void> refused = saveRecording(file.toStdString(), sampleHeader(), store);
    ::setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, before);
    QVERIFY(!refused);
    QCOMPARE(refused.error().where, file.toStdString());
    QCOMPARE(contents(file), QByteArray("what was there"));
    QVERIFY(saveRecording(file.toStdString(), sampleHeader(), store).ok());
    const auto recording = openRecording(file.toStdString());
    QVERIFY(recording.ok() && recording->complete);
    QVERIFY(isBeginning(*recording->store, m_events));
    QCOMPARE(QDir(m_folder.path()).entryList({"*.part"}).size(), 0);
}

void DamageTest::saysWhyItCannotBeMade_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("no such folder") << path("none/x.sluicerec") << "No such file or directory";
    QTest::newRow("a folder") << m_folder.path() << "something that is no file";
    QTest::newRow("a device") << "/dev/full"
                              << "something that is no file";
}

void DamageTest::saysWhyItCannotBeMade() {
    QFETCH(QString, file);
    QFETCH(QString, sentence);
    const auto writer = RecordingWriter::create(file.toStdString(), sampleHeader());
    QVERIFY(!writer.ok());
    QVERIFY2(QString::fromStdString(writer.error().text()).contains(sentence), writer.error().text().c_str());
    QCOMPARE(writer.error().where, file.toStdString());
}

void DamageTest::saysWhyItCannotBeOpened_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("sentence");
    QByteArray newer = m_whole;
    newer[8] = 7;
    QByteArray broken = m_whole;
    broken[60] = static_cast<char>(broken[60] ^ 1);
    QTest::newRow("empty") << QByteArray() << "is no recording of Sluice";
    QTest::newRow("a drawing") << QByteArray("{\"sluice\":1}") + QByteArray(100, ' ')
                               << "is no recording of Sluice";
    QTest::newRow("a newer version") << newer
                                     << "the recording is of version 7, and this program reads up to 6";
    QTest::newRow("no header") << m_whole.left(16) << "ends or is damaged before its first event";
    QTest::newRow("half a header") << m_whole.left(100) << "ends or is damaged before its first event";
    QTest::newRow("a broken header") << broken << "ends or is damaged before its first event";
}

void DamageTest::saysWhyItCannotBeOpened() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, sentence);
    const QString file = path("bad.sluicerec");
    write(file, bytes);
    const auto recording = openRecording(file.toStdString());
    QVERIFY(!recording.ok());
    QVERIFY2(QString::fromStdString(recording.error().sentence).contains(sentence),
             recording.error().text().c_str());
    QCOMPARE(recording.error().where, file.toStdString());
    QVERIFY(!openRecording(path("none.sluicerec").toStdString()).ok());
    QVERIFY(!openRecording(m_folder.path().toStdString()).ok());
}

void DamageTest::showsWhatComesAroundTheDamage_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("first");  // block that is lost
    QTest::addColumn<int>("past");
    QTest::addColumn<bool>("complete");
    const auto blocks = chunksOf(m_whole, recordingformat::Chunk::Block);
    const auto states = chunksOf(m_whole, recordingformat::Chunk::State);
    const auto indexes = chunksOf(m_whole, recordingformat::Chunk::Index);
    QVERIFY(blocks.size() > 8 && states.size() > 1 && indexes.size() == 1);
    const auto flipped = [this](std::initializer_list<qint64> places) {
        QByteArray bytes = m_whole;
        for (const qint64 place : places)
            bytes[place] = static_cast<char>(bytes[place] ^ 0x10);
        return bytes;
    };
    const qint64 inside = 1000;
    const qint64 index = indexes.front().offset + 100;
    QTest::newRow("a block") << flipped({blocks[5].offset + inside}) << 5 << 6 << true;
    QTest::newRow("the first block") << flipped({blocks[0].offset + inside}) << 0 << 1 << true;
    QTest::newRow("three blocks") << flipped({blocks[2].offset + inside, blocks[3].offset + inside,
                                              blocks[4].offset + inside})
                                  << 2 << 5 << true;
    QTest::newRow("a block's header") << flipped({blocks[5].offset + 9}) << 5 << 6 << true;
    QTest::newRow("a state") << flipped({states[0].offset + 60}) << 0 << 0 << true;
    QTest::newRow("without an index: a block")
        << flipped({blocks[5].offset + inside, index}) << 5 << 6 << false;
    QTest::newRow("without an index: the first block")
        << flipped({blocks[0].offset + inside, index}) << 0 << 1 << false;
    QTest::newRow("without an index: a block's header")
        << flipped({blocks[5].offset + 9, index}) << 5 << 6 << false;
    QTest::newRow("without an index: the block before a state")
        << flipped({blocks[3].offset + inside, index}) << 3 << 4 << false;
    QTest::newRow("without an index: a state") << flipped({states[0].offset + 60, index}) << 0 << 0 << false;
    QByteArray zeroed = m_whole;
    zeroed.replace(blocks[2].offset, blocks[5].offset - blocks[2].offset,
                   QByteArray(blocks[5].offset - blocks[2].offset, '\0'));
    QTest::newRow("zeros with a state among them") << zeroed << 2 << 5 << true;
    zeroed[index] = static_cast<char>(zeroed[index] ^ 0x10);
    QTest::newRow("without an index: zeros with a state among them") << zeroed << 2 << 5 << false;
}

void DamageTest::showsWhatComesAroundTheDamage() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, first);
    QFETCH(int, past);
    QFETCH(bool, complete);
    write(path("flipped.sluicerec"), bytes);
    const auto recording = openRecording(path("flipped.sluicerec").toStdString());
    QVERIFY(recording.ok());
    QCOMPARE(recording->complete, complete);
    QCOMPARE(recording->warnings.empty(), complete);
    const TraceStore& store = *recording->store;
    const auto lostFrom = static_cast<Sequence>(first) * kBlockEvents;
    const auto lostTo = static_cast<Sequence>(past) * kBlockEvents;
    const std::vector<TimeRange> gaps = store.gaps();
    QCOMPARE(gaps.size(), std::size_t(first == past ? 0 : 1));
    if (first != past) {
        // It reaches from the last event that is known, or the first that is lost, to the last or the next.
        const TraceTime before = lostFrom == 0 ? TraceTime::zero() : m_events[lostFrom - 1].at;
        QVERIFY(gaps[0].from >= before && gaps[0].from <= m_events[lostFrom].at);
        QVERIFY(gaps[0].to >= m_events[lostTo - 1].at && gaps[0].to <= m_events[lostTo].at);
    }
    QVERIFY(store.size() == m_events.size());
    const auto same = [&](Sequence from, Sequence to) {
        return std::ranges::equal(store.read(from, to), std::span(m_events).subspan(from, to - from));
    };
    QVERIFY(same(0, lostFrom));
    QVERIFY(same(lostTo, store.size()));
    for (Sequence lost = lostFrom; lost < lostTo; lost += 997)
        QVERIFY(isUnknown(store.at(lost)));
    // From the next state on everything is as it was.
    const auto whole = openRecording(path("whole.sluicerec").toStdString());
    QVERIFY(whole.ok());
    QVERIFY(store.stateAfter(store.size() - 1) == whole->store->stateAfter(store.size() - 1));
    if (lostFrom > 0)
        QVERIFY(store.stateAfter(lostFrom - 1) == whole->store->stateAfter(lostFrom - 1));
}

void DamageTest::showsTheEventsAfterADamagedTail() {
    const auto tails = chunksOf(m_whole, recordingformat::Chunk::Tail);
    const auto indexes = chunksOf(m_whole, recordingformat::Chunk::Index);
    const auto blocks = chunksOf(m_whole, recordingformat::Chunk::Block);
    const auto lost = std::find_if(tails.begin(), tails.end(), [&](const FoundChunk& tail) {
        return tail.offset > blocks.back().offset;
    });
    QVERIFY(lost != tails.end() && lost + 1 != tails.end());
    for (const bool indexed : {true, false}) {
        QByteArray bytes = m_whole;
        for (const qint64 place : {lost->offset + 50, indexes.front().offset + 100})
            if (indexed == false || place < indexes.front().offset)
                bytes[place] = static_cast<char>(bytes[place] ^ 0x10);
        write(path("tail.sluicerec"), bytes);
        const auto recording = openRecording(path("tail.sluicerec").toStdString());
        QVERIFY(recording.ok());
        QCOMPARE(recording->store->gaps().size(), std::size_t(1));
        QCOMPARE(recording->store->size(), Sequence(m_events.size()));
        QVERIFY(differsInGapsOnly(*recording->store, m_events));
        QCOMPARE(recording->store->at(m_events.size() - 1), m_events.back());
    }
    // The last one: nothing follows it.
    QByteArray bytes = m_whole;
    bytes[tails.back().offset + 50] = static_cast<char>(bytes[tails.back().offset + 50] ^ 0x10);
    write(path("tail.sluicerec"), bytes);
    const auto recording = openRecording(path("tail.sluicerec").toStdString());
    QVERIFY(recording.ok() && recording->complete);
    QVERIFY(isBeginning(*recording->store, m_events));
    QVERIFY(recording->store->size() < m_events.size());
    QCOMPARE(recording->store->gaps().size(), std::size_t(1));
    QCOMPARE(recording->store->gaps()[0].to, m_events.back().at);
}

void DamageTest::keepsNotesOfADamagedRecording() {
    const QString file = path("noted.sluicerec");
    QByteArray bytes = m_whole;
    const qint64 place = chunksOf(m_whole, recordingformat::Chunk::Block)[3].offset + 1000;
    bytes[place] = static_cast<char>(bytes[place] ^ 0x10);
    write(file, bytes);
    RunNotes notes;
    notes.bookmarks.push_back(Bookmark{.id = 1, .at = TraceTime(5), .name = "before the damage"});
    QVERIFY(saveNotes(file.toStdString(), notes).ok());
    const auto recording = openRecording(file.toStdString());
    QVERIFY(recording.ok());
    QCOMPARE(recording->notes.bookmarks.size(), std::size_t(1));
    QCOMPARE(recording->store->gaps().size(), std::size_t(1));
    QVERIFY(differsInGapsOnly(*recording->store, m_events));
}

// As in a large recording, of which not every part is read when it is opened: a block in the middle is bad.
void DamageTest::saysWhatItCannotReadLater() {
    const QString file = path("later.sluicerec");
    write(file, m_whole);
    const auto recording = openRecording(file.toStdString());
    QVERIFY(recording.ok());
    const TraceStore& store = *recording->store;
    const Sequence inSecond = 16'384 + 5;
    QCOMPARE(store.at(inSecond), m_events[inSecond]);
    QVERIFY(store.gaps().empty());
    QFile damaged(file);
    QVERIFY(damaged.open(QIODevice::ReadWrite));
    for (qint64 at = 2000; at < m_whole.size(); at += 500) {
        damaged.seek(at);
        damaged.write("????????");
    }
    damaged.close();
    const Sequence inFifth = 4 * 16'384 + 5;
    QVERIFY(store.at(inFifth) != m_events[inFifth]);
    const auto gaps = store.gaps();
    QCOMPARE(gaps.size(), std::size_t(1));
    QCOMPARE(gaps[0].from, m_events[4 * 16'384].at);
    QCOMPARE(gaps[0].to, m_events[5 * 16'384 - 1].at);
}

void DamageTest::findsEverythingWithoutTheIndex() {
    write(path("noindex.sluicerec"), m_whole.left(m_whole.size() - 16));
    const auto recording = openRecording(path("noindex.sluicerec").toStdString());
    QVERIFY(recording.ok());
    QCOMPARE(recording->store->size(), Sequence(m_events.size()));
    QVERIFY(isBeginning(*recording->store, m_events));
    const auto whole = openRecording(path("whole.sluicerec").toStdString());
    QVERIFY(whole.ok());
    QVERIFY(recording->store->horizon() == whole->store->horizon());
    QVERIFY(recording->store->stateAt(m_events.back().at) == whole->store->stateAt(m_events.back().at));
}

void DamageTest::survivesAnyByteChanged() {
    RandomStream random(4, 4);
    const QString file = path("any.sluicerec");
    for (int i = 0; i < 60; ++i) {
        QByteArray bytes = m_whole;
        // Half of them near the end, where the index is.
        const auto span = static_cast<std::uint32_t>(i % 2 == 0 ? bytes.size() : 8000);
        const qsizetype at = bytes.size() - 1 - static_cast<qsizetype>(random.below(span));
        bytes[at] = static_cast<char>(random.next());
        write(file, bytes);
        const auto recording = openRecording(file.toStdString());
        QVERIFY(recording.ok() ? differsInGapsOnly(*recording->store, m_events)
                               : !recording.error().sentence.empty());
    }
}

void DamageTest::survivesWhatFuzzingFound() {
    QDirIterator corpus(QStringLiteral(SLUICE_SOURCE_DIR "/tests/fuzz/corpus/recording"), QDir::Files);
    int played = 0;
    for (; corpus.hasNext(); ++played) {
        const QByteArray bytes = contents(corpus.next());
        const std::string broken = brokenByRecording(reinterpret_cast<const std::uint8_t*>(bytes.constData()),
                                                     std::size_t(bytes.size()));
        QVERIFY2(broken.empty(), qPrintable(corpus.fileName() + ": " + QString::fromStdString(broken)));
    }
    QVERIFY(played > 100);
}

QTEST_APPLESS_MAIN(DamageTest)
#include "tst_damage.moc"
