#include <QtTest>

#include "core/trace/playhead.h"

using namespace sluice;
using namespace std::chrono_literals;

class PlayheadTest : public QObject {
    Q_OBJECT
private slots:
    void standsStillWhilePaused();
    void movesBySpeed_data();
    void movesBySpeed();
    void losesNothingInSlowMotion();
    void stopsAtTheLimitAndGoesOnWithIt();
    void waitsBeyondTheLimit();
    void pausesAtZeroGoingBackward();
    void reachesTheLimitAsFastAsPossible();
    void stepsAndPauses();
    void keepsItsSpeedInRange();
};

void PlayheadTest::standsStillWhilePaused() {
    Playhead playhead;
    QCOMPARE(playhead.advance(1s, 1h).count(), 0);
    playhead.play();
    playhead.pause();
    QCOMPARE(playhead.advance(1s, 1h).count(), 0);
}

void PlayheadTest::movesBySpeed_data() {
    QTest::addColumn<double>("speed");
    QTest::addColumn<qint64>("after100ms");
    QTest::newRow("real time") << 1.0 << qint64(100'000'000);
    QTest::newRow("a thousandth") << 0.001 << qint64(100'000);
    QTest::newRow("tenfold") << 10.0 << qint64(1'000'000'000);
}

void PlayheadTest::movesBySpeed() {
    QFETCH(double, speed);
    QFETCH(qint64, after100ms);
    Playhead playhead;
    playhead.setSpeed(speed);
    playhead.play();
    QCOMPARE(qint64(playhead.advance(100ms, 1h).count()), after100ms);
}

void PlayheadTest::losesNothingInSlowMotion() {
    Playhead playhead;
    playhead.setSpeed(0.001);
    playhead.play();
    for (int i = 0; i < 1000; ++i)
        playhead.advance(Duration(1500), 1h);
    // 1.5 ns a step: each alone would be cut to 1.
    QVERIFY(std::abs(playhead.position().count() - 1500) <= 1);
}

void PlayheadTest::stopsAtTheLimitAndGoesOnWithIt() {
    Playhead playhead;
    playhead.play();
    QCOMPARE(playhead.advance(2s, 1s).count(), Duration(1s).count());
    QVERIFY(playhead.isPlaying());
    QCOMPARE(playhead.advance(2s, 10s).count(), Duration(3s).count());
}

void PlayheadTest::waitsBeyondTheLimit() {
    Playhead playhead;
    playhead.seek(5s);
    playhead.play();
    QCOMPARE(playhead.advance(1s, 1s).count(), Duration(5s).count());
}

void PlayheadTest::pausesAtZeroGoingBackward() {
    Playhead playhead;
    playhead.seek(3s);
    playhead.play(Playhead::Direction::Backward);
    QCOMPARE(playhead.advance(1s, 10s).count(), Duration(2s).count());
    QCOMPARE(playhead.advance(5s, 10s).count(), 0);
    QVERIFY(!playhead.isPlaying());
}

void PlayheadTest::reachesTheLimitAsFastAsPossible() {
    Playhead playhead;
    playhead.setSpeed(Playhead::asFastAsPossible());
    playhead.play();
    QCOMPARE(playhead.advance(1ns, Duration::max()).count(), Duration::max().count());
}

void PlayheadTest::stepsAndPauses() {
    Playhead playhead;
    playhead.play();
    playhead.step(7ms);
    QVERIFY(!playhead.isPlaying());
    QCOMPARE(playhead.position().count(), Duration(7ms).count());
    playhead.seek(-1s);
    QCOMPARE(playhead.position().count(), 0);
}

void PlayheadTest::keepsItsSpeedInRange() {
    Playhead playhead;
    playhead.setSpeed(1e-9);
    QCOMPARE(playhead.speed(), Playhead::kSlowest);
    playhead.setSpeed(-4);
    QCOMPARE(playhead.speed(), Playhead::kSlowest);
    playhead.setSpeed(2);
    playhead.setSpeed(std::nan(""));
    QCOMPARE(playhead.speed(), 2.0);
}

QTEST_APPLESS_MAIN(PlayheadTest)
#include "tst_playhead.moc"
