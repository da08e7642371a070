#include "app/cli/notesreport.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/cli/command.h"
#include "core/incident/incidentimpact.h"
#include "core/report/incidentnotes.h"
#include "core/story/notesjson.h"
#include "core/trace/blockindex.h"

namespace sluice::cli {
namespace {

std::string nameOf(EntityId id, const EntityTable& table) {
    return id < table.entities.size() ? table.entities[id].id : std::string();
}

/// "  12.3s  dead letters begin: see the retry", with further lines of the note below each other.
void printLine(TraceTime at, const std::string& name, const std::string& note) {
    fmt::print("{:>14}  {}", formatDuration(at), name);
    for (std::size_t begin = 0; begin < note.size();) {
        const std::size_t end = std::min(note.find('\n', begin), note.size());
        fmt::print("{}{}", begin == 0 ? ": " : fmt::format("\n{:16}", ""), note.substr(begin, end - begin));
        begin = end + 1;
    }
    fmt::print("\n");
}

nlohmann::ordered_json jsonOf(const Incident& incident, const IncidentImpact& impact,
                              const IncidentStates& states, const EntityTable& table) {
    nlohmann::ordered_json one{{"sentence", incident.sentence},
                               {"state", stateName(incident.state)},
                               {"queue", nameOf(incident.queue, table)},
                               {"reason", reasonName(incident.reason)},
                               {"cause", kindName(incident.cause)},
                               {"opened", seconds(incident.opened)},
                               {"last", seconds(incident.last)},
                               {"count", incident.count},
                               {"waiting", incident.waiting},
                               {"perSecond", impact.perSecond},
                               {"types", impact.types},
                               {"users", impact.users},
                               {"keys", impact.keys},
                               {"messages", incident.messages}};
    if (incident.deadLetterQueue != kNoEntity)
        one["deadLetterQueue"] = nameOf(incident.deadLetterQueue, table);
    nlohmann::ordered_json late = nlohmann::ordered_json::array();
    for (const Overtaking& overtaking : impact.outOfOrder)
        late.push_back({{"message", overtaking.later},
                        {"before", overtaking.letter},
                        {"at", seconds(overtaking.at)},
                        {"sequence", overtaking.sequence}});
    one["outOfOrder"] = std::move(late);
    nlohmann::ordered_json marks = nlohmann::ordered_json::array();
    for (const IncidentMark& mark : states.marksOf(incident))
        marks.push_back({{"state", stateName(mark.state)},
                         {"by", mark.by},
                         {"when", mark.when},
                         {"why", mark.why},
                         {"at", seconds(mark.at)}});
    one["marks"] = std::move(marks);
    return one;
}

}  // namespace

int printNotes(const Recording& recording, bool json) {
    const RunNotes& notes = recording.notes;
    if (json) {
        fmt::print("{}\n", notesToJson(notes).dump(2, ' ', false, Json::error_handler_t::replace));
        return kWell;
    }
    if (notes.isEmpty()) {
        fmt::print("Nobody has added notes to this recording\n");
        return kWell;
    }
    const auto head = [](bool any, std::string_view title) {
        if (any)
            fmt::print("{}\n", title);
    };
    head(!notes.bookmarks.empty(), "Bookmarks");
    for (const Bookmark& bookmark : notes.bookmarks)
        printLine(bookmark.at, bookmark.name, bookmark.note);
    head(!notes.story.empty(), "Story");
    for (const StoryStep& step : notes.story) {
        const Bookmark* const bookmark = findBookmark(notes, step.bookmark);
        printLine(bookmark ? bookmark->at : TraceTime(), bookmark ? bookmark->name : std::string(),
                  textOf(notes, step));
    }
    head(!notes.watches.empty(), "Watches");
    for (const Watch& watch : notes.watches)
        fmt::print("{:16}{}: {}\n", "", watch.name, watch.query);
    head(!notes.incidents.empty(), "Incidents");
    const EntityTable& table = recording.store->table();
    for (const IncidentNote& note : notes.incidents)
        printLine(note.opened, fmt::format("{} in {}", reasonName(note.reason), nameOf(note.queue, table)),
                  fmt::format("{} by {} at {}{}{}", note.state, note.by.empty() ? "somebody" : note.by,
                              formatDuration(note.at), note.when.empty() ? "" : ", " + note.when,
                              note.why.empty() ? "" : ": " + note.why));
    return kWell;
}

int printIncidents(const Recording& recording, Sequence end, bool json) {
    const TraceStore& store = *recording.store;
    IncidentCollector collector(store.sharedTable());
    for (Sequence from = 0; from < end; from += kBlockEvents) {
        const std::vector<TraceEvent> events = store.read(from, std::min<Sequence>(from + kBlockEvents, end));
        collector.accept(events, events.back().at);
    }
    std::vector<Incident> incidents = collector.incidents();
    const IncidentStates states = statesOf(recording.notes.incidents);
    states.apply(incidents);
    if (!json) {
        fmt::print("{}",
                   incidents.empty() ? std::string("No message died\n") : textOf(incidents, store, end));
        return kWell;
    }
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const Incident& incident : incidents)
        all.push_back(jsonOf(incident, impactOf(incident, store, end), states, store.table()));
    fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return kWell;
}

}  // namespace sluice::cli
