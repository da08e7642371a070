#pragma once

#include <array>
#include <cstdint>

#include "core/trace/event.h"

namespace sluice {

/// Guesses each field of the next event of a trace from those before it, so that only what is news needs to
/// be written down. Whoever writes and whoever reads keep one each and tell it the same events, field by
/// field: begin(), place(), peer(), message(), end(). A wrong guess costs bytes, never correctness, so
/// contexts may share a slot. No branch depends on what the events are: the processor could not foresee it.
/// Made where it is used, so that its own few fields stay in registers.
class EventPredictor {
public:
    struct Last {
        std::int64_t value = 0;
        std::uint32_t peer = 0;
        MessageId message = 0;
        std::uint16_t detail = 0;
    };
    static constexpr std::size_t kFew = 1024;
    static constexpr std::uint32_t kMany = 4096;

    /// What it remembers; the slots are shared.
    struct Memory {
        std::array<EntityId, kFew> subjects;        ///< by the subject before and the kind
        std::array<Last, kFew> last;                ///< by subject, kind and partition
        std::array<MessageId, kFew> working;        ///< by subject and instance
        std::array<std::int64_t, kMany + 1> begun;  ///< when, by subject and message; one more for nothing
        void clear();
    };

    /// Knows nothing yet: forgets what is in the memory.
    explicit EventPredictor(Memory& memory) : m_memory(memory) { memory.clear(); }

    void begin(EventKind kind) {
        m_rules = &kRules[static_cast<std::size_t>(kind)];
        m_after = &m_memory.subjects[slot(m_subjectHash + m_rules->hash)];
    }
    [[nodiscard]] EntityId likelySubject() const { return *m_after; }

    void place(EntityId subject, TraceTime at) {
        *m_after = subject;
        m_subjectHash = subject * kFirst;
        m_same = at == m_at ? ~0U : 0U;
        m_at = at;
        m_slot = slot(m_subjectHash + m_rules->hash);
    }
    [[nodiscard]] std::uint32_t likelyPeer() const {
        return chosen(m_rules->partitioned, m_partition, m_memory.last[m_slot].peer);
    }
    [[nodiscard]] std::uint16_t likelyDetail() const { return m_memory.last[m_slot].detail; }

    void peer(std::uint32_t peer, std::uint16_t detail) {
        m_memory.last[m_slot].peer = peer;
        m_memory.last[m_slot].detail = detail;
        m_partition = chosen(m_rules->partitioned, peer, m_partition);
        m_work = slot(m_subjectHash + peer * kSecond);
        m_slot = slot(m_subjectHash + m_rules->hash + (peer & m_rules->partitioned) * kSecond);
    }
    [[nodiscard]] MessageId likelyMessage() {
        // What happens at one instant is as a rule one message's doing; what happens later is another's, and
        // in one place messages follow each other.
        m_messages[0] = chosen(m_same, m_message, m_memory.last[m_slot].message + 1);
        m_messages[kWorking] = m_memory.working[m_work];
        return m_messages[m_rules->message];
    }

    void message(MessageId message) {
        m_memory.last[m_slot].message = message;
        m_message = chosen(m_rules->named, message, m_message);
        m_messages[kNew] = chosen(m_rules->creates, message + 1, m_messages[kNew]);
        m_memory.working[m_work] = chosen(m_rules->starts, message, m_memory.working[m_work]);
        const std::size_t slot = static_cast<std::size_t>((m_subjectHash + message * kSecond) >> 52U);
        m_elapsed = m_at.count() - m_memory.begun[slot];
        m_memory.begun[chosen(m_rules->begins, static_cast<std::uint32_t>(slot), kMany)] = m_at.count();
    }
    [[nodiscard]] std::uint64_t likelyValue() const {
        return (static_cast<std::uint64_t>(m_memory.last[m_slot].value) & m_rules->last) +
               (static_cast<std::uint64_t>(m_elapsed) & m_rules->elapsed) + m_rules->plus;
    }

    void end(std::int64_t value) { m_memory.last[m_slot].value = value; }

private:
    static constexpr std::uint32_t kYes = ~0U;
    // Which message is likely.
    static constexpr std::uint32_t kOther = 0;  ///< the event before's, or the next in this place
    static constexpr std::uint32_t kNew = 1;
    static constexpr std::uint32_t kWorking = 2;
    static constexpr std::uint32_t kNone = 3;

    /// How the fields of a kind of event come about.
    struct Rules {
        std::uint64_t hash = 0;
        std::uint64_t last = ~std::uint64_t{0};  ///< mask: the value is near the one before
        std::uint64_t elapsed = 0;               ///< mask: it is the time since another event
        std::uint64_t plus = 0;
        // Masks too.
        std::uint32_t partitioned = 0;  ///< peer is a partition, and each has values of its own
        std::uint32_t named = kYes;     ///< it is about a message
        std::uint32_t creates = 0;      ///< a new one
        std::uint32_t begins = 0;       ///< a later event tells the time since this one
        std::uint32_t starts = 0;       ///< its message is worked on, by instance `peer`
        std::uint32_t message = kOther;
    };

    static constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15ULL;
    static constexpr std::uint64_t kSecond = 0xd6e8feb86659fd93ULL;

    static constexpr std::array<Rules, kEventKindCount> makeRules();
    static const std::array<Rules, kEventKindCount> kRules;

    static std::uint32_t chosen(std::uint32_t mask, std::uint32_t yes, std::uint32_t no) {
        return (yes & mask) | (no & ~mask);
    }
    static std::size_t slot(std::uint64_t hash) { return static_cast<std::size_t>(hash >> 54U); }

    const Rules* m_rules = nullptr;
    EntityId* m_after = nullptr;
    std::uint64_t m_subjectHash = 0;
    std::size_t m_slot = 0;
    std::size_t m_work = 0;
    std::uint32_t m_same = 0;  ///< mask: at the instant of the event before
    TraceTime m_at{};
    std::int64_t m_elapsed = 0;
    MessageId m_message = 0;  ///< the last that was named
    std::uint32_t m_partition = 0;
    std::array<MessageId, 4> m_messages{0, 1, 0, 0};
    Memory& m_memory;
};

}  // namespace sluice
