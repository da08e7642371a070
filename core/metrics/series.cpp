#include "core/metrics/series.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/metrics/lagmeter.h"
#include "core/metrics/timelagmeter.h"
#include "core/metrics/tracks.h"
#include "core/trace/deadletters.h"
#include "core/trace/systemstate.h"

namespace sluice {

struct Aggregator::Private {
    explicit Private(std::shared_ptr<const EntityTable> t)
        : table(std::move(t)),
          state(SystemState::initial(*table)),
          letters(*table),
          lag(*table),
          timeLag(*table),
          tracks(table->entities.size()),
          readers(table->entities.size()) {
        for (EntityId id = 0; id < table->entities.size(); ++id) {
            const Entity& link = table->entities[id];
            if (link.isLink &&
                (link.linkKind == LinkKind::Consume || link.linkKind == LinkKind::Materialize) &&
                link.from < readers.size())
                readers[link.from].push_back(id);
        }
    }

    /// What leaves an exchange or a topic and what comes into a link no live broker counts.
    [[nodiscard]] bool isNeverCounted(EntityId id, Metric metric) const {
        if (state.contact == Contact::None || id >= table->entities.size())
            return false;
        const Entity& entity = table->entities[id];
        if (entity.isLink)
            return metric == Metric::In;
        return metric == Metric::Out &&
               (entity.elementKind == ElementKind::Exchange || entity.elementKind == ElementKind::Topic);
    }
    [[nodiscard]] TraceTime flowKnownTo(const Track& track) const {
        return lost.isLost() ? horizon : tracks.flowKnownTo(track, horizon);
    }
    void apply(const TraceEvent& event);
    void applyDepth(const TraceEvent& event, std::size_t bin);
    void measureTimeLag(TraceTime now);
    void setLag(EntityId link, std::uint64_t records, std::size_t bin);
    void endAction(const TraceEvent& event);
    void count(const TraceEvent& event);

