#include "plugins/rabbitmq/amqplogin.h"

#include <QThread>
#include <memory>

#include "plugins/rabbitmq/amqpgreeting.h"
#include "plugins/rabbitmq/amqpsession.h"

namespace sluice::rabbitmq {

AmqpLogin::AmqpLogin(const ConnectionSettings& settings, QObject* parent)
    : QObject(parent), m_settings(settings) {}

void AmqpLogin::start() {
    const QString place =
        QStringLiteral("%1:%2").arg(m_settings.text("host")).arg(m_settings.number("amqpPort"));
    // A broker that does not like a login ends the connection, as one that knows no AMQP does: first it is
    // asked which it is. Over TLS the handshake tells much of that.
    if (m_settings.isOn("tls"))
        return greeted(place, {});
    auto* greeting = new AmqpGreeting(m_settings, this);
    connect(greeting, &AmqpGreeting::finished, this, &AmqpLogin::greeted);
    greeting->start();
}

void AmqpLogin::greeted(const QString& place, const BrokerProblem& problem) {
    if (problem.kind != BrokerProblem::Kind::None)
        return end(place, problem);
    const auto answer = std::make_shared<BrokerProblem>();
    // It outlives this if nobody waits for it any more, and ends when the broker has answered or the patience
    // is over.
    QThread* thread = QThread::create([answer, settings = m_settings] {
        AmqpSession session;
        *answer = session.open(settings, QStringLiteral("Sluice: test"));
    });
    connect(thread, &QThread::finished, this, [this, place, answer] { end(place, *answer); });
    connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start();
}

void AmqpLogin::end(const QString& place, const BrokerProblem& problem) {
    emit finished(place, problem);
    deleteLater();
}

}  // namespace sluice::rabbitmq
