#include "core/metrics/outcome.h"

#include <algorithm>
#include <numeric>

#include "core/metrics/lagmeter.h"
#include "core/trace/blockindex.h"
#include "core/trace/deadletters.h"
#include "core/trace/systemstate.h"
#include "core/trace/tracestore.h"

namespace sluice {
namespace {

/// One queue and one cause: an incident while messages of it wait.
struct Cause {
    EntityId queue = kNoEntity;
    FailureKind cause = FailureKind::None;
    DeathReason reason = DeathReason::Rejected;
    std::uint64_t waiting = 0;
};

std::uint64_t workUnderway(const EntityState& state) {
    return std::accumulate(state.instances.begin(), state.instances.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const InstanceState& one) { return sum + one.busy; });
}

void addCounts(ElementOutcome& system, const ElementOutcome& one) {
    system.in += one.in;
    system.out += one.out;
    system.redriven += one.redriven;
    system.refused += one.refused;
    system.deferred += one.deferred;
    system.done += one.done;
    system.depth += one.depth;
    system.openIncidents += one.openIncidents;
    system.busy += one.busy;
    system.wait.merge(one.wait);
    system.service.merge(one.service);
    system.freshness.merge(one.freshness);
}

}  // namespace

std::uint64_t ElementOutcome::deadLettersTotal() const {
    return std::accumulate(deadLetters.begin(), deadLetters.end(), std::uint64_t{0});
}

const ElementOutcome* Outcome::find(std::string_view id) const {
    const auto it = std::find_if(elements.begin(), elements.end(),
                                 [id](const ElementOutcome& element) { return element.id == id; });
    return it == elements.end() ? nullptr : &*it;
}

struct OutcomeCollector::Private {
    struct Work {
        std::uint64_t now = 0;  ///< messages in work
        TraceTime since{};
        double nanoseconds = 0;  ///< the integral up to `since`
    };

    explicit Private(std::shared_ptr<const EntityTable> t)
        : table(std::move(t)), state(SystemState::initial(*table)), letters(*table), lag(*table) {
        const std::size_t count = table->entities.size();
        elements.resize(count);
        work.resize(count);
        before.resize(count);
    }

    /// What there is to say of it; made when there is something.
    [[nodiscard]] ElementOutcome& element(EntityId id) {
        if (!elements[id])
            elements[id] = std::make_unique<ElementOutcome>();
        return *elements[id];
    }
    [[nodiscard]] std::uint64_t depthOf(EntityId id) const { return elements[id] ? elements[id]->depth : 0; }

    void apply(const TraceEvent& event);
    void applyDepth(const TraceEvent& event);
    void applyTimes(const TraceEvent& event);
    void applyLetters(DeadLetters::Change change, const DeadLetter& letter);
    void measureWork(EntityId subject, TraceTime at);
    Cause& causeOf(const DeadLetter& letter);

    std::shared_ptr<const EntityTable> table;
    SystemState state;
    DeadLetters letters;
    LagMeter lag;
    /// By entity, without what the table says of them; null: of thousands there is nothing to say.
    std::vector<std::unique_ptr<ElementOutcome>> elements;
    ElementOutcome system;
    std::vector<Work> work;
    std::vector<std::pair<std::uint64_t, std::uint64_t>>
        before;  ///< by element: in and out of what is not counted
    TraceTime begun{};
    std::vector<Cause> causes;
    std::uint64_t ready = 0;  ///< in all queues
    std::uint64_t events = 0;
    TraceTime ended{};
};

void OutcomeCollector::Private::measureWork(EntityId subject, TraceTime at) {
    Work& one = work[subject];
    one.nanoseconds += static_cast<double>(one.now) * static_cast<double>((at - one.since).count());
    one.since = at;
    one.now = workUnderway(state.entities[subject]);
}

Cause& OutcomeCollector::Private::causeOf(const DeadLetter& letter) {
    const auto it = std::find_if(causes.begin(), causes.end(), [&](const Cause& cause) {
        return cause.queue == letter.queue && cause.cause == letter.cause && cause.reason == letter.reason;
    });
    if (it != causes.end())
        return *it;
    causes.push_back(Cause{letter.queue, letter.cause, letter.reason, 0});
    return causes.back();
}

