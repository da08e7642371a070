#include "core/record/recordingcontents.h"

#include <algorithm>
#include <limits>

#include "core/record/blockchunk.h"
#include "core/record/recordingindex.h"
#include "core/record/recordingnotes.h"
#include "core/trace/blockarchive.h"
#include "core/trace/blockcodec.h"

namespace sluice {

using namespace recordingformat;

namespace {

TraceTime lastKnown(const StoredTrace& trace) {
    if (!trace.tail.empty())
        return trace.tail.back().at;
    return trace.blocks.empty() ? TraceTime::zero() : trace.blocks.back().index.lastTime;
}

/// Where the next chunk begins whose header is whole; the file's end when there is none.
std::uint64_t nextHeader(const RecordingFile& file, std::uint64_t from) {
    const std::uint64_t end = file.size();
    std::vector<std::uint8_t> window(std::size_t{1} << 20U);
    while (from + sizeof(ChunkHeader) <= end) {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(window.size(), end - from));
        if (!file.read(from, window.data(), size))
            return end;
        const auto* const begin = reinterpret_cast<const std::uint8_t*>(&kMarker);
        const auto stop = window.begin() + static_cast<std::ptrdiff_t>(size);
        for (auto at = window.begin(); at != stop; ++at) {
            at = std::search(at, stop, begin, begin + sizeof(kMarker));
            if (at == stop)
                break;
            const std::uint64_t place = from + static_cast<std::uint64_t>(at - window.begin());
            if (file.header(place))
                return place;
        }
        // A marker may lie across the edge.
        from += size - std::min(size - 1, sizeof(kMarker) - 1);
    }
    return end;
}

/// Goes from chunk to chunk.
class Search {
public:
    Search(const RecordingFile& file, std::uint64_t from) : m_file(file) { m_found.end = from; }

    RecordingContents run(std::uint64_t readThrough);

private:
    bool lookUp();
    void walk();
    /// Every block that the index names, so that damage shows at once.
    void readThrough();
    bool take(Chunk kind, const std::vector<std::uint8_t>& bytes, std::uint64_t offset);
    bool takeBlock(const BlockIndex& index, std::int64_t offset, std::size_t size);
    bool takeState(const StatePlace& state);
    bool takeTail(std::span<const std::uint8_t> chunk);
    void takeIndex(RecordingIndex index);

