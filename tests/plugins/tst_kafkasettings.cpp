#include <librdkafka/rdkafka.h>

#include <QTemporaryFile>
#include <QtTest>

#include "plugins/kafka/clientproblems.h"
#include "plugins/kafka/librarysettings.h"
#include "plugins/kafka/webtoken.h"

using namespace sluice;
using namespace sluice::kafka;

/// A connection's settings in the library's words, and the library's complaints
/// in a person's.
class KafkaSettingsTest : public QObject {
    Q_OBJECT

private:
    static ConnectionSettings with(const QVariantMap& values, const QVariantMap& secrets = {}) {
        ConnectionSettings made;
        made.values = {{"servers", "kafka-1"}};
        made.values.insert(values);
        made.secrets = secrets;
        return made;
    }

private slots:
    void understandsServers_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("servers");
        QTest::newRow("one") << "kafka:9093" << QStringList{"kafka:9093"};
        QTest::newRow("usual port") << "kafka" << QStringList{"kafka:9092"};
        QTest::newRow("several") << " a:1 , b ,, c:3" << QStringList{"a:1", "b:9092", "c:3"};
        QTest::newRow("IPv6") << "[::1]:9094, ::1" << QStringList{"[::1]:9094", "[::1]:9092"};
        QTest::newRow("none") << " , " << QStringList{};
    }
    void understandsServers() {
        QFETCH(QString, text);
        QFETCH(QStringList, servers);
        QCOMPARE(bootstrapServers(with({{"servers", text}})), servers);
    }
    void speaksTheLibrarysProtocols_data() {
        QTest::addColumn<bool>("tls");
        QTest::addColumn<QString>("sasl");
        QTest::addColumn<QString>("protocol");
        QTest::newRow("plain") << false << ""
                               << "PLAINTEXT";
        QTest::newRow("TLS") << true << saslMechanisms().front() << "SSL";
        QTest::newRow("login") << false << "PLAIN"
                               << "SASL_PLAINTEXT";
        QTest::newRow("both") << true << "SCRAM-SHA-512"
                              << "SASL_SSL";
    }
    void speaksTheLibrarysProtocols() {
        QFETCH(bool, tls);
        QFETCH(QString, sasl);
        QFETCH(QString, protocol);
        const auto made = librarySettings(with({{"tls", tls}, {"sasl", sasl}, {"user", "u"}}));
        QCOMPARE(QString::fromStdString(made.at("security.protocol")), protocol);
    }
    void theLibraryKnowsEverySetting() {
        const auto made = librarySettings(
            with({{"tls", true}, {"sasl", "PLAIN"}, {"user", "u"}, {"caFile", "/ca"}, {"keyFile", "/key"}},
                 {{"password", "p"}, {"keyPassphrase", "q"}}));
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        for (const auto& [name, value] : made) {
            char said[256] = "";
            QVERIFY2(
                rd_kafka_conf_set(conf, name.c_str(), value.c_str(), said, sizeof said) == RD_KAFKA_CONF_OK,
                said);
        }
        rd_kafka_conf_destroy(conf);
    }
    void neverWritesByMistake() {
        const auto made = librarySettings(with({}));
        QCOMPARE(made.at("allow.auto.create.topics"), "false");
        QCOMPARE(made.at("enable.auto.commit"), "false");
        QVERIFY(!made.contains("group.id"));
    }
    void readsTokens_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("readable");
        QTest::addColumn<QString>("subject");
        // RFC 7519, section 3.1, whose issuer is joe and has no subject; its expiry
        // is 1300819380.
        const QString body =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0d"
            "HA6Ly9leGFtcGxlLmNvbS9pc19y"
            "b290Ijp0cnVlfQ";
        QTest::newRow("of the RFC") << "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + body + ".dBjftJeZ4CVP"
                                    << true << "";
        QTest::newRow("two parts") << "a." + body << false << "";
        QTest::newRow("no base64") << "a.%%%.c" << false << "";
        QTest::newRow("no JSON") << "a.YWJj.c" << false << "";
        QTest::newRow("nothing") << "" << false << "";
    }
    void readsTokens() {
        QFETCH(QString, text);
        QFETCH(bool, readable);
        QFETCH(QString, subject);
        const WebToken token = readWebToken(text);
        QCOMPARE(token.readable, readable);
        QCOMPARE(token.subject, subject);
        if (readable)
            QCOMPARE(token.expires, 1'300'819'380'000);
    }
    void saysWhatSaysTheMost_data() {
        QTest::addColumn<QString>("reason");
        QTest::addColumn<int>("error");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        using Kind = BrokerProblem::Kind;
        // As librdkafka 2.0.2 words them.
        QTest::newRow("refused") << "kafka-1:9092/bootstrap: Connect to ipv4#10.0.0.1:9092 failed: "
                                    "Connection "
                                    "refused (after 0ms in state CONNECT)"
                                 << int(RD_KAFKA_RESP_ERR__TRANSPORT) << int(Kind::Port)
                                 << "Nobody listens on kafka-1:9092.";
        QTest::newRow("no host") << "ssl://kafka-1:9092/bootstrap: Failed to "
                                    "resolve 'kafka-1:9092': Name or "
                                    "service not known (after 3ms in state CONNECT)"
                                 << int(RD_KAFKA_RESP_ERR__RESOLVE) << int(Kind::Name) << "no host kafka-1";
        QTest::newRow("advertised astray")
            << "127.0.0.1:9092/1: Failed to resolve 'inside.invalid:9092': Name or service not known (after "
               "3ms "
               "in state CONNECT)"
            << int(RD_KAFKA_RESP_ERR__RESOLVE) << int(Kind::Name)
            << "There is no host inside.invalid, as a broker of the cluster calls itself.";
        QTest::newRow("password") << "sasl_ssl://kafka-1:9092/bootstrap: SASL authentication error: "
                                     "Authentication failed: Invalid "
                                     "username or password (after 300ms in state AUTH_REQ)"
                                  << int(RD_KAFKA_RESP_ERR__AUTHENTICATION) << int(Kind::Credentials)
                                  << "kafka-1:9092 does not accept the user and password";
        QTest::newRow("mechanism") << "sasl_ssl://kafka-1:9092/bootstrap: SASL PLAIN mechanism handshake "
                                      "failed: Broker: Unsupported "
                                      "SASL mechanism: broker's supported mechanisms: GSSAPI (after 5ms "
                                      "in state AUTH_HANDSHAKE)"
                                   << int(RD_KAFKA_RESP_ERR__AUTHENTICATION) << int(Kind::Credentials)
                                   << "GSSAPI";
        QTest::newRow("certificate") << "ssl://kafka-1:9093/bootstrap: SSL handshake failed: "
                                        "error:0A000086:SSL "
                                        "routines::certificate verify failed: broker certificate could not "
                                        "be verified (after 20ms in "
                                        "state SSL_HANDSHAKE)"
                                     << int(RD_KAFKA_RESP_ERR__SSL) << int(Kind::Tls) << "not trusted";
    }
    void saysWhatSaysTheMost() {
        QFETCH(QString, reason);
        QFETCH(int, error);
        QFETCH(int, kind);
        QFETCH(QString, words);
        // The end of the connection that follows hides nothing.
        const std::vector<LibraryComplaint> complaints{
            {error, reason},
            {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down"},
        };
        const BrokerProblem problem =
            problemOf(RD_KAFKA_RESP_ERR__TRANSPORT, complaints, with({{"sasl", "PLAIN"}}));
        QVERIFY2(int(problem.kind) == kind, qPrintable(problem.text()));
        QVERIFY2(problem.text().contains(words), qPrintable(problem.text()));
        QVERIFY2(!problem.text().contains("in state"), qPrintable(problem.text()));
    }
};

QTEST_GUILESS_MAIN(KafkaSettingsTest)
#include "tst_kafkasettings.moc"
