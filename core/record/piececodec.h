#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/record/bytestream.h"
#include "core/trace/messageline.h"
#include "core/trace/transits.h"

namespace sluice {

/// The number of a piece of a message line or of transits (see MessageLine::Piece, Transits::Piece) in a
/// recording: from 0, each once.
using PieceId = std::uint64_t;
using Piece = MessageLine::Piece;
static_assert(std::is_same_v<Piece, Transits::Piece>);

/// A piece as it was read.
struct ReadPiece {
    /// Of what it is one; up to version 4 nobody wrote that down.
    enum class Of : std::uint8_t { Unknown, Line, Transits };
    std::shared_ptr<const Piece> numbers;  ///< null: there is none
    Of of = Of::Unknown;

    [[nodiscard]] bool isOfLine() const { return numbers && of != Of::Transits; }
    [[nodiscard]] bool isOfTransits() const {
        return numbers && (of == Of::Transits || (of == Of::Unknown && Transits::isPiece(*numbers)));
    }
};

/// How the pieces of a state stand in a recording: up to version 4 number by number, then packed by columns.
enum class PieceFormat : std::uint8_t { Numbers, Packed };

void putLinePiece(ByteWriter& out, const Piece& messages);
void putTransitsPiece(ByteWriter& out, const Piece& transits);
/// So many of those, one after the other. Nothing for other bytes, or when they would take more memory than
/// any recording of ours needs.
std::optional<std::vector<ReadPiece>> decodePieces(std::span<const std::uint8_t> bytes, std::uint64_t count,
                                                   PieceFormat format = PieceFormat::Packed);

/// Messages in a row, each as the difference from the one before.
void putMessages(ByteWriter& out, const Piece& messages);
Piece takeMessages(ByteReader& in);

/// Transits one after the other, in any order, packed by columns.
void putTransits(ByteWriter& out, std::span<const Transit> transits);
std::vector<Transit> takeTransits(ByteReader& in, std::uint64_t most);

}  // namespace sluice
