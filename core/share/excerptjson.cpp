#include "core/share/excerptjson.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "core/base/lettercase.h"
#include "core/query/eventquery.h"
#include "core/trace/eventfields.h"

namespace sluice {
namespace {

/// A column of differences.
class Differences {
public:
    void add(std::int64_t value) {
        // Unsigned, so that times from elsewhere that are far apart do not overflow.
        m_json.push_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(value) -
                                                   static_cast<std::uint64_t>(m_last)));
        m_last = value;
    }
    [[nodiscard]] Json take() { return std::move(m_json); }

private:
    Json m_json = Json::array();
    std::int64_t m_last = 0;
};

std::int64_t numberOf(EntityId entity) {
    return entity == kNoEntity ? -1 : static_cast<std::int64_t>(entity);
}

/// The texts of a detail that tells a reason, by its number.
Json reasonsOf(EventKind kind, int count) {
    Json names = Json::array();
    for (int i = 0; i < count; ++i) {
        TraceEvent event;
        event.kind = kind;
        event.detail = static_cast<std::uint16_t>(i);
        names.push_back(reasonOf(event));
    }
    return names;
}

/// What the numbers of an event mean, kind by kind, so that the player need not know.
Json kindsJson() {
    Json kinds = Json::array();
    for (int i = 0; i < kEventKindCount; ++i) {
        const auto kind = static_cast<EventKind>(i);
        const EventFields fields = fieldsOf(kind);
        Json entry{{"name", kindName(kind)},
                   {"peer", fieldName(fields.peer)},
                   {"detail", fieldName(fields.detail)},
                   {"value", fieldName(fields.value)}};
        if (entry["detail"] == "reason")
            entry["reasons"] = reasonsOf(kind, 9);
        else if (fields.detail == EventField::Severity)
            entry["reasons"] = kAlertSeverityNames;
        kinds.push_back(std::move(entry));
    }
    return kinds;
}

Json entitiesJson(const EntityTable& table) {
    Json entities = Json::array();
    for (const Entity& entity : table.entities) {
        Json entry{{"id", entity.id}, {"name", entity.name.empty() ? entity.id : entity.name}};
        if (entity.isLink) {
            entry["link"] = kindName(entity.linkKind);
            entry["from"] = numberOf(entity.from);
            entry["to"] = numberOf(entity.to);
        } else {
            entry["kind"] = kindName(entity.elementKind);
        }
        entities.push_back(std::move(entry));
    }
    return entities;
}

Json eventsJson(const std::vector<TraceEvent>& events) {
    Differences at;
    Differences message;
    Json kind = Json::array();
    Json subject = Json::array();
    Json peer = Json::array();
    Json detail = Json::array();
    Json value = Json::array();
    Json marks = Json::array();
    for (const TraceEvent& event : events) {
        at.add(event.at.count());
        message.add(event.message);
        kind.push_back(static_cast<int>(event.kind));
        subject.push_back(numberOf(event.subject));
        peer.push_back(numberOf(event.peer));
        detail.push_back(event.detail);
        value.push_back(event.value);
        marks.push_back(event.marks);
    }
    return {{"at", at.take()}, {"kind", kind},     {"subject", subject}, {"message", message.take()},
            {"peer", peer},    {"detail", detail}, {"value", value},     {"marks", marks}};
}

bool isMasked(const EntityTable& table, std::uint16_t type, const std::vector<std::string>& masks) {
    return type < table.types.size() && std::any_of(masks.begin(), masks.end(), [&](const std::string& name) {
               return lowered(name) == lowered(table.types[type].keyField);
           });
}

Json messagesJson(const Excerpt& excerpt, const EntityTable& table, const std::vector<std::string>& masks,
                  Json& keys) {
    Differences id;
    Differences created;
    Json type = Json::array();
    Json key = Json::array();
    Json cause = Json::array();
    Json creator = Json::array();
    Json flags = Json::array();
    std::map<std::pair<std::string, std::int64_t>, std::size_t> known;
    for (const MessageInfo& message : excerpt.messages) {
        id.add(message.id);
        created.add(message.created.count());
        type.push_back(message.type);
        if (message.key < 0) {
            key.push_back(-1);
        } else {
            const bool masked = isMasked(table, message.type, masks);
            const std::string text = masked ? "***" : table.keyText(message.type, message.key);
            const auto [it, isNew] = known.try_emplace({text, masked ? 0 : message.key}, known.size());
            if (isNew)
                keys.push_back(Json{{"text", text}, {"number", masked ? 0 : message.key}});
            key.push_back(it->second);
        }
        cause.push_back(message.causation);
        creator.push_back(numberOf(message.creator));
        flags.push_back(message.flags);
    }
    return {{"id", id.take()}, {"created", created.take()}, {"type", type},  {"key", key},
            {"cause", cause},  {"creator", creator},        {"flags", flags}};
}

