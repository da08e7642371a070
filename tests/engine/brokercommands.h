#pragma once

#include <fmt/format.h>
#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/engine/queuebroker/queuebroker.h"

namespace sluice {

/// One conversation, from bytes; see playBrokerCommands().
class BrokerConversation {
public:
    explicit BrokerConversation(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

    std::string play() {
        declare();
        for (int i = 0; i < 4; ++i)
            m_channels.push_back(m_broker.openChannel());
        // Letters that expire into a fanout, past a rejection, double each time, in RabbitMQ too: a
        // conversation that has grown that far is left there.
        while (m_at < m_bytes.size() && m_followed.size() < 3000) {
            perform();
            if (std::string broken = follow(); !broken.empty())
                return broken;
            if (std::string broken = m_broker.checkInvariants(); !broken.empty())
                return broken;
        }
        return {};
    }

private:
    /// What became of one place of a message in a queue.
    enum class Stage : std::uint8_t { Nowhere, Ready, Held };
    struct Followed {
        Stage stage = Stage::Nowhere;
        QueueIndex queue;
        std::uint32_t payload = 0;
        std::uint64_t arrival = 0;
        bool delivered = false;
    };
    struct QueueModel {
        std::string name;
        QueueOptions options;
        QueueIndex index;
        std::uint64_t lastFirstDelivery = 0;
        std::uint64_t enqueued = 0;
        std::uint64_t gone = 0;
    };

    std::uint32_t take(std::uint32_t below) {
        if (m_at >= m_bytes.size())
            return 0;
        return m_bytes[m_at++] % below;
    }
    bool coin(std::uint32_t in) { return take(in) == 0; }

    void declare() {
        const std::uint32_t queues = 1 + take(4);
        for (std::uint32_t i = 0; i < 2; ++i) {
            ExchangeOptions options;
            if (coin(4))
                options.alternateExchange = i == 0 ? "x1" : "x0";
            (void)m_broker.declareExchange("x" + std::to_string(i), static_cast<ExchangeType>(take(4)),
                                           options);
        }
        for (std::uint32_t i = 0; i < queues; ++i) {
            QueueModel model;
            model.name = "q" + std::to_string(i);
            QueueOptions& options = model.options;
            options.type = coin(5) ? QueueType::Quorum : QueueType::Classic;
            options.durable = options.type == QueueType::Quorum || i % 2 == 0;
            const bool quorum = options.type == QueueType::Quorum;
            if (coin(2))
                options.deadLetterExchange = coin(3) ? "x0" : "";
            if (options.deadLetterExchange && !coin(4))
                options.deadLetterRoutingKey = "q" + std::to_string(take(queues));
            if (coin(3))
                options.maxLength = take(5);
            if (coin(6))
                options.maxLengthBytes = take(40);
            options.overflow = static_cast<Overflow>(take(quorum ? 2 : 3));
            if (coin(4))
                options.messageTtl = std::chrono::milliseconds(take(100));
            if (coin(10))
                options.expires = std::chrono::milliseconds(1 + take(200));
            if (!quorum && coin(4))
                options.maxPriority = static_cast<std::uint8_t>(1 + take(10));
            if (quorum && coin(2))
                options.deliveryLimit = take(3);
            options.singleActiveConsumer = coin(5);
            options.autoDelete = coin(10);
            m_queues.push_back(std::move(model));
        }
        for (QueueModel& queue : m_queues)
            revive(queue);
        for (std::uint32_t i = 0; i < 2; ++i) {
            const auto exchange = *m_broker.findExchange("x" + std::to_string(i));
            for (std::uint32_t k = take(4); k > 0; --k)
                m_broker.bindQueue(exchange, m_queues[take(queues)].index, coin(2) ? "#" : "q0");
            if (coin(4))
                m_broker.bindExchange(exchange, *m_broker.findExchange("x" + std::to_string(1 - i)), "q1");
        }
    }

    void revive(QueueModel& queue) {
        queue.index = *m_broker.declareQueue(queue.name, queue.options, m_now);
        queue.lastFirstDelivery = 0;
        queue.enqueued = queue.gone = 0;
    }

    void perform() {
        QueueModel& queue = m_queues[take(static_cast<std::uint32_t>(m_queues.size()))];
        const bool exists = m_broker.findQueue(queue.name).has_value();
        const std::uint32_t channel = take(4);
        switch (take(14)) {
            case 0:
            case 1:
            case 2:
            case 3:
                return publish(queue);
            case 4:
                m_getsAutoAck = coin(5);
                if (exists && m_broker.allowsGet(queue.index))
                    m_broker.get(m_channels[channel], queue.index, m_getsAutoAck, m_now);
                return;
            case 5: {
                Consume options;
                options.prefetch = take(4);
                options.autoAck = coin(6);
                options.exclusive = coin(12);
                options.priority = static_cast<std::int32_t>(take(3));
                if (exists && m_subscribed++ < 12)
                    (void)m_broker.consume(m_channels[channel], queue.index, options, m_now);
                return;
            }
            case 6:
                return settleByTag(channel);
            case 7:
            case 8:
            case 9:
                return settleByHandle();
            case 10:
                m_now += std::chrono::milliseconds(take(120));
                while (m_broker.nextTimer() <= m_now && m_broker.effects().size() < 3000)
                    m_broker.advance(m_broker.nextTimer());
                if (m_broker.nextTimer() <= m_now)
                    m_at = m_bytes.size();
                return;
            case 11:
                if (coin(4)) {
                    m_broker.closeChannel(m_channels[channel], m_now);
                    m_channels[channel] = m_broker.openChannel();
                    m_subscribed = 0;
                }
                return;
            case 12:
                if (!exists)
                    return revive(queue);
                if (coin(4))
                    m_broker.purge(queue.index, m_now);
                else if (coin(8))
                    m_broker.deleteQueue(queue.index, m_now);
                return;
            default:
                if (coin(8))
                    return restart();
                if (exists)
                    m_broker.touch(queue.index, m_now);
        }
    }

    void restart() {
        m_broker.restart([](std::uint32_t payload) { return payload % 2 == 0; }, m_now);
        for (ChannelIndex& channel : m_channels)
            channel = m_broker.openChannel();
        m_subscribed = 0;
    }

    void publish(const QueueModel& queue) {
        Publish message;
        message.payload = ++m_payload;
        message.size = take(20);
        message.priority = static_cast<std::uint8_t>(take(12));
        message.mandatory = coin(3);
        if (coin(6))
            message.expiration = std::chrono::milliseconds(take(80));
        MessageProperties properties;
        if (coin(6)) {
            properties.headers = {{coin(2) ? "CC" : "BCC", {m_queues.front().name, "nowhere"}}, {"k", "v"}};
            message.properties = &properties;
        }
        const RoutingKeyIndex key = m_broker.internKey(queue.name);
        const std::uint32_t exchange = take(5);
        m_outcome = m_broker.publish(exchange > 1 ? QueueBroker::defaultExchange()
                                                  : *m_broker.findExchange("x" + std::to_string(exchange)),
                                     key, message, m_now);
        m_published = true;
    }

    void settleByTag(std::uint32_t channel) {
        const std::uint32_t tag = take(20);
        const bool multiple = coin(2);
        const bool settled = coin(2) ? m_broker.ack(m_channels[channel], tag, multiple, m_now)
                                     : m_broker.nack(m_channels[channel], tag, multiple, coin(2), m_now);
        if (!settled)
            m_channels[channel] = m_broker.openChannel();
    }

    void settleByHandle() {
        if (m_held.empty())
            return;
        auto it = m_held.begin();
        std::advance(it, take(static_cast<std::uint32_t>(std::min<std::size_t>(m_held.size(), 255))));
        const auto [message, tag] = *it;
        if (coin(2))
            m_broker.ack(MessageIndex{message}, tag, m_now);
        else
            m_broker.nack(MessageIndex{message}, tag, coin(2), m_now);
        // Settled, or gone with its queue; a second try must do nothing.
        if (m_broker.ack(MessageIndex{message}, tag, m_now))
            m_twice = true;
    }

    std::string follow() {
        if (m_twice)
            return "a delivery was settled twice";
        int answers = 0;
        for (const QueueEffect& effect : m_broker.effects()) {
            if (std::string broken = follow(effect, answers); !broken.empty())
                return fmt::format("{} (effect {})", broken, kindName(effect.kind));
        }
        if (m_published && m_outcome != PublishOutcome::Refused && answers != 1)
            return fmt::format("a publish was answered {} times", answers);
        m_published = false;
        m_broker.clearEffects();
        return {};
    }

    std::string follow(const QueueEffect& effect, int& answers) {
        const auto model = std::find_if(m_queues.begin(), m_queues.end(),
                                        [&](const QueueModel& queue) { return queue.index == effect.queue; });
        Followed* followed = nullptr;
        if (effect.message.valid()) {
            if (effect.message.value >= m_followed.size())
                m_followed.resize(effect.message.value + 1);
            followed = &m_followed[effect.message.value];
        }
        switch (effect.kind) {
            case QueueEffectKind::Confirmed:
            case QueueEffectKind::Nacked:
                ++answers;
                return {};
            case QueueEffectKind::Enqueued:
                if (followed->stage != Stage::Nowhere)
                    return "a message that is somewhere came to a queue";
                *followed = {Stage::Ready, effect.queue, effect.payload, ++m_arrival, false};
                ++model->enqueued;
                return {};
            case QueueEffectKind::Delivered:
                return delivered(effect, *followed, *model);
            case QueueEffectKind::Acknowledged:
                return leaves(effect, *followed, Stage::Held);
            case QueueEffectKind::Requeued:
                if (followed->stage != Stage::Held || followed->queue != effect.queue)
                    return "a message that was not held came back";
                followed->stage = Stage::Ready;
                m_held.erase(effect.message.value);
                return {};
            case QueueEffectKind::DeadLettered:
            case QueueEffectKind::Discarded:
                // What never came into a queue, or died on its way from one to another, is nowhere.
                if (followed == nullptr || followed->stage == Stage::Nowhere)
                    return {};
                return leaves(effect, *followed, followed->stage);
            case QueueEffectKind::QueueDeleted:
                model->index = {};
                return {};
            case QueueEffectKind::Returned:
            case QueueEffectKind::ConsumerCancelled:
            case QueueEffectKind::ActiveConsumerChanged:
                return {};
        }
        return "an unknown effect";
    }

    std::string delivered(const QueueEffect& effect, Followed& followed, QueueModel& model) {
        if (followed.stage != Stage::Ready || followed.queue != effect.queue ||
            followed.payload != effect.payload)
            return "a message was delivered that was not ready";
        if (effect.redelivered != followed.delivered)
            return "a delivery has the wrong redelivered flag";
        if (!followed.delivered && model.options.maxPriority == 0) {
            if (followed.arrival < model.lastFirstDelivery)
                return "a message was overtaken";
            model.lastFirstDelivery = followed.arrival;
        }
        followed.delivered = true;
        followed.stage = Stage::Held;
        m_held[effect.message.value] = effect.tag;
        if (effect.consumer.valid() ? m_broker.isAutoAck(effect.consumer) : m_getsAutoAck)
            return leaves(effect, followed, Stage::Held);
        return {};
    }

    std::string leaves(const QueueEffect& effect, Followed& followed, Stage from) {
        if (followed.stage != from || followed.queue != effect.queue)
            return "a message left a place where it was not";
        followed.stage = Stage::Nowhere;
        m_held.erase(effect.message.value);
        return {};
    }

    std::span<const std::uint8_t> m_bytes;
    std::size_t m_at = 0;
    QueueBroker m_broker;
    Duration m_now{};
    std::vector<QueueModel> m_queues;
    std::vector<ChannelIndex> m_channels;
    std::vector<Followed> m_followed;
    std::map<std::uint32_t, std::uint32_t> m_held;  // message to tag
    std::uint64_t m_arrival = 0;
    std::uint32_t m_payload = 0;
    std::uint32_t m_subscribed = 0;
    PublishOutcome m_outcome = PublishOutcome::Confirmed;
    bool m_published = false;
    bool m_twice = false;
    bool m_getsAutoAck = false;
};

/// Reads a topology and commands from bytes, plays them on a QueueBroker, and returns the first rule that was
/// broken, as a sentence; empty when all is well. After each command it asks the broker for its invariants
/// and follows every message through the effects: enqueued once, delivered only while it is there, settled
/// once, first deliveries in the order of arrival. Bytes that run out end the conversation; any bytes will
/// do.
inline std::string playBrokerCommands(std::span<const std::uint8_t> bytes) {
    return BrokerConversation(bytes).play();
}

}  // namespace sluice
