#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice {

/// A digest of events in their order. Elements enter by the hash of their id, not by their index, so that a
/// drawing with one more unconnected element keeps its fingerprint.
class Fingerprint {
public:
    explicit Fingerprint(const EntityTable& table);

    /// The digest `value` grows by these events.
    [[nodiscard]] std::uint64_t after(std::uint64_t value, std::span<const TraceEvent> events) const {
        const std::uint64_t* hashes = m_hashes.data();
        const std::size_t last = m_hashes.size() - 1;
        const auto hashOfEntity = [hashes, last](EntityId id) { return hashes[id < last ? id : last]; };
        for (const TraceEvent& event : events) {
            // Whose peer is an element or link.
            const bool namesEntity = event.kind == EventKind::Delivered ||
                                     event.kind == EventKind::DeadLettered ||
                                     event.kind == EventKind::Redriven;
            const std::uint64_t peer = namesEntity ? hashOfEntity(event.peer) : event.peer;
            const std::uint64_t a =
                static_cast<std::uint64_t>(event.at.count()) ^ hashOfEntity(event.subject);
            const std::uint64_t b = static_cast<std::uint64_t>(event.value) ^ std::rotl(peer, 32);
            const std::uint64_t c = (static_cast<std::uint64_t>(event.message) << 32U) |
                                    (static_cast<std::uint64_t>(event.detail) << 16U) |
                                    (static_cast<std::uint64_t>(event.kind) << 8U) | event.marks;
            // Three independent products, and one in the chain from event to event.
            const std::uint64_t words = a * 0x9e3779b97f4a7c15ULL ^ std::rotl(b * 0xbf58476d1ce4e5b9ULL, 21) ^
                                        std::rotl(c * 0x94d049bb133111ebULL, 42);
            value = fold(value + words, 0xd6e8feb86659fd93ULL ^ words);
        }
        return value;
    }

    static constexpr std::uint64_t kEmpty = 0x736c75696365ULL;

private:
    /// The two halves of the 128-bit product, folded: one multiplication mixes both inputs.
    static std::uint64_t fold(std::uint64_t x, std::uint64_t y) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(x) * y;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }

    std::vector<std::uint64_t> m_hashes;  ///< by entity, and kNoEntity's at the end
};

}  // namespace sluice
