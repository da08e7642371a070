#include <QtTest>

#include "tests/plugins/keptmessages.h"
#include "tests/plugins/livebroker.h"

using namespace sluice;
using Effect = BrowseForecast::Effect;

/// Looking at the messages of a real RabbitMQ: what is said before is what happens.
class PeekTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<BrokerBrowse> browse() { return m_broker.plugin()->browse(m_broker.asGuest()); }
    BrowseResult look(const BrowseWish& wish, KeptMessages& kept) { return browse()->run(wish, kept); }
    QJsonObject drain(const QByteArray& queue) {
        return QJsonDocument::fromJson(m_broker.ask("drain " + queue)).object();
    }

    LiveBroker m_broker{"rabbitmq", "realbroker.py"};

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }

    void whatIsForecastHappens_data() {
        QTest::addColumn<QByteArray>("arguments");
        QTest::addColumn<QByteArray>("policy");
        QTest::addColumn<Effect>("effect");
        const QByteArray none = "{}";
        QTest::newRow("classic") << none << none << Effect::Redelivered;
        QTest::newRow("lazy") << QByteArray(R"({"x-queue-mode":"lazy"})") << none << Effect::Redelivered;
        QTest::newRow("priorities") << QByteArray(R"({"x-max-priority":3})") << none << Effect::Redelivered;
        QTest::newRow("room") << QByteArray(R"({"x-max-length":1000})") << none << Effect::Redelivered;
        QTest::newRow("full") << QByteArray(R"({"x-max-length":30})") << none << Effect::Refused;
        QTest::newRow("fullbypolicy") << none << QByteArray(R"({"max-length":31})") << Effect::Refused;
        QTest::newRow("fullinbytes") << QByteArray(R"({"x-max-length-bytes":600})") << none
                                     << Effect::Refused;
        QTest::newRow("rejects") << QByteArray(R"({"x-max-length":30,"x-overflow":"reject-publish"})") << none
                                 << Effect::Redelivered;
        QTest::newRow("quorum") << QByteArray(R"({"x-queue-type":"quorum"})") << none << Effect::Counted;
        QTest::newRow("limited") << QByteArray(R"({"x-queue-type":"quorum","x-delivery-limit":3})") << none
                                 << Effect::Refused;
        QTest::newRow("limitedbypolicy") << QByteArray(R"({"x-queue-type":"quorum"})")
                                         << QByteArray(R"({"delivery-limit":3})") << Effect::Refused;
    }
    void whatIsForecastHappens() {
        QFETCH(QByteArray, arguments);
        QFETCH(QByteArray, policy);
        QFETCH(Effect, effect);
        const QByteArray queue = QByteArray("peek.") + QTest::currentDataTag();
        if (policy != "{}")
            QVERIFY(m_broker.command("policy " + queue + " " + policy));
        QVERIFY(m_broker.command("queue " + queue + " " + arguments));
        QVERIFY(m_broker.command("fill " + queue + " 30"));
        QTRY_COMPARE_WITH_TIMEOUT(browse()->forecast({.place = queue}).messages, 30, 20'000);
        const BrowseForecast forecast = browse()->forecast({.place = queue});
        QVERIFY2(forecast.problem.kind == BrokerProblem::Kind::None, qPrintable(forecast.problem.text()));
        QVERIFY2(forecast.effect == effect, qPrintable(forecast.sentences.join(' ')));
        QVERIFY(!forecast.sentences.isEmpty());
        KeptMessages kept;
        const BrowseResult result = look({.place = queue}, kept);
        const bool refused = effect == Effect::Refused;
        QCOMPARE(result.problem.kind == BrokerProblem::Kind::Permission, refused);
        QCOMPARE(kept.messages.size(), std::size_t(refused ? 0 : 30));
        for (std::size_t i = 0; i < kept.messages.size(); ++i) {
            QCOMPARE(kept.messages[i].id, std::to_string(i));
            QVERIFY(!kept.messages[i].redelivered);
        }
        const QJsonObject left = drain(queue);
        QCOMPARE(left["all"].toInt(), 30);
        QCOMPARE(left["different"].toInt(), 30);
        QVERIFY(left["ordered"].toBool());
        QCOMPARE(left["redelivered"].toInt(), refused ? 0 : 30);
        QCOMPARE(left["deliveries"].toInt(), effect == Effect::Counted ? 1 : 0);
    }

    void aStreamStaysAsItIs() {
        QVERIFY(m_broker.command(R"(queue peek.stream {"x-queue-type":"stream"})"));
        QVERIFY(m_broker.command("fill peek.stream 300"));
        QTRY_COMPARE_WITH_TIMEOUT(browse()->forecast({.place = "peek.stream"}).messages, 300, 20'000);
        QVERIFY(browse()->forecast({.place = "peek.stream"}).effect == Effect::Nothing);
        for (int times = 0; times < 2; ++times) {
            KeptMessages kept;
            QCOMPARE(look({.place = "peek.stream"}, kept).problem.text(), QString());
            QCOMPARE(kept.messages.size(), std::size_t(300));
            for (std::size_t i = 0; i < kept.messages.size(); ++i) {
                QCOMPARE(kept.messages[i].id, std::to_string(i));
                QCOMPARE(kept.messages[i].offset, std::int64_t(i));
            }
        }
        KeptMessages part;
        (void)look({.place = "peek.stream", .begin = BrowseWish::Begin::Offset, .value = 250}, part);
        QCOMPARE(part.messages.size(), std::size_t(50));
        KeptMessages last;
        (void)look({.place = "peek.stream", .begin = BrowseWish::Begin::Last, .value = 7}, last);
        QCOMPARE(last.messages.size(), std::size_t(7));
        QCOMPARE(last.messages.front().offset, 293);
    }

    /// A consumer that goes takes such a queue with it; looking is no consumer.
    void aQueueThatDeletesItselfStays() {
        QVERIFY(m_broker.command("queue peek.passing {} auto-delete"));
        QVERIFY(m_broker.command("fill peek.passing 5"));
        KeptMessages kept;
        QCOMPARE(look({.place = "peek.passing"}, kept).problem.text(), QString());
        QCOMPARE(kept.messages.size(), std::size_t(5));
        QCOMPARE(drain("peek.passing")["all"].toInt(), 5);
    }

    void aThousandLooksKillNothing_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("looks");
        QTest::newRow("classic") << QByteArray("classic") << 100;
        QTest::newRow("quorum") << QByteArray("quorum") << 1000;
    }
    void aThousandLooksKillNothing() {
        QFETCH(QByteArray, type);
        QFETCH(int, looks);
        const QByteArray queue = "peek.often." + type;
        QVERIFY(m_broker.command("queue " + queue + R"(.dead {})"));
        QVERIFY(m_broker.command("queue " + queue + R"( {"x-queue-type":")" + type +
                                 R"(","x-dead-letter-exchange":"","x-dead-letter-routing-key":")" + queue +
                                 R"(.dead"})"));
        QVERIFY(m_broker.command("fill " + queue + " 3"));
        const auto looking = browse();
        for (int times = 0; times < looks; ++times) {
            KeptMessages kept;
            const BrowseResult result = looking->run({.place = queue}, kept);
            QVERIFY2(result.problem.kind == BrokerProblem::Kind::None, qPrintable(result.problem.text()));
            QCOMPARE(kept.messages.size(), std::size_t(3));
        }
        const QJsonObject left = drain(queue);
        QCOMPARE(left["different"].toInt(), 3);
        QVERIFY(left["ordered"].toBool());
        QCOMPARE(drain(queue + ".dead")["all"].toInt(), 0);
    }

    void looksOnlyAtWhatIsWanted() {
        QVERIFY(m_broker.command("queue peek.part {}"));
        QVERIFY(m_broker.command("fill peek.part 200"));
        KeptMessages last;
        (void)look({.place = "peek.part", .begin = BrowseWish::Begin::Last, .value = 10}, last);
        QCOMPARE(last.messages.size(), std::size_t(10));
        QCOMPARE(last.messages.front().id, std::string("190"));
        KeptMessages enough;
        enough.enough = 3;
        QCOMPARE(look({.place = "peek.part"}, enough).looked, 3);
        QCOMPARE(enough.messages.size(), std::size_t(3));
        KeptMessages none;
        none.stops = [](qint64) { return true; };
        QVERIFY(look({.place = "peek.part"}, none).cancelled);
        // The first ten were never away.
        KeptMessages most;
        QCOMPARE(look({.place = "peek.part", .most = 10}, most).looked, 10);
        QCOMPARE(drain("peek.part")["different"].toInt(), 200);
    }

    void saysWhatIsWrong() {
        KeptMessages kept;
        const auto wrongQueue = look({.place = "peek.nothing"}, kept);
        QVERIFY(wrongQueue.problem.kind != BrokerProblem::Kind::None);
        const auto followed = look({.place = "orders.archive", .follow = true}, kept);
        QCOMPARE(followed.problem.kind, BrokerProblem::Kind::Settings);
        ConnectionSettings stranger = m_broker.asGuest();
        stranger.values["user"] = "watcher";
        stranger.secrets["password"] = "secret";
        const auto refused = m_broker.plugin()->browse(stranger)->run({.place = "orders.dead-letters"}, kept);
        QVERIFY2(refused.problem.kind == BrokerProblem::Kind::Permission, qPrintable(refused.problem.text()));
        ConnectionSettings away = m_broker.asGuest();
        away.values["port"] = m_broker.port("amqp");
        QVERIFY(m_broker.plugin()->browse(away)->forecast({.place = "orders.new"}).problem.kind !=
                BrokerProblem::Kind::None);
        QVERIFY(kept.messages.empty());
        // Not that the management port may be another one: it has just answered.
        const QString missing = browse()->forecast({.place = "no such/queue"}).problem.text();
        QVERIFY2(missing.contains("There is no queue \"no such/queue\" in virtual host \"/\"."),
                 qPrintable(missing));
    }

    /// Somebody deletes the queue while it is looked at.
    void aQueueThatGoes() {
        QVERIFY(m_broker.command("queue peek.going {}"));
        QVERIFY(m_broker.command("fill peek.going 3000"));
        KeptMessages deleting;
        bool gone = false;
        deleting.onMessage = [&] {
            if (deleting.messages.size() == 100)
                gone = m_broker.command("delete peek.going");
        };
        const BrowseResult result = look({.place = "peek.going"}, deleting);
        QVERIFY(gone);
        QVERIFY2(result.problem.kind != BrokerProblem::Kind::None, qPrintable(result.problem.text()));
        QVERIFY(result.looked >= 100 && result.looked < 3000);
    }
};

QTEST_GUILESS_MAIN(PeekTest)
#include "tst_peek.moc"
