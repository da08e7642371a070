#include "core/incident/redriveplan.h"

#include <algorithm>
#include <map>

#include "core/incident/consumers.h"
#include "core/incident/rivals.h"
#include "core/trace/messagepath.h"

namespace sluice {
namespace {

struct PlannedLetter {
    std::size_t candidate = 0;
    TraceTime eventTime{};
};

/// Where and why it died last, by its events up to then.
void tellDeath(const TraceStore& store, Sequence end, EntityId queue, RedriveCandidate& candidate) {
    std::vector<TraceEvent> events;
    std::vector<Sequence> sequences;
    for (const Sequence sequence : store.eventsOf(candidate.message)) {
        if (sequence >= end)
            break;
        const TraceEvent event = store.at(sequence);
        if (event.message != candidate.message)
            continue;
        events.push_back(event);
        sequences.push_back(sequence);
    }
    const MessageHistory history = historyOf(candidate.message, events, store.table());
    for (const MessagePath& path : history.paths) {
        const Stay& last = path.stays.back();
        if (last.queue != queue || last.end != Stay::End::None)
            continue;
        const std::vector<DeathEntry> deaths = path.deaths();
        if (deaths.empty())
            return;
        candidate.backTo = deaths.front().queue;
        candidate.reason = deaths.front().reason;
        break;
    }
    for (std::size_t i = events.size(); i-- > 0;) {
        const TraceEvent& event = events[i];
        if (event.kind != EventKind::DeadLettered || event.subject != candidate.backTo)
            continue;
        candidate.cause = event.cause();
        candidate.died = event.at;
        if (candidate.reason == DeathReason::Expired) {
            candidate.verdict = RedriveVerdict::Expired;
            candidate.because = sequences[i];
        }
        return;
    }
}

}  // namespace

std::vector<RedriveCandidate> planRedrive(const TraceStore& store, const SystemState& now, EntityId queue) {
    std::vector<RedriveCandidate> plan;
    if (queue >= now.entities.size())
        return plan;
    std::map<OperationAndKey, std::vector<PlannedLetter>> letters;
    TraceTime oldest = TraceTime::max();
    for (const MessageId message : now.entities[queue].messages.all()) {
        RedriveCandidate candidate;
        candidate.message = message;
        tellDeath(store, now.next, queue, candidate);
        const auto info = store.message(message);
        if (info && info->key >= 0 && info->type < store.table().types.size() &&
            candidate.verdict == RedriveVerdict::Safe) {
            letters[{store.table().types[info->type].operationOrId(), info->key}].push_back(
                {plan.size(), info->eventTime});
            oldest = std::min(oldest, info->eventTime);
        }
        plan.push_back(candidate);
    }
    if (letters.empty())
        return plan;
    const Sequence from = store.lowerBound(oldest);
    const auto rivals = rivalsAmong(store, from, now.next,
                                    [&](const OperationAndKey& what) { return letters.contains(what); });
    store.visit(from, now.next, [&](Sequence sequence, const TraceEvent& event) {
        if (event.kind != EventKind::WorkFinished || event.cause() != FailureKind::None)
            return true;
        const auto rival = rivals.find(event.message);
        if (rival == rivals.end())
            return true;
        for (const PlannedLetter& letter : letters.at(rival->second.what)) {
            RedriveCandidate& candidate = plan[letter.candidate];
            if (candidate.verdict != RedriveVerdict::Safe || rival->second.eventTime <= letter.eventTime ||
                !takesFrom(store.table(), event.subject, candidate.backTo))
                continue;
            candidate.verdict = RedriveVerdict::Superseded;
            candidate.because = sequence;
            candidate.newer = event.message;
        }
        return true;
    });
    return plan;
}

}  // namespace sluice
