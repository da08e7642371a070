#include "plugins/rabbitmq/amqpgreeting.h"

#include <QTcpSocket>
#include <QTimer>
#include <utility>

#include "plugins/api/patience.h"

namespace sluice::rabbitmq {
namespace {

using Kind = BrokerProblem::Kind;

// AMQP 0-9-1, 4.2.2: the client begins with this; a broker of that version answers with a method frame.
constexpr char kProtocolHeader[] = "AMQP\x00\x00\x09\x01";
constexpr qint64 kProtocolHeaderSize = 8;
constexpr char kMethodFrame = 1;

}  // namespace

AmqpGreeting::AmqpGreeting(const ConnectionSettings& settings, QObject* parent)
    : QObject(parent),
      m_settings(settings),
      m_place(QStringLiteral("%1:%2").arg(settings.text("host")).arg(settings.number("amqpPort"))),
      m_socket(new QTcpSocket(this)) {
    connect(m_socket, &QTcpSocket::connected, this, &AmqpGreeting::greet);
    connect(m_socket, &QTcpSocket::readyRead, this, &AmqpGreeting::read);
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        if (error == QAbstractSocket::RemoteHostClosedError)
            return end({Kind::Protocol, tr("%1 ends the connection when spoken to in AMQP.").arg(m_place),
                        tr("Check the AMQP port, 5672 as a rule, 5671 with TLS.")});
        end({Kind::Port, tr("Nobody listens on %1.").arg(m_place),
             tr("Check the AMQP port, 5672 as a rule, 5671 with TLS.")});
    });
}

void AmqpGreeting::start() {
    QTimer::singleShot(patienceOf(m_settings), this, [this] {
        end({Kind::Slow, tr("%1 does not answer.").arg(m_place),
             tr("Check the AMQP port, and whether a firewall stands in between.")});
    });
    m_socket->connectToHost(m_settings.text("host"), static_cast<quint16>(m_settings.number("amqpPort")));
}

void AmqpGreeting::greet() {
    m_socket->write(kProtocolHeader, kProtocolHeaderSize);
}

void AmqpGreeting::read() {
    const QByteArray first = m_socket->peek(1);
    if (first.isEmpty())
        return;
    if (first.front() == kMethodFrame)
        return end({});
    end({Kind::Protocol, tr("What listens on %1 does not speak AMQP.").arg(m_place),
         tr("Check the AMQP port, 5672 as a rule, 5671 with TLS.")});
}

void AmqpGreeting::end(const BrokerProblem& problem) {
    if (std::exchange(m_over, true))
        return;
    emit finished(m_place, problem);
    m_socket->abort();
    deleteLater();
}

}  // namespace sluice::rabbitmq
