#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QtTest>

#include "tests/plugins/keptletters.h"
#include "tests/plugins/livebroker.h"

using namespace sluice;

/// Dead letters of a real RabbitMQ, sent back by the plugin as the program loads it.
class RedriveTest : public QObject {
    Q_OBJECT

private:
    /// Those of the script have outlived their time to live.
    RedriveResult redrive(RedriveWish wish, bool mayWrite = true) {
        wish.rule.expired = true;
        KeptLetters kept;
        kept.flow = [this, &kept] {
            return m_most > 0 && kept.letters.size() >= m_most ? RedriveFlow::Stop : RedriveFlow::GoOn;
        };
        const RedriveResult result = m_broker.plugin()->redrive(m_broker.asGuest(mayWrite))->run(wish, kept);
        m_letters = kept.letters;
        return result;
    }
    QJsonObject drain(const QByteArray& queue) {
        return QJsonDocument::fromJson(m_broker.ask("drain " + queue)).object();
    }
    void makeLetters(int count) {
        QCOMPARE(m_broker.ask("letters " + QByteArray::number(count)), QByteArray("done"));
    }

    LiveBroker m_broker{"rabbitmq", "realbroker.py"};
    QList<RedrivenLetter> m_letters;
    int m_most = 0;

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }
    void cleanup() { m_most = 0; }

    void aDryRunChangesNothing() {
        makeLetters(50);
        const RedriveResult result = redrive({.queue = "redrive.dead"}, false);
        QCOMPARE(result.problem.text(), QString());
        QCOMPARE(result.waiting, 50);
        QCOMPARE(result.sent, 50);
        QCOMPARE(m_letters.front().id, QString("0"));
        QCOMPARE(m_letters.front().origin, QString("redrive.work"));
        QCOMPARE(m_letters.front().reason, QString("expired"));
        QCOMPARE(drain("redrive.work")["all"].toInt(), 0);
        const QJsonObject dead = drain("redrive.dead");
        QCOMPARE(dead["all"].toInt(), 50);
        QVERIFY(dead["ordered"].toBool());
    }
    void refusesToWriteWhereOnlyReadingIsAllowed() {
        makeLetters(1);
        const RedriveResult result = redrive({.queue = "redrive.dead", .dryRun = false}, false);
        QCOMPARE(result.problem.kind, BrokerProblem::Kind::Permission);
        QCOMPARE(drain("redrive.dead")["all"].toInt(), 1);
    }
    void sendsThemBackToWhereTheyDiedInTheirOrder() {
        makeLetters(3000);
        const RedriveResult result = redrive({.queue = "redrive.dead", .dryRun = false, .window = 100});
        QCOMPARE(result.problem.text(), QString());
        QCOMPARE(result.sent, 3000);
        const QJsonObject work = drain("redrive.work");
        QCOMPARE(work["all"].toInt(), 3000);
        QCOMPARE(work["different"].toInt(), 3000);
        QVERIFY(work["ordered"].toBool());
        QCOMPARE(work["tenants"].toInt(), 3000);  // their headers came along
        QCOMPARE(drain("redrive.dead")["all"].toInt(), 0);
    }
    /// More than are held at once.
    void sendsBatchAfterBatch_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("classic") << QByteArray("classic");
        QTest::newRow("quorum") << QByteArray("quorum");
    }
    void sendsBatchAfterBatch() {
        QFETCH(QByteArray, type);
        constexpr int kLetters = kMostLettersHeld + 1000;
        QCOMPARE(m_broker.ask("letters " + QByteArray::number(kLetters) + ' ' + type), QByteArray("done"));
        QCOMPARE(redrive({.queue = "redrive.dead"}).sent, kLetters);
        const RedriveResult result = redrive({.queue = "redrive.dead", .dryRun = false});
        QCOMPARE(result.problem.text(), QString());
        QCOMPARE(result.notes, QStringList());
        QCOMPARE(result.sent, kLetters);
        const QJsonObject work = drain("redrive.work");
        QCOMPARE(work["all"].toInt(), kLetters);
        QCOMPARE(work["different"].toInt(), kLetters);
        QVERIFY(work["ordered"].toBool());
        QCOMPARE(drain("redrive.dead")["all"].toInt(), 0);
    }
    void keepsWhatHasNowhereToGo() {
        makeLetters(20);
        const RedriveResult result =
            redrive({.queue = "redrive.dead", .to = "no.such.queue", .dryRun = false});
        QCOMPARE(result.problem.text(), QString());
        QCOMPARE(result.sent, 0);
        QCOMPARE(result.stayed, 20);
        for (const RedrivenLetter& letter : m_letters)
            QCOMPARE(letter.verdict, LetterVerdict::Unroutable);
        const QJsonObject dead = drain("redrive.dead");
        QCOMPARE(dead["all"].toInt(), 20);
        QVERIFY(dead["ordered"].toBool());
    }
    void keepsWhatIsNotChosen() {
        makeLetters(10);
        QCOMPARE(redrive({.queue = "redrive.dead", .dryRun = false, .reason = "rejected"}).sent, 0);
        QCOMPARE(m_letters.front().verdict, LetterVerdict::NotChosen);
        QCOMPARE(redrive({.queue = "redrive.dead", .dryRun = false, .only = "another"}).sent, 0);
        QCOMPARE(
            redrive({.queue = "redrive.dead", .dryRun = false, .only = "redrive.work", .reason = "expired"})
                .sent,
            10);
    }
    void doesNotSendInCircles() {
        makeLetters(5);
        // Back into the queue of dead letters itself: three times, then no more, and never twice in one run.
        for (int time = 0; time < 3; ++time)
            QCOMPARE(redrive({.queue = "redrive.dead", .to = "redrive.dead", .dryRun = false}).sent, 5);
        QCOMPARE(redrive({.queue = "redrive.dead", .to = "redrive.dead", .dryRun = false}).sent, 0);
        QCOMPARE(m_letters.front().verdict, LetterVerdict::TooOften);
        QCOMPARE(drain("redrive.dead")["all"].toInt(), 5);
    }
    void whoCancelsLosesAndDoublesNothing() {
        makeLetters(2000);
        m_most = 700;
        const RedriveResult result = redrive({.queue = "redrive.dead", .dryRun = false, .window = 50});
        QVERIFY(result.cancelled);
        // It is asked every 20 ms, and what is under way is still confirmed.
        QVERIFY(result.sent >= 700 && result.sent < 2000);
        const QJsonObject work = drain("redrive.work");
        QCOMPARE(work["all"].toInt(), int(result.sent));
        QCOMPARE(drain("redrive.dead")["all"].toInt(), 2000 - int(result.sent));
    }
    /// The rule of the whole: killed at any moment, it loses nothing, and doubles no more than its window.
    void aKillLosesNothing_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("kills");
        QTest::addColumn<quint32>("seed");
        // A hundred, in rows that each take less time than a test may.
        QTest::newRow("classic") << QByteArray("classic") << 50 << quint32(4711);
        QTest::newRow("classic, other moments") << QByteArray("classic") << 50 << quint32(1147);
        QTest::newRow("quorum") << QByteArray("quorum") << 30 << quint32(4711);
    }
    void aKillLosesNothing() {
        QFETCH(QByteArray, type);
        QFETCH(int, kills);
        QFETCH(quint32, seed);
        constexpr int kLetters = 20'000;
        constexpr int kWindow = 50;
        const QStringList words{"redrive",      QString("amqp://127.0.0.1:%1").arg(m_broker.port("amqp")),
                                "redrive.dead", "--send",
                                "--window",     QString::number(kWindow),
                                "--times",      "1000",
                                "--expired"};
        int redrives = 0;
        int doubledInAll = 0;
        int most = 0;
        int wholeTime = 0;  // ms that nobody disturbs it
        // What stands in either queue beyond the letters there are stands there twice.
        int doubled = 0;  // of this redrive
        const auto doubledNow = [&] {
            const QJsonObject standing =
                QJsonDocument::fromJson(m_broker.ask("settled " + QByteArray::number(kLetters))).object();
            return standing["dead"].toInt() + standing["work"].toInt() - kLetters;
        };
        const auto begin = [&] {
            QCOMPARE(m_broker.ask("letters " + QByteArray::number(kLetters) + ' ' + type),
                     QByteArray("done"));
            doubled = 0;
        };
        // The rest is sent in peace: then all are back, and nothing more is doubled.
        const auto isWhole = [&] {
            QProcess program;
            QElapsedTimer clock;
            clock.start();
            program.start(QStringLiteral(SLUICE_BIN_DIR "/sluice-cli"), words);
            const bool ended = program.waitForFinished(120'000) && program.exitCode() == 0;
            // All of it, the first time.
            if (wholeTime == 0)
                wholeTime = int(clock.elapsed());
            const QJsonObject left = drain("redrive.dead");
            const QJsonObject work = drain("redrive.work");
            ++redrives;
            doubledInAll += doubled;
            const bool whole = ended && left["all"].toInt() == 0 && work["different"].toInt() == kLetters &&
                               work["all"].toInt() == kLetters + doubled;
            if (!whole)
                qWarning("exit status %d, %d left, %d of %d sent, %d times, %d doubled by kills; %s%s",
                         program.exitCode(), left["all"].toInt(), work["different"].toInt(), kLetters,
                         work["all"].toInt(), doubled, program.readAllStandardOutput().constData(),
                         program.readAllStandardError().constData());
            return whole;
        };
        QRandomGenerator random(seed);
        begin();
        QVERIFY(isWhole());
        begin();
        for (int killed = 0; killed < kills;) {
            QProcess program;
            program.start(QStringLiteral(SLUICE_BIN_DIR "/sluice-cli"), words);
            QVERIFY(program.waitForStarted());
            // While it connects, while it reads them, and while it sends: what is left grows less, so that
            // each comes further. All of it each time would take longer than a test may.
            if (!program.waitForFinished(30 + int(random.bounded(std::clamp(wholeTime / 3, 1200, 2500))))) {
                program.kill();
                program.waitForFinished();
                ++killed;
                const int before = std::exchange(doubled, doubledNow());
                most = std::max(most, doubled - before);
                QVERIFY2(doubled >= before, "letters are lost");
                QVERIFY2(doubled - before <= kWindow, qPrintable(QString::number(doubled - before)));
            } else {
                QVERIFY(isWhole());
                begin();
            }
        }
        QVERIFY(isWhole());
        qInfo("killed %d times in %d redrives, %d doubled, %d by one kill at most", kills, redrives,
              doubledInAll, most);
    }
    void saysWhatIsWrong() {
        QCOMPARE(redrive({.queue = "no.such.queue"}).problem.kind, BrokerProblem::Kind::Settings);
        ConnectionSettings wrong = m_broker.asGuest(true);
        wrong.secrets = {{"password", "wrong"}};
        KeptLetters kept;
        QCOMPARE(m_broker.plugin()->redrive(wrong)->run({.queue = "redrive.dead"}, kept).problem.kind,
                 BrokerProblem::Kind::Credentials);
        wrong.values["amqpPort"] = 1;
        QCOMPARE(m_broker.plugin()->redrive(wrong)->run({.queue = "redrive.dead"}, kept).problem.kind,
                 BrokerProblem::Kind::Port);
    }
};

QTEST_GUILESS_MAIN(RedriveTest)
#include "tst_redrive.moc"
