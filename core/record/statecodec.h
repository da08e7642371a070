#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/record/bytestream.h"
#include "core/record/piececodec.h"
#include "core/trace/systemstate.h"

namespace sluice {

/// Writes states one after the other, each piece once: those that the last state had already are
/// named by their numbers, so a state costs what changed and not what waits. One thread at a time.
class StateEncoder {
public:
    struct Encoded {
        PieceId firstPiece = 0;  ///< the number of the first new one
        std::uint64_t pieceCount = 0;
        std::vector<std::uint8_t> pieces;  ///< the new ones, PieceFormat::Packed
        std::vector<std::uint8_t> state;
    };
    Encoded encode(const SystemState& state);
    /// In the memory of an earlier one: to get it anew takes longer than to fill it.
    void encode(const SystemState& state, Encoded& into);

private:
    struct Known {
        std::shared_ptr<const Piece> piece;
        PieceId id = 0;
    };
    void line(const MessageLine& line, std::vector<Known>& known);
    void transits(const Transits& transits);
    void entity(const EntityState& entity, TraceTime at);
    void reports(const SystemState& state);
    void alerts(const SystemState& state);

    std::vector<Known> m_knownTransits;
    std::vector<std::vector<Known>> m_known;  ///< by entity: the pieces of the last state, held so that no
                                              ///< other comes to lie where they are
    PieceId m_next = 0;
    ByteWriter m_pieces;
    ByteWriter m_state;
};

/// The state, of this version or one before; `piece` gives a piece by its number. Nothing for bytes that are
/// not encode()'s, or not of this table. Lines hold no more messages than there were events, and no more are
/// on their way.
std::optional<SystemState> decodeState(std::span<const std::uint8_t> bytes, const EntityTable& table,
                                       const std::function<ReadPiece(PieceId)>& piece);

}  // namespace sluice
