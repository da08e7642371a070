#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// A digest of events in their order. Elements enter by the hash of their id, not by their index, so that a
/// drawing with one more unconnected element keeps its fingerprint.
class Fingerprint {
public:
    explicit Fingerprint(const EntityTable& table);

    void add(const TraceEvent& event) {
        std::uint64_t peer = event.peer;
        switch (event.kind) {
            case EventKind::Delivered:
            case EventKind::DeadLettered:
            case EventKind::Redriven:
                peer = hashOfEntity(event.peer);
                break;
            default:
                break;
        }
        const std::uint64_t a = static_cast<std::uint64_t>(event.at.count()) ^ hashOfEntity(event.subject);
        const std::uint64_t b = static_cast<std::uint64_t>(event.value) ^ (peer << 32U) ^ (peer >> 32U);
        const std::uint64_t c = (static_cast<std::uint64_t>(event.message) << 32U) |
                                (static_cast<std::uint64_t>(event.detail) << 16U) |
                                (static_cast<std::uint64_t>(event.kind) << 8U) | event.marks;
        // Three independent products, and one in the chain from event to event.
        const std::uint64_t words = a * 0x9e3779b97f4a7c15ULL ^ std::rotl(b * 0xbf58476d1ce4e5b9ULL, 21) ^
                                    std::rotl(c * 0x94d049bb133111ebULL, 42);
        m_value = fold(m_value + words, 0xd6e8feb86659fd93ULL ^ words);
    }
    [[nodiscard]] std::uint64_t value() const { return m_value; }

private:
    /// The two halves of the 128-bit product, folded: one multiplication mixes both inputs.
    static std::uint64_t fold(std::uint64_t x, std::uint64_t y) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(x) * y;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }
    [[nodiscard]] std::uint64_t hashOfEntity(EntityId id) const {
        return id < m_hashes.size() ? m_hashes[id] : id;
    }

    std::vector<std::uint64_t> m_hashes;
    std::uint64_t m_value = 0x736c75696365ULL;
};

}  // namespace sluice
