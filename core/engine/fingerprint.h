#pragma once

#include <array>
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
        const EntityId mask = m_mask;
        const auto hashOfEntity = [hashes, mask](EntityId id) { return hashes[id & mask]; };
        for (const TraceEvent& event : events) {
            const std::uint64_t place =
                static_cast<std::uint64_t>(event.at.count()) ^ hashOfEntity(event.subject);
            const std::uint64_t what =
                static_cast<std::uint64_t>(event.value) * 0x9e3779b97f4a7c15ULL + event.message;
            // As they lie in memory: one read. A peer that is an element gives way to its hash; without a
            // branch, since kinds follow each other in no order that could be foreseen.
            const std::uint64_t rest = event.peer | static_cast<std::uint64_t>(event.detail) << 32U |
                                       static_cast<std::uint64_t>(event.kind) << 48U |
                                       static_cast<std::uint64_t>(event.marks) << 56U;
            const std::uint64_t instead =
                (hashOfEntity(event.peer) ^ event.peer) & kEntityMasks[static_cast<unsigned>(event.kind)];
            value = fold(value ^ place, what ^ rest ^ instead ^ 0xd6e8feb86659fd93ULL);
        }
        return value;
    }

    /// Bits of the kinds whose peer is an element or link.
    static constexpr std::uint64_t kNamesEntity =
        std::uint64_t{1} << static_cast<unsigned>(EventKind::Delivered) |
        std::uint64_t{1} << static_cast<unsigned>(EventKind::DeadLettered) |
        std::uint64_t{1} << static_cast<unsigned>(EventKind::Redriven);
    static_assert(kEventKindCount <= 64);
    /// By kind: all bits where the peer is an element or link, else none.
    static constexpr std::array<std::uint64_t, 64> kEntityMasks = [] {
        std::array<std::uint64_t, 64> masks{};
        for (unsigned kind = 0; kind < masks.size(); ++kind)
            masks[kind] = 0 - (kNamesEntity >> kind & 1U);
        return masks;
    }();

    static constexpr std::uint64_t kEmpty = 0x736c75696365ULL;

private:
    /// The two halves of the 128-bit product, folded: one multiplication mixes both inputs.
    static std::uint64_t fold(std::uint64_t x, std::uint64_t y) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(x) * y;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }

    std::vector<std::uint64_t> m_hashes;  ///< by entity, as long as a power of two; kNoEntity's at the end
    EntityId m_mask = 0;
};

}  // namespace sluice