void OutcomeCollector::Private::applyLetters(DeadLetters::Change change, const DeadLetter& letter) {
    const auto cause = static_cast<std::size_t>(letter.cause);
    switch (change) {
        case DeadLetters::Change::Died:
            ++causeOf(letter).waiting;
            if (letter.sent) {
                ++element(letter.queue).deadLetters[cause];
                ++system.deadLetters[cause];
            }
            break;
        case DeadLetters::Change::Arrived:
            ++element(letter.waitsIn).deadLetters[cause];
            break;
        case DeadLetters::Change::Redriven:
        case DeadLetters::Change::Discarded:
            --causeOf(letter).waiting;
            break;
    }
}

void OutcomeCollector::Private::applyDepth(const TraceEvent& event) {
    const auto setLag = [this](EntityId id, std::uint64_t records) {
        if (records == depthOf(id))
            return;
        ElementOutcome& link = element(id);
        link.depth = records;
        link.maxDepth = std::max(link.maxDepth, records);
    };
    if (event.kind == EventKind::Observed && static_cast<Gauge>(event.detail) != Gauge::Ready)
        return lag.apply(event, setLag);
    switch (event.kind) {
        case EventKind::Enqueued:
        case EventKind::Delivered:
        case EventKind::Requeued:
        case EventKind::DeadLettered:
        case EventKind::Discarded:
        case EventKind::Redriven:
        case EventKind::Observed: {
            const std::uint64_t now = state.entities[event.subject].ready;
            if (now == depthOf(event.subject))
                break;
            ElementOutcome& queue = element(event.subject);
            ready += now - queue.depth;
            queue.depth = now;
            queue.maxDepth = std::max(queue.maxDepth, now);
            system.maxDepth = std::max(system.maxDepth, ready);
            break;
        }
        case EventKind::Appended:
        case EventKind::Fetched:
        case EventKind::Committed:
            lag.apply(event, setLag);
            break;
        case EventKind::WorkStarted:
        case EventKind::WorkFinished:
        case EventKind::InstanceStopped:
        case EventKind::InstanceStarted:
            measureWork(event.subject, event.at);
            break;
        default:
            break;
    }
}

void OutcomeCollector::Private::applyTimes(const TraceEvent& event) {
    const Duration value(event.value);
    switch (event.kind) {
        case EventKind::Delivered:
        case EventKind::WorkStarted:
            element(event.subject).wait.add(value);
            break;
        case EventKind::WorkFinished:
        case EventKind::RowRead:
            element(event.subject).service.add(value);
            break;
        case EventKind::Answered:
        case EventKind::UserInformed:
            element(event.subject).roundTrip.add(value);
            break;
        case EventKind::RowWritten:
            element(event.subject).freshness.add(value);
            break;
        default:
            break;
    }
}

void OutcomeCollector::Private::apply(const TraceEvent& event) {
    ++events;
    ended = std::max(ended, event.at);
    state.apply(event, *table);
    if (events % 4096 == 0)
        state.advanceTo(event.at);
    letters.apply(event, *table, [this](DeadLetters::Change change, const DeadLetter& letter) {
        applyLetters(change, letter);
    });
    if (event.subject >= elements.size())
        return;
    applyDepth(event);
    applyTimes(event);

    const auto both = [&](std::uint64_t ElementOutcome::*count) {
        ++(element(event.subject).*count);
        ++(system.*count);
    };
    switch (event.kind) {
        case EventKind::MessageCreated:
            both(&ElementOutcome::created);
            break;
        case EventKind::Failed:
            both(&ElementOutcome::failed);
            break;
        case EventKind::RetryScheduled:
            both(&ElementOutcome::retried);
            break;
        case EventKind::Delivered:
            if (event.has(eventflag::Redelivered))
                both(&ElementOutcome::redelivered);
            break;
        case EventKind::Discarded:
            both(&ElementOutcome::discarded);
            break;
        case EventKind::Lost:
            both(&ElementOutcome::lost);
            break;
        case EventKind::LateArrival:
            both(&ElementOutcome::lateArrivals);
            break;
        case EventKind::TimedOut:
            both(&ElementOutcome::timeouts);
            break;
        case EventKind::AnsweredLate:
            both(&ElementOutcome::lateAnswers);
            break;
        case EventKind::Redriven:
            if (event.peer != kNoEntity)
                ++element(event.subject).redriven;
            break;
        case EventKind::UserInformed:
            switch (static_cast<UserOutcome>(event.detail)) {
                case UserOutcome::Done:
                    ++element(event.subject).done;
                    break;
                case UserOutcome::Refused:
                    ++element(event.subject).refused;
                    break;
                case UserOutcome::Deferred:
                    ++element(event.subject).deferred;
                    break;
                case UserOutcome::Failed:
                    both(&ElementOutcome::failed);
                    break;
            }
            break;
        default:
            break;
    }
}

