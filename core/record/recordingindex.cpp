#include "core/record/recordingindex.h"

#include "core/record/blockchunk.h"
#include "core/record/bytestream.h"

namespace sluice {

std::vector<std::uint8_t> writeRecordingIndex(const RecordingIndex& index) {
    ByteWriter out;
    out.signedNumber(index.horizon.count());
    out.number(index.outcome ? 0 : 1 + static_cast<std::uint64_t>(index.outcome.error().code));
    out.text(index.outcome ? std::string() : index.outcome.error().sentence);
    out.text(index.outcome ? std::string() : index.outcome.error().where);
    out.number(index.blocks.size());
    for (const StoredBlock& block : index.blocks) {
        putBlockIndex(out, block.index);
        out.fixed(block.offset);
        out.fixed(std::uint64_t{block.size});
    }
    out.number(index.states.size());
    for (const StatePlace& state : index.states) {
        out.number(state.next);
        out.fixed(state.offset);
        out.number(state.firstPiece);
        out.number(state.pieceCount);
    }
    out.number(index.tails.size());
    for (const std::uint64_t tail : index.tails)
        out.fixed(tail);
    if (index.texts.empty())
        return out.written();
    out.number(index.texts.size());
    for (const std::uint64_t texts : index.texts)
        out.fixed(texts);
    return out.written();
}

bool follows(const std::vector<StoredBlock>& blocks, const BlockIndex& next) {
    if (next.first != blocks.size() * kBlockEvents || next.count != kBlockEvents ||
        next.lastTime < next.firstTime)
        return false;
    return blocks.empty() || (next.firstTime >= blocks.back().index.lastTime &&
                              next.highestCreated >= blocks.back().index.highestCreated);
}

bool follows(const std::vector<StatePlace>& states, const StatePlace& next, std::size_t blocks) {
    if (next.next > blocks * kBlockEvents)
        return false;
    if (states.empty())
        return next.firstPiece == 0;
    const StatePlace& last = states.back();
    return next.next > last.next && next.firstPiece == last.firstPiece + last.pieceCount;
}

std::optional<RecordingIndex> readRecordingIndex(std::span<const std::uint8_t> bytes) {
    ByteReader in(bytes);
    RecordingIndex index;
    index.horizon = TraceTime(in.signedNumber());
    const std::uint64_t code = in.number();
    Error error;
    error.sentence = in.text();
    error.where = in.text();
    if (code > 1 + static_cast<std::uint64_t>(ErrorCode::Cancelled))
        return std::nullopt;
    if (code > 0) {
        error.code = static_cast<ErrorCode>(code - 1);
        index.outcome = error;
    }
    const std::uint64_t blocks = in.number();
    if (blocks > in.left() / kBlockIndexBytes)
        return std::nullopt;
    index.blocks.reserve(static_cast<std::size_t>(blocks));
    for (std::uint64_t i = 0; i < blocks && in.good(); ++i) {
        StoredBlock block;
        block.index = takeBlockIndex(in);
        block.offset = in.fixed<std::int64_t>();
        block.size = static_cast<std::size_t>(in.fixed<std::uint64_t>());
        if (block.offset < 0 || !follows(index.blocks, block.index))
            return std::nullopt;
        index.blocks.push_back(block);
    }
    const std::uint64_t states = in.number();
    for (std::uint64_t i = 0; i < states && in.good(); ++i) {
        StatePlace state;
        state.next = in.number();
        state.offset = in.fixed<std::int64_t>();
        state.firstPiece = in.number();
        state.pieceCount = in.number();
        if (state.offset < 0 || !follows(index.states, state, index.blocks.size()))
            return std::nullopt;
        index.states.push_back(state);
    }
    const std::uint64_t tails = in.number();
    for (std::uint64_t i = 0; i < tails && in.good(); ++i)
        index.tails.push_back(in.fixed<std::uint64_t>());
    // From version 6 on, where there are any.
    const std::uint64_t texts = in.good() && in.left() > 0 ? in.number() : 0;
    for (std::uint64_t i = 0; i < texts && in.good(); ++i)
        index.texts.push_back(in.fixed<std::uint64_t>());
    return in.good() && in.left() == 0 ? std::optional(std::move(index)) : std::nullopt;
}

}  // namespace sluice
