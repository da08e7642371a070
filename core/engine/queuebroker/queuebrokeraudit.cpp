// What must hold between any two commands.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cassert>

#include "core/engine/queuebroker/queuebroker.h"

namespace sluice {

std::string QueueBroker::checkCounts(QueueIndex index) const {
    const Queue& queue = m_queues[index];
    const std::string& name = m_keys.text(queue.name);
    if (queue.enqueued !=
        queue.ready + queue.unacknowledged + queue.acknowledged + queue.deadLettered + queue.discarded)
        return fmt::format("queue {} took {} messages and accounts for another number", name, queue.enqueued);
    if (queue.options.overflow == Overflow::DropHead && queue.ready > queue.maxLength)
        return fmt::format("queue {} is longer than its limit", name);
    return {};
}

void QueueBroker::audit() {
    std::string broken;
    const auto check = [&broken](std::string found) {
        if (broken.empty())
            broken = std::move(found);
    };
    for (const QueueEffect& effect : m_effects) {
        if (effect.queue.valid() && m_queues[effect.queue].alive)
            check(checkCounts(effect.queue));
        if (!effect.consumer.valid())
            continue;
        const Consumer& consumer = m_consumers[effect.consumer];
        if (consumer.prefetch != 0 && consumer.held > consumer.prefetch)
            check(fmt::format("consumer {} holds {} messages, more than its prefetch {}",
                              effect.consumer.value, consumer.held, consumer.prefetch));
    }
    m_unaudited += m_effects.size();
    if (m_unaudited > m_messages.size() + m_consumers.size() + m_queues.size() + m_channels.size()) {
        m_unaudited = 0;
        check(checkInvariants());
    }
    if (!broken.empty())
        spdlog::critical("The queue broker broke a rule of its own: {}", broken);
    assert(broken.empty());
}

std::string QueueBroker::checkInvariants() const {
    std::vector<std::uint8_t> seen(m_messages.size(), 0);
    std::string broken;
    const auto fail = [&broken](std::string sentence) {
        if (broken.empty())
            broken = std::move(sentence);
    };
    std::vector<std::uint32_t> held(m_consumers.size(), 0);
    std::vector<std::uint32_t> unacknowledged(m_queues.size(), 0);
    for (const Channel& channel : m_channels) {
        for (MessageIndex i = channel.unacknowledged.head; i.valid(); i = m_messages[i].next) {
            const QueuedMessage& record = m_messages[i];
            if (seen[i.value]++ != 0)
                return fmt::format("message {} is in two places", i.value);
            if (record.state != MessageState::Unacknowledged)
                fail(fmt::format("message {} is held by a channel in another state", i.value));
            ++held[record.consumer.value];
            if (record.queue.valid())
                ++unacknowledged[record.queue.value];
        }
    }
    for (std::uint32_t i = 0; i < m_queues.size(); ++i) {
        const Queue& queue = m_queues[QueueIndex{i}];
        if (!queue.alive)
            continue;
        const std::string& name = m_keys.text(queue.name);
        std::uint32_t ready = 0;
        std::uint64_t bytes = 0;
        for (std::size_t level = 0; level <= queue.upper.size(); ++level) {
            const MessageList& list = level == 0 ? queue.base : queue.upper[level - 1];
            const QueuedMessage* before = nullptr;
            for (MessageIndex m = list.head; m.valid(); m = m_messages[m].next) {
                const QueuedMessage& record = m_messages[m];
                if (seen[m.value]++ != 0)
                    return fmt::format("message {} is in two places", m.value);
                if ((record.state != MessageState::Ready && record.state != MessageState::Returned) ||
                    record.queue.value != i || levelOf(queue, record) != level)
                    fail(
                        fmt::format("queue {} lists message {}, which does not belong there", name, m.value));
                if (!queue.quorum && before != nullptr && record.precedes(*before))
                    fail(fmt::format("queue {} is out of order at message {}", name, m.value));
                before = &record;
                ++ready;
                bytes += sizeOf(record);
            }
        }
        if (ready != queue.ready || bytes != queue.readyBytes)
            fail(fmt::format("queue {} counts {} ready messages and has {}", name, queue.ready, ready));
        if (unacknowledged[i] != queue.unacknowledged)
            fail(fmt::format("queue {} counts {} unacknowledged messages and has {}", name,
                             queue.unacknowledged, unacknowledged[i]));
        if (std::string wrong = checkCounts(QueueIndex{i}); !wrong.empty())
            fail(std::move(wrong));
    }
    for (std::uint32_t i = 0; i < m_consumers.size(); ++i) {
        const Consumer& consumer = m_consumers[ConsumerIndex{i}];
        if (!consumer.alive && !consumer.getter && consumer.held == 0)
            continue;
        if (held[i] != consumer.held)
            fail(fmt::format("consumer {} counts {} messages and holds {}", i, consumer.held, held[i]));
        if (consumer.prefetch != 0 && consumer.held > consumer.prefetch)
            fail(fmt::format("consumer {} holds {} messages, more than its prefetch {}", i, consumer.held,
                             consumer.prefetch));
    }
    return broken;
}

}  // namespace sluice
