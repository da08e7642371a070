#include <QtTest>

#include "core/base/random.h"
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
    std::vector<std::shared_ptr<const Piece>> pieces;

    std::optional<SystemState> decoded(const StateEncoder::Encoded& encoded) {
        const auto fresh = decodePieces(encoded.pieces, encoded.pieceCount);
        if (!fresh || encoded.firstPiece != pieces.size())
            return std::nullopt;
        pieces.insert(pieces.end(), fresh->begin(), fresh->end());
        return decodeState(encoded.state, *sample::table(),
                           [this](PieceId id) { return id < pieces.size() ? pieces[id] : nullptr; });
    }
};

}  // namespace

class StateCodecTest : public QObject {
    Q_OBJECT
private slots:
    void givesTransitsBack();
    void aStateCostsWhatChangedAndNotWhatIsOnItsWay();
    void readsTransitsOneByOne();
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
    const std::vector<std::uint8_t> mark{255, 255, 255, 255, 255, 255, 255, 255, 255, 1};
    const auto at = std::search(encoded.state.begin(), encoded.state.end(), mark.begin(), mark.end());
    QVERIFY(at != encoded.state.end());
    // After the mark: 100 were added, none is in pieces, 100 follow.
    QCOMPARE(int(at[10]), 100);
    QCOMPARE(int(at[11]), 0);
    QCOMPARE(int(at[12]), 100);
    encoded.state.erase(at, at + 12);
    const auto again = Shelf().decoded(encoded);
    QVERIFY(again);
    QVERIFY(again->transits == state.transits);
    QVERIFY(*again == state);
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
        return decodeState(encoded.state, *sample::table(), [&](PieceId) { return shared; });
    };
    Piece piece = *good.pieces.front();
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
    QVERIFY(!decodeState(encoded.state, *sample::table(), [](PieceId) { return nullptr; }));
}

QTEST_APPLESS_MAIN(StateCodecTest)
#include "tst_statecodec.moc"
