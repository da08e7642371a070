#include <QTemporaryDir>
#include <QtTest>

#include "core/diagram/jsontext.h"
#include "core/record/compressed.h"
#include "core/record/crc32.h"
#include "core/record/recorder.h"
#include "core/record/recording.h"
#include "core/record/recordingcontents.h"
#include "core/record/recordingwriter.h"
#include "tests/record/recordingbytes.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

RecordingHeader header() {
    RecordingHeader made;
    made.diagram.name = "Sample";
    made.scenario.id = "well";
    made.scenario.name = "All is well";
    made.seed = 42;
    made.table = sample::table();
    return made;
}

/// Hands the events over in batches of random size, and flushes now and then, as a session does.
template <class Flush>
void feed(TraceSink& sink, std::span<const TraceEvent> events, const Flush& flush) {
    RandomStream random(1, 99);
    while (!events.empty()) {
        const auto count = std::min<std::size_t>(events.size(), random.below(5000));
        sink.accept(events.first(count), count > 0 ? events[count - 1].at : TraceTime::zero());
        events = events.subspan(count);
        if (random.below(3) == 0)
            flush();
    }
    sink.finish({});
}

}  // namespace

class RecordingTest : public QObject {
    Q_OBJECT
private slots:
    void knowsTheChecksumOfTheStandards();
    void givesBackTheTrace_data();
    void givesBackTheTrace();
    void recordsARunFromAnyMoment_data();
    void recordsARunFromAnyMoment();
    void knowsTheStateWithAMillionWaiting();
    void opensUpToTheLastWholeChunk();
    void keepsTheReportsOfABroker();
    void readsTheVersionsBefore_data();
    void readsTheVersionsBefore();
    void readsAStateOfVersion4();
    void showsElementsOfAKindThatItDoesNotKnow();

private:
    QString path(const char* name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
};

void RecordingTest::showsElementsOfAKindThatItDoesNotKnow() {
    RecordingHeader made = header();
    auto table = std::make_shared<EntityTable>();
    for (const char* id : {"shop", "orders", "airship"}) {
        Element element;
        element.id = id;
        element.kind = *id == 's' ? ElementKind::Service : ElementKind::Queue;
        if (*id == 'a')
            element.kind = ElementKind::Sidecar;
        table->entities.push_back({.id = id, .name = id, .elementKind = element.kind});
        made.diagram.elements.push_back(element);
    }
    Link link;
    link.id = "sends";
    link.from = "shop";
    link.to = "orders";
    link.kind = LinkKind::Publish;
    made.diagram.links.push_back(link);
    made.table = table;
    // As a newer version may write it: the one sidecar is of a kind that nobody here knows.
    const auto raw = uncompressed(writeRecordingHeader(made), kLargestText);
    QVERIFY(raw);
    QByteArray text(reinterpret_cast<const char*>(raw->data()), static_cast<qsizetype>(raw->size()));
    QCOMPARE(text.count("sidecar"), 2);
    text.replace("sidecar", "airship");
    const auto newer = compressed(
        {reinterpret_cast<const std::uint8_t*>(text.constData()), static_cast<std::size_t>(text.size())});
    std::vector<Error> warnings;
    const auto read = readRecordingHeader(newer, warnings);
    QVERIFY2(read, read ? "" : read.error().text().c_str());
    QCOMPARE(read->diagram.elements.size(), std::size_t(3));
    QCOMPARE(read->diagram.links.size(), std::size_t(1));
    QCOMPARE(read->diagram.elements[2].kind, ElementKind::External);
    QCOMPARE(read->table->entities[2].elementKind, ElementKind::External);
    QCOMPARE(read->table->entities[1].elementKind, ElementKind::Queue);
    QCOMPARE(warnings.size(), std::size_t(1));
    QVERIFY(QString::fromStdString(warnings[0].text()).contains("of the kind airship"));
}

void RecordingTest::knowsTheChecksumOfTheStandards() {
    const auto of = [](const char* text) {
        return crc32({reinterpret_cast<const std::uint8_t*>(text), std::strlen(text)});
    };
    // The check value of the catalogue of parametrised CRC algorithms; zlib's crc32().
    QCOMPARE(of("123456789"), 0xcbf43926U);
    QCOMPARE(of("The quick brown fox jumps over the lazy dog"), 0x414fa339U);
    QCOMPARE(of(""), 0U);
}

void RecordingTest::givesBackTheTrace_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("load");
    QTest::newRow("nothing") << 0 << 0.8;
    QTest::newRow("less than a block") << 1000 << 0.8;
    QTest::newRow("exactly a block") << int(kBlockEvents) << 0.8;
    QTest::newRow("blocks and states") << 300'000 << 0.8;
    QTest::newRow("a queue that grows") << 400'000 << 3.0;
}

