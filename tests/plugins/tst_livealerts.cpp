#include <QJsonArray>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

#include "tests/plugins/livebroker.h"

using namespace sluice;

namespace {

/// Whoever alerts are posted to: keeps them by the name of their rule.
class Hook : public QObject {
public:
    Hook() {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* const socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
                QByteArray& text = m_texts[socket];
                text += socket->readAll();
                if (!text.endsWith('}'))
                    return;
                const QJsonObject json =
                    QJsonDocument::fromJson(text.mid(text.indexOf("\r\n\r\n") + 4)).object();
                posted.insert(json["alert"].toString(), json);
                text.clear();
                socket->write("HTTP/1.1 204 Done\r\nContent-Length: 0\r\n\r\n");
            });
        });
    }
    [[nodiscard]] QString url() const {
        return QStringLiteral("http://127.0.0.1:%1/hook?key=secret").arg(m_server.serverPort());
    }
    QMap<QString, QJsonObject> posted;

private:
    QTcpServer m_server;
    QHash<QTcpSocket*, QByteArray> m_texts;
};

}  // namespace

/// Alert rules of every kind, asked by the command line of a real RabbitMQ.
class LiveAlertsTest : public QObject {
    Q_OBJECT

private:
    LiveBroker m_broker{"rabbitmq", "realbroker.py"};

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }

    void eachKindOfRuleIsRaisedToldAndCleared() {
        QVERIFY(m_broker.command("queue alerts.pile {}"));
        QVERIFY(m_broker.command("queue alerts.quiet {}"));
        Hook hook;
        QProcess program;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("SLUICE_PASSWORD", "guest");
        environment.insert("SLUICE_WEBHOOK", hook.url());
        program.setProcessEnvironment(environment);
        program.start(SLUICE_BIN_DIR "/sluice-cli",
                      {"watch", m_broker.address(), "--for", "3min", "--every", "500ms", "--json",  //
                       "--alert", "queue:alerts.pile depth > 100 for 1s, clear < 10, critical, named pile",
                       "--alert", "queue:alerts.pile depth rises by 50 in 10s, named rise", "--alert",
                       "queue:alerts.quiet silent for 2s, named quiet", "--alert",
                       "queue:*dead-letters any dead letter in 1min, named dead", "--alert",
                       "queue:alerts.pile no consumer for 1s, named unread", "--alert",
                       "queue:alerts.pile depth > 50, quiet 0:00-24:00, named silenced"});
        QByteArray told;
        const auto tells = [&](const char* words) {
            told += program.readAllStandardError();
            return told.contains(words);
        };
        // The figures that RabbitMQ gives of its queues are five seconds old at most.
        QTRY_VERIFY2_WITH_TIMEOUT(tells("unread, alerts.pile: raised"), told.constData(), 60'000);
        QTRY_VERIFY2_WITH_TIMEOUT(tells("quiet, alerts.quiet: raised"), told.constData(), 60'000);
        QVERIFY(m_broker.command("fill alerts.pile 200"));
        QTRY_VERIFY2_WITH_TIMEOUT(tells("pile, alerts.pile: raised"), told.constData(), 60'000);
        QTRY_VERIFY2_WITH_TIMEOUT(tells("rise, alerts.pile: raised"), told.constData(), 60'000);
        QTRY_VERIFY2_WITH_TIMEOUT(tells("dead, orders.dead-letters: raised"), told.constData(), 60'000);
        QVERIFY2(!tells("cleared   pile"), told.constData());
        QCOMPARE(QJsonDocument::fromJson(m_broker.ask("drain alerts.pile")).object()["all"].toInt(), 200);
        QTRY_VERIFY2_WITH_TIMEOUT(tells("cleared   pile, alerts.pile"), told.constData(), 60'000);
        QVERIFY2(tells("silenced, alerts.pile: raised"), told.constData());
        QTRY_VERIFY2_WITH_TIMEOUT(hook.posted.contains("pile") && hook.posted.contains("dead") &&
                                      hook.posted.contains("rise") && hook.posted.contains("quiet") &&
                                      hook.posted.contains("unread"),
                                  qPrintable(hook.posted.keys().join(' ')), 20'000);
        QVERIFY(!hook.posted.contains("silenced"));
        QCOMPARE(hook.posted["pile"]["severity"].toString(), "critical");
        QCOMPARE(hook.posted["pile"]["where"].toString(), "alerts.pile");
        QCOMPARE(hook.posted["pile"]["level"].toInt(), 200);
        program.terminate();
        QTRY_COMPARE_WITH_TIMEOUT(program.state(), QProcess::NotRunning, 30'000);
        QCOMPARE(program.exitCode(), 1);
        const QJsonObject report = QJsonDocument::fromJson(program.readAllStandardOutput()).object();
        QVERIFY(report["webhook"]["posted"].toInt() >= 5);
        QCOMPARE(report["webhook"]["failed"].toInt(), 0);
        bool cleared = false;
        for (const QJsonValue& alert : report["alerts"].toArray())
            cleared = cleared || (alert["name"] == "pile" && alert["cleared"].isDouble());
        QVERIFY(cleared);
        for (const char* const queue : {"alerts.pile", "alerts.quiet"})
            QVERIFY(m_broker.command(QByteArray("delete ") + queue));
    }
};

QTEST_GUILESS_MAIN(LiveAlertsTest)
#include "tst_livealerts.moc"
