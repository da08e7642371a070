#pragma once

#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>
#include <atomic>

/// Stands between a client and a port on loopback and does what networks and proxies do: it stops forwarding,
/// it is slow, it answers with something of its own. Lives on a thread of its own, so that what waits can be
/// tested through it.
class FaultyProxy {
public:
    explicit FaultyProxy(int target) : m_target(static_cast<quint16>(target)) {
        m_server.moveToThread(&m_thread);
        m_thread.start();
        there([this] {
            QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] { join(); });
            m_server.listen(QHostAddress::LocalHost);
        });
    }
    ~FaultyProxy() {
        there([this] {
            m_server.close();
            const auto clients = m_servers.keys();
            m_servers.clear();
            qDeleteAll(clients);
            m_server.moveToThread(nullptr);
        });
        m_thread.quit();
        m_thread.wait();
    }
    FaultyProxy(const FaultyProxy&) = delete;
    FaultyProxy& operator=(const FaultyProxy&) = delete;

    [[nodiscard]] int port() const { return m_server.serverPort(); }

    /// As if a cable were pulled: nothing comes through any more, and nobody is told.
    void cut() { m_cut = true; }
    /// Whatever it did, it does no longer. What was held back comes through.
    void heal() {
        there([this] {
            m_cut = false;
            m_delay = 0;
            m_answer.clear();
            for (auto it = m_servers.cbegin(); it != m_servers.cend(); ++it) {
                forward(*it.key(), *it.value());
                forward(*it.value(), *it.key());
            }
        });
    }
    /// What the server says comes so many ms late.
    void delay(int ms) { m_delay = ms; }
    /// Every request over HTTP is answered with these bytes, and the connection closed.
    void answerWith(const QByteArray& bytes) {
        there([this, &bytes] { m_answer = bytes; });
    }

    /// An answer over HTTP; `length` is what it says of its body's, -1: the truth.
    static QByteArray answer(const char* status, const char* type, const QByteArray& body,
                             qsizetype length = -1) {
        return QByteArray("HTTP/1.1 ") + status + "\r\nContent-Type: " + type +
               "\r\nContent-Length: " + QByteArray::number(length < 0 ? body.size() : length) +
               "\r\nConnection: close\r\n\r\n" + body;
    }

private:
    template <class Act>
    void there(Act act) {
        QMetaObject::invokeMethod(&m_server, std::move(act), Qt::BlockingQueuedConnection);
    }

    void join() {
        while (QTcpSocket* client = m_server.nextPendingConnection()) {
            auto* server = new QTcpSocket(client);
            // What is not forwarded stays with whoever sends it.
            for (QTcpSocket* one : {client, server})
                one->setReadBufferSize(1 << 20);
            m_servers.insert(client, server);
            QObject::connect(client, &QTcpSocket::readyRead, client,
                             [this, client, server] { forward(*client, *server); });
            QObject::connect(server, &QTcpSocket::connected, client,
                             [this, client, server] { forward(*client, *server); });
            QObject::connect(server, &QTcpSocket::readyRead, client,
                             [this, client, server] { forward(*server, *client); });
            QObject::connect(server, &QTcpSocket::disconnected, client, [this, client] {
                if (!m_cut)
                    QTimer::singleShot(m_delay.load(), client, [client] { client->disconnectFromHost(); });
            });
            QObject::connect(client, &QTcpSocket::disconnected, &m_server, [this, client] {
                m_servers.remove(client);
                client->deleteLater();
            });
            server->connectToHost(QHostAddress::LocalHost, m_target);
        }
    }

    void forward(QTcpSocket& from, QTcpSocket& to) {
        if (m_cut || to.state() != QAbstractSocket::ConnectedState)
            return;
        const bool isRequest = m_servers.contains(&from);
        if (isRequest && !m_answer.isEmpty()) {
            if (!from.peek(1 << 20).contains("\r\n\r\n"))
                return;
            from.readAll();
            from.write(m_answer);
            from.disconnectFromHost();
            return;
        }
        const QByteArray bytes = from.readAll();
        if (isRequest || m_delay == 0)
            to.write(bytes);
        else
            QTimer::singleShot(m_delay.load(), &to, [&to, bytes] { to.write(bytes); });
    }

    QThread m_thread;
    QTcpServer m_server;
    const quint16 m_target;
    QHash<QTcpSocket*, QTcpSocket*> m_servers;  ///< of each client
    std::atomic<bool> m_cut = false;
    std::atomic<int> m_delay = 0;
    QByteArray m_answer;
};
