#include <QtTest>

#include "core/base/random.h"
#include "core/record/packedcolumn.h"
#include "core/record/statecodec.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

/// A state with so many messages on their way, after as many events.
SystemState crowded(MessageId count) {
    SystemState state = SystemState::initial(*sample::table());
    RandomStream random(1, 1);
    for (MessageId message = 1; message <= count; ++message) {
        TraceEvent event;
        event.at = TraceTime(message) * 1000;
        event.kind = EventKind::Moved;
        event.subject = sample::kPublish;
        event.message = message;
        event.value = 1'000'000'000 + random.below(1'000'000);
        state.apply(event, *sample::table());
    }
    state.advanceTo(TraceTime(count) * 1000);
    return state;
}

/// Keeps what states share, as a recording does.
struct Shelf {
    std::vector<ReadPiece> pieces;

    std::optional<SystemState> decoded(const StateEncoder::Encoded& encoded) {
        const auto fresh = decodePieces(encoded.pieces, encoded.pieceCount);
        if (!fresh || encoded.firstPiece != pieces.size())
            return std::nullopt;
        pieces.insert(pieces.end(), fresh->begin(), fresh->end());
        return decodeState(encoded.state, *sample::table(),
                           [this](PieceId id) { return id < pieces.size() ? pieces[id] : ReadPiece{}; });
    }
};

}  // namespace

class StateCodecTest : public QObject {
    Q_OBJECT
private slots:
    void givesTransitsBack();
    void aStateCostsWhatChangedAndNotWhatIsOnItsWay();
    void readsTransitsOneByOne();
    void readsPiecesNumberByNumber();
    void packsAnyNumbers_data();
    void packsAnyNumbers();
    void piecesAreOfLinesOrOfTransits();
    void asManyNumbersAsAnyRecordingNeeds();
    void refusesPiecesThatAreNone();
};

void StateCodecTest::givesTransitsBack() {
    StateEncoder encoder;
    Shelf shelf;
    for (const MessageId count : {0U, 10U, 5000U, 20'000U, 50'000U}) {
        SystemState state = crowded(count);
        // Pieces of which nobody, some and nearly all have arrived.
        for (const int share : {0, 30, 50, 95}) {
            state.advanceTo(1s + TraceTime(count) * 10 * share);
            const auto again = shelf.decoded(encoder.encode(state));
            QVERIFY(again);
            QVERIFY(again->transits == state.transits);
            QCOMPARE(again->transits.added(), state.transits.added());
            QVERIFY(*again == state);
        }
    }
}

