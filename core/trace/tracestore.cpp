#include "core/trace/tracestore.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

namespace sluice {
namespace {

constexpr Sequence kSnapshotEvery = 65'536;

bool names(const TraceEvent& event, MessageId id) {
    if (event.message == id)
        return true;
    const bool peerIsMessage = event.kind == EventKind::Answered || event.kind == EventKind::AnsweredLate ||
                               event.kind == EventKind::LateArrival;
    return peerIsMessage && event.peer == id;
}

}  // namespace

struct TraceStore::Private {
    std::shared_ptr<const EntityTable> table;
    mutable std::shared_mutex mutex;
    std::vector<TraceEvent> events;
    std::vector<SystemState> snapshots;  ///< number i: before event i * kSnapshotEvery
    SystemState state;
    TraceTime horizon{};
    bool finished = false;
    Result<void> outcome;

    Sequence lowerBound(TraceTime time) const {
        const auto it = std::lower_bound(events.begin(), events.end(), time,
                                         [](const TraceEvent& event, TraceTime t) { return event.at < t; });
        return static_cast<Sequence>(it - events.begin());
    }
    /// The state before event `end`.
    SystemState fold(Sequence end) const {
        SystemState result = snapshots[static_cast<std::size_t>(end / kSnapshotEvery)];
        foldInto(result, end);
        return result;
    }
    void foldInto(SystemState& into, Sequence end) const {
        for (Sequence i = into.next; i < end; ++i) {
            into.apply(events[static_cast<std::size_t>(i)], *table);
            if (i % 4096 == 0)
                into.advanceTo(into.at);
        }
    }
};

TraceStore::TraceStore(std::shared_ptr<const EntityTable> table, std::size_t /*memoryBudget*/,
                       std::string /*directory*/)
    : d(std::make_unique<Private>()) {
    d->table = std::move(table);
    d->state = SystemState::initial(*d->table);
    d->snapshots.push_back(d->state);
}

TraceStore::~TraceStore() = default;

void TraceStore::accept(std::span<const TraceEvent> events, TraceTime horizon) {
    const std::unique_lock lock(d->mutex);
    for (const TraceEvent& event : events) {
        d->events.push_back(event);
        d->state.apply(event, *d->table);
        if (d->events.size() % 4096 == 0)
            d->state.advanceTo(event.at);
        if (d->events.size() % kSnapshotEvery == 0)
            d->snapshots.push_back(d->state);
    }
    d->horizon = std::max(d->horizon, horizon);
    if (!events.empty())
        d->horizon = std::max(d->horizon, events.back().at);
}

void TraceStore::finish(const Result<void>& outcome) {
    const std::unique_lock lock(d->mutex);
    d->finished = true;
    d->outcome = outcome;
}

const EntityTable& TraceStore::table() const {
    return *d->table;
}
std::shared_ptr<const EntityTable> TraceStore::sharedTable() const {
    return d->table;
}
Sequence TraceStore::size() const {
    const std::shared_lock lock(d->mutex);
    return d->events.size();
}
TraceTime TraceStore::horizon() const {
    const std::shared_lock lock(d->mutex);
    return d->horizon;
}
bool TraceStore::finished() const {
    const std::shared_lock lock(d->mutex);
    return d->finished;
}
Result<void> TraceStore::outcome() const {
    const std::shared_lock lock(d->mutex);
    return d->outcome;
}
double TraceStore::bytesPerEvent() const {
    return sizeof(TraceEvent);
}

TraceEvent TraceStore::at(Sequence sequence) const {
    const std::shared_lock lock(d->mutex);
    assert(sequence < d->events.size());
    return d->events[static_cast<std::size_t>(sequence)];
}

Sequence TraceStore::lowerBound(TraceTime time) const {
    const std::shared_lock lock(d->mutex);
    return d->lowerBound(time);
}

void TraceStore::visit(Sequence from, Sequence to,
                       const std::function<bool(Sequence, const TraceEvent&)>& visit) const {
    constexpr Sequence kChunk = 4096;
    for (Sequence i = from; i < to;) {
        const std::vector<TraceEvent> chunk = read(i, std::min(to, i + kChunk));
        if (chunk.empty())
            return;
        for (const TraceEvent& event : chunk) {
            if (!visit(i++, event))
                return;
        }
    }
}

std::vector<TraceEvent> TraceStore::read(Sequence from, Sequence to) const {
    const std::shared_lock lock(d->mutex);
    to = std::min<Sequence>(to, d->events.size());
    if (from >= to)
        return {};
    return {d->events.begin() + static_cast<std::ptrdiff_t>(from),
            d->events.begin() + static_cast<std::ptrdiff_t>(to)};
}

SystemState TraceStore::stateAt(TraceTime time) const {
    const std::shared_lock lock(d->mutex);
    time = std::min(time, d->horizon);
    SystemState state = d->fold(d->lowerBound(time + TraceTime(1)));
    state.advanceTo(time);
    return state;
}

void TraceStore::advance(SystemState& state, TraceTime time) const {
    const std::shared_lock lock(d->mutex);
    time = std::min(time, d->horizon);
    const Sequence end = d->lowerBound(time + TraceTime(1));
    if (time < state.at || end - state.next > kSnapshotEvery)
        state = d->fold(end);
    else
        d->foldInto(state, end);
    state.advanceTo(time);
}

SystemState TraceStore::stateAfter(Sequence sequence) const {
    const std::shared_lock lock(d->mutex);
    SystemState state = d->fold(std::min<Sequence>(sequence + 1, d->events.size()));
    state.advanceTo(state.at);
    return state;
}

std::optional<MessageInfo> TraceStore::message(MessageId id) const {
    const std::shared_lock lock(d->mutex);
    const auto find = [this](MessageId wanted) -> const TraceEvent* {
        for (const TraceEvent& event : d->events) {
            if (event.kind == EventKind::MessageCreated && event.message == wanted)
                return &event;
        }
        return nullptr;
    };
    const TraceEvent* event = id ? find(id) : nullptr;
    if (!event)
        return std::nullopt;
    MessageInfo info;
    info.id = id;
    info.causation = event->peer;
    info.correlation = id;
    info.type = event->detail;
    info.key = event->value;
    info.creator = event->subject;
    info.created = event->at;
    info.eventTime = event->at;
    info.flags = event->flags();
    bool inherits = true;
    while (event->peer != 0 && event->peer < event->message) {
        inherits = inherits && !event->has(eventflag::OwnEventTime);
        event = find(event->peer);
        if (!event)
            break;
        info.correlation = event->message;
        if (inherits)
            info.eventTime = event->at;
    }
    return info;
}

std::vector<Sequence> TraceStore::eventsOf(MessageId id, std::size_t limit) const {
    std::vector<Sequence> found;
    visit(0, size(), [&](Sequence sequence, const TraceEvent& event) {
        if (found.size() < limit && names(event, id))
            found.push_back(sequence);
        return found.size() < limit;
    });
    return found;
}

std::vector<MessageId> TraceStore::consequencesOf(MessageId id) const {
    std::vector<MessageId> found;
    visit(0, size(), [&](Sequence, const TraceEvent& event) {
        if (event.kind == EventKind::MessageCreated && event.peer == id)
            found.push_back(event.message);
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
    for (Sequence i = std::min(from, size()); i-- > 0;) {
        if (wanted(at(i)))
            return i;
    }
    return std::nullopt;
}

}  // namespace sluice
