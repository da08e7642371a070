#include "core/trace/tracestore.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <mutex>

#include "core/trace/blockarchive.h"
#include "core/trace/eventfields.h"
#include "core/trace/snapshots.h"

namespace sluice {
namespace {

constexpr Sequence kArrivalsEvery = 4096;  // so often a fold throws out the transits that have arrived

/// True when the event's peer is a message that the event tells something of. Asked for every event.
bool peerIsMessage(EventKind kind) {
    static const auto kinds = [] {
        std::array<bool, 256> is{};
        for (int each = 0; each < kEventKindCount; ++each)
            is[static_cast<std::size_t>(each)] =
                fieldsOf(static_cast<EventKind>(each)).peer == EventField::Message;
        return is;
    }();
    return kinds[static_cast<std::size_t>(kind)];
}

bool names(const TraceEvent& event, MessageId id) {
    return event.message == id ||
           (event.peer == id && event.kind != EventKind::MessageCreated && peerIsMessage(event.kind));
}

/// The events after the last full block. The writer fills it from the left; what has been published never
/// changes, so readers look at it without a lock.
struct Tail {
    explicit Tail(Sequence from) : first(from) {}
    Sequence first;
    union {
        TraceEvent events[kBlockEvents];  ///< in a union, so that nobody clears them before they are written
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

}  // namespace

struct TraceStore::Private {
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

Sequence TraceStore::Private::size() const {
    const std::scoped_lock lock(mutex);
    return tail->first + tailCount;
}

Run TraceStore::Private::tailRun() const {
    const std::scoped_lock lock(mutex);
    return Run{tail->first, tailCount, tail->events, tail->created.data(), tailCreated, tail};
}

Run TraceStore::Private::blockRun(std::size_t block) const {
    const std::shared_ptr<const EventRun> run = archive.read(block);
    return Run{static_cast<Sequence>(block) * kBlockEvents,
               run->events.size(),
               run->events.data(),
               run->created.data(),
               run->created.size(),
               run};
}

Run TraceStore::Private::runAt(Sequence sequence) const {
    Run run = tailRun();
    if (sequence >= run.first)
        return run;
    return blockRun(static_cast<std::size_t>(sequence / kBlockEvents));
}

Sequence TraceStore::Private::bound(TraceTime time, bool after) const {
    if (after && time == TraceTime::max())
        return size();
    if (after)
        time += TraceTime(1);
    const Run last = tailRun();
    const std::size_t block = archive.firstReaching(time);
    const Run run = static_cast<Sequence>(block) * kBlockEvents < last.first ? blockRun(block) : last;
    const auto* const found =
        std::lower_bound(run.events, run.events + run.count, time,
                         [](const TraceEvent& event, TraceTime t) { return event.at < t; });
    return run.first + static_cast<Sequence>(found - run.events);
}

void TraceStore::Private::fold(SystemState& into, Sequence end) const {
    while (into.next < end) {
        const Run run = runAt(into.next);
        const Sequence stop = std::min(end, run.end());
        if (into.next >= stop)
            return;
        while (into.next < stop) {
            into.apply(run.events[into.next - run.first], *table);
            if (into.next % kArrivalsEvery == 0)
                into.advanceTo(into.at);
        }
    }
}

SystemState TraceStore::Private::stateBefore(Sequence end) const {
    SystemState result = *snapshots.before(end);
    fold(result, end);
    return result;
}

std::optional<std::pair<Sequence, TraceEvent>> TraceStore::Private::creation(MessageId id) const {
    if (id == 0)
        return std::nullopt;
    const Run last = tailRun();
    const std::size_t block = archive.creating(id);
    const Run run = static_cast<Sequence>(block) * kBlockEvents < last.first ? blockRun(block) : last;
    const std::uint16_t* const end = run.created + run.createdCount;
    const std::uint16_t* const found = std::lower_bound(
        run.created, end, id,
        [&](std::uint16_t position, MessageId wanted) { return run.events[position].message < wanted; });
    if (found == end || run.events[*found].message != id)
        return std::nullopt;
    return std::pair(run.first + *found, run.events[*found]);
}

template <class Visit>
void TraceStore::Private::visitRunsOf(MessageId id, const Visit& visit) const {
    const auto made = creation(id);
    if (!made)
        return;
    const Run last = tailRun();
    const auto blocks = static_cast<std::size_t>(last.first / kBlockEvents);
    auto block = static_cast<std::size_t>(made->first / kBlockEvents);
    for (block = archive.nextTouching(id, block, blocks); block < blocks;
         block = archive.nextTouching(id, block + 1, blocks)) {
        if (!visit(blockRun(block)))
            return;
    }
    visit(last);
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

const EntityTable& TraceStore::table() const {
    return *d->table;
}

std::shared_ptr<const EntityTable> TraceStore::sharedTable() const {
    return d->table;
}

Sequence TraceStore::size() const {
    return d->size();
}

TraceTime TraceStore::horizon() const {
    const std::scoped_lock lock(d->mutex);
    return d->horizon;
}

bool TraceStore::finished() const {
    const std::scoped_lock lock(d->mutex);
    return d->finished;
}

Result<void> TraceStore::outcome() const {
    const std::scoped_lock lock(d->mutex);
    return d->outcome;
}

std::vector<TimeRange> TraceStore::gaps() const {
    std::vector<TimeRange> found = d->knownGaps;
    std::optional<std::size_t> last;
    for (const std::size_t block : d->archive.unreadable()) {
        const BlockIndex index = d->archive.index(block);
        if (last && *last + 1 == block)
            found.back().to = index.lastTime;
        else
            found.push_back({index.firstTime, index.lastTime});
        last = block;
    }
    std::sort(found.begin(), found.end(), [](const TimeRange& a, const TimeRange& b) {
        return std::pair(a.from, a.to) < std::pair(b.from, b.to);
    });
    std::vector<TimeRange> apart;
    for (const TimeRange& gap : found) {
        if (apart.empty() || gap.from > apart.back().to)
            apart.push_back(gap);
        else
            apart.back().to = std::max(apart.back().to, gap.to);
    }
    return apart;
}

double TraceStore::bytesPerEvent() const {
    const Run last = d->tailRun();
    if (last.end() == 0)
        return 0;
    const double bytes = static_cast<double>(d->archive.bytes() + last.count * sizeof(TraceEvent));
    return bytes / static_cast<double>(last.end());
}

TraceEvent TraceStore::at(Sequence sequence) const {
    const Run run = d->runAt(sequence);
    assert(sequence < run.end());
    return run.events[sequence - run.first];
}

Sequence TraceStore::lowerBound(TraceTime time) const {
    return d->bound(time, false);
}

void TraceStore::visit(Sequence from, Sequence to,
                       const std::function<bool(Sequence, const TraceEvent&)>& visit) const {
    while (from < to) {
        const Run run = d->runAt(from);
        const Sequence stop = std::min(to, run.end());
        if (from >= stop)
            return;
        for (; from < stop; ++from) {
            if (!visit(from, run.events[from - run.first]))
                return;
        }
    }
}

std::vector<TraceEvent> TraceStore::read(Sequence from, Sequence to) const {
    std::vector<TraceEvent> result;
    to = std::min(to, size());
    if (from >= to)
        return result;
    result.reserve(static_cast<std::size_t>(to - from));
    while (from < to) {
        const Run run = d->runAt(from);
        const Sequence stop = std::min(to, run.end());
        result.insert(result.end(), run.events + (from - run.first), run.events + (stop - run.first));
        from = stop;
    }
    return result;
}

SystemState TraceStore::stateAt(TraceTime time) const {
    time = std::clamp(time, TraceTime::zero(), horizon());
    SystemState state = d->stateBefore(d->bound(time, true));
    state.advanceTo(time);
    return state;
}

void TraceStore::advance(SystemState& state, TraceTime time) const {
    time = std::clamp(time, TraceTime::zero(), horizon());
    const Sequence end = d->bound(time, true);
    const bool back = time < state.at || end < state.next;
    if (back || d->snapshots.before(end)->next > state.next)
        state = d->stateBefore(end);
    else
        d->fold(state, end);
    state.advanceTo(time);
}

SystemState TraceStore::stateAfter(Sequence sequence) const {
    SystemState state = d->stateBefore(std::min(sequence + 1, size()));
    state.advanceTo(state.at);
    return state;
}

std::optional<MessageInfo> TraceStore::message(MessageId id) const {
    auto made = d->creation(id);
    if (!made)
        return std::nullopt;
    TraceEvent event = made->second;
    MessageInfo info;
    info.id = id;
    info.causation = event.peer;
    info.correlation = id;
    info.type = event.detail;
    info.key = event.value;
    info.creator = event.subject;
    info.created = event.at;
    info.eventTime = event.at;
    info.flags = event.flags();
    // A message keeps the event time of what caused it unless it was told to have its own. A cause is older
    // than its consequence, which also ends this loop.
    bool inherits = true;
    while (event.peer != 0 && event.peer < event.message) {
        inherits = inherits && !event.has(eventflag::OwnEventTime);
        made = d->creation(event.peer);
        if (!made)
            break;
        event = made->second;
        info.correlation = event.message;
        if (inherits)
            info.eventTime = event.at;
    }
    info.origin = event.subject;
    info.originType = event.detail;
    info.originKey = event.value;
    return info;
}

std::vector<Sequence> TraceStore::eventsOf(MessageId id, std::size_t limit) const {
    std::vector<Sequence> found;
    d->visitRunsOf(id, [&](const Run& run) {
        for (std::size_t i = 0; i < run.count && found.size() < limit; ++i) {
            if (names(run.events[i], id))
                found.push_back(run.first + i);
        }
        return found.size() < limit;
    });
    return found;
}

std::vector<MessageId> TraceStore::consequencesOf(MessageId id) const {
    std::vector<MessageId> found;
    d->visitRunsOf(id, [&](const Run& run) {
        for (std::size_t i = 0; i < run.createdCount; ++i) {
            const TraceEvent& event = run.events[run.created[i]];
            if (event.peer == id)
                found.push_back(event.message);
        }
        return true;
    });
    return found;
}

std::optional<Sequence> TraceStore::findNext(Sequence from,
                                             const std::function<bool(const TraceEvent&)>& wanted) const {
    std::optional<Sequence> found;
    visit(from + 1, size(), [&](Sequence sequence, const TraceEvent& event) {
        if (wanted(event))
            found = sequence;
        return !found;
    });
    return found;
}

std::optional<Sequence> TraceStore::findPrevious(Sequence from,
                                                 const std::function<bool(const TraceEvent&)>& wanted) const {
    Sequence end = std::min(from, size());
    while (end > 0) {
        const Run run = d->runAt(end - 1);
        for (; end > run.first; --end) {
            if (wanted(run.events[end - 1 - run.first]))
                return end - 1;
        }
    }
    return std::nullopt;
}

}  // namespace sluice