Json figuresJson(const std::vector<FigureSeries>& figures) {
    Json all = Json::array();
    for (const FigureSeries& series : figures) {
        Differences events;
        Differences values;
        for (const FigureSeries::Change& change : series.changes) {
            events.add(change.event);
            values.add(change.value);
        }
        Json entry{{"entity", series.entity}, {"figure", figureName(series.figure)}};
        if (series.index != 0)
            entry["index"] = series.index;
        if (series.initial != 0)
            entry["initial"] = series.initial;
        entry["event"] = events.take();
        entry["value"] = values.take();
        all.push_back(std::move(entry));
    }
    return all;
}

Json linesJson(const std::vector<LineSeries>& lines) {
    Json all = Json::array();
    for (const LineSeries& line : lines) {
        Differences events;
        Json messages = Json::array();
        for (const LineSeries::Change& change : line.changes) {
            events.add(change.event);
            messages.push_back(change.messages);
        }
        all.push_back(Json{{"entity", line.queue},
                           {"initial", line.initial},
                           {"event", events.take()},
                           {"messages", std::move(messages)}});
    }
    return all;
}

Json incidentsJson(const std::vector<Incident>& incidents) {
    Json all = Json::array();
    for (const Incident& incident : incidents)
        all.push_back(Json{{"at", incident.opened.count()},
                           {"last", incident.last.count()},
                           {"queue", numberOf(incident.queue)},
                           {"count", incident.count},
                           {"waiting", incident.waiting},
                           {"sentence", incident.sentence}});
    return all;
}

}  // namespace

Json excerptJson(const Excerpt& excerpt, const EntityTable& table, const std::vector<std::string>& masks) {
    Json causes = Json::array();
    for (const std::string_view name : kFailureKindNames)
        causes.push_back(name);
    Json marks = Json::array();
    for (const QueryMark& mark : queryMarks())
        marks.push_back(Json{{"name", mark.name}, {"flag", mark.flag}});
    Json types = Json::array();
    for (const TracedType& type : table.types)
        types.push_back(Json{{"id", type.id}, {"kind", kindName(type.kind)}});
    Json alerts = Json::array();
    for (const TracedAlert& alert : table.alerts)
        alerts.push_back(alert.name);
    Json transits = Json::array();
    for (const Transit& transit : excerpt.transits)
        transits.push_back(Json::array({transit.link, transit.message, transit.departed.count(),
                                        transit.arrives.count(), transit.flags}));
    Json contents{{"message", Json::array()}, {"body", Json::array()}, {"headers", Json::array()}};
    for (const ExcerptContent& content : excerpt.contents) {
        contents["message"].push_back(content.message);
        contents["body"].push_back(content.body);
        contents["headers"].push_back(content.headers);
    }
    Json notes = Json::array();
    for (const ExcerptNote& note : excerpt.notes)
        notes.push_back(Json{{"at", note.at.count()}, {"title", note.title}, {"text", note.text}});
    Json keys = Json::array();
    Json messages = messagesJson(excerpt, table, masks, keys);
    return Json{{"format", 1},
                {"diagram", table.diagram},
                {"scenario", table.scenario},
                {"seed", table.seed},
                {"from", excerpt.from.count()},
                {"to", excerpt.to.count()},
                {"first", excerpt.first},
                {"kinds", kindsJson()},
                {"causes", std::move(causes)},
                {"marks", std::move(marks)},
                {"entities", entitiesJson(table)},
                {"types", std::move(types)},
                {"alerts", std::move(alerts)},
                {"keys", std::move(keys)},
                {"messages", std::move(messages)},
                {"events", eventsJson(excerpt.events)},
                {"transits", std::move(transits)},
                {"figures", figuresJson(excerpt.figures)},
                {"lines", linesJson(excerpt.lines)},
                {"incidents", incidentsJson(excerpt.incidents)},
                {"contents", std::move(contents)},
                {"notes", std::move(notes)}};
}

std::string embeddedJson(const Json& json) {
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string safe;
    safe.reserve(text.size() + 64);
    for (const char c : text) {
        if (c == '<')
            safe += "\\u003c";
        else
            safe += c;
    }
    return safe;
}

}  // namespace sluice