OutcomeCollector::OutcomeCollector(std::shared_ptr<const EntityTable> table)
    : d(std::make_unique<Private>(std::move(table))) {}

OutcomeCollector::~OutcomeCollector() = default;

void OutcomeCollector::accept(std::span<const TraceEvent> events, TraceTime horizon) {
    for (const TraceEvent& event : events)
        d->apply(event);
    d->ended = std::max(d->ended, horizon);
}

void OutcomeCollector::finish(const Result<void>& /*outcome*/) {}

void OutcomeCollector::beginAnew(TraceTime at) {
    d->begun = at;
    d->ended = std::max(d->ended, at);
    d->events = 0;
    d->system = ElementOutcome();
    d->system.maxDepth = d->ready;
    for (std::size_t i = 0; i < d->elements.size(); ++i) {
        if (const std::uint64_t depth = d->depthOf(static_cast<EntityId>(i)); depth > 0) {
            ElementOutcome fresh;
            fresh.depth = fresh.maxDepth = depth;
            *d->elements[i] = std::move(fresh);
        } else {
            d->elements[i].reset();
        }
        d->before[i] = {d->state.entities[i].in, d->state.entities[i].out};
        d->work[i].nanoseconds = 0;
        d->work[i].since = at;
    }
}

Result<Outcome> outcomeOf(const TraceStore& store, const TimeRange& range,
                          const std::function<bool()>& isWanted) {
    OutcomeCollector collector(store.sharedTable());
    const auto feed = [&](Sequence from, Sequence end) {
        for (; from < end; from += kBlockEvents) {
            if (isWanted && !isWanted())
                return false;
            const std::vector<TraceEvent> events =
                store.read(from, std::min<Sequence>(from + kBlockEvents, end));
            if (!events.empty())
                collector.accept(events, events.back().at);
        }
        return true;
    };
    const Sequence first = store.lowerBound(range.from);
    const Sequence past = store.lowerBound(range.to);
    if (!feed(0, first))
        return Error{ErrorCode::Cancelled, "it is not wanted any more", {}};
    collector.beginAnew(range.from);
    if (!feed(first, past))
        return Error{ErrorCode::Cancelled, "it is not wanted any more", {}};
    collector.accept({}, std::min(range.to, store.horizon()));
    return collector.outcome();
}

std::uint64_t OutcomeCollector::messages() const {
    return d->system.created;
}

Outcome OutcomeCollector::outcome() const {
    Outcome result;
    result.ended = d->ended;
    result.events = d->events;
    result.elements.resize(d->elements.size());
    result.system = d->system;
    result.system.name = "the whole system";
    result.system.kind = "system";
    for (std::size_t i = 0; i < result.elements.size(); ++i) {
        ElementOutcome& one = result.elements[i];
        if (d->elements[i])
            one = *d->elements[i];
        const Entity& entity = d->table->entities[i];
        one.id = entity.id;
        one.name = entity.name;
        one.kind = entity.isLink ? kindName(entity.linkKind) : kindName(entity.elementKind);
        const SystemState& state = d->state;
        const auto& work = d->work[i];
        one.in = state.entities[i].in - d->before[i].first;
        one.out = state.entities[i].out - d->before[i].second;
        const double underway =
            static_cast<double>(work.now) * static_cast<double>((result.ended - work.since).count());
        if (result.ended > d->begun)
            one.busy = (work.nanoseconds + underway) / static_cast<double>((result.ended - d->begun).count());
        for (const Cause& cause : d->causes)
            one.openIncidents += cause.queue == i && cause.waiting > 0 ? 1 : 0;
        if (!entity.isLink)
            addCounts(result.system, one);
    }
    // What people wait for; where there are none, what callers do.
    for (const bool people : {true, false}) {
        for (std::size_t i = 0; i < result.elements.size(); ++i) {
            const Entity& entity = d->table->entities[i];
            const bool client = !entity.isLink && entity.elementKind == ElementKind::Client;
            if (client == people)
                result.system.roundTrip.merge(result.elements[i].roundTrip);
        }
        if (result.system.roundTrip.count() > 0)
            break;
    }
    return result;
}

}  // namespace sluice
