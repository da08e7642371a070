#include <QtTest>

#include "core/live/unseenmessages.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

/// What a broker counted of a queue in five seconds.
TraceEvent counted(Duration at, std::int64_t messages, EntityId queue = 0) {
    return {.at = at,
            .value = messages,
            .subject = queue,
            .peer = 5000,
            .detail = static_cast<std::uint16_t>(Flow::In),
            .kind = EventKind::Counted};
}

/// A hundred a second come; `seenASecond` of them are seen, and the broker's counts are `late`.
std::uint64_t unseenAfter(int seconds, int seenASecond, Duration late) {
    UnseenMessages unseen;
    unseen.begin(0s);
    for (int second = 1; second <= seconds; ++second) {
        const TraceTime now = std::chrono::seconds(second);
        unseen.seen(0, static_cast<std::uint64_t>(seenASecond), now);
        if (second % 5 == 0 && now >= late)
            unseen.reported(counted(now, 500));
    }
    return unseen.total(std::chrono::seconds(seconds));
}

}  // namespace

class UnseenMessagesTest : public QObject {
    Q_OBJECT
private slots:
    void nothingIsMissedWhereAllIsSeen() {
        for (int seconds = 1; seconds < 120; ++seconds)
            QCOMPARE(unseenAfter(seconds, 100, 0s), std::uint64_t{0});
    }

    void whatIsDroppedIsMissed() {
        // Of two minutes half is missing: 6,000, less what the first and the last seconds leave open.
        const std::uint64_t missed = unseenAfter(120, 50, 0s);
        QVERIFY2(missed > 4000 && missed <= 6000, qPrintable(QString::number(missed)));
    }

    void whatCameBeforeAnybodyLookedIsNotMissed() {
        UnseenMessages unseen;
        unseen.begin(20s);
        unseen.reported(counted(21s, 10'000));
        unseen.reported(counted(25s, 10'000));
        QCOMPARE(unseen.total(60s), std::uint64_t{0});
        unseen.reported(counted(40s, 7));
        // What was counted just now may yet be told of as seen.
        QCOMPARE(unseen.total(41s), std::uint64_t{0});
        QCOMPARE(unseen.total(44s), std::uint64_t{7});
        unseen.seen(0, 7, 45s);
        QCOMPARE(unseen.total(46s), std::uint64_t{0});
    }

    void eachQueueCountsForItself() {
        UnseenMessages unseen;
        unseen.begin(0s);
        unseen.seen(1, 1000, 15s);
        unseen.reported(counted(20s, 30, 0));
        unseen.reported(counted(20s, 30, 1));
        QCOMPARE(unseen.total(30s), std::uint64_t{30});
        unseen.end();
        QCOMPARE(unseen.total(30s), std::uint64_t{0});
    }
};

QTEST_GUILESS_MAIN(UnseenMessagesTest)
#include "tst_unseenmessages.moc"
