#include "core/incident/incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>

#include "core/incident/origins.h"
#include "core/trace/deadletters.h"

namespace sluice {
namespace {

constexpr std::size_t kMostMessagesKept = 10'000;
constexpr std::size_t kMostKeys = 1'000;
constexpr std::size_t kMostIncidents = 10'000;

std::string_view verbOf(DeathReason reason) {
    switch (reason) {
        case DeathReason::Rejected:
            return "rejected in";
        case DeathReason::Expired:
            return "expired in";
        case DeathReason::MaxLength:
            return "over the length limit of";
        case DeathReason::DeliveryLimit:
            return "delivered too often from";
        case DeathReason::QueueDeleted:
            return "deleted with";
        case DeathReason::Purged:
            return "purged from";
        case DeathReason::Unroutable:
            return "without a way out of";
        case DeathReason::Cycle:
            return "going round through";
        case DeathReason::BrokerStopped:
            return "lost with the broker from";
    }
    return "died in";
}

}  // namespace

struct IncidentCollector::Private {
    using Cause = std::tuple<EntityId, FailureKind, DeathReason>;
    /// An incident and what is needed to go on with it.
    struct Open {
        Incident incident;
        std::vector<std::uint16_t> types;
        std::unordered_set<std::int64_t> keys;
        bool redriven = false;
    };

    explicit Private(std::shared_ptr<const EntityTable> t) : table(std::move(t)), letters(*table) {}

    void apply(const TraceEvent& event);
    void follow(DeadLetters::Change change, const DeadLetter& letter, TraceTime at);
    Open& incidentFor(const DeadLetter& letter, TraceTime at);
    Open* waitingFor(const DeadLetter& letter);
    void forgetOldest();
    static Cause causeOf(const DeadLetter& letter) { return {letter.queue, letter.cause, letter.reason}; }
    std::string sentence(const Open& open) const;
    static IncidentState stateOf(const Incident& incident) {
        const bool gone = incident.deadLetterQueue == kNoEntity && incident.waiting == 0;
        return gone ? IncidentState::Discarded : incident.state;
    }

    std::shared_ptr<const EntityTable> table;
    DeadLetters letters;
    Origins origins;
    std::map<std::uint64_t, Open> all;      ///< by number, in order of opening
    std::map<Cause, std::uint64_t> newest;  ///< an earlier one of the same cause has ended
    std::uint64_t opened = 0;
};

void IncidentCollector::Private::apply(const TraceEvent& event) {
    letters.apply(event, *table, [&](DeadLetters::Change change, const DeadLetter& letter) {
        follow(change, letter, event.at);
    });
    origins.apply(event, *table);
}

/// The open incident that the death joins, or a new one.
IncidentCollector::Private::Open& IncidentCollector::Private::incidentFor(const DeadLetter& letter,
                                                                          TraceTime at) {
    const auto last = newest.find(causeOf(letter));
    if (last != newest.end() && all.at(last->second).incident.state == IncidentState::Open)
        return all.at(last->second);
    if (all.size() >= kMostIncidents)
        forgetOldest();
    const std::uint64_t number = opened++;
    newest[causeOf(letter)] = number;
    Open& open = all[number];
    Incident& incident = open.incident;
    incident.queue = letter.queue;
    incident.deadLetterQueue = letter.waitsIn;
    incident.cause = letter.cause;
    incident.reason = letter.reason;
    incident.opened = at;
    return open;
}

/// The oldest that has ended; of each cause the newest stays.
void IncidentCollector::Private::forgetOldest() {
    for (auto it = all.begin(); it != all.end(); ++it) {
        const Incident& incident = it->second.incident;
        if (newest.at({incident.queue, incident.cause, incident.reason}) == it->first)
            continue;
        all.erase(it);
        return;
    }
}

/// The incident in which the dead letter waits: a message that died again waits in the last.
IncidentCollector::Private::Open* IncidentCollector::Private::waitingFor(const DeadLetter& letter) {
    const auto last = newest.find(causeOf(letter));
    if (last == newest.end() || all.at(last->second).incident.waiting == 0)
        return nullptr;
    return &all.at(last->second);
}

void IncidentCollector::Private::follow(DeadLetters::Change change, const DeadLetter& letter, TraceTime at) {
    if (change == DeadLetters::Change::Died) {
        Open& open = incidentFor(letter, at);
        Incident& incident = open.incident;
        incident.last = at;
        ++incident.count;
        ++incident.waiting;
        if (incident.messages.size() < kMostMessagesKept)
            incident.messages.push_back(letter.message);
        const Origins::Origin* as = origins.find(letter.message);
        if (!as)
            return;
        if (as->key >= 0 && incident.keys.size() < kMostKeys && open.keys.insert(as->key).second)
            incident.keys.push_back(as->key);
        if (as->type != 0xffff &&
            std::find(open.types.begin(), open.types.end(), as->type) == open.types.end())
            open.types.push_back(as->type);
        return;
    }
    Open* open = waitingFor(letter);
    if (!open)
        return;
    if (change == DeadLetters::Change::Arrived) {
        open->incident.deadLetterQueue = letter.waitsIn;
        return;
    }
    open->redriven = open->redriven || change == DeadLetters::Change::Redriven;
    // What never was kept anywhere is one incident until the end, however often it happens.
    if (--open->incident.waiting == 0 && open->incident.deadLetterQueue != kNoEntity)
        open->incident.state = open->redriven ? IncidentState::Redriven : IncidentState::Discarded;
}

std::string IncidentCollector::Private::sentence(const Open& open) const {
    const Incident& incident = open.incident;
    std::string what = incident.count == 1 ? "message" : "messages";
    if (open.types.size() == 1 && open.types.front() < table->types.size())
        what = table->types[open.types.front()].id;
    const std::string where =
        incident.queue < table->entities.size() ? table->entities[incident.queue].name : "an unknown queue";
    std::string text = fmt::format("{} {} {} {}", incident.count, what, verbOf(incident.reason), where);
    if (incident.cause != FailureKind::None)
        text += fmt::format(": {}", kindName(incident.cause));
    return text;
}

IncidentCollector::IncidentCollector(std::shared_ptr<const EntityTable> table)
    : d(std::make_unique<Private>(std::move(table))) {}

IncidentCollector::~IncidentCollector() = default;

void IncidentCollector::accept(std::span<const TraceEvent> events, TraceTime /*horizon*/) {
    for (const TraceEvent& event : events)
        d->apply(event);
}

void IncidentCollector::finish(const Result<void>& /*outcome*/) {}

std::vector<Incident> IncidentCollector::incidents() const {
    std::vector<Incident> result;
    result.reserve(d->all.size());
    for (const auto& [number, open] : d->all) {
        result.push_back(open.incident);
        Incident& incident = result.back();
        incident.state = Private::stateOf(incident);
        incident.sentence = d->sentence(open);
    }
    return result;
}

std::size_t IncidentCollector::openCount() const {
    return static_cast<std::size_t>(std::count_if(d->all.begin(), d->all.end(), [](const auto& one) {
        return Private::stateOf(one.second.incident) == IncidentState::Open;
    }));
}

}  // namespace sluice
