#include "plugins/rabbitmq/queueclients.h"

#include <poll.h>

#include <QCoreApplication>
#include <vector>

#include "plugins/rabbitmq/amqpmessage.h"
#include "plugins/rabbitmq/amqpproperties.h"

namespace sluice::rabbitmq {
namespace {

using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;

struct ClientWords {
    Q_DECLARE_TR_FUNCTIONS(QueueClients)
};

/// Frames read of one connection before the others have their turn.
constexpr int kMostAtOnce = 200;

}  // namespace

bool QueueClients::ok(BrokerProblem problem) {
    if (problem.kind != Kind::None && m_problem.kind == Kind::None)
        m_problem = std::move(problem);
    return m_problem.kind == Kind::None;
}

BrokerProblem QueueClients::open() {
    if (!m_settings.mayWrite)
        return {Kind::Permission, ClientWords::tr("This connection may only read."),
                ClientWords::tr("Allow writing for it first.")};
    if (ok(m_sending.open(m_settings, "Sluice: run, sending")))
        ok(m_sending.confirm());
    return m_problem;
}

/// Always mandatory, so that it is known what came to no queue.
void QueueClients::send(const ClientSending& sending) {
    if (m_problem.kind != Kind::None)
        return;
    AmqpProperties properties(sending.message);
    properties.setPersistent(sending.persistent);
    if (sending.priority >= 0)
        properties.setPriority(sending.priority);
    if (sending.expirationInMs >= 0)
        properties.setExpiration(sending.expirationInMs);
    const QString key = sending.exchange.isEmpty()
                            ? sending.place
                            : QString::fromStdString(sending.message.key.value_or(std::string()));
    if (!ok(m_sending.publish(sending.exchange, key, properties.properties(), bytesIn(sending.message.body))))
        return;
    m_flying.emplace(++m_sent, sending.number);
}

void QueueClients::read(const ClientReader& reader) {
    if (m_problem.kind != Kind::None)
        return;
    auto reading = std::make_unique<Reading>();
    reading->autoAck = reader.autoAck;
    if (!ok(reading->session.open(m_settings, "Sluice: run, reading " + reader.place)))
        return;
    BrokerProblem problem = reading->session.consumeForGood(
        reader.place, {reader.prefetch, reader.priority, reader.autoAck, reader.exclusive});
    if (problem.kind == Kind::Permission) {
        ClientNews news;
        news.what = ClientNews::What::Denied;
        news.reader = reader.reader;
        m_denied.push_back(std::move(news));
        return;
    }
    if (ok(std::move(problem)))
        m_readers.emplace(reader.reader, std::move(reading));
}

void QueueClients::leave(quint32 reader) {
    m_readers.erase(reader);
    std::erase_if(m_held, [&](const auto& held) { return held.second.reader == reader; });
}

void QueueClients::settle(quint32 delivery, Settlement settlement) {
    const auto held = m_held.find(delivery);
    if (held == m_held.end())
        return;
    const auto [reader, tag] = held->second;
    m_held.erase(held);
    const auto reading = m_readers.find(reader);
    if (reading == m_readers.end() || reading->second->autoAck)
        return;
    AmqpSession& session = reading->second->session;
    switch (settlement) {
        case Settlement::Acknowledge:
            ok(session.acknowledge(tag));
            return;
        case Settlement::GiveBack:
            ok(session.giveBack(tag));
            return;
        case Settlement::Reject:
            ok(session.reject(tag));
            return;
    }
}

BrokerProblem QueueClients::take(std::chrono::microseconds wait, const Told& told) {
    for (const ClientNews& news : std::exchange(m_denied, {}))
        told(news);
    bool heard = false;
    for (int turn = 0; turn < 2 && !heard && m_problem.kind == Kind::None; ++turn) {
        if (turn > 0)
            waitForMore(wait);
        heard = hear(m_sending, told);
        // What is told may lead to a reader that leaves.
        std::vector<quint32> readers;
        for (const auto& [reader, reading] : m_readers)
            readers.push_back(reader);
        for (const quint32 reader : readers) {
            const auto reading = m_readers.find(reader);
            if (reading != m_readers.end())
                heard = hear(reader, *reading->second, told) || heard;
        }
    }
    return m_problem;
}

void QueueClients::waitForMore(std::chrono::microseconds wait) {
    std::vector<pollfd> sockets{{m_sending.socket(), POLLIN, 0}};
    for (const auto& [reader, reading] : m_readers)
        sockets.push_back({reading->session.socket(), POLLIN, 0});
    const timespec patience{wait.count() / 1'000'000, wait.count() % 1'000'000 * 1000};
    (void)ppoll(sockets.data(), sockets.size(), &patience, nullptr);
}

bool QueueClients::hear(AmqpSession& session, const Told& told) {
    int heard = 0;
    while (heard < kMostAtOnce && session.next(m_frame, 0us, m_problem)) {
        ++heard;
        if (m_frame.frame_type != AMQP_FRAME_METHOD)
            continue;
        const amqp_method_t& method = m_frame.payload.method;
        if (method.id == AMQP_BASIC_RETURN_METHOD) {
            amqp_message_t message;
            if (!ok(session.read(message)))
                return true;
            // It says itself which it is: confirms come in any order, returns before theirs.
            const BrokerMessage returned = messageOf(message, amqp_empty_bytes);
            amqp_destroy_message(&message);
            ClientNews news;
            news.what = ClientNews::What::Returned;
            news.message = returned;
            told(news);
        } else if (method.id == AMQP_BASIC_ACK_METHOD) {
            const auto* ack = static_cast<amqp_basic_ack_t*>(method.decoded);
            confirmed(ack->delivery_tag, ack->multiple != 0, ClientNews::What::Confirmed, told);
        } else if (method.id == AMQP_BASIC_NACK_METHOD) {
            const auto* nack = static_cast<amqp_basic_nack_t*>(method.decoded);
            confirmed(nack->delivery_tag, nack->multiple != 0, ClientNews::What::Refused, told);
        }
        session.forget();
    }
    return heard > 0;
}

void QueueClients::confirmed(std::uint64_t upTo, bool multiple, ClientNews::What what, const Told& told) {
    auto first = multiple ? m_flying.begin() : m_flying.find(upTo);
    while (first != m_flying.end() && first->first <= upTo) {
        ClientNews news;
        news.what = what;
        news.number = first->second;
        first = m_flying.erase(first);
        told(news);
    }
}

bool QueueClients::hear(quint32 reader, Reading& reading, const Told& told) {
    int heard = 0;
    std::vector<ClientNews> come;
    while (heard < kMostAtOnce && reading.session.next(m_frame, 0us, m_problem)) {
        ++heard;
        if (m_frame.frame_type != AMQP_FRAME_METHOD || m_frame.payload.method.id != AMQP_BASIC_DELIVER_METHOD)
            continue;
        const auto* delivery = static_cast<amqp_basic_deliver_t*>(m_frame.payload.method.decoded);
        ClientNews news;
        news.what = ClientNews::What::Delivered;
        news.reader = reader;
        news.delivery = ++m_lastDelivery;
        m_held.emplace(news.delivery, Delivery{reader, delivery->delivery_tag});
        const bool redelivered = delivery->redelivered != 0;
        const std::string key(static_cast<const char*>(delivery->routing_key.bytes),
                              delivery->routing_key.len);
        amqp_message_t message;
        if (!ok(reading.session.read(message)))
            break;
        news.message = messageOf(message, bytesIn(key));
        news.message.redelivered = redelivered;
        amqp_destroy_message(&message);
        reading.session.forget();
        come.push_back(std::move(news));
    }
    // Whoever is told may let the reader go: its connection is no longer touched.
    for (const ClientNews& news : come)
        told(news);
    return heard > 0;
}

}  // namespace sluice::rabbitmq
