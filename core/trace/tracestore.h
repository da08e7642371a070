#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/trace/journal.h"
#include "core/trace/source.h"
#include "core/trace/systemstate.h"
#include "core/trace/timerange.h"

namespace sluice {

/// Everything that is known of a message, gathered from the trace.
struct MessageInfo {
    MessageId id = 0;
    MessageId causation = 0;    ///< the message that caused it; 0: none
    MessageId correlation = 0;  ///< the first of its chain: itself when nothing caused it
    std::uint16_t type = 0;     ///< index into EntityTable::types
    std::int64_t key = -1;      ///< -1: unkeyed
    EntityId creator = kNoEntity;
    EntityId origin = kNoEntity;   ///< creator of the first of its chain: the acting user's client, as a rule
    std::uint16_t originType = 0;  ///< type and key of that first one
    std::int64_t originKey = -1;
    TraceTime created{};
    TraceTime eventTime{};
    std::uint8_t flags = 0;
    bool operator==(const MessageInfo&) const = default;
};

/// The trace of one run, watch or recording, and the only place it is kept: columns in immutable blocks, of
/// which old ones are compressed and, past a budget, spilled to a temporary file, so a run of any length
/// fits. One thread appends (as a TraceSink); any thread may read. Owned by the session that shows it.
class TraceStore : public TraceSink {
public:
    /// `memoryBudget` in bytes for blocks kept in memory before they spill; `directory` for the spill file
    /// (empty: the system's).
    explicit TraceStore(std::shared_ptr<const EntityTable> table, std::size_t memoryBudget = 512U << 20U,
                        std::string directory = {});
    /// A finished trace that lies in a file: blocks and states are read as they are wanted.
    TraceStore(std::shared_ptr<const EntityTable> table, const StoredTrace& stored);
    ~TraceStore() override;
    TraceStore(const TraceStore&) = delete;
    TraceStore& operator=(const TraceStore&) = delete;

    void accept(std::span<const TraceEvent> events, TraceTime horizon) override;
    void finish(const Result<void>& outcome) override;

    /// Tells the journal all that is there, and from now on what comes, until the end. On the appending
    /// thread, or on any once the trace is finished. A journal that is set already is replaced.
    void setJournal(std::shared_ptr<TraceJournal> journal);
    /// Tells the journal the events that no full block contains yet, so that as little as possible is lost
    /// with the process: about once a second, on the appending thread.
    void flushJournal();

    [[nodiscard]] const EntityTable& table() const;
    [[nodiscard]] std::shared_ptr<const EntityTable> sharedTable() const;
    [[nodiscard]] Sequence size() const;
    /// Up to here the trace is complete: the horizon of the last batch, or the end.
    [[nodiscard]] TraceTime horizon() const;
    [[nodiscard]] bool finished() const;
    /// The source's outcome once finished.
    [[nodiscard]] Result<void> outcome() const;
    /// Parts of the trace that its file does not give any more: of what happened there nothing is known. In
    /// order and apart from each other; of a large file a part is known once somebody looked at it.
    [[nodiscard]] std::vector<TimeRange> gaps() const;
    /// Bytes a stored event takes on average, of memory and spill file together.
    [[nodiscard]] double bytesPerEvent() const;

    [[nodiscard]] TraceEvent at(Sequence sequence) const;
    /// First event at or after the time; size() when there is none.
    [[nodiscard]] Sequence lowerBound(TraceTime time) const;
    /// Calls `visit(sequence, event)` for [from, to) in order until it returns false.
    void visit(Sequence from, Sequence to,
               const std::function<bool(Sequence, const TraceEvent&)>& visit) const;
    /// The same as a copy; `to` is clipped to size().
    [[nodiscard]] std::vector<TraceEvent> read(Sequence from, Sequence to) const;

    /// The nearest snapshot plus a fold. Clipped to the horizon. Cheap when `hint` is a state a little
    /// earlier.
    [[nodiscard]] SystemState stateAt(TraceTime time) const;
    /// Brings a state forward to `time` by folding what is between (playback); a time before its own seeks
    /// instead.
    void advance(SystemState& state, TraceTime time) const;
    /// The state right after event `sequence`.
    [[nodiscard]] SystemState stateAfter(Sequence sequence) const;

    /// Nothing when no such message was created yet.
    [[nodiscard]] std::optional<MessageInfo> message(MessageId id) const;
    /// Sequences of the events that name the message, in order, at most `limit`.
    [[nodiscard]] std::vector<Sequence> eventsOf(MessageId id, std::size_t limit = 10'000) const;
    /// The messages this one caused, in order of creation.
    [[nodiscard]] std::vector<MessageId> consequencesOf(MessageId id) const;

    /// The next or previous event for which `wanted` holds, from `from` (excluded); nothing at the ends.
    [[nodiscard]] std::optional<Sequence> findNext(
        Sequence from, const std::function<bool(const TraceEvent&)>& wanted) const;
    [[nodiscard]] std::optional<Sequence> findPrevious(
        Sequence from, const std::function<bool(const TraceEvent&)>& wanted) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