void RecordingTest::givesBackTheTrace() {
    QFETCH(int, count);
    QFETCH(double, load);
    const auto events = sample::trace(static_cast<std::size_t>(count), 3, load);
    const std::string file = path("whole.sluicerec").toStdString();
    auto recorder = Recorder::create(file, header());
    QVERIFY2(recorder.ok(), recorder.ok() ? "" : recorder.error().text().c_str());
    feed(**recorder, events, [&] { (*recorder)->flush(); });
    QVERIFY((*recorder)->status().ok());
    TraceStore kept(sample::table());
    feed(kept, events, [] {});

    const auto opened = openRecording(file);
    QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().text().c_str());
    QVERIFY(opened->complete);
    QVERIFY(opened->warnings.empty());
    QVERIFY(*opened->header.table == *sample::table());
    QVERIFY(opened->header.diagram == header().diagram);
    QVERIFY(opened->header.scenario == header().scenario);
    QCOMPARE(opened->header.seed, header().seed);
    const TraceStore& store = *opened->store;
    QVERIFY(store.finished() && store.outcome().ok());
    QCOMPARE(store.size(), Sequence(events.size()));
    QVERIFY(store.horizon() == kept.horizon());
    QVERIFY(store.read(0, store.size()) == events);
    RandomStream random(7, 7);
    for (int i = 0; i < 60; ++i) {
        const auto time = TraceTime(
            static_cast<std::int64_t>(random.uniform() * static_cast<double>(kept.horizon().count())));
        QVERIFY(store.stateAt(time) == kept.stateAt(time));
        const auto id = static_cast<MessageId>(random.below(static_cast<std::uint32_t>(count / 8 + 1)));
        QVERIFY(store.message(id) == kept.message(id));
        QVERIFY(store.eventsOf(id) == kept.eventsOf(id));
    }
}

void RecordingTest::recordsARunFromAnyMoment_data() {
    QTest::addColumn<int>("before");
    QTest::newRow("before it begins") << 0;
    QTest::newRow("in the middle of a block") << 123'456;
    QTest::newRow("after it ended") << 250'000;
}

