#include "core/record/recording.h"

#include <fmt/format.h>

#include "core/record/blockchunk.h"
#include "core/record/recordingindex.h"
#include "core/record/recordingnotes.h"
#include "core/trace/blockcodec.h"

namespace sluice {

using namespace recordingformat;

namespace {

/// The events of a chunk after the last block, when they follow those before.
bool takeTail(std::span<const std::uint8_t> chunk, std::size_t blocks, StoredTrace& trace) {
    ByteReader in(chunk);
    const auto first = in.fixed<Sequence>();
    const TraceTime horizon(in.fixed<std::int64_t>());
    auto events = decodeBlock(in.rest());
    if (!events || first != blocks * kBlockEvents + trace.tail.size() ||
        trace.tail.size() + events->size() >= kBlockEvents)
        return false;
    const TraceTime before = !trace.tail.empty()     ? trace.tail.back().at
                             : !trace.blocks.empty() ? trace.blocks.back().index.lastTime
                                                     : events->front().at;
    if (events->front().at < before)
        return false;
    trace.tail.insert(trace.tail.end(), events->begin(), events->end());
    trace.horizon = std::max({trace.horizon, horizon, trace.tail.back().at});
    return true;
}

/// What is found by going from chunk to chunk.
struct Found {
    StoredTrace trace;
    std::vector<StatePlace> states;
    std::optional<RunNotes> notes{};  ///< the last
    bool complete = false;
    std::uint64_t end = 0;  ///< where the last whole chunk ends; when complete, the index
};

/// Takes over what a chunk says; false when it does not fit those before it.
bool take(Found& found, Chunk kind, std::vector<std::uint8_t> bytes, std::uint64_t offset) {
    const auto place = static_cast<std::int64_t>(offset);
    switch (kind) {
        case Chunk::Block: {
            ByteReader in(bytes);
            const BlockIndex index = takeBlockIndex(in);
            if (!in.good() || !follows(found.trace.blocks, index))
                return false;
            found.trace.blocks.push_back(StoredBlock{index, place, in.left()});
            found.trace.tail.clear();
            found.trace.horizon = std::max(found.trace.horizon, index.lastTime);
            return true;
        }
        case Chunk::State: {
            const auto state = statePlace(bytes, place);
            if (!state || !follows(found.states, *state, found.trace.blocks.size()))
                return false;
            found.states.push_back(*state);
            return true;
        }
        case Chunk::Tail:
            return takeTail(bytes, found.trace.blocks.size(), found.trace);
        case Chunk::Index: {
            const auto index = readRecordingIndex(bytes);
            if (!index)
                return false;
            found.trace.horizon = std::max(found.trace.horizon, index->horizon);
            found.trace.outcome = index->outcome;
            found.complete = true;
            return true;
        }
        case Chunk::Notes:
            if (auto notes = notesFromChunk(bytes))
                found.notes = std::move(notes);
            return true;
        case Chunk::Info:
            return false;
    }
    return true;  // of a kind that a later version adds
}

Found search(const RecordingFile& file, std::uint64_t from) {
    Found found;
    found.end = from;
    while (!found.complete) {
        const auto header = file.header(found.end);
        auto bytes = header ? file.chunk(found.end, header->kind) : std::nullopt;
        if (!bytes)
            break;
        const std::uint64_t size = sizeof(ChunkHeader) + bytes->size();
        if (!take(found, header->kind, std::move(*bytes), found.end))
            break;
        found.end += size;
    }
    return found;
}

/// What the index says; nothing when there is none, or it does not fit the file.
std::optional<Found> lookUp(const RecordingFile& file) {
    Footer footer;
    const std::uint64_t size = file.size();
    if (size < sizeof(footer) || !file.read(size - sizeof(footer), &footer, sizeof(footer)) ||
        footer.magic != kEndMagic)
        return std::nullopt;
    const auto bytes = file.chunk(footer.index, Chunk::Index);
    auto index = bytes ? readRecordingIndex(*bytes) : std::nullopt;
    if (!index)
        return std::nullopt;
    Found found;
    found.complete = true;
    found.end = footer.index + sizeof(ChunkHeader) + bytes->size();
    found.trace.blocks = std::move(index->blocks);
    found.states = std::move(index->states);
    for (const std::uint64_t tail : index->tails) {
        const auto chunk = file.chunk(tail, Chunk::Tail);
        if (!chunk || !takeTail(*chunk, found.trace.blocks.size(), found.trace))
            return std::nullopt;
    }
    found.trace.horizon = std::max(found.trace.horizon, index->horizon);
    found.trace.outcome = index->outcome;
    return found;
}

/// True when every block and state that the index names is there with the right checksum.
bool allThere(const RecordingFile& file, const Found& found) {
    for (const StoredBlock& block : found.trace.blocks) {
        if (!file.chunk(static_cast<std::uint64_t>(block.offset), Chunk::Block))
            return false;
    }
    for (const StatePlace& state : found.states) {
        if (!file.chunk(static_cast<std::uint64_t>(state.offset), Chunk::State))
            return false;
    }
    return true;
}

Error notWhole(const Found& found, const std::string& path, std::uint64_t size) {
    const std::string until = formatDuration(found.trace.horizon);
    if (found.end == size)
        return {ErrorCode::InvalidInput,
                fmt::format("the recording was not finished; it holds what happened until {}", until), path};
    return {ErrorCode::InvalidInput,
            fmt::format("the recording is cut off or damaged; what can be read of it ends at {}", until),
            path};
}

}  // namespace

Result<Recording> openRecording(const std::string& path) {
    const auto opened = RecordingFile::open(path);
    if (!opened)
        return opened.error();
    const std::shared_ptr<const RecordingFile>& file = *opened;
    Preamble preamble;
    if (!file->read(0, &preamble, sizeof(preamble)) || preamble.magic != kMagic)
        return Error{ErrorCode::InvalidInput, "is no recording of Sluice", path};
    if (preamble.version > kVersion)
        return Error{
            ErrorCode::Unsupported,
            fmt::format("the recording is of version {}, and this program reads up to {}: a newer Sluice "
                        "made it",
                        preamble.version, kVersion),
            path};
    const auto info = file->chunk(sizeof(preamble), Chunk::Info);
    Recording recording;
    auto header = info
                      ? readRecordingHeader(*info, recording.warnings)
                      : Error{ErrorCode::InvalidInput,
                              "the recording ends or is damaged before its first event: nothing can be shown",
                              {}};
    if (!header)
        return Error{header.error().code, header.error().text(), path};
    recording.header = std::move(*header);

    // Small files are read through, so that damage shows at once; in large ones a damaged block shows when it
    // is looked at.
    constexpr std::uint64_t kReadThrough = std::uint64_t{128} << 20U;
    std::optional<Found> found = lookUp(*file);
    if (found && file->size() <= kReadThrough && !allThere(*file, *found))
        found.reset();
    if (!found) {
        found = search(*file, sizeof(preamble) + sizeof(ChunkHeader) + info->size());
        const bool whole = found->complete && found->end + sizeof(Footer) <= file->size();
        if (!whole)
            recording.warnings.push_back(notWhole(*found, path, file->size()));
        if (!found->complete)
            found->trace.outcome = Error{ErrorCode::Cancelled, "the recording ends here", {}};
    }
    recording.complete = found->complete;
    if (found->complete) {
        if (auto later = notesAfterIndex(*file, found->end).notes)
            found->notes = std::move(later);
    }
    recording.notes = std::move(found->notes).value_or(RunNotes());
    found->trace.file = file;
    found->trace.states =
        std::make_shared<const RecordedStates>(file, recording.header.table, std::move(found->states));
    recording.store = std::make_shared<TraceStore>(recording.header.table, found->trace);
    return recording;
}

}  // namespace sluice
