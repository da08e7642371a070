#pragma once

#include <cstdint>
#include <vector>

#include "core/engine/queuebroker/brokerindex.h"

namespace sluice {

using EnvelopeIndex = BrokerIndex<struct EnvelopeTag>;

/// What all messages of one kind that go one way have in common.
struct Envelope {
    static constexpr std::uint32_t kNoTtl = 0xffffffff;

    RoutingKeyIndex exchange{};  ///< the exchange's name, which outlives it
    RoutingKeyIndex key{};
    std::uint32_t size = 0;      ///< bytes of the body
    std::uint32_t ttl = kNoTtl;  ///< the message's own, in milliseconds, until it is dead-lettered

    bool operator==(const Envelope&) const = default;
};

/// Each envelope once, so that a message carries 4 bytes instead of 16: a drawing has about as many as links.
/// They are kept for good. Owned by QueueBroker.
class Envelopes {
public:
    [[nodiscard]] const Envelope& operator[](EnvelopeIndex index) const { return m_envelopes[index.value]; }

    EnvelopeIndex intern(const Envelope& envelope) {
        std::size_t place = hashOf(envelope) & m_mask;
        while (m_table[place].valid() && !(m_envelopes[m_table[place].value] == envelope))
            place = (place + 1) & m_mask;
        if (m_table[place].valid())
            return m_table[place];
        const EnvelopeIndex index{static_cast<std::uint32_t>(m_envelopes.size())};
        m_envelopes.push_back(envelope);
        m_table[place] = index;
        if (2 * m_envelopes.size() > m_mask)
            grow();
        return index;
    }

private:
    static std::size_t hashOf(const Envelope& envelope) {
        const std::uint64_t way =
            static_cast<std::uint64_t>(envelope.exchange.value) << 32U | envelope.key.value;
        const std::uint64_t body = static_cast<std::uint64_t>(envelope.ttl) << 32U | envelope.size;
        const std::uint64_t product = (way ^ body * 0x9e3779b97f4a7c15ULL) * 0xd6e8feb86659fd93ULL;
        return static_cast<std::size_t>(product ^ product >> 32U);
    }
    void grow() {
        m_mask = 2 * m_mask + 1;
        m_table.assign(m_mask + 1, {});
        for (std::uint32_t i = 0; i < m_envelopes.size(); ++i) {
            std::size_t place = hashOf(m_envelopes[i]) & m_mask;
            while (m_table[place].valid())
                place = (place + 1) & m_mask;
            m_table[place] = EnvelopeIndex{i};
        }
    }

    std::vector<Envelope> m_envelopes;
    std::vector<EnvelopeIndex> m_table = std::vector<EnvelopeIndex>(64);  ///< open addressing, half empty
    std::size_t m_mask = 63;
};

}  // namespace sluice
