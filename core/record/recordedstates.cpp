#include "core/record/recordedstates.h"

#include <algorithm>

#include "core/record/compressed.h"

namespace sluice {
namespace {

constexpr std::size_t kMostInState = std::size_t{64} << 20U;

struct StateChunk {
    StatePlace place;
    std::span<const std::uint8_t> pieces;
    std::span<const std::uint8_t> state;
};

std::optional<StateChunk> takeChunk(std::span<const std::uint8_t> bytes, std::int64_t offset) {
    ByteReader in(bytes);
    StateChunk chunk;
    chunk.place.offset = offset;
    chunk.place.next = in.number();
    chunk.place.firstPiece = in.number();
    chunk.place.pieceCount = in.number();
    chunk.pieces = in.bytes(in.number());
    chunk.state = in.rest();
    return in.good() ? std::optional(chunk) : std::nullopt;
}

}  // namespace

std::vector<std::uint8_t> stateHead(Sequence next, const StateEncoder::Encoded& encoded) {
    ByteWriter out;
    out.number(next);
    out.number(encoded.firstPiece);
    out.number(encoded.pieceCount);
    out.number(encoded.pieces.size());
    return out.take();
}

std::optional<StatePlace> statePlace(std::span<const std::uint8_t> chunk, std::int64_t offset) {
    const std::optional<StateChunk> found = takeChunk(chunk, offset);
    return found ? std::optional(found->place) : std::nullopt;
}

std::optional<std::vector<ReadPiece>> RecordedStates::newPieces(const StatePlace& place) const {
    constexpr std::uint32_t kFirstPacked = 5;
    const auto bytes = m_file->chunk(static_cast<std::uint64_t>(place.offset), recordingformat::Chunk::State);
    const auto chunk = bytes ? takeChunk(*bytes, place.offset) : std::nullopt;
    if (!chunk)
        return std::nullopt;
    if (m_version >= kFirstPacked)
        return decodePieces(chunk->pieces, place.pieceCount);
    const auto raw = uncompressed(chunk->pieces, kMostInState);
    return raw ? decodePieces(*raw, place.pieceCount, PieceFormat::Numbers) : std::nullopt;
}

ReadPiece RecordedStates::piece(PieceId id) const {
    if (const auto known = m_pieces.find(id); known != m_pieces.end()) {
        if (auto numbers = known->second.numbers.lock())
            return {std::move(numbers), known->second.of};
    }
    const auto after =
        std::upper_bound(m_places.begin(), m_places.end(), id,
                         [](PieceId wanted, const StatePlace& p) { return wanted < p.firstPiece; });
    // Some states have no piece of their own: the last one that begins at or before the number may be such.
    for (auto at = after; at != m_places.begin();) {
        --at;
        if (at->pieceCount == 0)
            continue;
        if (id - at->firstPiece >= at->pieceCount)
            return {};
        const auto pieces = newPieces(*at);
        if (!pieces)
            return {};
        for (std::size_t i = 0; i < pieces->size(); ++i) {
            m_pieces[at->firstPiece + i] = {(*pieces)[i].numbers, (*pieces)[i].of};
            m_held.push_back((*pieces)[i].numbers);
        }
        return (*pieces)[static_cast<std::size_t>(id - at->firstPiece)];
    }
    return {};
}

std::shared_ptr<const SystemState> RecordedStates::load(std::size_t index) const {
    const StatePlace& place = m_places[index];
    const auto bytes = m_file->chunk(static_cast<std::uint64_t>(place.offset), recordingformat::Chunk::State);
    const auto chunk = bytes ? takeChunk(*bytes, place.offset) : std::nullopt;
    const auto raw = chunk ? uncompressed(chunk->state, kMostInState) : std::nullopt;
    if (!raw)
        return nullptr;
    auto state = decodeState(*raw, *m_table, [this](PieceId id) { return piece(id); });
    m_held.clear();
    std::erase_if(m_pieces, [](const auto& known) { return known.second.numbers.expired(); });
    if (!state || state->next != place.next)
        return nullptr;
    return std::make_shared<const SystemState>(std::move(*state));
}

std::shared_ptr<const SystemState> RecordedStates::before(Sequence end) const {
    const auto after = std::upper_bound(m_places.begin(), m_places.end(), end,
                                        [](Sequence wanted, const StatePlace& p) { return wanted < p.next; });
    auto index = static_cast<std::size_t>(after - m_places.begin());
    const std::scoped_lock lock(m_mutex);
    // A state that cannot be read is as good as none: the one before serves.
    while (index > 0) {
        --index;
        const auto recent = std::find_if(m_recent.begin(), m_recent.end(),
                                         [index](const auto& entry) { return entry.first == index; });
        if (recent != m_recent.end()) {
            m_recent.splice(m_recent.begin(), m_recent, recent);
            return m_recent.front().second;
        }
        if (auto state = load(index)) {
            m_recent.emplace_front(index, state);
            if (m_recent.size() > kKept)
                m_recent.pop_back();
            return state;
        }
    }
    return nullptr;
}

}  // namespace sluice
