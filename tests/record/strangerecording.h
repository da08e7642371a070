#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "core/incident/incident.h"
#include "core/metrics/outcome.h"
#include "core/record/crc32.h"
#include "core/record/recording.h"
#include "core/record/recordingfile.h"
#include "core/record/statecodec.h"
#include "core/trace/blockcodec.h"

namespace sluice {

/// Makes the checksums fit, so that what lies behind them is reached, and appends the footer that says where
/// the index is.
inline std::vector<std::uint8_t> mended(const std::uint8_t* data, std::size_t size) {
    using namespace recordingformat;
    std::vector<std::uint8_t> bytes(data, data + size);
    std::size_t at = sizeof(Preamble);
    std::size_t index = 0;
    while (at + sizeof(ChunkHeader) <= bytes.size()) {
        ChunkHeader header;
        std::memcpy(&header, bytes.data() + at, sizeof(header));
        const std::size_t left = bytes.size() - at - sizeof(header);
        header.marker = kMarker;
        if (header.size > left)
            header.size = left;
        header.crc = crc32({bytes.data() + at + sizeof(header), static_cast<std::size_t>(header.size)});
        header.headerCrc =
            crc32({reinterpret_cast<const std::uint8_t*>(&header), offsetof(ChunkHeader, headerCrc)});
        std::memcpy(bytes.data() + at, &header, sizeof(header));
        if (header.kind == Chunk::Index)
            index = at;
        at += sizeof(header) + static_cast<std::size_t>(header.size);
    }
    if (index > 0) {
        Footer footer;
        footer.index = index;
        const auto* const raw = reinterpret_cast<const std::uint8_t*>(&footer);
        bytes.insert(bytes.end(), raw, raw + sizeof(footer));
    }
    return bytes;
}

inline void look(const Recording& recording) {
    const TraceStore& store = *recording.store;
    for (int i = 0; i <= 4; ++i)
        static_cast<void>(store.stateAt(store.horizon() / 4 * i));
    for (const MessageId id : {1U, 2U, 17U, 0xffffffffU}) {
        static_cast<void>(store.message(id));
        static_cast<void>(store.eventsOf(id));
        static_cast<void>(store.consequencesOf(id));
    }
    OutcomeCollector outcome(store.sharedTable());
    IncidentCollector incidents(store.sharedTable());
    const std::vector<TraceEvent> events = store.read(0, store.size());
    outcome.accept(events, store.horizon());
    incidents.accept(events, store.horizon());
    outcome.finish(store.outcome());
    incidents.finish(store.outcome());
    static_cast<void>(judge(outcome.outcome(), recording.header.scenario.expectations));
    static_cast<void>(incidents.incidents());
}

/// Bytes as a state and the pieces that it names, past checksums and compression: what opens can go on, and
/// be written and read again. What is not so, in words.
inline std::string brokenByState(std::span<const std::uint8_t> bytes) {
    static const EntityTable table = [] {
        EntityTable made;
        made.entities.resize(3);
        made.entities[0].elementKind = ElementKind::Queue;
        made.entities[1].elementKind = ElementKind::Topic;
        made.entities[1].partitions = 2;
        made.entities[2].isLink = true;
        made.entities[2].linkKind = LinkKind::Consume;
        made.entities[2].from = 1;
        made.entities[2].to = 0;
        return made;
    }();
    if (bytes.size() < 3)
        return {};
    const std::size_t cut = std::min<std::size_t>(bytes[0] | (bytes[1] & 0x7fU) << 8U, bytes.size() - 3);
    // Nobody has a state of so many events here; the memory that it may take follows from them.
    ByteReader beginning(bytes.subspan(3 + cut));
    static_cast<void>(beginning.signedNumber());
    if (constexpr std::uint64_t kMostEvents = 1'000'000; beginning.number() > kMostEvents)
        return {};
    const auto format = (bytes[1] & 0x80U) != 0 ? PieceFormat::Numbers : PieceFormat::Packed;
    const auto pieces = decodePieces(bytes.subspan(3, cut), bytes[2], format);
    auto state = decodeState(bytes.subspan(3 + cut), table, [&](PieceId id) {
        return pieces && id < pieces->size() ? (*pieces)[id] : ReadPiece{};
    });
    if (!state)
        return {};
    StateEncoder encoder;
    const StateEncoder::Encoded encoded = encoder.encode(*state);
    const auto written = decodePieces(encoded.pieces, encoded.pieceCount);
    const auto again =
        written ? decodeState(encoded.state, table,
                              [&](PieceId id) { return id < written->size() ? (*written)[id] : ReadPiece{}; })
                : std::nullopt;
    if (!again || !(again->transits == state->transits))
        return "a state that was read is written as another one";
    state->advanceTo(TraceTime::max());
    if (state->transits.begin() != state->transits.end())
        return "somebody is on the way for ever";
    return {};
}

/// A recording from a stranger: whatever its bytes, it opens or says why not, and what opens can be looked
/// at. The first byte chooses whether the checksums are mended. What is not so, in words; empty: all is well.
inline std::string brokenByRecording(const std::uint8_t* data, std::size_t size) {
    if (size < 1)
        return {};
    static const int file = ::memfd_create("recording", MFD_CLOEXEC);
    static const std::string path = "/proc/self/fd/" + std::to_string(file);
    const std::vector<std::uint8_t> bytes =
        (data[0] & 1U) != 0 ? mended(data + 1, size - 1) : std::vector<std::uint8_t>(data + 1, data + size);
    static_cast<void>(decodeBlock({data + 1, size - 1}));
    if (std::string broken = brokenByState({data + 1, size - 1}); !broken.empty())
        return broken;
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, bytes.data(), bytes.size(), 0) < 0)
        return {};
    const auto recording = openRecording(path);
    if (recording)
        look(*recording);
    else if (recording.error().sentence.empty())
        return "it is refused without a reason";
    return {};
}

}  // namespace sluice
