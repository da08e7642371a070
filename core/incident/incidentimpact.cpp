#include "core/incident/incidentimpact.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/incident/consumers.h"
#include "core/incident/incidentstates.h"
#include "core/incident/rivals.h"
#include "core/trace/payload.h"

namespace sluice {
namespace {

constexpr std::size_t kMostOvertakings = 1'000;

struct WaitingLetter {
    MessageId message = 0;
    TraceTime eventTime{};
    TraceTime died{};
    bool handled = false;  ///< redriven, and worked off since
};

/// The later messages of the letters' operations and keys that who takes from the queue worked off while the
/// letters waited.
std::vector<Overtaking> overtakings(const TraceStore& store, Sequence from, Sequence end, EntityId queue,
                                    std::map<OperationAndKey, std::vector<WaitingLetter>>& letters) {
    const EntityTable& table = store.table();
    const auto rivals =
        rivalsAmong(store, from, end, [&](const OperationAndKey& what) { return letters.contains(what); });
    std::unordered_map<MessageId, WaitingLetter*> byMessage;
    for (auto& [what, all] : letters) {
        for (WaitingLetter& letter : all)
            byMessage.emplace(letter.message, &letter);
    }
    std::vector<Overtaking> found;
    store.visit(from, end, [&](Sequence sequence, const TraceEvent& event) {
        if (event.kind == EventKind::DeadLettered || event.kind == EventKind::Discarded) {
            if (const auto dead = byMessage.find(event.message); dead != byMessage.end())
                dead->second->died = std::min(dead->second->died, event.at);
        }
        if (event.kind != EventKind::WorkFinished || event.cause() != FailureKind::None)
            return true;
        const auto rival = rivals.find(event.message);
        if (rival == rivals.end() || !takesFrom(table, event.subject, queue))
            return true;
        for (WaitingLetter& letter : letters.at(rival->second.what)) {
            if (letter.message == event.message)
                letter.handled = true;
            else if (!letter.handled && letter.died <= event.at &&
                     letter.eventTime < rival->second.eventTime && found.size() < kMostOvertakings)
                found.push_back({letter.message, event.message, event.at, sequence, event.subject});
        }
        return true;
    });
    return found;
}

}  // namespace

IncidentImpact impactOf(const Incident& incident, const TraceStore& store, Sequence end) {
    const EntityTable& table = store.table();
    IncidentImpact impact;
    std::set<std::string> users;
    std::set<std::string> keys;
    std::set<std::string> types;
    std::map<OperationAndKey, std::vector<WaitingLetter>> letters;
    TraceTime oldest = TraceTime::max();
    for (const MessageId message : incident.messages) {
        const auto info = store.message(message);
        if (!info)
            continue;
        const Payload payload = payloadOf(*info, table);
        if (const auto user = payload.headers.find("user-id");
            user != payload.headers.end() && user->is_string())
            users.insert(user->get<std::string>());
        if (info->type >= table.types.size())
            continue;
        types.insert(table.types[info->type].id);
        if (info->key < 0)
            continue;
        keys.insert(table.keyText(info->type, info->key));
        letters[{table.types[info->type].operationOrId(), info->key}].push_back(
            {message, info->eventTime, TraceTime::max(), false});
        oldest = std::min(oldest, info->created);
    }
    impact.users.assign(users.begin(), users.end());
    impact.keys.assign(keys.begin(), keys.end());
    impact.types.assign(types.begin(), types.end());
    const double length = seconds(incident.last - incident.opened);
    impact.perSecond =
        incident.count > 1 && length > 0 ? static_cast<double>(incident.count - 1) / length : 0;
    if (!letters.empty())
        impact.outOfOrder = overtakings(store, store.lowerBound(oldest), end, incident.queue, letters);
    return impact;
}

std::string textOf(const std::vector<Incident>& incidents, const TraceStore& store, Sequence end) {
    std::string text;
    const auto place = [&](EntityId id) {
        return id < store.table().entities.size() ? store.table().entities[id].name : std::string("nowhere");
    };
    for (const Incident& incident : incidents) {
        const IncidentImpact impact = impactOf(incident, store, end);
        text += fmt::format("{} ({})\n", incident.sentence, stateName(incident.state));
        text += fmt::format("  from {} to {}, {}", formatDuration(incident.opened),
                            formatDuration(incident.last), describeDuration(incident.last - incident.opened));
        if (impact.perSecond > 0)
            text += fmt::format(", {:.3g} a second", impact.perSecond);
        text += fmt::format("\n  {} of {} wait in {}\n", incident.waiting, incident.count,
                            place(incident.deadLetterQueue));
        const auto list = [&](std::string_view what, const std::vector<std::string>& values) {
            if (!values.empty())
                text += fmt::format("  {}: {}\n", what, fmt::join(values, ", "));
        };
        list("types", impact.types);
        list("users", impact.users);
        list("keys", impact.keys);
        for (const Overtaking& one : impact.outOfOrder)
            text += fmt::format("  out of order: m-{} was worked off at {} before m-{}\n", one.later,
                                formatDuration(one.at), one.letter);
    }
    return text;
}

}  // namespace sluice
