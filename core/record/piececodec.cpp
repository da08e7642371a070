#include "core/record/piececodec.h"

#include <algorithm>

#include "core/record/packedcolumn.h"

namespace sluice {
namespace {

/// What a piece is of, before its numbers.
constexpr std::uint8_t kOfLine = 0;
constexpr std::uint8_t kOfTransits = 1;
/// In all pieces of one state: 128 MB. A column whose numbers are all alike takes no bytes, so bytes say
/// nothing of the memory.
constexpr std::uint64_t kMostNumbers = std::uint64_t{1} << 25U;

/// A transit in five columns: message, link, flags, departure, arrival.
constexpr std::size_t kTimesFrom = 3;
constexpr std::size_t kPackedColumns = 5;
static_assert(Transits::kColumns == kTimesFrom + 2 * (kPackedColumns - kTimesFrom));

/// Hands each number on, with its row and column.
template <class Take>
void takeColumns(ByteReader& in, std::size_t rows, const Take& take) {
    std::vector<std::uint64_t> column(rows);
    for (std::size_t number = 0; number < kPackedColumns && in.good(); ++number) {
        takeColumn(in, column);
        for (std::size_t row = 0; row < rows; ++row)
            take(row, number, column[row]);
    }
}

Piece takeLinePiece(ByteReader& in, std::size_t count) {
    std::vector<std::uint64_t> column(count);
    takeColumn(in, column);
    Piece messages(count);
    std::transform(column.begin(), column.end(), messages.begin(),
                   [](std::uint64_t message) { return static_cast<MessageId>(message); });
    return messages;
}

Piece takeTransitsPiece(ByteReader& in, std::size_t count) {
    Piece piece(count * Transits::kColumns);
    takeColumns(in, count, [&](std::size_t row, std::size_t column, std::uint64_t number) {
        if (column < kTimesFrom) {
            piece[column * count + row] = static_cast<std::uint32_t>(number);
            return;
        }
        const std::size_t lower = kTimesFrom + (column - kTimesFrom) * 2;
        piece[lower * count + row] = static_cast<std::uint32_t>(number);
        piece[(lower + 1) * count + row] = static_cast<std::uint32_t>(number >> 32U);
    });
    if (!Transits::isPiece(piece))
        in.fail();
    return piece;
}

}  // namespace

void putLinePiece(ByteWriter& out, const Piece& messages) {
    out.fixed(kOfLine);
    out.number(messages.size());
    putColumn(out, std::span<const std::uint32_t>(messages));
}

void putTransitsPiece(ByteWriter& out, const Piece& transits) {
    const std::span<const std::uint32_t> all(transits);
    const std::size_t count = all.size() / Transits::kColumns;
    out.fixed(kOfTransits);
    out.number(count);
    for (std::size_t column = 0; column < kTimesFrom; ++column)
        putColumn(out, all.subspan(column * count, count));
    std::vector<std::uint64_t> times(count);
    for (std::size_t column = kTimesFrom; column < Transits::kColumns; column += 2) {
        const auto lower = all.subspan(column * count, count);
        const auto upper = all.subspan((column + 1) * count, count);
        for (std::size_t i = 0; i < count; ++i)
            times[i] = std::uint64_t{upper[i]} << 32U | lower[i];
        putColumn(out, std::span<const std::uint64_t>(times));
    }
}

std::optional<std::vector<ReadPiece>> decodePieces(std::span<const std::uint8_t> bytes, std::uint64_t count,
                                                   PieceFormat format) {
    ByteReader in(bytes);
    if (count > in.left())
        return std::nullopt;
    std::vector<ReadPiece> pieces(static_cast<std::size_t>(count));
    std::uint64_t left = kMostNumbers;
    for (ReadPiece& piece : pieces) {
        Piece numbers;
        if (format == PieceFormat::Numbers) {
            numbers = takeMessages(in);
        } else {
            const auto of = in.fixed<std::uint8_t>();
            const std::uint64_t length = in.number();
            const std::uint64_t each = of == kOfTransits ? Transits::kColumns : 1;
            if (of > kOfTransits || length == 0 || length > left / each)
                return std::nullopt;
            left -= length * each;
            piece.of = of == kOfTransits ? ReadPiece::Of::Transits : ReadPiece::Of::Line;
            numbers = of == kOfTransits ? takeTransitsPiece(in, static_cast<std::size_t>(length))
                                        : takeLinePiece(in, static_cast<std::size_t>(length));
        }
        if (numbers.empty() || !in.good())
            return std::nullopt;
        piece.numbers = std::make_shared<const Piece>(std::move(numbers));
    }
    return in.left() == 0 ? std::optional(std::move(pieces)) : std::nullopt;
}

void putMessages(ByteWriter& out, const Piece& messages) {
    out.number(messages.size());
    MessageId last = 0;
    for (const MessageId message : messages) {
        out.signedNumber(static_cast<std::int32_t>(message - last));
        last = message;
    }
}

Piece takeMessages(ByteReader& in) {
    const std::uint64_t count = in.number();
    if (count > in.left()) {
        in.fail();
        return {};
    }
    Piece messages(static_cast<std::size_t>(count));
    MessageId last = 0;
    for (MessageId& message : messages) {
        last += static_cast<MessageId>(in.signedNumber());
        message = last;
    }
    return messages;
}

void putTransits(ByteWriter& out, std::span<const Transit> transits) {
    out.number(transits.size());
    if (transits.empty())
        return;
    std::vector<std::uint64_t> column(transits.size());
    const auto put = [&](const auto& numberOf) {
        std::transform(transits.begin(), transits.end(), column.begin(), numberOf);
        putColumn(out, std::span<const std::uint64_t>(column));
    };
    put([](const Transit& transit) { return std::uint64_t{transit.message}; });
    put([](const Transit& transit) { return std::uint64_t{transit.link}; });
    put([](const Transit& transit) { return std::uint64_t{transit.flags}; });
    put([](const Transit& transit) { return static_cast<std::uint64_t>(transit.departed.count()); });
    put([](const Transit& transit) { return static_cast<std::uint64_t>(transit.arrives.count()); });
}

std::vector<Transit> takeTransits(ByteReader& in, std::uint64_t most) {
    const std::uint64_t count = in.number();
    if (count > std::min(most, kMostNumbers / Transits::kColumns)) {
        in.fail();
        return {};
    }
    std::vector<Transit> transits(static_cast<std::size_t>(count));
    if (transits.empty())
        return transits;
    takeColumns(in, transits.size(), [&](std::size_t row, std::size_t column, std::uint64_t number) {
        Transit& transit = transits[row];
        switch (column) {
            case 0:
                transit.message = static_cast<MessageId>(number);
                break;
            case 1:
                transit.link = static_cast<EntityId>(number);
                break;
            case 2:
                transit.flags = static_cast<std::uint8_t>(number);
                break;
            case kTimesFrom:
                transit.departed = TraceTime(static_cast<std::int64_t>(number));
                break;
            default:
                transit.arrives = TraceTime(static_cast<std::int64_t>(number));
                break;
        }
    });
    return transits;
}

}  // namespace sluice
