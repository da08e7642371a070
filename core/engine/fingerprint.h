#pragma once

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
        m_value = fold(m_value ^ a, b + 0x9e3779b97f4a7c15ULL) ^
                  fold(c + 0xbf58476d1ce4e5b9ULL, m_value + 0x94d049bb133111ebULL);
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
