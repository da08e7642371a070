#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <csignal>

#include "core/record/recorder.h"
#include "core/record/recording.h"
#include "tests/record/strangerecording.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;

namespace {

RecordingHeader header() {
    RecordingHeader made;
    made.scenario.id = "well";
    made.table = sample::table();
    return made;
}

void record(const QString& path, std::span<const TraceEvent> events) {
    auto recorder = Recorder::create(path.toStdString(), header());
    if (!recorder)
        return;
    while (!events.empty()) {
        const auto count = std::min<std::size_t>(events.size(), 700);
        (*recorder)->accept(events.first(count), events[count - 1].at);
        (*recorder)->flush();
        events = events.subspan(count);
    }
    (*recorder)->finish({});
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

/// True when what the recording holds is how the events began.
bool isBeginning(const TraceStore& store, const std::vector<TraceEvent>& events) {
    return store.size() <= events.size() &&
           std::ranges::equal(store.read(0, store.size()), std::span(events).first(store.size()));
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
    void showsWhatComesBeforeTheDamage();
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
        auto recorder = Recorder::create(file.toStdString(), header());
        QVERIFY(recorder.ok());
        std::span<const TraceEvent> events(m_events);
        while (!events.empty()) {
            const auto count = std::min<std::size_t>(events.size(), 700);
            (*recorder)->accept(events.first(count), events[count - 1].at);
            (*recorder)->flush();
            events = events.subspan(count);
        }
        (*recorder)->finish({});
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
    const Result<void> refused = saveRecording(file.toStdString(), header(), store);
    ::setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, before);
    QVERIFY(!refused);
    QCOMPARE(refused.error().where, file.toStdString());
    QCOMPARE(contents(file), QByteArray("what was there"));
    QVERIFY(saveRecording(file.toStdString(), header(), store).ok());
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
    const auto writer = RecordingWriter::create(file.toStdString(), header());
    QVERIFY(!writer.ok());
    QVERIFY2(QString::fromStdString(writer.error().text()).contains(sentence), writer.error().text().c_str());
    QCOMPARE(writer.error().where, file.toStdString());
}

void DamageTest::saysWhyItCannotBeOpened_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("sentence");
    QByteArray newer = m_whole;
    newer[8] = 4;
    QByteArray broken = m_whole;
    broken[60] = static_cast<char>(broken[60] ^ 1);
    QTest::newRow("empty") << QByteArray() << "is no recording of Sluice";
    QTest::newRow("a drawing") << QByteArray("{\"sluice\":1}") + QByteArray(100, ' ')
                               << "is no recording of Sluice";
    QTest::newRow("a newer version") << newer
                                     << "the recording is of version 4, and this program reads up to 3";
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

void DamageTest::showsWhatComesBeforeTheDamage() {
    QByteArray bytes = m_whole;
    const qsizetype middle = bytes.size() / 2;
    bytes[middle] = static_cast<char>(bytes[middle] ^ 0x10);
    write(path("flipped.sluicerec"), bytes);
    const auto recording = openRecording(path("flipped.sluicerec").toStdString());
    QVERIFY(recording.ok());
    QVERIFY(!recording->complete);
    QCOMPARE(recording->warnings.size(), std::size_t(1));
    QVERIFY(recording->warnings.front().sentence.starts_with("the recording is cut off or damaged; "));
    QVERIFY(recording->store->size() > m_events.size() / 4);
    QVERIFY(isBeginning(*recording->store, m_events));
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
    QVERIFY(!store.gap());
    QFile damaged(file);
    QVERIFY(damaged.open(QIODevice::ReadWrite));
    for (qint64 at = 2000; at < m_whole.size(); at += 500) {
        damaged.seek(at);
        damaged.write("????????");
    }
    damaged.close();
    const Sequence inFifth = 4 * 16'384 + 5;
    QVERIFY(store.at(inFifth) != m_events[inFifth]);
    const auto gap = store.gap();
    QVERIFY(gap);
    QVERIFY(gap->from <= m_events[inFifth].at && m_events[inFifth].at <= gap->to);
    QCOMPARE(gap->from, m_events[4 * 16'384].at);
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
        QVERIFY(recording.ok() ? isBeginning(*recording->store, m_events)
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
