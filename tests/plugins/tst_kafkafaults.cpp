#include <QtTest>

#include "core/live/watchtable.h"
#include "tests/plugins/kafkatraffic.h"
#include "tests/plugins/keptmessages.h"
#include "tests/plugins/livebroker.h"
#include "tests/plugins/publishedmessages.h"
#include "tests/plugins/watched.h"

using namespace sluice;
using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;

/// A real Kafka on a bad day. Each fault is said in a sentence, and what it does not concern goes on. (That
/// it is killed, comes back and is slow: tst_kafkalive.)
class KafkaFaultsTest : public QObject {
    Q_OBJECT

private:
    ConnectionSettings settings(const char* listener = "plain", const QVariantMap& more = {}) const {
        ConnectionSettings made;
        made.plugin = "kafka";
        made.name = "Test";
        made.values = {{"servers", QString("127.0.0.1:%1").arg(m_broker.port(listener))}};
        made.values.insert(more);
        return made;
    }
    const Diagram& drawing() {
        if (!m_drawing)
            m_drawing = m_broker.discover(settings()).drawing;
        return *m_drawing;
    }

    LiveBroker m_broker{"kafka", "realkafka.py", {SLUICE_BIN_DIR "/../../kafka"}};
    std::unique_ptr<KafkaTraffic> m_shop;
    std::shared_ptr<const Diagram> m_drawing;

private slots:
    void initTestCase() {
        START_OR_SKIP(m_broker);
        m_shop = std::make_unique<KafkaTraffic>(m_broker.port("plain"));
        QVERIFY(m_shop->makeTopics({{"orders", 4}, {"large", 1, {{"max.message.bytes", "200000000"}}}}));
        QVERIFY(m_shop->letLook("watcher"));
        QVERIFY(m_shop->publish("orders", 0, 10));
        auto& reader = m_shop->join("billing", "billing-1", "orders");
        QTRY_COMPARE_WITH_TIMEOUT(reader.read(), 10, 60'000);
    }
    void cleanupTestCase() {
        m_shop.reset();
        QVERIFY(m_broker.stop());
    }

    void aCertificateThatHasExpired() {
        const QVariantMap tls{{"tls", true}, {"caFile", m_broker.text("folder") + "/ca.crt"}};
        Watched expired(m_broker, drawing(), settings("expired", tls));
        Watched other(m_broker, drawing(), settings("tls", tls));
        QTRY_COMPARE_WITH_TIMEOUT(expired.problem().kind, Kind::Tls, 30'000);
        QCOMPARE(expired.problem().sentence,
                 QString("The certificate of 127.0.0.1:%1 has expired.").arg(m_broker.port("expired")));
        QVERIFY(expired.problem().advice.contains("renewed"));
        QTRY_VERIFY_WITH_TIMEOUT(other.contact() == Contact::Made, 20'000);
        QVERIFY(m_shop->publish("orders", 1, 5));
        QVERIFY(other.goesOn());
    }

    void aRightThatIsTakenAway() {
        ConnectionSettings watcher = settings("sasl", {{"sasl", "PLAIN"}, {"user", "watcher"}});
        watcher.secrets["password"] = "secret";
        Watched refused(m_broker, drawing(), watcher);
        Watched other(m_broker, drawing(), settings());
        QTRY_VERIFY_WITH_TIMEOUT(refused.contact() == Contact::Made && other.contact() == Contact::Made,
                                 20'000);
        QVERIFY(m_shop->forbid("watcher"));
        QTRY_VERIFY_WITH_TIMEOUT(refused.contact() == Contact::Lost, 60'000);
        QTRY_COMPARE(refused.problem().kind, Kind::Permission);
        QVERIFY2(refused.problem().sentence.contains("may not see"), qPrintable(refused.problem().text()));
        QVERIFY(refused.problem().advice.contains("kafka-acls --add --allow-principal User:watcher"));
        QVERIFY(m_shop->publish("orders", 2, 5));
        QVERIFY(other.goesOn());
        QVERIFY(m_shop->letLook("watcher"));
        QTRY_VERIFY_WITH_TIMEOUT(refused.contact() == Contact::Made, 60'000);
    }

    void aRecordOfAHundredMegabytes() {
        constexpr std::size_t kSize =
            99'000'000;  // with its batch less than a broker's socket.request.max.bytes
        QVERIFY(m_shop->publish("large", 0, 1, 0, "{\"number\":1}"));
        QVERIFY(m_shop->publish("large", 0, 1, 0, std::string(kSize, 'x')));
        QVERIFY(m_shop->publish("large", 0, 1, 0, "{\"number\":3}"));
        KeptMessages kept;
        const BrowseResult result = m_broker.plugin()->browse(settings())->run({.place = "large"}, kept);
        QCOMPARE(result.problem.text(), QString());
        QCOMPARE(kept.messages.size(), std::size_t(3));
        QCOMPARE(kept.messages[1].body.size(), kMostBody);
        QCOMPARE(kept.messages[1].bodySize, std::uint64_t(kSize));
        QCOMPARE(kept.messages[2].body, std::string("{\"number\":3}"));
        QCOMPARE(kept.messages[2].bodySize, std::uint64_t(0));

        class Large : public PublishedMessages {
        public:
            BrokerMessage message(qint64 number) override {
                BrokerMessage made = PublishedMessages::message(number);
                made.body.assign(5'000'000, 'x');
                return made;
            }
        };
        ConnectionSettings writing = settings();
        writing.mayWrite = true;
        Large large;
        const auto changes = m_broker.plugin()->changes(writing);
        const PublishResult refused = changes->publish({.place = "orders"}, large);
        QCOMPARE(refused.confirmed, 0);
        QVERIFY2(refused.problem.text().contains("too large"), qPrintable(refused.problem.text()));
        PublishedMessages small;
        QCOMPARE(changes->publish({.place = "orders", .count = 3}, small).confirmed, 3);
    }

    void aRebalance() {
        const auto table = watchTable(drawing());
        const auto find = [&](const char* name) {
            for (std::size_t i = 0; i < table->entities.size(); ++i) {
                if (table->entities[i].name == name)
                    return i;
            }
            return std::size_t(0);
        };
        const std::size_t reads = find("orders → billing");
        const std::size_t orders = find("orders");
        Watched watched(m_broker, drawing(), settings());
        const auto consumers = [&] { return watched.state().observed[reads].consumers; };
        QTRY_VERIFY_WITH_TIMEOUT(watched.contact() == Contact::Made, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(consumers(), 1U, 30'000);
        const auto end = [&] { return watched.state().entities[orders].partitions[3].end; };
        const std::int64_t before = end();
        for (int times = 1; times <= 3; ++times) {
            auto& second = m_shop->join("billing", "billing-2", "orders");
            // In the midst of it, what is published is told all the same.
            QVERIFY(m_shop->publish("orders", 3, 10));
            QTRY_COMPARE_WITH_TIMEOUT(end(), before + 10 * times, 30'000);
            QTRY_COMPARE_WITH_TIMEOUT(consumers(), 2U, 40'000);
            m_shop->leave(second);
            QTRY_COMPARE_WITH_TIMEOUT(consumers(), 1U, 40'000);
        }
        QVERIFY(watched.count(EventKind::ConnectionLost) == 0);
        QVERIFY(watched.problem().kind == Kind::None);
        // Nothing was read twice for the picture's sake, and nothing is left: the group is where the topic
        // ends.
        QTRY_COMPARE_WITH_TIMEOUT(watched.state().entities[orders].groups[0].committed[3], before + 30,
                                  30'000);
    }
};

QTEST_GUILESS_MAIN(KafkaFaultsTest)
#include "tst_kafkafaults.moc"
