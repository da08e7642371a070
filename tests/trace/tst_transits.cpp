#include <QtTest>

#include "core/base/random.h"
#include "core/trace/transits.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

std::vector<Transit> all(const Transits& transits) {
    return {transits.begin(), transits.end()};
}

std::vector<Transit> sorted(std::vector<Transit> transits) {
    std::sort(transits.begin(), transits.end(),
              [](const Transit& a, const Transit& b) { return a.message < b.message; });
    return transits;
}

Transit transit(MessageId message, TraceTime departed, Duration takes) {
    return {message, message % 7, departed, departed + takes, static_cast<std::uint8_t>(message % 32)};
}

}  // namespace

class TransitsTest : public QObject {
    Q_OBJECT
private slots:
    void holdsWhatAPlainListWould();
    void orderIsThatOfWhatHappenedAndNotOfWhoLooked();
    void copiesShareWhatDoesNotChange();
    void fewThatTakeLongDoNotKeepTheMemoryOfMany();
    void timesAreExact();
};

void TransitsTest::holdsWhatAPlainListWould() {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        RandomStream random(seed, 1);
        Transits transits;
        std::vector<Transit> plain;
        TraceTime now{};
        for (MessageId message = 1; message <= 60'000; ++message) {
            now += TraceTime(random.below(1000));
            const auto takes = TraceTime(1 + static_cast<std::int64_t>(random.exponential() * 5e6));
            const Transit one = transit(message, now, takes);
            transits.push_back(one);
            plain.push_back(one);
            if (random.chance(0.01) && !plain.empty()) {
                const Transit lost = plain[random.below(static_cast<std::uint32_t>(plain.size()))];
                const bool there = lost.arrives > now;
                QCOMPARE(transits.remove(lost.message, lost.link, now), there);
                if (there)
                    std::erase(plain, lost);
            }
            if (random.chance(0.002)) {
                transits.advanceTo(now);
                std::erase_if(plain, [now](const Transit& gone) { return gone.arrives <= now; });
                QCOMPARE(transits.size(), plain.size());
                QVERIFY(sorted(all(transits)) == sorted(plain));
            }
        }
        QVERIFY(plain.size() > 5000);
        QVERIFY(!transits.parts().empty());
        transits.advanceTo(TraceTime::max());
        QVERIFY(transits.empty() && transits.begin() == transits.end());
    }
}

void TransitsTest::orderIsThatOfWhatHappenedAndNotOfWhoLooked() {
    RandomStream random(5, 1);
    Transits often;
    Transits never;
    TraceTime now{};
    for (MessageId message = 1; message <= 30'000; ++message) {
        now += TraceTime(random.below(1000));
        const Transit one =
            transit(message, now, TraceTime(1 + static_cast<std::int64_t>(random.exponential() * 3e6)));
        often.push_back(one);
        never.push_back(one);
        if (message % 100 == 0)
            often.advanceTo(now);
    }
    QVERIFY(all(often) != all(never));
    often.advanceTo(now);
    never.advanceTo(now);
    QVERIFY(all(often) == all(never));
    QVERIFY(often == never);
    QVERIFY(never.remove(never.front().message, never.front().link, now));
    QVERIFY(!(often == never));
}

void TransitsTest::copiesShareWhatDoesNotChange() {
    Transits transits;
    for (MessageId message = 1; message <= 200'000; ++message)
        transits.push_back(transit(message, TraceTime(message), 1s));
    const Transits copy = transits;
    QVERIFY(copy == transits);
    for (std::size_t i = 0; i < copy.parts().size(); ++i)
        QCOMPARE(copy.parts()[i].piece.get(), transits.parts()[i].piece.get());
    QVERIFY(copy.rest().size() < Transits::kPiece);
    // The one goes on, the other stays.
    transits.advanceTo(1s + 100us);
    QCOMPARE(transits.size(), std::size_t(100'000));
    QCOMPARE(copy.size(), std::size_t(200'000));
}

void TransitsTest::fewThatTakeLongDoNotKeepTheMemoryOfMany() {
    Transits transits;
    for (MessageId message = 1; message <= 400'000; ++message) {
        const TraceTime now = TraceTime(message) * 1000;
        transits.push_back(transit(message, now, message % 1000 == 0 ? Duration(1h) : Duration(1ms)));
        if (message % 1000 == 0)
            transits.advanceTo(now);
    }
    QVERIFY(transits.size() >= 400);
    // The tail, which is not sealed yet, and some sixty bytes for each of the few.
    QVERIFY(transits.bytes() < Transits::kPiece * 4 * sizeof(Transit) + transits.size() * 200);
}

void TransitsTest::timesAreExact() {
    Transits transits;
    const TraceTime late = TraceTime::max() - 5000ns;
    for (MessageId message = 1; message <= Transits::kPiece; ++message)
        transits.push_back({message, 3, late - TraceTime(message), late + TraceTime(message % 2), 17});
    QCOMPARE(transits.parts().size(), std::size_t(1));
    for (const Transit& one : transits)
        QVERIFY((one == Transit{one.message, 3, late - TraceTime(one.message),
                                late + TraceTime(one.message % 2), 17}));
}

QTEST_APPLESS_MAIN(TransitsTest)
#include "tst_transits.moc"
