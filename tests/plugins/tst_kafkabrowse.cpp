#include <QtTest>
#include <set>

#include "tests/plugins/kafkatraffic.h"
#include "tests/plugins/keptmessages.h"
#include "tests/plugins/livebroker.h"

using namespace sluice;
using Begin = BrowseWish::Begin;

/// Looking at the records of a real Kafka.
class KafkaBrowseTest : public QObject {
    Q_OBJECT

private:
    static constexpr qint64 kFirst = 1'700'000'000'000;  ///< ms since 1970, of the first record

    ConnectionSettings settings(const QString& user = {}) const {
        ConnectionSettings made;
        made.plugin = "kafka";
        made.values = {
            {"servers", QString("127.0.0.1:%1").arg(m_broker.port(user.isEmpty() ? "plain" : "sasl"))}};
        if (!user.isEmpty()) {
            made.values["sasl"] = "PLAIN";
            made.values["user"] = user;
            made.secrets["password"] = "secret";
        }
        return made;
    }
    BrowseResult look(const BrowseWish& wish, KeptMessages& kept) {
        return m_broker.plugin()->browse(settings())->run(wish, kept);
    }
    static qint64 msOf(const BrokerMessage& message) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(*message.time).count();
    }

    LiveBroker m_broker{"kafka", "realkafka.py", {SLUICE_BIN_DIR "/../../kafka"}};
    std::unique_ptr<KafkaTraffic> m_shop;

