#include <QtTest>

#include "plugins/rabbitmq/amqpsession.h"
#include "tests/plugins/keptmessages.h"
#include "tests/plugins/livebroker.h"
#include "tests/plugins/publishedmessages.h"

using namespace sluice;
using Kind = BrokerProblem::Kind;

/// A real RabbitMQ with TLS on every port, and before it ports whose certificates are not as they should be.
/// Over HTTP and over AMQP the same fields count, and the same is said.
class RabbitMqTlsTest : public QObject {
    Q_OBJECT

private:
    /// With TLS, trusting the authority of the test.
    ConnectionSettings secure(const QString& amqp, const QString& https) const {
        ConnectionSettings made = m_broker.asGuest();
        made.values["host"] = "localhost";
        made.values["port"] = m_broker.port(https);
        made.values["amqpPort"] = m_broker.port(amqp);
        made.values["metricsPort"] = m_broker.port("secureMetrics");
        made.values["tls"] = true;
        made.values["caFile"] = file("ca.crt");
        return made;
    }
    ConnectionSettings known(const QString& amqp, const QString& https) const {
        ConnectionSettings made = secure(amqp, https);
        made.values["certificateFile"] = file("client.crt");
        made.values["keyFile"] = file("client.protected.key");
        made.secrets["keyPassphrase"] = "secret";
        return made;
    }
    [[nodiscard]] QString file(const char* name) const { return m_broker.text("folder") + "/" + name; }