void StateCodecTest::aStateCostsWhatChangedAndNotWhatIsOnItsWay() {
    StateEncoder encoder;
    SystemState state = crowded(200'000);
    const std::size_t first = encoder.encode(state).pieces.size();
    // Nothing new is on its way, and a quarter of them arrive.
    state.advanceTo(TraceTime(50'000) * 1000 + 1s);
    const StateEncoder::Encoded second = encoder.encode(state);
    QVERIFY(first > 1'000'000);
    QVERIFY2(second.pieces.size() + second.state.size() < first / 20,
             qPrintable(QString::number(second.pieces.size() + second.state.size())));
}

// As versions 1 and 2 have them: how many there are, and then each.
void StateCodecTest::readsTransitsOneByOne() {
    const SystemState state = crowded(100);
    StateEncoder encoder;
    StateEncoder::Encoded encoded = encoder.encode(state);
    QCOMPARE(encoded.pieceCount, std::uint64_t(0));
    // What stands there now: that they are packed, 100 were added, none is in pieces, and 100 columns.
    ByteWriter packed;
    packed.number(~std::uint64_t{1});
    packed.number(100);
    packed.number(0);
    putTransits(packed, state.transits.rest());
    ByteWriter oneByOne;
    oneByOne.number(100);
    for (const Transit& transit : state.transits) {
        oneByOne.number(transit.message);
        oneByOne.number(transit.link);
        oneByOne.signedNumber((state.at - transit.departed).count());
        oneByOne.signedNumber((state.at - transit.arrives).count());
        oneByOne.number(transit.flags);
    }
    const auto& now = packed.written();
    const auto at = std::search(encoded.state.begin(), encoded.state.end(), now.begin(), now.end());
    QVERIFY(at != encoded.state.end());
    const auto then = encoded.state.erase(at, at + static_cast<std::ptrdiff_t>(now.size()));
    encoded.state.insert(then, oneByOne.written().begin(), oneByOne.written().end());
    const auto again = Shelf().decoded(encoded);
    QVERIFY(again);
    QVERIFY(again->transits == state.transits);
    QVERIFY(*again == state);
}

// As versions 3 and 4 have them: a number after the other.
void StateCodecTest::readsPiecesNumberByNumber() {
    const Piece messages{7, 8, 3, 0xffffffff, 0};
    ByteWriter out;
    putMessages(out, messages);
    const auto pieces = decodePieces(out.written(), 1, PieceFormat::Numbers);
    QVERIFY(pieces && *pieces->front().numbers == messages);
    QVERIFY(pieces->front().isOfLine() && !pieces->front().isOfTransits());
    QVERIFY(!decodePieces(out.written(), 2, PieceFormat::Numbers));
    QVERIFY(!decodePieces(out.written(), 1, PieceFormat::Packed));
}

void StateCodecTest::packsAnyNumbers_data() {
    QTest::addColumn<QVector<quint64>>("numbers");
    QTest::addColumn<int>("most");  // bytes
    const auto made = [](int count, auto number) {
        QVector<quint64> numbers;
        for (int i = 0; i < count; ++i)
            numbers.push_back(static_cast<quint64>(number(i)));
        return numbers;
    };
    const auto random = std::make_shared<RandomStream>(1, 1);
    static constexpr quint64 kMost = ~quint64{0};
    QTest::newRow("one") << QVector<quint64>{kMost} << 12;
    QTest::newRow("two") << QVector<quint64>{kMost, 0} << 12;
    QTest::newRow("alike") << made(4096, [](int) { return 17; }) << 4;
    QTest::newRow("counting") << made(4096, [](int i) { return 1000 + i; }) << 5;
    QTest::newRow("counting down past zero") << made(4096, [](int i) { return 1000 - i; }) << 5;
    QTest::newRow("even but for one") << made(1000, [](int i) { return i == 999 ? 0 : 5 * i; }) << 2010;
    // A byte each, for what they are themselves or for what they differ by.
    QTest::newRow("small") << made(1000, [random](int) { return 300'000 + random->below(256); }) << 1010;
    QTest::newRow("rising") << made(1000, [random](int i) {
        return std::int64_t{i} * 1'000'000'000 + random->below(128);
    }) << 1020;
    QTest::newRow("three bytes") << made(7, [random](int i) {
        return i == 0 ? 0xffffff : random->below(0xffffff);
    }) << 26;
    QTest::newRow("anything") << made(1000, [random](int) { return random->next(); }) << 8010;
    QTest::newRow("rising past the end")
        << made(1000, [](int i) { return kMost - 500 + std::uint64_t(i) + (i > 700 ? 1 : 0); }) << 1020;
    QTest::newRow("rising around and around")
        << made(1000, [](int i) { return std::uint64_t(i) * (kMost / 300) + std::uint64_t(i % 2); }) << 1020;
    QTest::newRow("the ends") << QVector<quint64>{0, kMost, 1, kMost - 1, kMost / 2, 0} << 60;
}

void StateCodecTest::packsAnyNumbers() {
    QFETCH(QVector<quint64>, numbers);
    QFETCH(int, most);
    const std::vector<std::uint64_t> all(numbers.begin(), numbers.end());
    ByteWriter out;
    putColumn(out, std::span<const std::uint64_t>(all));
    QVERIFY2(out.written().size() <= static_cast<std::size_t>(most),
             qPrintable(QString::number(out.written().size())));
    ByteReader in(out.written());
    std::vector<std::uint64_t> again(all.size());
    takeColumn(in, again);
    QVERIFY(in.good());
    QCOMPARE(in.left(), std::size_t(0));
    QVERIFY(again == all);
    // As numbers of 32 bits, whose readers take the lower halves.
    const std::vector<std::uint32_t> halves(all.begin(), all.end());
    ByteWriter outHalves;
    putColumn(outHalves, std::span<const std::uint32_t>(halves));
    ByteReader inHalves(outHalves.written());
    takeColumn(inHalves, again);
    QVERIFY(inHalves.good() && inHalves.left() == 0);
    QVERIFY(std::vector<std::uint32_t>(again.begin(), again.end()) == halves);
    // Nothing behind the end is looked at, and what is cut off is no column.
    for (std::size_t size = 0; size < out.written().size(); ++size) {
        const std::vector<std::uint8_t> cut(out.written().begin(),
                                            out.written().begin() + static_cast<std::ptrdiff_t>(size));
        ByteReader part(cut);
        takeColumn(part, again);
        QVERIFY(!part.good());
    }
}

void StateCodecTest::refusesPiecesThatAreNone() {
    StateEncoder encoder;
    const SystemState state = crowded(5000);
    const StateEncoder::Encoded encoded = encoder.encode(state);
    QCOMPARE(encoded.pieceCount, std::uint64_t(1));
    Shelf good;
    QVERIFY(good.decoded(encoded));
    const auto with = [&](Piece piece) {
        const auto shared = std::make_shared<const Piece>(std::move(piece));
        return decodeState(encoded.state, *sample::table(), [&](PieceId) { return ReadPiece{shared}; });
    };
    Piece piece = *good.pieces.front().numbers;
    QVERIFY(with(piece));
    Piece cut = piece;
    cut.pop_back();
    QVERIFY(!with(cut));
    // Not by arrival.
    Piece mixed = piece;
    std::swap(mixed[mixed.size() / Transits::kColumns * 5], mixed[mixed.size() / Transits::kColumns * 6 - 1]);
    QVERIFY(!with(mixed));
    // More than there were events.
    Piece many;
    for (std::size_t column = 0; column < Transits::kColumns; ++column)
        many.insert(many.end(), 6000, 1);
    QVERIFY(!with(many));
    QVERIFY(!decodeState(encoded.state, *sample::table(), [](PieceId) { return ReadPiece{}; }));
}

void StateCodecTest::piecesAreOfLinesOrOfTransits() {
    Piece numbers(Transits::kColumns * 2, 1);
    ByteWriter out;
    putLinePiece(out, numbers);
    putTransitsPiece(out, numbers);
    const auto pieces = decodePieces(out.written(), 2);
    QVERIFY(pieces && pieces->size() == 2);
    for (const ReadPiece& piece : *pieces)
        QVERIFY(*piece.numbers == numbers);
    QVERIFY(pieces->front().isOfLine() && !pieces->front().isOfTransits());
    QVERIFY(!pieces->back().isOfLine() && pieces->back().isOfTransits());
    // Not by arrival.
    numbers[Transits::kColumns * 2 - 1] = 0;
    ByteWriter mixed;
    putTransitsPiece(mixed, numbers);
    QVERIFY(!decodePieces(mixed.written(), 1));
}

// Numbers that are alike take no bytes: a few of those could ask for all memory there is.
void StateCodecTest::asManyNumbersAsAnyRecordingNeeds() {
    const auto alike = [](std::uint64_t count, int pieces) {
        ByteWriter out;
        for (int i = 0; i < pieces; ++i) {
            out.fixed(std::uint8_t{0});
            out.number(count);
            const std::array<std::uint64_t, 1> one{7};
            putColumn(out, std::span<const std::uint64_t>(one));
        }
        return out.take();
    };
    const auto read = decodePieces(alike(1'000'000, 2), 2);
    QVERIFY(read && read->back().numbers->size() == 1'000'000 && read->back().numbers->back() == 7);
    QVERIFY(!decodePieces(alike(std::uint64_t{1} << 40, 1), 1));
    QVERIFY(!decodePieces(alike(std::uint64_t{1} << 20, 40), 40));
    QVERIFY(!decodePieces(alike(0, 1), 1));
}

QTEST_APPLESS_MAIN(StateCodecTest)
#include "tst_statecodec.moc"
