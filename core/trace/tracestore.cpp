#include "core/trace/tracestore.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "core/trace/eventfields.h"
#include "core/trace/tracestoreprivate.h"

namespace sluice {

bool TraceStore::Private::peerIsMessage(EventKind kind) {
    static const auto kinds = [] {
        std::array<bool, 256> is{};
        for (int each = 0; each < kEventKindCount; ++each)
            is[static_cast<std::size_t>(each)] =
                fieldsOf(static_cast<EventKind>(each)).peer == EventField::Message;
        return is;
    }();
    return kinds[static_cast<std::size_t>(kind)];
}

void TraceStore::Private::note(const TraceEvent& event) {
    if (event.message != 0)
        index.touch(event.message);
    if (peerIsMessage(event.kind) && event.peer != 0)
        index.touch(event.peer);
    if (event.kind == EventKind::MessageCreated) {
        tail->created[creations++] = static_cast<std::uint16_t>(written);
        index.highestCreated = std::max(index.highestCreated, event.message);
    }
    state.apply(event, *table);
    if (state.next % kArrivalsEvery == 0)
        state.advanceTo(state.at);
}

void TraceStore::Private::append(std::span<const TraceEvent> events) {
    while (!events.empty()) {
        const std::size_t count = std::min(events.size(), kBlockEvents - written);
        for (const TraceEvent& event : events.first(count)) {
            tail->events[written] = event;
            note(event);
            ++written;
        }
        events = events.subspan(count);
        if (written == kBlockEvents) {
            closeBlock();
            continue;
        }
        const std::scoped_lock lock(mutex);
        tailCount = written;
        tailCreated = creations;
    }
}

void TraceStore::Private::closeBlock() {
    index.first = tail->first;
    index.count = static_cast<std::uint32_t>(written);
    index.firstTime = tail->events[0].at;
    index.lastTime = tail->events[written - 1].at;
    std::vector<std::uint8_t> bytes = encoder.encode(std::span(tail->events).first(written));
    const MessageId highest = index.highestCreated;
    const auto block = static_cast<std::size_t>(tail->first / kBlockEvents);
    auto next = std::make_shared<Tail>(tail->first + written);
    std::optional<std::int64_t> recorded;
    if (journal)
        recorded = journal->block(index, bytes);
    // The block may do file work, so it goes first and without the lock; until the tail changes, readers that
    // find its events in both see the same ones.
    if (recorded)
        archive.append(index, std::move(bytes), *recorded, journal->file());
    else
        archive.append(index, std::move(bytes));
    {
        const std::scoped_lock lock(mutex);
        tail = std::move(next);
        tailCount = 0;
        tailCreated = 0;
    }
    index = BlockIndex{};
    index.highestCreated = highest;
    written = 0;
    creations = 0;
    const bool kept = snapshots.due(state.next);
    const bool journaledToo = journal && (block + 1) % TraceJournal::kBlocksPerState == 0;
    if (kept || journaledToo)
        state.advanceTo(state.at);
    if (kept)
        snapshots.add(state);
    if (journaledToo)
        journal->state(state);
    journaled = state.next;
}

void TraceStore::Private::journalTail(TraceTime until) {
    const Sequence end = tail->first + written;
    if (journaled < end) {
        const auto from = static_cast<std::size_t>(journaled - tail->first);
        journal->tail(journaled, std::span(tail->events, written).subspan(from), until);
    }
    journaled = end;
}

void TraceStore::Private::adopt(const StoredTrace& stored) {
    archive.adopt(stored.blocks, stored.file);
    knownGaps = stored.gaps;
    snapshots.adopt(stored.states);
    tail = std::make_shared<Tail>(stored.blocks.size() * kBlockEvents);
    if (!stored.blocks.empty())
        index.highestCreated = stored.blocks.back().index.highestCreated;
    state = stateBefore(tail->first);
    append(stored.tail);
    journaled = state.next;
    horizon = stored.horizon;
    finished = true;
    outcome = stored.outcome;
}

TraceStore::TraceStore(std::shared_ptr<const EntityTable> table, std::size_t memoryBudget,
                       std::string directory)
    : d(std::make_unique<Private>(std::move(table), memoryBudget, std::move(directory))) {}

TraceStore::TraceStore(std::shared_ptr<const EntityTable> table, const StoredTrace& stored)
    : TraceStore(std::move(table)) {
    d->adopt(stored);
}

TraceStore::~TraceStore() = default;

void TraceStore::accept(std::span<const TraceEvent> events, TraceTime horizon) {
    d->append(events);
    const std::scoped_lock lock(d->mutex);
    d->horizon = std::max(d->horizon, events.empty() ? horizon : std::max(horizon, events.back().at));
}

void TraceStore::finish(const Result<void>& outcome) {
    {
        const std::scoped_lock lock(d->mutex);
        d->finished = true;
        d->outcome = outcome;
    }
    if (d->journal) {
        d->journalTail(horizon());
        d->journal->finish(outcome, horizon());
    }
}

void TraceStore::setJournal(std::shared_ptr<TraceJournal> journal) {
    d->journal = std::move(journal);
    if (!d->journal)
        return;
    Sequence told = 0;
    for (std::size_t block = 0; block < d->archive.count(); ++block) {
        const auto bytes = d->archive.packed(block);
        const auto offset = d->journal->block(d->archive.index(block), *bytes);
        if (offset)
            d->archive.setRecorded(block, *offset, d->journal->file());
        if ((block + 1) % TraceJournal::kBlocksPerState != 0)
            continue;
        // Old states may have been thinned out.
        const std::shared_ptr<const SystemState> state = d->snapshots.before((block + 1) * kBlockEvents);
        if (state->next > told)
            d->journal->state(*state);
        told = state->next;
    }
    d->journaled = d->tail->first;
    d->journalTail(horizon());
    if (finished())
        d->journal->finish(outcome(), horizon());
}

void TraceStore::flushJournal() {
    if (d->journal)
        d->journalTail(horizon());
}

}  // namespace sluice