private slots:
    void initTestCase() {
        START_OR_SKIP(m_broker);
        m_shop = std::make_unique<KafkaTraffic>(m_broker.port("plain"));
        QVERIFY(m_shop->makeTopics(
            {{"orders", 3, {{"retention.ms", "-1"}}}, {"passing", 1}, {"coming", 2}, {"empty", 2}}));
        // By turns on three partitions, one a second.
        for (int i = 0; i < 300; ++i)
            QVERIFY(m_shop->publish("orders", i % 3, 1, kFirst + i * 1000LL,
                                    "{\"number\":" + std::to_string(i) + "}",
                                    "user-" + std::to_string(i % 7)));
    }
    void cleanupTestCase() {
        m_shop.reset();
        QVERIFY(m_broker.stop());
    }

    void readsAllInTheOrderOfTime() {
        KeptMessages kept;
        const BrowseResult result = look({.place = "orders"}, kept);
        QCOMPARE(result.problem.text(), QString());
        QCOMPARE(result.looked, 300);
        QCOMPARE(kept.total, 300);
        QCOMPARE(kept.messages.size(), std::size_t(300));
        for (int i = 0; i < 300; ++i) {
            const BrokerMessage& message = kept.messages[std::size_t(i)];
            QCOMPARE(message.body, "{\"number\":" + std::to_string(i) + "}");
            QCOMPARE(message.partition, i % 3);
            QCOMPARE(message.offset, i / 3);
            QCOMPARE(msOf(message), kFirst + i * 1000LL);
            QCOMPARE(*message.key, "user-" + std::to_string(i % 7));
        }
    }

    void begins_data() {
        QTest::addColumn<int>("begin");
        QTest::addColumn<qint64>("value");
        QTest::addColumn<QList<int>>("partitions");
        QTest::addColumn<qint64>("until");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("count");
        const QList<int> all;
        QTest::newRow("last ten of each") << int(Begin::Last) << qint64(10) << all << qint64(0) << 270 << 30;
        QTest::newRow("offset") << int(Begin::Offset) << qint64(90) << all << qint64(0) << 270 << 30;
        QTest::newRow("one partition")
            << int(Begin::Offset) << qint64(90) << QList<int>{1} << qint64(0) << 271 << 10;
        QTest::newRow("time") << int(Begin::Time) << kFirst + 250'000 << all << qint64(0) << 250 << 50;
        QTest::newRow("between") << int(Begin::Time) << kFirst + 250'000 << all << kFirst + 260'000 << 250
                                 << 11;
        QTest::newRow("after all") << int(Begin::Time) << kFirst + 999'000 << all << qint64(0) << -1 << 0;
        QTest::newRow("the end") << int(Begin::End) << qint64(0) << all << qint64(0) << -1 << 0;
    }
    void begins() {
        QFETCH(int, begin);
        QFETCH(qint64, value);
        QFETCH(QList<int>, partitions);
        QFETCH(qint64, until);
        QFETCH(int, first);
        QFETCH(int, count);
        BrowseWish wish{.place = "orders", .begin = static_cast<Begin>(begin), .value = value};
        wish.partitions = partitions;
        if (until > 0)
            wish.until = until;
        KeptMessages kept;
        QCOMPARE(look(wish, kept).problem.text(), QString());
        QCOMPARE(int(kept.messages.size()), count);
        if (count > 0)
            QCOMPARE(msOf(kept.messages.front()), kFirst + first * 1000LL);
    }

    void nobodyNotices() {
        const QStringList before = [&] {
            QStringList groups;
            for (const Element& element : m_broker.discover(settings()).drawing->elements)
                groups << QString::fromStdString(element.name);
            return groups;
        }();
        KeptMessages kept;
        const BrowseForecast forecast = m_broker.plugin()->browse(settings())->forecast({.place = "orders"});
        QCOMPARE(forecast.effect, BrowseForecast::Effect::Nothing);
        QCOMPARE(forecast.messages, 300);
        (void)look({.place = "orders"}, kept);
        QStringList after;
        for (const Element& element : m_broker.discover(settings()).drawing->elements)
            after << QString::fromStdString(element.name);
        QCOMPARE(after, before);
    }

    void followsWhatComes() {
        KeptMessages kept;
        bool sent = false;
        kept.stops = [&](qint64 looked) {
            if (!std::exchange(sent, true)) {
                for (int i = 0; i < 20; ++i)
                    (void)m_shop->publish("coming", i % 2, 1, 0, "new");
            }
            return looked >= 20;
        };
        const BrowseResult result = look({.place = "coming", .begin = Begin::End, .follow = true}, kept);
        QVERIFY(result.cancelled);
        QCOMPARE(kept.messages.size(), std::size_t(20));
    }

    void anEmptyTopicIsSoonRead() {
        KeptMessages kept;
        QCOMPARE(look({.place = "empty"}, kept).problem.text(), QString());
        QVERIFY(kept.messages.empty());
    }

    void stopsWhenItIsEnough() {
        KeptMessages kept;
        kept.enough = 5;
        QCOMPARE(look({.place = "orders"}, kept).looked, 5);
        KeptMessages most;
        QCOMPARE(look({.place = "orders", .most = 12}, most).looked, 12);
        KeptMessages none;
        none.stops = [](qint64) { return true; };
        QVERIFY(look({.place = "orders"}, none).cancelled);
    }

    void saysWhatIsWrong() {
        KeptMessages kept;
        QCOMPARE(look({.place = "nothing"}, kept).problem.kind, BrokerProblem::Kind::Settings);
        BrowseWish wish{.place = "orders"};
        wish.partitions = {9};
        const BrowseResult partition = look(wish, kept);
        QVERIFY2(partition.problem.advice.contains("0 to 2"), qPrintable(partition.problem.text()));
        // This one may describe topics and not read them.
        QVERIFY(m_shop->letLook("watcher"));
        const BrowseResult refused =
            m_broker.plugin()->browse(settings("watcher"))->run({.place = "orders"}, kept);
        QVERIFY2(refused.problem.kind == BrokerProblem::Kind::Permission, qPrintable(refused.problem.text()));
        QVERIFY(kept.messages.empty());
    }

    void aTopicThatGoes() {
        QVERIFY(m_shop->publish("passing", 0, 10));
        KeptMessages kept;
        bool gone = false;
        kept.onMessage = [&] {
            if (!std::exchange(gone, true))
                QVERIFY(m_shop->deleteTopic("passing"));
        };
        const BrowseResult result = look({.place = "passing", .follow = true}, kept);
        QVERIFY(gone);
        QVERIFY2(result.problem.text().contains("passing"), qPrintable(result.problem.text()));
    }

    /// The broker goes while it is read: what came is kept, and it says so.
    void aClusterThatGoes() {
        KeptMessages kept;
        bool gone = false;
        kept.onMessage = [&] {
            if (!std::exchange(gone, true))
                QVERIFY(m_broker.command("stop"));
        };
        const BrowseResult result = look({.place = "orders", .follow = true}, kept);
        QVERIFY2(result.problem.kind != BrokerProblem::Kind::None, qPrintable(result.problem.text()));
        QVERIFY(result.looked > 0);
        QVERIFY(m_broker.command("start"));
    }
};

QTEST_GUILESS_MAIN(KafkaBrowseTest)
#include "tst_kafkabrowse.moc"
