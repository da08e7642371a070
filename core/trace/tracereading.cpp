// The reading half of TraceStore: from any thread, beside the writer.
#include <algorithm>

#include "core/trace/tracestoreprivate.h"

namespace sluice {

bool TraceStore::Private::names(const TraceEvent& event, MessageId id) {
    return event.message == id ||
           (event.peer == id && event.kind != EventKind::MessageCreated && peerIsMessage(event.kind));
}

Sequence TraceStore::Private::size() const {
    const std::scoped_lock lock(mutex);
    return tail->first + tailCount;
}

TraceStore::Private::Run TraceStore::Private::tailRun() const {
    const std::scoped_lock lock(mutex);
    return Run{tail->first, tailCount, tail->events, tail->created.data(), tailCreated, tail};
}

TraceStore::Private::Run TraceStore::Private::blockRun(std::size_t block) const {
    const std::shared_ptr<const EventRun> run = archive.read(block);
    return Run{static_cast<Sequence>(block) * kBlockEvents,
               run->events.size(),
               run->events.data(),
               run->created.data(),
               run->created.size(),
               run};
}

TraceStore::Private::Run TraceStore::Private::runAt(Sequence sequence) const {
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
    const Private::Run last = d->tailRun();
    if (last.end() == 0)
        return 0;
    const double bytes = static_cast<double>(d->archive.bytes() + last.count * sizeof(TraceEvent));
    return bytes / static_cast<double>(last.end());
}

TraceEvent TraceStore::at(Sequence sequence) const {
    const Private::Run run = d->runAt(sequence);
    assert(sequence < run.end());
    return run.events[sequence - run.first];
}

Sequence TraceStore::lowerBound(TraceTime time) const {
    return d->bound(time, false);
}

void TraceStore::visit(Sequence from, Sequence to,
                       const std::function<bool(Sequence, const TraceEvent&)>& visit) const {
    while (from < to) {
        const Private::Run run = d->runAt(from);
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
        const Private::Run run = d->runAt(from);
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
    d->visitRunsOf(id, [&](const Private::Run& run) {
        for (std::size_t i = 0; i < run.count && found.size() < limit; ++i) {
            if (Private::names(run.events[i], id))
                found.push_back(run.first + i);
        }
        return found.size() < limit;
    });
    return found;
}

std::vector<MessageId> TraceStore::consequencesOf(MessageId id) const {
    std::vector<MessageId> found;
    d->visitRunsOf(id, [&](const Private::Run& run) {
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
        const Private::Run run = d->runAt(end - 1);
        for (; end > run.first; --end) {
            if (wanted(run.events[end - 1 - run.first]))
                return end - 1;
        }
    }
    return std::nullopt;
}

}  // namespace sluice