    const RecordingFile& m_file;
    RecordingContents m_found;
    std::optional<TimeRange> m_tailGap{};  ///< of the events that no block holds yet
    std::uint64_t m_passedOver = 0;        ///< damaged bytes since the last block
};

/// Blocks that lay where the file is damaged are missing before this one: they are there without their
/// events.
bool Search::takeBlock(const BlockIndex& index, std::int64_t offset, std::size_t size) {
    std::vector<StoredBlock>& blocks = m_found.trace.blocks;
    const std::uint64_t number = index.first / kBlockEvents;
    const std::uint64_t missing = number > blocks.size() ? number - blocks.size() : 0;
    if (missing > m_passedOver / (sizeof(ChunkHeader) + kBlockIndexBytes))
        return false;
    BlockIndex lost;
    lost.count = kBlockEvents;
    lost.firstTime =
        blocks.empty() ? std::min(TraceTime::zero(), index.firstTime) : blocks.back().index.lastTime;
    lost.lastTime = index.firstTime;
    lost.highestCreated = blocks.empty() ? 0 : blocks.back().index.highestCreated;
    const std::size_t before = blocks.size();
    for (std::uint64_t i = 0; i < missing; ++i) {
        lost.first = blocks.size() * kBlockEvents;
        blocks.push_back({lost, -1, 0});
        lost.firstTime = lost.lastTime;
    }
    if (!follows(blocks, index)) {
        blocks.resize(before);
        return false;
    }
    if (missing > 0)
        m_found.trace.gaps.push_back({blocks[before].index.firstTime, index.firstTime});
    blocks.push_back({index, offset, size});
    m_found.trace.tail.clear();
    m_found.trace.horizon = std::max(m_found.trace.horizon, index.lastTime);
    m_tailGap.reset();
    m_passedOver = 0;
    return true;
}

/// Those before it may be missing, and the pieces that they had.
bool Search::takeState(const StatePlace& state) {
    std::vector<StatePlace>& states = m_found.states;
    const bool holds = state.pieceCount <= std::numeric_limits<PieceId>::max() - state.firstPiece;
    if (!holds ||
        (!states.empty() && (state.next <= states.back().next ||
                             state.firstPiece < states.back().firstPiece + states.back().pieceCount)))
        return false;
    states.push_back(state);
    return true;
}

/// Events after the last block; of those that are missing before them only the number is known.
bool Search::takeTail(std::span<const std::uint8_t> chunk) {
    StoredTrace& trace = m_found.trace;
    ByteReader in(chunk);
    const auto first = in.fixed<Sequence>();
    const TraceTime horizon(in.fixed<std::int64_t>());
    const auto events = decodeBlock(in.rest());
    const Sequence expected = trace.blocks.size() * kBlockEvents + trace.tail.size();
    if (!events || events->empty() || first < expected || (first > expected && m_passedOver == 0) ||
        first - trace.blocks.size() * kBlockEvents + events->size() >= kBlockEvents)
        return false;
    const TraceTime before = trace.tail.empty() && trace.blocks.empty()
                                 ? std::min(TraceTime::zero(), events->front().at)
                                 : lastKnown(trace);
    if (events->front().at < before)
        return false;
    if (first > expected) {
        trace.tail.insert(trace.tail.end(), static_cast<std::size_t>(first - expected), unknownEvent(before));
        m_tailGap = TimeRange{m_tailGap ? m_tailGap->from : before, events->front().at};
    }
    trace.tail.insert(trace.tail.end(), events->begin(), events->end());
    trace.horizon = std::max({trace.horizon, horizon, trace.tail.back().at});
    return true;
}

/// It knows better than what was found on the way what there ought to be.
void Search::takeIndex(RecordingIndex index) {
    m_found.trace = StoredTrace{};
    m_found.trace.blocks = std::move(index.blocks);
    m_found.trace.horizon = index.horizon;
    m_found.trace.outcome = index.outcome;
    m_found.states = std::move(index.states);
    m_found.texts = std::move(index.texts);
    m_found.complete = true;
    m_tailGap.reset();
    m_passedOver = 0;
    bool last = true;
    for (const std::uint64_t place : index.tails) {
        const auto chunk = m_file.chunk(place, Chunk::Tail);
        last = chunk && takeTail(*chunk);
        if (!last)
            ++m_passedOver;
    }
    if (!last)
        m_tailGap = TimeRange{m_tailGap ? m_tailGap->from : lastKnown(m_found.trace), m_found.trace.horizon};
}

bool Search::take(Chunk kind, const std::vector<std::uint8_t>& bytes, std::uint64_t offset) {
    const auto place = static_cast<std::int64_t>(offset);
    switch (kind) {
        case Chunk::Block: {
            ByteReader in(bytes);
            const BlockIndex index = takeBlockIndex(in);
            return in.good() && takeBlock(index, place, in.left());
        }
        case Chunk::State: {
            const auto state = statePlace(bytes, place);
            return state && takeState(*state);
        }
        case Chunk::Tail:
            return takeTail(bytes);
        case Chunk::Index: {
            auto index = readRecordingIndex(bytes);
            if (index)
                takeIndex(std::move(*index));
            return index.has_value();
        }
        case Chunk::Notes:
            if (auto notes = notesFromChunk(bytes))
                m_found.notes = std::move(notes);
            return true;
        case Chunk::Texts:
            m_found.texts.push_back(offset);
            return true;
        case Chunk::Info:
            return false;
    }
    return true;  // of a kind that a later version adds
}

/// By the index that the file's last bytes name; false when there is none.
bool Search::lookUp() {
    Footer footer;
    const std::uint64_t size = m_file.size();
    if (size < sizeof(footer) || !m_file.read(size - sizeof(footer), &footer, sizeof(footer)) ||
        footer.magic != kEndMagic)
        return false;
    const auto bytes = m_file.chunk(footer.index, Chunk::Index);
    auto index = bytes ? readRecordingIndex(*bytes) : std::nullopt;
    if (!index)
        return false;
    takeIndex(std::move(*index));
    m_found.end = footer.index + sizeof(ChunkHeader) + bytes->size();
    m_found.finished = true;
    return true;
}

void Search::walk() {
    std::uint64_t at = m_found.end;
    while (!m_found.complete && at < m_file.size()) {
        const auto header = m_file.header(at);
        if (!header) {
            const std::uint64_t next = nextHeader(m_file, at + 1);
            m_passedOver += next - at;
            at = next;
            continue;
        }
        const auto bytes = m_file.chunk(at, header->kind);
        const std::uint64_t size = sizeof(ChunkHeader) + header->size;
        if (bytes && take(header->kind, *bytes, at))
            m_found.end = at + size;
        else
            m_passedOver += size;
        at += size;
    }
    m_found.finished = m_found.complete && m_found.end + sizeof(Footer) <= m_file.size();
    // What was told of blocks of which none was found.
    const std::size_t blocks = m_found.trace.blocks.size();
    std::erase_if(m_found.states,
                  [&](const StatePlace& state) { return state.next > blocks * kBlockEvents; });
}

void Search::readThrough() {
    const std::vector<StoredBlock>& blocks = m_found.trace.blocks;
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (m_file.chunk(static_cast<std::uint64_t>(blocks[i].offset), Chunk::Block))
            continue;
        if (last && *last + 1 == i)
            m_found.trace.gaps.back().to = blocks[i].index.lastTime;
        else
            m_found.trace.gaps.push_back({blocks[i].index.firstTime, blocks[i].index.lastTime});
        last = i;
    }
}

RecordingContents Search::run(std::uint64_t readThrough) {
    if (!lookUp())
        walk();
    if (m_found.complete && m_file.size() <= readThrough)
        this->readThrough();
    if (m_tailGap)
        m_found.trace.gaps.push_back(*m_tailGap);
    return std::move(m_found);
}

}  // namespace

RecordingContents readRecordingContents(const RecordingFile& file, std::uint64_t from,
                                        std::uint64_t readThrough) {
    return Search(file, from).run(readThrough);
}

}  // namespace sluice
