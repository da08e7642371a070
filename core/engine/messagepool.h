#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "core/engine/topology/topology.h"
#include "core/trace/event.h"

namespace sluice {

/// A message that is somewhere: in a queue, on a link, in work. Its body is derived when somebody looks
/// (payloadOf).
struct Message {
    std::int64_t key = -1;
    TraceTime eventTime{};
    MessageId id = 0;
    MessageId parent = 0;
    std::uint32_t refs = 0;
    std::uint32_t request = kNone;  ///< the request it belongs to: it asks or answers it
    std::uint32_t client = kNone;   ///< at the beginning of its chain: the acting user's
    std::uint32_t link = kNone;     ///< the publish link it came to its broker by: its headers and priority
    std::uint16_t type = 0;
    std::uint16_t attempts = 0;             ///< failed ones, of this copy
    std::uint8_t flags = 0;                 ///< eventflag bits
    FailureKind cause = FailureKind::None;  ///< of the last failure: why it may become a dead letter
};

/// Messages by slot, counted references, freed slots first. Slots are the payload handles of the brokers.
class MessagePool {
public:
    std::uint32_t add(const Message& message) {
        std::uint32_t slot;
        if (m_free.empty()) {
            slot = static_cast<std::uint32_t>(m_messages.size());
            m_messages.push_back(message);
        } else {
            slot = m_free.back();
            m_free.pop_back();
            m_messages[slot] = message;
        }
        m_messages[slot].refs = 1;
        return slot;
    }
    [[nodiscard]] Message& at(std::uint32_t slot) { return m_messages[slot]; }
    [[nodiscard]] const Message& at(std::uint32_t slot) const { return m_messages[slot]; }
    void hold(std::uint32_t slot) { ++m_messages[slot].refs; }
    [[nodiscard]] std::uint32_t holders(std::uint32_t slot) const { return m_messages[slot].refs; }
    /// True when that was the last reference; the slot's content stays readable until the next add().
    bool release(std::uint32_t slot) {
        assert(m_messages[slot].refs > 0);
        if (--m_messages[slot].refs > 0)
            return false;
        m_free.push_back(slot);
        return true;
    }
    [[nodiscard]] std::size_t inFlight() const { return m_messages.size() - m_free.size(); }

private:
    std::vector<Message> m_messages;
    std::vector<std::uint32_t> m_free;
};

/// Records by index, freed ones first, with a generation that tells an old index from a new one: odd while it
/// is taken.
template <class T>
class Pool {
public:
    std::uint32_t add(const T& value) {
        std::uint32_t index;
        if (m_free.empty()) {
            index = static_cast<std::uint32_t>(m_items.size());
            m_items.push_back(value);
            m_generations.push_back(1);
            return index;
        }
        index = m_free.back();
        m_free.pop_back();
        m_items[index] = value;
        ++m_generations[index];
        return index;
    }
    void remove(std::uint32_t index) {
        assert(m_generations[index] % 2 == 1);
        ++m_generations[index];
        m_free.push_back(index);
    }
    [[nodiscard]] T& at(std::uint32_t index) { return m_items[index]; }
    [[nodiscard]] const T& at(std::uint32_t index) const { return m_items[index]; }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(m_items.size()); }
    [[nodiscard]] bool isTaken(std::uint32_t index) const { return m_generations[index] % 2 == 1; }
    [[nodiscard]] std::uint32_t generation(std::uint32_t index) const { return m_generations[index]; }
    [[nodiscard]] bool isCurrent(std::uint32_t index, std::uint32_t generation) const {
        return m_generations[index] == generation;
    }

private:
    std::vector<T> m_items;
    std::vector<std::uint32_t> m_generations;
    std::vector<std::uint32_t> m_free;
};

}  // namespace sluice