void RecordingTest::recordsARunFromAnyMoment() {
    QFETCH(int, before);
    const auto events = sample::trace(250'000, 5, 1.2);
    const std::span<const TraceEvent> all(events);
    const std::string file = path("from.sluicerec").toStdString();
    // As little memory as there can be: the store reads its own blocks from the recording.
    TraceStore store(sample::table(), 1);
    const auto first = static_cast<std::size_t>(before);
    store.accept(all.first(first), before > 0 ? all[first - 1].at : TraceTime::zero());
    if (first == events.size()) {
        store.finish({});
        QVERIFY(saveRecording(file, header(), store).ok());
    } else {
        const auto writer = RecordingWriter::create(file, header());
        QVERIFY(writer.ok());
        store.setJournal(*writer);
        store.accept(all.subspan(first), events.back().at);
        store.finish({});
        QVERIFY((*writer)->status().ok());
    }
    QVERIFY(store.read(0, store.size()) == events);
    const auto opened = openRecording(file);
    QVERIFY(opened.ok());
    QVERIFY(opened->complete);
    QVERIFY(opened->store->read(0, opened->store->size()) == events);
    QVERIFY(opened->store->stateAt(events.back().at / 2) == store.stateAt(events.back().at / 2));

    // And a recording can be recorded again.
    const std::string copy = path("copy.sluicerec").toStdString();
    QVERIFY(saveRecording(copy, opened->header, *opened->store).ok());
    const auto again = openRecording(copy);
    QVERIFY(again.ok());
    QVERIFY(again->store->read(0, again->store->size()) == events);
}

void RecordingTest::knowsTheStateWithAMillionWaiting() {
    // A queue fills to a million, then half of it goes.
    std::vector<TraceEvent> events;
    const auto add = [&](EventKind kind, MessageId message, std::int64_t value) {
        events.push_back(TraceEvent{TraceTime(static_cast<std::int64_t>(events.size()) * 1000), value,
                                    sample::kQueue, message, 0, 0, kind, 0});
    };
    constexpr MessageId kWaiting = 1'000'000;
    for (MessageId id = 1; id <= kWaiting; ++id)
        add(EventKind::Enqueued, id, id);
    for (MessageId id = 1; id <= kWaiting / 2; ++id)
        add(EventKind::Delivered, id, 0);
    const std::string file = path("million.sluicerec").toStdString();
    auto recorder = Recorder::create(file, header());
    QVERIFY(recorder.ok());
    feed(**recorder, events, [] {});
    const auto opened = openRecording(file);
    QVERIFY(opened.ok());
    const SystemState full = opened->store->stateAfter(kWaiting - 1);
    QCOMPARE(full.entities[sample::kQueue].messages.length(), std::size_t(kWaiting));
    const SystemState half = opened->store->stateAfter(events.size() - 1);
    QCOMPARE(half.entities[sample::kQueue].messages.length(), std::size_t(kWaiting / 2));
    QCOMPARE(half.entities[sample::kQueue].messages.front(), kWaiting / 2 + 1);
    // Whole copies at each of some twenty states would be ten bytes a message each.
    QVERIFY((*recorder)->bytes() < events.size() * 7);
}

void RecordingTest::opensUpToTheLastWholeChunk() {
    const auto events = sample::trace(150'000, 9, 2.0);
    const QString whole = path("uncut.sluicerec");
    auto recorder = Recorder::create(whole.toStdString(), header());
    QVERIFY(recorder.ok());
    feed(**recorder, events, [&] { (*recorder)->flush(); });
    const QByteArray bytes = contents(whole);
    TraceStore kept(sample::table());
    feed(kept, events, [] {});
    RandomStream random(3, 3);
    const QString cut = path("cut.sluicerec");
    int opened = 0;
    Sequence last = 0;
    for (int i = 0; i < 100; ++i) {
        const auto size = static_cast<int>(random.below(static_cast<std::uint32_t>(bytes.size())));
        QFile file(cut);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes.left(size));
        file.close();
        const auto recording = openRecording(cut.toStdString());
        if (!recording) {
            QVERIFY(size < 5000);
            QVERIFY(!recording.error().sentence.empty());
            continue;
        }
        ++opened;
        QVERIFY(!recording->complete);
        QCOMPARE(recording->warnings.size(), std::size_t(1));
        const TraceStore& store = *recording->store;
        QVERIFY(store.size() <= events.size());
        QVERIFY(store.read(0, store.size()) ==
                std::vector<TraceEvent>(events.begin(), events.begin() + static_cast<long>(store.size())));
        if (store.size() > 0)
            QVERIFY(store.stateAfter(store.size() - 1) == kept.stateAfter(store.size() - 1));
        last = std::max(last, store.size());
    }
    QVERIFY(opened > 80);
    QVERIFY(last > events.size() / 2);
}

namespace {

/// A trace as a live broker gives it: gauges and counts, now and then without a connection.
std::vector<TraceEvent> reports(std::size_t count) {
    RandomStream random(5, 5);
    std::vector<TraceEvent> events;
    for (std::size_t i = 0; i < count; ++i) {
        TraceEvent event;
        event.at = std::chrono::milliseconds(10 * i);
        event.subject = static_cast<EntityId>(random.below(11));
        event.kind = random.below(2) == 0 ? EventKind::Observed : EventKind::Counted;
        event.detail = static_cast<std::uint16_t>(
            random.below(event.kind == EventKind::Observed ? kGaugeCount : kFlowCount));
        event.peer = event.kind == EventKind::Counted ? 5000U : static_cast<std::uint32_t>(random.below(3));
        event.value = static_cast<std::int64_t>(random.below(1'000'000));
        if (random.below(100) == 0) {
            event = {.at = event.at, .kind = EventKind::ConnectionLost};
            if (random.below(2) == 0)
                event.kind = EventKind::ConnectionMade;
        }
        events.push_back(event);
    }
    return events;
}

}  // namespace

void RecordingTest::keepsTheReportsOfABroker() {
    const auto events = reports(200'000);
    const std::string file = path("reports.sluicerec").toStdString();
    auto recorder = Recorder::create(file, header());
    QVERIFY(recorder.ok());
    feed(**recorder, events, [] {});
    TraceStore kept(sample::table());
    feed(kept, events, [] {});
    const auto opened = openRecording(file);
    QVERIFY(opened.ok() && opened->complete && opened->warnings.empty());
    QVERIFY(opened->store->read(0, opened->store->size()) == events);
    QVERIFY(!kept.stateAt(kept.horizon()).observed.empty());
    for (int tenth = 1; tenth <= 10; ++tenth) {
        const TraceTime time = kept.horizon() * tenth / 10;
        QVERIFY(opened->store->stateAt(time) == kept.stateAt(time));
    }
}

void RecordingTest::readsTheVersionsBefore_data() {
    QTest::addColumn<int>("version");
    QTest::newRow("1") << 1;
    QTest::newRow("2") << 2;
    QTest::newRow("3") << 3;
    QTest::newRow("4") << 4;
}

void RecordingTest::readsTheVersionsBefore() {
    // Their headers and events are those of this one without alerts and without what live brokers report. Of
    // states: readsAStateOfVersion4, and readsTransitsOneByOne in tst_statecodec.
    QFETCH(int, version);
    const auto events = sample::trace(100'000, 3);
    const QString file = path("first.sluicerec");
    auto recorder = Recorder::create(file.toStdString(), header());
    QVERIFY(recorder.ok());
    feed(**recorder, events, [] {});
    recorder->reset();
    QByteArray bytes = contents(file);
    QCOMPARE(bytes[8], char(5));
    bytes[8] = static_cast<char>(version);
    QFile first(file);
    QVERIFY(first.open(QIODevice::WriteOnly) && first.write(bytes) == bytes.size());
    first.close();
    const auto opened = openRecording(file.toStdString());
    QVERIFY(opened.ok() && opened->complete && opened->warnings.empty());
    QVERIFY(opened->store->read(0, opened->store->size()) == events);
    QCOMPARE(opened->store->stateAt(events.back().at).contact, Contact::None);
}

// Made by a Sluice that wrote this version: 20,000 messages that wait and 5,000 on their way over a link.
void RecordingTest::readsAStateOfVersion4() {
    const std::string path = SLUICE_SOURCE_DIR "/tests/record/recorded/version4.sluicerec";
    const auto file = RecordingFile::open(path);
    QVERIFY(file.ok());
    recordingformat::Preamble preamble;
    QVERIFY((*file)->read(0, &preamble, sizeof(preamble)));
    QCOMPARE(preamble.version, std::uint32_t(4));
    const auto info = (*file)->header(sizeof(preamble));
    QVERIFY(info);
    const RecordingContents contents = readRecordingContents(
        **file, sizeof(preamble) + sizeof(recordingformat::ChunkHeader) + info->size, 0);
    QCOMPARE(contents.states.size(), std::size_t(1));
    QVERIFY(contents.states.front().pieceCount > 50);
    const auto opened = openRecording(path);
    QVERIFY(opened.ok() && opened->complete && opened->warnings.empty());
    QCOMPARE(opened->store->size(), Sequence(70'004));

    const RecordedStates states(*file, opened->header.table, contents.states, preamble.version);
    const auto state = states.before(opened->store->size());
    QVERIFY(state);
    QCOMPARE(state->next, Sequence(65'536));
    QVERIFY(state->transits.size() > 5000 - 1 && !state->transits.parts().empty());
    // What its events say.
    TraceStore told(opened->header.table);
    told.accept(opened->store->read(0, state->next), state->at);
    told.finish({});
    QVERIFY(told.stateAt(state->at) == *state);
    // Saved anew it is of this version, and says the same.
    const std::string again = this->path("again.sluicerec").toStdString();
    QVERIFY(saveRecording(again, opened->header, *opened->store).ok());
    const auto now = openRecording(again);
    QVERIFY(now.ok());
    for (const TraceTime time : {TraceTime(999ms), TraceTime(1s), TraceTime(3s)})
        QVERIFY(now->store->stateAt(time) == opened->store->stateAt(time));
}

QTEST_APPLESS_MAIN(RecordingTest)
#include "tst_recording.moc"
