#include "core/record/recording.h"

#include <fmt/format.h>

#include "core/record/compressed.h"
#include "core/record/recordingcontents.h"
#include "core/record/recordingnotes.h"
#include "core/trace/messagetexts.h"

namespace sluice {

using namespace recordingformat;

namespace {

Error notWhole(const RecordingContents& found, const std::string& path, std::uint64_t size) {
    const std::string until = formatDuration(found.trace.horizon);
    if (found.end == size)
        return {ErrorCode::InvalidInput,
                fmt::format("the recording was not finished; it holds what happened until {}", until), path};
    return {ErrorCode::InvalidInput,
            fmt::format("the recording is cut off or damaged; what can be read of it ends at {}", until),
            path};
}

/// The names with what the messages carried, as far as it can be read.
std::shared_ptr<const EntityTable> withTexts(const EntityTable& table, const RecordingFile& file,
                                             const std::vector<std::uint64_t>& chunks) {
    constexpr std::size_t kMostBytes = std::size_t{256} << 20U;
    auto own = std::make_shared<EntityTable>(table);
    own->texts = std::make_shared<MessageTexts>(kMostBytes);
    for (const std::uint64_t place : chunks) {
        const auto chunk = file.chunk(place, Chunk::Texts);
        const auto bytes = chunk ? uncompressed(*chunk, kMostInChunk) : std::nullopt;
        if (bytes)
            own->texts->take({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    }
    return own;
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

    // Small files are read through, so that damage shows at once.
    constexpr std::uint64_t kReadThrough = std::uint64_t{128} << 20U;
    RecordingContents found =
        readRecordingContents(*file, sizeof(preamble) + sizeof(ChunkHeader) + info->size(), kReadThrough);
    if (preamble.version > kVersionWithoutTexts)
        recording.header.table = withTexts(*recording.header.table, *file, found.texts);
    if (!found.finished)
        recording.warnings.push_back(notWhole(found, path, file->size()));
    if (!found.complete)
        found.trace.outcome = Error{ErrorCode::Cancelled, "the recording ends here", {}};
    recording.complete = found.complete;
    if (found.complete) {
        if (auto later = notesAfterIndex(*file, found.end).notes)
            found.notes = std::move(later);
    }
    recording.notes = std::move(found.notes).value_or(RunNotes());
    found.trace.file = file;
    found.trace.states = std::make_shared<const RecordedStates>(file, recording.header.table,
                                                                std::move(found.states), preamble.version);
    recording.store = std::make_shared<TraceStore>(recording.header.table, found.trace);
    return recording;
}

}  // namespace sluice
