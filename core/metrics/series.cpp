#include "core/metrics/series.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include "core/metrics/lagmeter.h"
#include "core/metrics/losttimes.h"
#include "core/metrics/timelagmeter.h"
#include "core/metrics/track.h"
#include "core/trace/deadletters.h"
#include "core/trace/systemstate.h"

namespace sluice {
namespace {

constexpr std::int64_t kNarrowest = 1'000'000;  // ns
constexpr std::size_t kMostBins = 2048;
constexpr std::size_t kFewestBins = 128;
constexpr std::size_t kBinsOfAllEntities = 500'000;  ///< in which something happened: 32 MB

/// `width` in nanoseconds.
double valueOf(const Bin& bin, Metric metric, double width) {
    switch (metric) {
        case Metric::In:
            return bin.in * 1e9 / width;
        case Metric::Out:
            return bin.out * 1e9 / width;
        case Metric::Depth:
            return bin.depthMost;
        case Metric::DeadLetters:
            return bin.deadLetters;
        case Metric::Late:
            return bin.late;
        case Metric::Failed:
            return bin.failed;
        case Metric::TimedOut:
            return bin.timedOut;
        case Metric::Busy:
            return bin.busy / width;
        case Metric::Events:
            return bin.events;
        case Metric::Faults:
            return bin.faults;
        case Metric::P50:
        case Metric::P95:
        case Metric::P99:
            break;
    }
    return 0;
}

}  // namespace

struct Aggregator::Private {
    explicit Private(std::shared_ptr<const EntityTable> t)
        : table(std::move(t)),
          state(SystemState::initial(*table)),
          letters(*table),
          lag(*table),
          timeLag(*table),
          tracks(table->entities.size() + 1),
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
    /// Until when it is known what passed a track: a broker tells afterwards what came in some time, and when
    /// it has told nothing more for half as long again, nothing came.
    [[nodiscard]] TraceTime flowKnownTo(const Track& track, TraceTime now) const {
        if (lost.isLost())
            return now;
        const auto knownTo = [now](const Track& one) {
            return now < one.countedTo + one.countedOver * 3 / 2 ? one.countedTo : now;
        };
        if (&track != &tracks.back())
            return knownTo(track);
        TraceTime least = now;
        for (const Track& one : tracks)
            least = std::min(least, knownTo(one));
        return least;
    }
    [[nodiscard]] std::size_t binAt(TraceTime at) const {
        return static_cast<std::size_t>(std::max<std::int64_t>(at.count(), 0) / width);
    }
    void widen() {
        width *= 2;
        for (Track& track : tracks)
            track.coarsen();
    }
    void makeRoomFor(TraceTime at) {
        while (binAt(at) >= kMostBins)
            widen();
    }
    /// Where thousands have much to tell, their bins are wider.
    void keepWithinBounds(TraceTime at) {
        const auto all = [this] {
            std::size_t sum = 0;
            for (const Track& track : tracks)
                sum += track.size();
            return sum;
        };
        while (all() > kBinsOfAllEntities && binAt(at) >= kFewestBins)
            widen();
    }
    void apply(const TraceEvent& event);
    void applyDepth(const TraceEvent& event, std::size_t bin);
    void measureTimeLag(TraceTime now);
    void setLag(EntityId link, std::uint64_t records, std::size_t bin);
    void work(Track& track, std::uint32_t working, TraceTime at);
    void endAction(const TraceEvent& event);
    void count(const TraceEvent& event);

