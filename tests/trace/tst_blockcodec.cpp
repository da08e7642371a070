#include <QtTest>

#include "core/trace/blockcodec.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;

class BlockCodecTest : public QObject {
    Q_OBJECT
private slots:
    void givesBackWhatItTook_data();
    void givesBackWhatItTook();
    void refusesEveryTruncation();
    void survivesEveryFlippedByte();
    void refusesNonsense_data();
    void refusesNonsense();
};

void BlockCodecTest::givesBackWhatItTook_data() {
    QTest::addColumn<QString>("events");
    QTest::newRow("one event") << "one";
    QTest::newRow("a realistic trace") << "real";
    QTest::newRow("a trace that waits in a long queue") << "waiting";
    QTest::newRow("extremes in every field") << "extreme";
    QTest::newRow("noise: more shapes than the table holds") << "noise";
}

void BlockCodecTest::givesBackWhatItTook() {
    QFETCH(QString, events);
    std::vector<TraceEvent> given;
    if (events == "one") {
        given = {TraceEvent{}};
    } else if (events == "real") {
        given = sample::trace(kBlockEvents, 4);
    } else if (events == "waiting") {
        given = sample::trace(3 * kBlockEvents, 4, 3);
        given.erase(given.begin(), given.begin() + 2 * kBlockEvents);
    } else if (events == "extreme") {
        given = {
            TraceEvent{TraceTime(0), INT64_MIN, kNoEntity, 0xffffffff, kNoEntity, 0xffff,
                       EventKind::ActionEnded, marksOf(31, FailureKind::CallerTimeout)},
            TraceEvent{TraceTime(0), INT64_MAX, 0, 0, 1, 0, EventKind::MessageCreated, 0},
            TraceEvent{TraceTime::max(), -1, 0xfffffffe, 0x80000000, 0xfffffffe, 0, EventKind::Moved, 0}};
    } else {
        RandomStream random(8, 8);
        std::int64_t time = 0;
        for (std::size_t i = 0; i < kBlockEvents; ++i) {
            time += static_cast<std::int64_t>(random.next() >> (16 + random.below(47)));
            TraceEvent event;
            event.at = TraceTime(time);
            event.value = static_cast<std::int64_t>(random.next());
            event.subject = static_cast<EntityId>(random.next());
            event.message = static_cast<MessageId>(random.next());
            event.peer = static_cast<std::uint32_t>(random.next());
            event.detail = static_cast<std::uint16_t>(random.next());
            event.kind = static_cast<EventKind>(random.below(kEventKindCount));
            event.marks = marksOf(static_cast<std::uint8_t>(random.next()),
                                  static_cast<FailureKind>(random.below(kFailureKindCount)));
            given.push_back(event);
            if (time > INT64_MAX / 2)
                time = INT64_MAX / 2;
        }
        for (std::size_t i = 1; i < given.size(); ++i)
            given[i].at = std::max(given[i].at, given[i - 1].at);
    }
    BlockEncoder encoder;
    for (int again = 0; again < 2; ++again) {
        const auto decoded = decodeBlock(encoder.encode(given));
        QVERIFY(decoded.ok());
        QVERIFY(*decoded == given);
    }
}

void BlockCodecTest::refusesEveryTruncation() {
    BlockEncoder encoder;
    const auto bytes = encoder.encode(sample::trace(300, 5));
    for (std::size_t size = 0; size < bytes.size(); ++size)
        QVERIFY(!decodeBlock(std::span(bytes).first(size)).ok());
}

void BlockCodecTest::survivesEveryFlippedByte() {
    BlockEncoder encoder;
    auto bytes = encoder.encode(sample::trace(300, 6));
    for (std::uint8_t& byte : bytes) {
        for (const std::uint8_t flip : std::initializer_list<std::uint8_t>{0x01, 0x80, 0xff}) {
            byte = static_cast<std::uint8_t>(byte ^ flip);
            // Either refused or a block of other events, never more of them than a block holds.
            const auto decoded = decodeBlock(bytes);
            QVERIFY(!decoded.ok() || decoded->size() <= kBlockEvents);
            byte = static_cast<std::uint8_t>(byte ^ flip);
        }
    }
}

void BlockCodecTest::refusesNonsense_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no events") << QByteArray::fromHex("000000");
    QTest::newRow("too many events") << QByteArray::fromHex("ffffffff0f0000");
    // One event, at -1 ns, of one shape: message created.
    QTest::newRow("before the beginning") << QByteArray::fromHex("010101000000000000");
    QTest::newRow("a number without end") << QByteArray(100, char(0xff));
}

void BlockCodecTest::refusesNonsense() {
    QFETCH(QByteArray, bytes);
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.constData());
    const auto decoded = decodeBlock(std::span(data, static_cast<std::size_t>(bytes.size())));
    QVERIFY(!decoded.ok());
    QVERIFY(!decoded.error().sentence.empty());
}

QTEST_APPLESS_MAIN(BlockCodecTest)
#include "tst_blockcodec.moc"
