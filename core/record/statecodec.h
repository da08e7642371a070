#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/record/bytestream.h"
#include "core/trace/systemstate.h"

namespace sluice {

/// The number of a piece of a message line or of transits (see MessageLine::Piece, Transits::Piece) in a
/// recording: from 0, each once.
using PieceId = std::uint64_t;
using Piece = MessageLine::Piece;
static_assert(std::is_same_v<Piece, Transits::Piece>);

/// Writes states one after the other, each piece once: those that the last state had already are
/// named by their numbers, so a state costs what changed and not what waits. One thread at a time.
class StateEncoder {
public:
    struct Encoded {
        PieceId firstPiece = 0;  ///< the number of the first new one
        std::uint64_t pieceCount = 0;
        std::vector<std::uint8_t> pieces;  ///< the new ones
        std::vector<std::uint8_t> state;
    };
    Encoded encode(const SystemState& state);

private:
    struct Known {
        std::shared_ptr<const Piece> piece;
        PieceId id = 0;
    };
    void line(const MessageLine& line, std::vector<Known>& known);
    void transits(const Transits& transits, TraceTime at);
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

/// The pieces that StateEncoder::Encoded holds; nothing for bytes that are not its own.
std::optional<std::vector<std::shared_ptr<const Piece>>> decodePieces(std::span<const std::uint8_t> bytes,
                                                                      std::uint64_t count);

/// The state; `piece` gives a piece by its number, null when there is none. Nothing for bytes that are not
/// encode()'s, or not of this table. Lines hold no more messages than there were events.
std::optional<SystemState> decodeState(std::span<const std::uint8_t> bytes, const EntityTable& table,
                                       const std::function<std::shared_ptr<const Piece>(PieceId)>& piece);

}  // namespace sluice