    LiveBroker m_broker{"rabbitmq", "realbroker.py", {"--tls"}};

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }

    void everythingGoesOverTls() {
        ConnectionSettings connection = known("amqps", "https");
        connection.mayWrite = true;
        for (const TestStep& step : m_broker.test(connection))
            QVERIFY2(step.outcome == TestStep::Outcome::Passed,
                     qPrintable(step.name + ": " + step.problem.text()));
        const Discovery found = m_broker.discover(connection);
        QVERIFY(found.drawing && found.drawing->elements.size() > 5);
        LiveSource source(*m_broker.plugin(), connection);
        const auto store = source.watch(*found.drawing, 500);
        QTRY_VERIFY_WITH_TIMEOUT(store->stateAt(store->horizon()).contact == Contact::Made, 20'000);

        QVERIFY(m_broker.command("queue tls.one {}"));
        PublishedMessages messages;
        const PublishResult published =
            m_broker.plugin()->changes(connection)->publish({.place = "tls.one", .count = 200}, messages);
        QCOMPARE(published.problem.text(), QString());
        QCOMPARE(published.confirmed, 200);
        KeptMessages kept;
        const BrowseResult looked = m_broker.plugin()->browse(connection)->run({.place = "tls.one"}, kept);
        QCOMPARE(looked.problem.text(), QString());
        QCOMPARE(kept.messages.size(), std::size_t(200));
        // What speaks TLS only was not reached otherwise.
        connection.values["tls"] = false;
        rabbitmq::AmqpSession plain;
        const BrokerProblem refused = plain.open(connection, "test");
        QVERIFY(refused.kind != Kind::None);
        QVERIFY2(refused.text().contains("TLS"), qPrintable(refused.text()));
    }

    void saysExactlyWhatFails_data() {
        QTest::addColumn<ConnectionSettings>("connection");
        QTest::addColumn<QString>("overAmqp");
        QTest::addColumn<QString>("overHttp");
        const auto row = [](const char* name, const ConnectionSettings& connection, const char* overAmqp,
                            const char* overHttp, const QVariantMap& changed = {},
                            const char* passphrase = nullptr) {
            ConnectionSettings made = connection;
            made.values.insert(changed);
            if (passphrase)
                made.secrets["keyPassphrase"] = passphrase;
            QTest::newRow(name) << made << QString(overAmqp) << QString(overHttp);
        };
        const auto both = [&](const char* name, const ConnectionSettings& connection, const char* words,
                              const QVariantMap& changed = {}, const char* passphrase = nullptr) {
            row(name, connection, words, words, changed, passphrase);
        };
        both("well", secure("front", "frontHttps"), "");
        both("an address", secure("front", "frontHttps"), "", {{"host", "127.0.0.1"}});
        both("known", known("amqps", "https"), "");
        both("key without a passphrase", known("amqps", "https"), "", {{"keyFile", file("client.key")}}, "");
        // With TLS 1.3 it refuses after the handshake: whether its reason arrives is a race.
        row("wants to know", secure("amqps", "https"), "Choose your own certificate and its key", "");
        both("expired", secure("expired", "expiredHttps"), "has expired. Have it renewed");
        both("another authority", secure("front", "frontHttps"),
             "is not trusted: ", {{"caFile", file("other-ca.crt")}});
        both("the system's authorities", secure("front", "frontHttps"), "is not trusted: ", {{"caFile", ""}});
        both("another name", secure("front", "frontHttps"), "is made out to another name.",
             {{"serverName", "elsewhere.example"}});
        both("that name", secure("named", "namedHttps"), "", {{"serverName", "broker.example"}});
        both("a name is wanted", secure("named", "namedHttps"),
             "knows no server localhost. Set the server name");
        row("no TLS there", secure("amqp", "management"),
            "does not speak TLS. Switch TLS off, or choose the port for TLS, 5671",
            "does not speak TLS. Switch TLS off, or choose the port for TLS, 15671");
        both("no authority", secure("front", "frontHttps"), "holds no certificate.",
             {{"caFile", "/dev/null"}});
        both("wrong passphrase", known("amqps", "https"), "cannot be unlocked. Check its passphrase", {},
             "wrong");
        both("no key", known("amqps", "https"), "cannot be read. Choose the key",
             {{"keyFile", "/no/such/key"}});
        row("another key", known("amqps", "https"), "and its key do not belong together. Choose the key",
            "and its key do not belong together. Choose the key", {{"keyFile", file("broker.key")}});
    }
    void saysExactlyWhatFails() {
        QFETCH(ConnectionSettings, connection);
        QFETCH(QString, overAmqp);
        QFETCH(QString, overHttp);
        rabbitmq::AmqpSession session;
        const BrokerProblem problem = session.open(connection, "test");
        QCOMPARE(problem.kind == Kind::None, overAmqp.isEmpty());
        QVERIFY2(problem.text().contains(overAmqp), qPrintable(problem.text()));
        QVERIFY(problem.kind == Kind::None || problem.kind == Kind::Tls || problem.kind == Kind::Settings);
        connection.values["metricsPort"] = 0;
        QString failed;
        for (const TestStep& step : m_broker.test(connection)) {
            if (step.outcome == TestStep::Outcome::Failed)
                failed += step.problem.text();
        }
        QCOMPARE(failed.isEmpty(), overHttp.isEmpty());
        QVERIFY2(failed.contains(overHttp), qPrintable(failed));
    }

    /// The step over AMQP goes as far as looking at messages does.
    void theTestLogsInOverAmqp_data() {
        QTest::addColumn<ConnectionSettings>("connection");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const ConnectionSettings& connection, const char* words) {
            QTest::newRow(name) << connection << QString(words);
        };
        row("well", secure("front", "frontHttps"), "");
        row("known", known("amqps", "https"), "");
        row("wants to know", secure("amqps", "https"), "Choose your own certificate and its key");
        row("expired", secure("expired", "frontHttps"), "has expired. Have it renewed");
        row("no TLS there", secure("amqp", "frontHttps"), "does not speak TLS");
        // Whom the management lets in, and AMQP only after TLS, greeting and password does not.
        ConnectionSettings crowded = secure("front", "frontHttps");
        crowded.values["user"] = "crowded";
        crowded.secrets["password"] = "secret";
        row("not one connection more", crowded, "connection limit (0) is reached");
    }
    void theTestLogsInOverAmqp() {
        if (QByteArray(QTest::currentDataTag()) == "not one connection more") {
            for (const char* order :
                 {"add_user crowded secret", "set_user_tags crowded monitoring",
                  "set_permissions crowded .* .* .*", "set_user_limits crowded {\"max-connections\":0}"})
                QVERIFY(m_broker.command(QByteArray("control ") + order));
        }
        QFETCH(ConnectionSettings, connection);
        QFETCH(QString, words);
        connection.values["metricsPort"] = 0;
        QString said("no such step");
        for (const TestStep& step : m_broker.test(connection)) {
            if (step.name == "AMQP") {
                said = step.problem.text();
                QCOMPARE(step.outcome,
                         words.isEmpty() ? TestStep::Outcome::Passed : TestStep::Outcome::Warned);
            }
        }
        QCOMPARE(said.isEmpty(), words.isEmpty());
        QVERIFY2(said.contains(words), qPrintable(said));
    }

    /// Somebody's certificate runs out while he is watched: nothing is known of him then, and the others go
    /// on.
    void oneCertificateIsNoConcernOfTheOthers() {
        const Discovery found = m_broker.discover(secure("front", "frontHttps"));
        QVERIFY(found.drawing);
        ConnectionSettings expired = secure("expired", "expiredHttps");
        expired.values["metricsPort"] = 0;
        LiveSource one(*m_broker.plugin(), expired);
        LiveSource other(*m_broker.plugin(), secure("front", "frontHttps"));
        QSignalSpy statuses(&one, &LiveSource::statusChanged);
        const auto refused = one.watch(*found.drawing, 500);
        const auto store = other.watch(*found.drawing, 500);
        const auto problem = [&] {
            return statuses.isEmpty() ? BrokerProblem()
                                      : statuses.back().front().value<WatchStatus>().problem;
        };
        QTRY_COMPARE_WITH_TIMEOUT(problem().kind, Kind::Tls, 20'000);
        QCOMPARE(problem().sentence,
                 QString("The certificate of localhost:%1 has expired.").arg(m_broker.port("expiredHttps")));
        QTRY_VERIFY_WITH_TIMEOUT(store->stateAt(store->horizon()).contact == Contact::Made, 20'000);
        QCOMPARE(countOf(*refused, EventKind::ConnectionMade), 0);
    }
};

QTEST_GUILESS_MAIN(RabbitMqTlsTest)
#include "tst_rabbitmqtls.moc"
