#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/trace/blockarchive.h"
#include "core/trace/snapshots.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// One writer, many readers: tracestore.cpp writes, tracereading.cpp reads.
struct TraceStore::Private {
    /// So often a fold throws out the transits that have arrived.
    static constexpr Sequence kArrivalsEvery = 4096;

    /// The events after the last full block. The writer fills it from the left; what has been published never
    /// changes, so readers look at it without a lock.
    struct Tail {
        explicit Tail(Sequence from) : first(from) {}
        Sequence first;
        /// In a union, so that nobody clears them before they are written.
        union {
            TraceEvent events[kBlockEvents];
        };
        std::array<std::uint16_t, kBlockEvents> created;
    };

    /// What a reader sees of the trace at one moment: `run` holds the events [first, first + count).
    struct Run {
        Sequence first = 0;
        std::size_t count = 0;
        const TraceEvent* events = nullptr;
        const std::uint16_t* created = nullptr;
        std::size_t createdCount = 0;
        std::shared_ptr<const void> owner;

        [[nodiscard]] Sequence end() const { return first + count; }
    };

    /// True when the event's peer is a message that the event tells something of. Asked for every event.
    static bool peerIsMessage(EventKind kind);
    static bool names(const TraceEvent& event, MessageId id);

    Private(std::shared_ptr<const EntityTable> t, std::size_t memoryBudget, std::string directory)
        : table(std::move(t)),
          archive(memoryBudget, std::move(directory)),
          snapshots(*table, std::max<std::size_t>(memoryBudget / 8, 1U << 20U)),
          state(SystemState::initial(*table)),
          tail(std::make_shared<Tail>(0)) {}

    void append(std::span<const TraceEvent> events);
    void note(const TraceEvent& event);
    void closeBlock();

    void journalTail(TraceTime until);
    void adopt(const StoredTrace& stored);

    [[nodiscard]] Sequence size() const;
    /// The block or tail that holds the event; an empty run when it is not there yet.
    [[nodiscard]] Run runAt(Sequence sequence) const;
    [[nodiscard]] Run tailRun() const;
    [[nodiscard]] Run blockRun(std::size_t block) const;
    /// First event at or after the time (or strictly after it).
    [[nodiscard]] Sequence bound(TraceTime time, bool after) const;
    void fold(SystemState& into, Sequence end) const;
    [[nodiscard]] SystemState stateBefore(Sequence end) const;
    [[nodiscard]] std::optional<std::pair<Sequence, TraceEvent>> creation(MessageId id) const;
    /// Calls `visit` for every run that may name the message, from the one that creates it, until it returns
    /// false.
    template <class Visit>
    void visitRunsOf(MessageId id, const Visit& visit) const;

    const std::shared_ptr<const EntityTable> table;
    BlockArchive archive;
    Snapshots snapshots;

    // The writer's own.
    BlockEncoder encoder;
    SystemState state;
    BlockIndex index;         ///< of the block being filled
    std::size_t written = 0;  ///< in the tail, published or not
    std::size_t creations = 0;
    std::shared_ptr<TraceJournal> journal;
    Sequence journaled = 0;  ///< events before it are in the journal
    std::vector<TimeRange> knownGaps;

    mutable std::mutex mutex;  ///< guards what follows
    std::shared_ptr<Tail> tail;
    std::size_t tailCount = 0;
    std::size_t tailCreated = 0;
    TraceTime horizon{};
    bool finished = false;
    Result<void> outcome;
};

}  // namespace sluice
