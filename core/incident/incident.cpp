#include "core/incident/incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "core/trace/deadletters.h"

namespace sluice {
namespace {

constexpr std::size_t kMostMessages = 10'000;
constexpr std::size_t kMostKeys = 1'000;

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
    }
    return "died in";
}

}  // namespace

struct IncidentCollector::Private {
    /// What a message was created as.
    struct Made {
        std::int64_t key = -1;
        std::uint16_t type = 0xffff;
    };
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
    std::string sentence(const Open& open) const;
    static IncidentState stateOf(const Incident& incident) {
        const bool gone = incident.deadLetterQueue == kNoEntity && incident.waiting == 0;
        return gone ? IncidentState::Discarded : incident.state;
    }

    std::shared_ptr<const EntityTable> table;
    DeadLetters letters;
    std::vector<Made> made;  ///< by message id
    std::vector<Open> all;   ///< in order of opening
};

void IncidentCollector::Private::apply(const TraceEvent& event) {
    if (event.kind == EventKind::MessageCreated) {
        constexpr std::size_t kFarAhead = 1U << 24U;
        if (event.message >= made.size() && event.message < made.size() + kFarAhead)
            made.resize(event.message + std::size_t{1});
        if (event.message < made.size())
            made[event.message] = Made{event.value, event.detail};
        return;
    }
    letters.apply(event, *table, [&](DeadLetters::Change change, const DeadLetter& letter) {
        follow(change, letter, event.at);
    });
}

/// The open incident that the death joins, or a new one.
IncidentCollector::Private::Open& IncidentCollector::Private::incidentFor(const DeadLetter& letter,
                                                                          TraceTime at) {
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
        const Incident& incident = it->incident;
        if (incident.state == IncidentState::Open && incident.queue == letter.queue &&
            incident.cause == letter.cause && incident.reason == letter.reason)
            return *it;
    }
    all.emplace_back();
    Incident& incident = all.back().incident;
    incident.queue = letter.queue;
    incident.deadLetterQueue = letter.waitsIn;
    incident.cause = letter.cause;
    incident.reason = letter.reason;
    incident.opened = at;
    return all.back();
}

/// The incident in which the dead letter waits. Newest first: a message that died again waits in the last.
IncidentCollector::Private::Open* IncidentCollector::Private::waitingFor(const DeadLetter& letter) {
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
        const Incident& incident = it->incident;
        if (incident.waiting > 0 && incident.queue == letter.queue && incident.cause == letter.cause &&
            incident.reason == letter.reason)
            return &*it;
    }
    return nullptr;
}

void IncidentCollector::Private::follow(DeadLetters::Change change, const DeadLetter& letter, TraceTime at) {
    if (change == DeadLetters::Change::Died) {
        Open& open = incidentFor(letter, at);
        Incident& incident = open.incident;
        incident.last = at;
        ++incident.count;
        ++incident.waiting;
        if (incident.messages.size() < kMostMessages)
            incident.messages.push_back(letter.message);
        if (letter.message >= made.size())
            return;
        const Made& as = made[letter.message];
        if (as.key >= 0 && incident.keys.size() < kMostKeys && open.keys.insert(as.key).second)
            incident.keys.push_back(as.key);
        if (as.type != 0xffff && std::find(open.types.begin(), open.types.end(), as.type) == open.types.end())
            open.types.push_back(as.type);
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
    for (const Private::Open& open : d->all) {
        result.push_back(open.incident);
        Incident& incident = result.back();
        incident.state = Private::stateOf(incident);
        incident.sentence = d->sentence(open);
    }
    return result;
}

std::size_t IncidentCollector::openCount() const {
    return static_cast<std::size_t>(std::count_if(d->all.begin(), d->all.end(), [](const auto& one) {
        return Private::stateOf(one.incident) == IncidentState::Open;
    }));
}

}  // namespace sluice