    const std::shared_ptr<const EntityTable> table;
    mutable std::mutex mutex;  ///< guards what follows
    SystemState state;
    DeadLetters letters;
    LagMeter lag;
    TimeLagMeter timeLag;
    TraceTime timeLagAt{};                       ///< when it was measured last
    std::vector<Track> tracks;                   ///< by entity; the last is the system's
    std::vector<std::vector<EntityId>> readers;  ///< by entity: the links that take from it
    std::vector<ActionSpan> actions;
    LostTimes lost;
    std::int64_t width = kNarrowest;
    std::uint64_t waiting = 0;  ///< in all queues, and for all groups in their topics
    TraceTime horizon{};
};

/// Spreads the work since the last change over the bins it took.
void Aggregator::Private::work(Track& track, std::uint32_t working, TraceTime at) {
    if (track.working > 0) {
        std::int64_t from = track.workingSince.count();
        while (from < at.count()) {
            const auto bin = static_cast<std::size_t>(from / width);
            const std::int64_t to = std::min(at.count(), (from / width + 1) * width);
            track.at(bin).busy += static_cast<double>(track.working) * static_cast<double>(to - from);
            from = to;
        }
    }
    track.working = working;
    track.workingSince = at;
}

/// A topic is as far behind as the last of its groups.
void Aggregator::Private::setLag(EntityId link, std::uint64_t records, std::size_t bin) {
    waiting += records - tracks[link].depth;
    tracks[link].setDepth(bin, records);
    tracks.back().setDepth(bin, waiting);
    const EntityId topic = table->entities[link].from;
    if (topic >= readers.size())
        return;
    std::uint64_t most = 0;
    for (const EntityId reader : readers[topic])
        most = std::max<std::uint64_t>(most, tracks[reader].depth);
    tracks[topic].setDepth(bin, most);
}

void Aggregator::Private::applyDepth(const TraceEvent& event, std::size_t bin) {
    Track& track = tracks[event.subject];
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
            tracks.back().setDepth(bin, waiting);
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
            Track& system = tracks.back();
            const std::uint32_t all = system.working - track.working + working;
            work(track, working, event.at);
            work(system, all, event.at);
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
    makeRoomFor(at);
    timeLagAt = at;
    timeLag.visit(now, [&](EntityId link, const WatermarkHistory::Age& age) {
        // That it is at least so old is no figure to draw: it would only tell how long was watched.
        if (!age.atLeast)
            tracks[link].measure(binAt(at), age.value.count());
    });
}

/// Spreads what was counted evenly over its time. The bins are far narrower than that: whole messages would
/// make a saw of it. Each bin gets what came up to its end less what came up to its beginning, in parts that
/// add up exactly, so that wider bins hold the same whenever they became so.
void Aggregator::Private::count(const TraceEvent& event) {
    const auto flow = static_cast<Flow>(event.detail);
    if ((flow != Flow::In && flow != Flow::Out) || event.value <= 0)
        return;
    tracks[event.subject].countedTo = event.at;
    tracks[event.subject].countedOver = std::chrono::milliseconds(event.peer);
    const bool system = !table->entities[event.subject].isLink;
    const std::int64_t to = std::max<std::int64_t>(event.at.count(), 0);
    const std::int64_t from = std::max<std::int64_t>(to - std::int64_t{event.peer} * 1'000'000, 0);
    double Bin::*const counted = flow == Flow::In ? &Bin::in : &Bin::out;
    const auto give = [&](std::size_t bin, double share) {
        tracks[event.subject].at(bin).*counted += share;
        if (system)
            tracks.back().at(bin).*counted += share;
    };
    if (from == to)
        return give(binAt(event.at), static_cast<double>(event.value));
    constexpr double kParts = 1 << 20U;
    const auto upTo = [&](std::int64_t time) {
        const double share = static_cast<double>(std::min(time, to) - from) / static_cast<double>(to - from);
        return std::floor(static_cast<double>(event.value) * kParts * share) / kParts;
    };
    double given = 0;
    for (auto bin = static_cast<std::size_t>(from / width); given < static_cast<double>(event.value); ++bin) {
        const double now = upTo(static_cast<std::int64_t>(bin + 1) * width);
        give(bin, now - given);
        given = now;
    }
}

void Aggregator::Private::endAction(const TraceEvent& event) {
    const auto begun = std::find_if(actions.rbegin(), actions.rend(), [&](const ActionSpan& span) {
        return span.action == event.detail && span.subject == event.subject && !span.to;
    });
    if (begun != actions.rend())
        begun->to = event.at;
}

void Aggregator::Private::apply(const TraceEvent& event) {
    makeRoomFor(event.at);
    measureTimeLag(event.at);
    const bool known = event.subject < state.entities.size();
    const std::uint64_t in = known ? state.entities[event.subject].in : 0;
    const std::uint64_t out = known ? state.entities[event.subject].out : 0;
    const std::uint64_t dead = known ? state.entities[event.subject].deadLettered : 0;
    state.apply(event, *table);
    if (state.next % 4096 == 0) {
        state.advanceTo(event.at);
        keepWithinBounds(event.at);
    }
    const std::size_t bin = binAt(event.at);
    Track& systemTrack = tracks.back();
    ++systemTrack.at(bin).events;
    if (event.kind == EventKind::ActionBegan) {
        ++systemTrack.at(bin).faults;
        actions.push_back({.subject = event.subject, .action = event.detail, .from = event.at});
    } else if (event.kind == EventKind::ActionEnded) {
        endAction(event);
    }
    if (event.kind == EventKind::ConnectionLost)
        lost.lose(event.at, flowKnownTo(tracks.back(), event.at));
    else if (event.kind == EventKind::ConnectionMade)
        lost.findAgain(event.at);
    if (!known)
        return;
    Track& track = tracks[event.subject];
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
            ++tracks[letter.waitsIn].at(bin).deadLetters;
        } else if (change == DeadLetters::Change::Died && letter.sent) {
            ++tracks[letter.queue].at(bin).deadLetters;
            ++tracks.back().at(bin).deadLetters;
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
    d->makeRoomFor(d->horizon);
    d->measureTimeLag(d->horizon);
}

void Aggregator::finish(const Result<void>& /*outcome*/) {}

std::vector<SeriesPoint> Aggregator::series(EntityId entity, Metric metric, TraceTime from, TraceTime to,
                                            std::size_t mostPoints) const {
    const std::scoped_lock lock(d->mutex);
    std::vector<SeriesPoint> points;
    if (entity != kNoEntity && entity + std::size_t{1} >= d->tracks.size())
        return points;
    const Track& track = entity == kNoEntity ? d->tracks.back() : d->tracks[entity];
    const bool isFlow = metric == Metric::In || metric == Metric::Out;
    const TraceTime known = isFlow ? d->flowKnownTo(track, d->horizon) : d->horizon;
    to = std::min(to, known);
    if (to < from || d->horizon == TraceTime::zero() || d->isNeverCounted(entity, metric))
        return points;
    const bool percentile = metric == Metric::P50 || metric == Metric::P95 || metric == Metric::P99;
    const double fraction = metric == Metric::P50 ? 0.5 : metric == Metric::P95 ? 0.95 : 0.99;
    const std::size_t last = d->binAt(to);
    const std::size_t bins = last - d->binAt(from) + 1;
    const std::size_t group = mostPoints == 0 ? 1 : (bins + mostPoints - 1) / mostPoints;
    const std::int64_t width = d->width * static_cast<std::int64_t>(group);
    // Groups begin at multiples of their size, so that they stay the same while a run grows.
    for (std::size_t bin = d->binAt(from) / group * group; bin <= last; bin += group) {
        SeriesPoint point{TraceTime(static_cast<std::int64_t>(bin) * d->width), Duration(width), 0};
        // The bin in which knowledge ends is measured by its part before.
        if (known < d->horizon)
            point.width = std::min(point.width, known - point.at);
        if (point.width <= Duration::zero())
            break;
        if (d->lost.isUnknown(isFlow, point.at, point.at + point.width))
            continue;
        if (percentile) {
            Latencies together;
            for (std::size_t i = bin; i < std::min(bin + group, track.latencies.size()); ++i)
                together.merge(track.latencies[i]);
            if (together.empty())
                continue;
            point.value = together.percentile(fraction);
        } else {
            point.value =
                valueOf(track.together(bin, bin + group), metric, static_cast<double>(point.width.count()));
        }
        points.push_back(point);
    }
    return points;
}

std::vector<ActionSpan> Aggregator::actions() const {
    const std::scoped_lock lock(d->mutex);
    return d->actions;
}

Duration Aggregator::binWidth() const {
    const std::scoped_lock lock(d->mutex);
    return Duration(d->width);
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
    return d->flowKnownTo(entity < d->tracks.size() ? d->tracks[entity] : d->tracks.back(), d->horizon);
}

TraceTime Aggregator::horizon() const {
    const std::scoped_lock lock(d->mutex);
    return d->horizon;
}

}  // namespace sluice
