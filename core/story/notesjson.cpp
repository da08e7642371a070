#include "core/story/notesjson.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace sluice {
namespace {

constexpr std::size_t kMostOfEach = 10'000;
constexpr Sequence kMostEvents = Sequence{1} << 62U;

Json rangeToJson(const TimeRange& range) {
    return Json::array({range.from.count(), range.to.count()});
}

Json viewToJson(const StoryView& view) {
    Json json = Json::object();
    if (view.zoom > 0) {
        json["zoom"] = view.zoom;
        json["centre"] = Json::array({view.centre.x, view.centre.y});
    }
    if (!view.selection.empty())
        json["selection"] = view.selection;
    if (!view.panel.empty())
        json["panel"] = view.panel;
    if (view.shown)
        json["shown"] = rangeToJson(*view.shown);
    if (view.filtered)
        json["filtered"] = rangeToJson(*view.filtered);
    return json;
}

const Json* memberOf(const Json& json, const char* key) {
    if (!json.is_object())
        return nullptr;
    const auto found = json.find(key);
    return found == json.end() ? nullptr : &*found;
}

std::string textIn(const Json& json, const char* key) {
    const Json* text = memberOf(json, key);
    return text && text->is_string() ? text->get<std::string>() : std::string();
}

std::optional<std::uint64_t> numberIn(const Json& json, const char* key) {
    const Json* number = memberOf(json, key);
    return number && number->is_number_unsigned() ? std::optional(number->get<std::uint64_t>())
                                                  : std::nullopt;
}

std::optional<TraceTime> timeOf(const Json& json) {
    if (!json.is_number_unsigned() ||
        json.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return TraceTime(json.get<std::int64_t>());
}

std::optional<TimeRange> rangeIn(const Json& json, const char* key) {
    const Json* pair = memberOf(json, key);
    if (!pair || !pair->is_array() || pair->size() != 2)
        return std::nullopt;
    const auto from = timeOf(pair->at(0));
    const auto to = timeOf(pair->at(1));
    return from && to && *from < *to ? std::optional(TimeRange{*from, *to}) : std::nullopt;
}

std::optional<double> coordinateOf(const Json& json) {
    constexpr double kFarthest = 1e9;
    const double value = json.is_number() ? json.get<double>() : std::nan("");
    return std::abs(value) <= kFarthest ? std::optional(value) : std::nullopt;
}

StoryView viewFrom(const Json& json) {
    StoryView view;
    const Json* zoom = memberOf(json, "zoom");
    const Json* centre = memberOf(json, "centre");
    if (zoom && zoom->is_number() && centre && centre->is_array() && centre->size() == 2) {
        const auto x = coordinateOf(centre->at(0));
        const auto y = coordinateOf(centre->at(1));
        const double factor = zoom->get<double>();
        if (x && y && factor > 0 && factor <= 1000) {
            view.zoom = factor;
            view.centre = Point{*x, *y};
        }
    }
    const Json* selection = memberOf(json, "selection");
    for (const Json& id : selection && selection->is_array() ? *selection : Json::array()) {
        if (id.is_string() && view.selection.size() < kMostOfEach)
            view.selection.push_back(id.get<std::string>());
    }
    view.panel = textIn(json, "panel");
    view.shown = rangeIn(json, "shown");
    view.filtered = rangeIn(json, "filtered");
    return view;
}

Json incidentToJson(const IncidentNote& note) {
    return Json::object({{"queue", note.queue},
                         {"cause", static_cast<unsigned>(note.cause)},
                         {"reason", static_cast<unsigned>(note.reason)},
                         {"opened", note.opened.count()},
                         {"state", note.state},
                         {"at", note.at.count()},
                         {"by", note.by},
                         {"when", note.when},
                         {"why", note.why}});
}

std::optional<IncidentNote> incidentFrom(const Json& json) {
    const auto queue = numberIn(json, "queue");
    const auto cause = numberIn(json, "cause");
    const auto reason = numberIn(json, "reason");
    const Json* opened = memberOf(json, "opened");
    const Json* at = memberOf(json, "at");
    const auto begin = opened ? timeOf(*opened) : std::nullopt;
    const auto said = at ? timeOf(*at) : std::nullopt;
    if (!queue || *queue >= kNoEntity || !cause || *cause >= kFailureKindCount || !reason ||
        *reason > static_cast<unsigned>(DeathReason::BrokerStopped) || !begin || !said)
        return std::nullopt;
    return IncidentNote{static_cast<EntityId>(*queue),
                        static_cast<FailureKind>(*cause),
                        static_cast<DeathReason>(*reason),
                        *begin,
                        textIn(json, "state"),
                        *said,
                        textIn(json, "by"),
                        textIn(json, "when"),
                        textIn(json, "why")};
}

/// Calls `take` for the members of a list, as many as anybody would make.
template <class Take>
void eachIn(const Json& json, const char* key, const Take& take) {
    const Json* list = memberOf(json, key);
    if (!list || !list->is_array())
        return;
    for (std::size_t i = 0; i < std::min(list->size(), kMostOfEach); ++i)
        take(list->at(i));
}

}  // namespace

Json notesToJson(const RunNotes& notes) {
    Json json = Json::object();
    for (const Bookmark& bookmark : notes.bookmarks) {
        Json one = Json::object({{"id", bookmark.id}, {"at", bookmark.at.count()}});
        if (bookmark.event)
            one["event"] = *bookmark.event;
        if (!bookmark.name.empty())
            one["name"] = bookmark.name;
        if (!bookmark.note.empty())
            one["note"] = bookmark.note;
        json["bookmarks"].push_back(std::move(one));
    }
    for (const StoryStep& step : notes.story) {
        Json one = Json::object({{"bookmark", step.bookmark}});
        if (!step.text.empty())
            one["text"] = step.text;
        Json view = viewToJson(step.view);
        if (!view.empty())
            one["view"] = std::move(view);
        json["story"].push_back(std::move(one));
    }
    for (const Watch& watch : notes.watches)
        json["watches"].push_back(Json::object({{"name", watch.name}, {"query", watch.query}}));
    for (const IncidentNote& note : notes.incidents)
        json["incidents"].push_back(incidentToJson(note));
    return json;
}

RunNotes notesFromJson(const Json& json) {
    RunNotes notes;
    std::set<BookmarkId> ids;
    eachIn(json, "bookmarks", [&](const Json& one) {
        const auto id = numberIn(one, "id");
        const Json* at = memberOf(one, "at");
        const auto time = at ? timeOf(*at) : std::nullopt;
        if (!id || *id == 0 || *id >= std::numeric_limits<BookmarkId>::max() || !time ||
            !ids.insert(static_cast<BookmarkId>(*id)).second)
            return;
        // Put in as a new one, so that the order is right, and then given its own name back.
        notes.nextId = static_cast<BookmarkId>(*id);
        const auto event = numberIn(one, "event");
        addBookmark(notes, Bookmark{0, *time, event && *event < kMostEvents ? event : std::nullopt,
                                    textIn(one, "name"), textIn(one, "note")});
    });
    notes.nextId = ids.empty() ? 1 : *ids.rbegin() + 1;
    eachIn(json, "story", [&](const Json& one) {
        const auto id = numberIn(one, "bookmark");
        if (!id || *id > std::numeric_limits<BookmarkId>::max() ||
            !ids.contains(static_cast<BookmarkId>(*id)))
            return;
        const Json* view = memberOf(one, "view");
        notes.story.push_back(StoryStep{static_cast<BookmarkId>(*id), textIn(one, "text"),
                                        view ? viewFrom(*view) : StoryView()});
    });
    eachIn(json, "watches", [&](const Json& one) {
        Watch watch{textIn(one, "name"), textIn(one, "query")};
        if (!watch.query.empty())
            notes.watches.push_back(std::move(watch));
    });
    eachIn(json, "incidents", [&](const Json& one) {
        if (auto note = incidentFrom(one))
            notes.incidents.push_back(std::move(*note));
    });
    return notes;
}

}  // namespace sluice