    const std::shared_ptr<const EntityTable> table;
    mutable std::mutex mutex;  ///< guards what follows
    SystemState state;
    DeadLetters letters;
    LagMeter lag;
    TimeLagMeter timeLag;
    TraceTime timeLagAt{};  ///< when it was measured last
    Tracks tracks;
    std::vector<std::vector<EntityId>> readers;  ///< by entity: the links that take from it
    std::vector<ActionSpan> actions;
    LostTimes lost;
    std::uint64_t waiting = 0;  ///< in all queues, and for all groups in their topics
    TraceTime horizon{};
};

/// A topic is as far behind as the last of its groups.
void Aggregator::Private::setLag(EntityId link, std::uint64_t records, std::size_t bin) {
    waiting += records - tracks.of(link).depth;
    tracks.of(link).setDepth(bin, records);
    tracks.system().setDepth(bin, waiting);
    const EntityId topic = table->entities[link].from;
    if (topic >= readers.size())
        return;
    std::uint64_t most = 0;
    for (const EntityId reader : readers[topic])
        most = std::max<std::uint64_t>(most, tracks.of(reader).depth);
    tracks.of(topic).setDepth(bin, most);
}

void Aggregator::Private::applyDepth(const TraceEvent& event, std::size_t bin) {
    Track& track = tracks.of(event.subject);
    if (event.kind == EventKind::Observed && static_cast<Gauge>(event.detail) != Gauge::Ready) {
        lag.apply(event, [&](EntityId link, std::uint64_t records) { setLag(link, records, bin); });
        return;
    }
    switch (event.kind) {
        case EventKind::Enqueued:
        case EventKind::Delivered:
        case EventKind::Requeued:
        case EventKind::DeadLettered:
        case EventKind::Discarded:
        case EventKind::Redriven:
        case EventKind::Observed: {
            const std::uint64_t before = track.depth;
            track.setDepth(bin, state.entities[event.subject].ready);
            waiting += track.depth - before;
            tracks.system().setDepth(bin, waiting);
            break;
        }
        case EventKind::Appended:
        case EventKind::Fetched:
        case EventKind::Committed:
            lag.apply(event, [&](EntityId link, std::uint64_t records) { setLag(link, records, bin); });
            break;
        case EventKind::WorkStarted:
        case EventKind::WorkFinished:
        case EventKind::InstanceStopped: {
            std::uint32_t working = 0;
            for (const InstanceState& instance : state.entities[event.subject].instances)
                working += instance.busy;
            Track& system = tracks.system();
            const std::uint32_t all = system.working - track.working + working;
            tracks.setWorking(track, working, event.at);
            tracks.setWorking(system, all, event.at);
            break;
        }
        default:
            break;
    }
}

/// With each report, and then once a second whether or not anything is reported: what nobody reads grows old.
void Aggregator::Private::measureTimeLag(TraceTime now) {
    constexpr auto kEvery = std::chrono::seconds(1);
    if (!timeLag.isActive() || lost.isLost())
        return;
    const TraceTime at = timeLag.asOf(now);
    // Not before all of a report is in.
    if (at - timeLagAt < kEvery || now == timeLag.lastReport())
        return;
    tracks.makeRoomFor(at);
    timeLagAt = at;
    timeLag.visit(now, [&](EntityId link, const WatermarkHistory::Age& age) {
        // That it is at least so old is no figure to draw: it would only tell how long was watched.
        if (!age.atLeast)
            tracks.of(link).measure(tracks.binAt(at), age.value.count());
    });
}

void Aggregator::Private::count(const TraceEvent& event) {
    const auto flow = static_cast<Flow>(event.detail);
    if ((flow == Flow::In || flow == Flow::Out) && event.value > 0)
        tracks.count(event.subject, flow == Flow::In ? &Bin::in : &Bin::out, event.value, event.at,
                     std::chrono::milliseconds(event.peer), !table->entities[event.subject].isLink);
}

void Aggregator::Private::endAction(const TraceEvent& event) {
    const auto begun = std::find_if(actions.rbegin(), actions.rend(), [&](const ActionSpan& span) {
        return span.action == event.detail && span.subject == event.subject && !span.to;
    });
    if (begun != actions.rend())
        begun->to = event.at;
}

void Aggregator::Private::apply(const TraceEvent& event) {
    tracks.makeRoomFor(event.at);
    if (event.kind == EventKind::Counted && event.value > 0)
        tracks.makeWideEnoughFor(std::chrono::milliseconds(event.peer));
    measureTimeLag(event.at);
    const bool known = event.subject < state.entities.size();
    const std::uint64_t in = known ? state.entities[event.subject].in : 0;
    const std::uint64_t out = known ? state.entities[event.subject].out : 0;
    const std::uint64_t dead = known ? state.entities[event.subject].deadLettered : 0;
    state.apply(event, *table);
    if (state.next % 4096 == 0) {
        state.advanceTo(event.at);
        tracks.keepWithinBounds(event.at);
    }
    const std::size_t bin = tracks.binAt(event.at);
    Track& systemTrack = tracks.system();
    ++systemTrack.at(bin).events;
    if (event.kind == EventKind::ActionBegan) {
        ++systemTrack.at(bin).faults;
        actions.push_back({.subject = event.subject, .action = event.detail, .from = event.at});
    } else if (event.kind == EventKind::ActionEnded) {
        endAction(event);
    }
    if (event.kind == EventKind::ConnectionLost)
        lost.lose(event.at, tracks.flowKnownTo(tracks.system(), event.at));
    else if (event.kind == EventKind::ConnectionMade)
        lost.findAgain(event.at);
    if (!known)
        return;
    Track& track = tracks.of(event.subject);
    const bool isLink = table->entities[event.subject].isLink;
    const auto both = [&](std::uint32_t Bin::*count) {
        ++(track.at(bin).*count);
        ++(systemTrack.at(bin).*count);
    };
    ++track.at(bin).events;
    // What waits in a dead-letter queue when it is seen first did not come just then.
    if (event.kind == EventKind::Observed && static_cast<Gauge>(event.detail) == Gauge::Ready &&
        std::exchange(track.isReported, true)) {
        const auto came = static_cast<std::uint32_t>(state.entities[event.subject].deadLettered - dead);
        track.at(bin).deadLetters += came;
        systemTrack.at(bin).deadLetters += came;
    }
    const bool counted = event.kind == EventKind::Counted;
    if (counted)
        count(event);
    if (!counted && state.entities[event.subject].in != in) {
        ++track.at(bin).in;
        systemTrack.at(bin).in += isLink ? 0 : 1;
    }
    if (!counted && state.entities[event.subject].out != out) {
        ++track.at(bin).out;
        systemTrack.at(bin).out += isLink ? 0 : 1;
    }
    if (state.contact != Contact::None && isPassage(event.kind))
        return;
    applyDepth(event, bin);
    timeLag.apply(event);
    letters.apply(event, *table, [this, bin](DeadLetters::Change change, const DeadLetter& letter) {
        if (change == DeadLetters::Change::Arrived) {
            ++tracks.of(letter.waitsIn).at(bin).deadLetters;
        } else if (change == DeadLetters::Change::Died && letter.sent) {
            ++tracks.of(letter.queue).at(bin).deadLetters;
            ++tracks.system().at(bin).deadLetters;
        }
    });
    switch (event.kind) {
        case EventKind::LateArrival:
            both(&Bin::late);
            break;
        case EventKind::Failed:
            both(&Bin::failed);
            break;
        case EventKind::TimedOut:
            both(&Bin::timedOut);
            break;
        case EventKind::ActionBegan:
            ++track.at(bin).faults;
            break;
        case EventKind::UserInformed:
            // The system's latency is what people see.
            systemTrack.measure(bin, event.value);
            track.measure(bin, event.value);
            break;
        case EventKind::Delivered:
        case EventKind::WorkFinished:
        case EventKind::Answered:
        case EventKind::RowRead:
        case EventKind::RowWritten:
            track.measure(bin, event.value);
            break;
        default:
            break;
    }
}

Aggregator::Aggregator(std::shared_ptr<const EntityTable> table)
    : d(std::make_unique<Private>(std::move(table))) {}

Aggregator::~Aggregator() = default;

void Aggregator::accept(std::span<const TraceEvent> events, TraceTime horizon) {
    const std::scoped_lock lock(d->mutex);
    for (const TraceEvent& event : events)
        d->apply(event);
    if (!events.empty())
        d->horizon = std::max(d->horizon, events.back().at);
    d->horizon = std::max(d->horizon, horizon);
    d->tracks.makeRoomFor(d->horizon);
    d->measureTimeLag(d->horizon);
}

void Aggregator::finish(const Result<void>& /*outcome*/) {}

std::vector<SeriesPoint> Aggregator::series(EntityId entity, Metric metric, TraceTime from, TraceTime to,
                                            std::size_t mostPoints) const {
    const std::scoped_lock lock(d->mutex);
    if (entity != kNoEntity && entity >= d->tracks.entities())
        return {};
    const Track& track = std::as_const(d->tracks).of(entity);
    const bool isFlow = metric == Metric::In || metric == Metric::Out;
    const TraceTime known = isFlow ? d->flowKnownTo(track) : d->horizon;
    to = std::min(to, known);
    if (to < from || d->horizon == TraceTime::zero() || d->isNeverCounted(entity, metric))
        return {};
    return d->tracks.points(track, metric, from, to, mostPoints, known, d->horizon, d->lost);
}

std::vector<ActionSpan> Aggregator::actions() const {
    const std::scoped_lock lock(d->mutex);
    return d->actions;
}

Duration Aggregator::binWidth() const {
    const std::scoped_lock lock(d->mutex);
    return d->tracks.width();
}

std::vector<TimeRange> Aggregator::lostTimes() const {
    const std::scoped_lock lock(d->mutex);
    return d->lost.upTo(d->horizon);
}

bool Aggregator::isReported() const {
    const std::scoped_lock lock(d->mutex);
    return d->state.contact != Contact::None;
}

TraceTime Aggregator::flowKnownTo(EntityId entity) const {
    const std::scoped_lock lock(d->mutex);
    return d->flowKnownTo(std::as_const(d->tracks).of(entity));
}

TraceTime Aggregator::horizon() const {
    const std::scoped_lock lock(d->mutex);
    return d->horizon;
}

}  // namespace sluice
