#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "core/engine/queuebroker/brokerstate.h"
#include "core/engine/topology/topology.h"
#include "core/trace/event.h"

namespace sluice {

inline constexpr std::uint16_t kNoClient = 0xffff;

/// A message that is somewhere: in a queue, on a link, in work. Its body is derived when somebody looks
/// (payloadOf). In a queue it has a QueuedMessage beside it: 96 bytes together, and no more, since lists and
/// free lists lead through the records themselves. What few messages have (headers, deaths) comes on top.
struct Message {
    std::int64_t key = -1;
    TraceTime eventTime{};
    MessageId id = 0;
    std::uint32_t refs = 0;         ///< once released: the next free slot
    std::uint32_t request = kNone;  ///< the request it belongs to: it asks or answers it
    std::uint32_t link = kNone;     ///< the publish link it came to its broker by: its headers and priority
    std::uint16_t client = kNoClient;  ///< at the beginning of its chain: the acting user's
    std::uint16_t type = 0;
    std::uint16_t attempts = 0;             ///< failed ones, of this copy
    std::uint8_t flags = 0;                 ///< eventflag bits
    FailureKind cause = FailureKind::None;  ///< of the last failure: why it may become a dead letter
};
static_assert(sizeof(Message) == 40 && sizeof(Message) + sizeof(QueuedMessage) <= 96);

/// Messages by slot, counted references, freed slots first. Slots are the payload handles of the brokers.
class MessagePool {
public:
    /// The message with one reference. References to others are no longer good.
    std::uint32_t add(const Message& message) {
        std::uint32_t slot = m_firstFree;
        if (slot == kNone) {
            slot = static_cast<std::uint32_t>(m_messages.size());
            m_messages.emplace_back();
        } else {
            m_firstFree = m_messages[slot].refs;
        }
        m_messages[slot] = message;
        m_messages[slot].refs = 1;
        return slot;
    }
    [[nodiscard]] Message& at(std::uint32_t slot) { return m_messages[slot]; }
    [[nodiscard]] const Message& at(std::uint32_t slot) const { return m_messages[slot]; }
    /// The most that there have been at a time.
    [[nodiscard]] std::size_t size() const { return m_messages.size(); }
    void hold(std::uint32_t slot) { ++m_messages[slot].refs; }
    [[nodiscard]] std::uint32_t holders(std::uint32_t slot) const { return m_messages[slot].refs; }
    /// True when that was the last reference; the rest of the slot stays readable until the next add().
    bool release(std::uint32_t slot) {
        Message& message = m_messages[slot];
        assert(message.refs > 0);
        if (--message.refs > 0)
            return false;
        message.refs = m_firstFree;
        m_firstFree = slot;
        return true;
    }

private:
    std::vector<Message> m_messages;
    std::uint32_t m_firstFree = kNone;
};

/// Records by index, freed ones first, with a generation that tells an old index from a new one: odd while it
/// is taken.
template <class T>
class Pool {
public:
    /// The record is as it was when it was removed, or new: whoever adds it writes all of it.
    std::uint32_t add() {
        std::uint32_t index = m_firstFree;
        if (index == kNone) {
            index = static_cast<std::uint32_t>(m_items.size());
            m_items.emplace_back();
            m_marks.push_back({});
        } else {
            m_firstFree = m_marks[index].nextFree;
        }
        ++m_marks[index].generation;
        return index;
    }
    std::uint32_t add(const T& value) {
        const std::uint32_t index = add();
        m_items[index] = value;
        return index;
    }
    void remove(std::uint32_t index) {
        assert(isTaken(index));
        ++m_marks[index].generation;
        m_marks[index].nextFree = m_firstFree;
        m_firstFree = index;
    }
    [[nodiscard]] T& at(std::uint32_t index) { return m_items[index]; }
    [[nodiscard]] const T& at(std::uint32_t index) const { return m_items[index]; }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(m_items.size()); }
    [[nodiscard]] bool isTaken(std::uint32_t index) const { return m_marks[index].generation % 2 == 1; }
    [[nodiscard]] std::uint32_t generation(std::uint32_t index) const { return m_marks[index].generation; }
    [[nodiscard]] bool isCurrent(std::uint32_t index, std::uint32_t generation) const {
        return m_marks[index].generation == generation;
    }

private:
    struct Mark {
        std::uint32_t generation = 0;
        std::uint32_t nextFree = kNone;
    };
    std::vector<T> m_items;
    std::vector<Mark> m_marks;
    std::uint32_t m_firstFree = kNone;
};

}  // namespace sluice
