#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/record/recordingfile.h"
#include "core/record/statecodec.h"

namespace sluice {

/// Where a state stands in a recording.
struct StatePlace {
    Sequence next = 0;  ///< the first event that is not in it
    std::int64_t offset = 0;
    PieceId firstPiece = 0;
    std::uint64_t pieceCount = 0;
};

/// The beginning of a state's chunk: its place but for the offset. The new pieces follow, and the state,
/// compressed.
std::vector<std::uint8_t> stateHead(Sequence next, const StateEncoder::Encoded& encoded);
/// What stands at its beginning. Nothing for bytes that are no such chunk.
std::optional<StatePlace> statePlace(std::span<const std::uint8_t> chunk, std::int64_t offset);

/// The states of a recording, read as they are wanted; the last ones are kept. Any thread.
class RecordedStates : public StateFile {
public:
    /// `places` by `next`, which rises; `version` is that of the file.
    RecordedStates(std::shared_ptr<const RecordingFile> file, std::shared_ptr<const EntityTable> table,
                   std::vector<StatePlace> places, std::uint32_t version)
        : m_file(std::move(file)),
          m_table(std::move(table)),
          m_places(std::move(places)),
          m_version(version) {}

    [[nodiscard]] std::shared_ptr<const SystemState> before(Sequence end) const override;

private:
    [[nodiscard]] std::shared_ptr<const SystemState> load(std::size_t index) const;
    [[nodiscard]] ReadPiece piece(PieceId id) const;
    [[nodiscard]] std::optional<std::vector<ReadPiece>> newPieces(const StatePlace& place) const;

    static constexpr std::size_t kKept = 4;

    const std::shared_ptr<const RecordingFile> m_file;
    const std::shared_ptr<const EntityTable> m_table;
    const std::vector<StatePlace> m_places;
    const std::uint32_t m_version;
    mutable std::mutex m_mutex;
    mutable std::list<std::pair<std::size_t, std::shared_ptr<const SystemState>>> m_recent;
    /// Pieces that a state in use holds, and those of the chunks just read.
    struct Read {
        std::weak_ptr<const Piece> numbers;
        ReadPiece::Of of = ReadPiece::Of::Unknown;
    };
    mutable std::unordered_map<PieceId, Read> m_pieces;
    mutable std::vector<std::shared_ptr<const Piece>> m_held;
};

}  // namespace sluice
