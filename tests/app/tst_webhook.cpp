#include <QTcpServer>
#include <QTcpSocket>
#include <QtTest>

#include "app/brokers/webhook.h"

using namespace sluice;

namespace {

/// Whoever alerts are posted to: keeps what comes, and answers as it is told, in turn; 0 says nothing.
class Receiver : public QObject {
public:
    explicit Receiver(QList<int> answers) : m_answers(std::move(answers)) {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* const socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }
    [[nodiscard]] QUrl url() const {
        return QUrl(QStringLiteral("http://127.0.0.1:%1/hook?key=secret").arg(m_server.serverPort()));
    }
    QList<QByteArray> bodies;
    QByteArray head;

private:
    void read(QTcpSocket* socket) {
        QByteArray& text = m_texts[socket];
        text += socket->readAll();
        const qsizetype end = text.indexOf("\r\n\r\n");
        const QRegularExpression length("content-length: (\\d+)", QRegularExpression::CaseInsensitiveOption);
        const auto match = length.match(QString::fromLatin1(text.left(end)));
        if (end < 0 || !match.hasMatch() || text.size() < end + 4 + match.captured(1).toInt())
            return;
        head = text.left(end);
        bodies << text.mid(end + 4);
        text.clear();
        const int status = m_answers.isEmpty() ? 200 : m_answers.takeFirst();
        if (status == 0)
            return;
        socket->write("HTTP/1.1 " + QByteArray::number(status) +
                      " Answer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        socket->disconnectFromHost();
    }

    QTcpServer m_server;
    QList<int> m_answers;
    QHash<QTcpSocket*, QByteArray> m_texts;
};

constexpr Webhook::Patience kShort{.timeoutMs = 200, .firstPauseMs = 5, .attempts = 3};

}  // namespace

class WebhookTest : public QObject {
    Q_OBJECT
private slots:
    void postsJsonInOrder() {
        Receiver receiver({});
        Webhook webhook;
        webhook.setUrl(receiver.url());
        QSignalSpy delivered(&webhook, &Webhook::delivered);
        for (const char* const body : {R"({"n":1})", R"({"n":2})", R"({"n":3})"})
            webhook.post(body);
        QTRY_COMPARE(delivered.count(), 3);
        QCOMPARE(receiver.bodies, (QList<QByteArray>{R"({"n":1})", R"({"n":2})", R"({"n":3})"}));
        QVERIFY2(receiver.head.startsWith("POST /hook?key=secret HTTP/1.1"), receiver.head);
        QVERIFY2(receiver.head.toLower().contains("content-type: application/json"), receiver.head);
    }
    void triesAgainWhenItMayHelp() {
        Receiver receiver({503, 429, 200});
        Webhook webhook(kShort, nullptr);
        webhook.setUrl(receiver.url());
        QSignalSpy delivered(&webhook, &Webhook::delivered);
        QSignalSpy failed(&webhook, &Webhook::failed);
        webhook.post("{}");
        QTRY_COMPARE(delivered.count(), 1);
        QCOMPARE(receiver.bodies.size(), 3);
        QCOMPARE(failed.count(), 0);
    }
    void givesUpAndSaysWhyWithoutTheAddress_data() {
        QTest::addColumn<QList<int>>("answers");
        QTest::addColumn<int>("tries");
        QTest::addColumn<QString>("why");
        QTest::newRow("no such hook") << QList<int>{404} << 1 << "404";
        QTest::newRow("a redirect") << QList<int>{302} << 1 << "302";
        QTest::newRow("broken for good") << QList<int>{500, 500, 500} << 3 << "500";
        QTest::newRow("silence") << QList<int>{0, 0, 0} << 3 << "in time";
    }
    void givesUpAndSaysWhyWithoutTheAddress() {
        QFETCH(QList<int>, answers);
        QFETCH(int, tries);
        QFETCH(QString, why);
        Receiver receiver(answers);
        Webhook webhook(kShort, nullptr);
        webhook.setUrl(receiver.url());
        QSignalSpy failed(&webhook, &Webhook::failed);
        QSignalSpy delivered(&webhook, &Webhook::delivered);
        webhook.post("{\"n\":1}");
        webhook.post("{\"n\":2}");
        // The one that cannot be delivered does not hold up the next.
        QTRY_COMPARE(delivered.count(), 1);
        QCOMPARE(failed.count(), 1);
        const QString said = failed.front().front().toString();
        QVERIFY2(said.contains(why) && !said.contains("secret"), qPrintable(said));
        QCOMPARE(receiver.bodies.size(), tries + 1);
    }
    void nobodyThereIsSaid() {
        QUrl url;
        {
            const Receiver receiver({});
            url = receiver.url();
        }
        Webhook webhook(kShort, nullptr);
        webhook.setUrl(url);
        QSignalSpy failed(&webhook, &Webhook::failed);
        webhook.post("{}");
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.front().front().toString().contains("cannot be reached"));
    }
    void whatWaitsIsBounded() {
        Receiver receiver({0});
        Webhook webhook;
        webhook.setUrl(receiver.url());
        for (int i = 0; i < 1000; ++i)
            webhook.post(QByteArray::number(i));
        QVERIFY(webhook.waiting() <= 200);
        webhook.setUrl({});
        QCOMPARE(webhook.waiting(), std::size_t{0});
        webhook.post("{}");
        QCOMPARE(webhook.waiting(), std::size_t{0});
    }
    void onlyAddressesThatCanBePostedTo() {
        for (const char* const good : {"http://localhost:1", "https://hooks.example.org/a/b?c=d"})
            QVERIFY2(Webhook::isUsable(QUrl(good)), good);
        for (const char* const bad : {"", "localhost", "ftp://example.org", "file:///etc/passwd", "https://"})
            QVERIFY2(!Webhook::isUsable(QUrl(bad)), bad);
    }
};

QTEST_MAIN(WebhookTest)
#include "tst_webhook.moc"
