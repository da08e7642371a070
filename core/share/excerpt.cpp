#include "core/share/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "core/share/masking.h"
#include "core/trace/blockindex.h"
#include "core/trace/closedrange.h"
#include "core/trace/eventfields.h"
#include "core/trace/payload.h"

namespace sluice {
namespace {

constexpr std::size_t kFewEvents = 10'000;

bool worksOnMessages(ElementKind kind) {
    return kind == ElementKind::Service || kind == ElementKind::Gateway || kind == ElementKind::External ||
           kind == ElementKind::Processor;
}

std::vector<MessageId> firstIn(const EntityState& queue) {
    std::vector<MessageId> first;
    for (std::size_t i = 0; i < std::min(queue.messages.size(), LineSeries::kShown); ++i)
        first.push_back(queue.messages[i]);
    return first;
}

/// Follows the figures of a state and keeps what changes.
class SeriesWriter {
public:
    SeriesWriter(const EntityTable& table, const SystemState& state)
        : m_table(table), m_of(state.entities.size()), m_lineOf(state.entities.size(), kNone) {
        for (EntityId id = 0; id < state.entities.size(); ++id)
            look(id, state.entities[id], kNone);
    }

    /// Of one entity, after the event with that index.
    void look(EntityId id, const EntityState& state, std::uint32_t event) {
        const Entity& entity = m_table.entities[id];
        visitFigures(entity, state, [&](Figure figure, std::uint32_t index, std::int64_t value) {
            const auto key = (static_cast<std::uint64_t>(figure) << 32U) | index;
            const auto [it, isNew] = m_of[id].try_emplace(key, m_series.size());
            if (isNew) {
                // An instance that comes up later was not there before.
                const std::int64_t before = event == kNone ? value : figure == Figure::Instance ? -2 : 0;
                m_series.push_back({id, figure, index, before, {}});
                m_last.push_back(before);
            }
            if (m_last[it->second] == value)
                return;
            m_last[it->second] = value;
            m_series[it->second].changes.push_back({event, value});
        });
        if (entity.isLink || entity.elementKind != ElementKind::Queue)
            return;
        std::vector<MessageId> first = firstIn(state);
        if (m_lineOf[id] == kNone) {
            m_lineOf[id] = static_cast<std::uint32_t>(m_lines.size());
            m_lines.push_back({id, std::move(first), {}});
            return;
        }
        LineSeries& line = m_lines[m_lineOf[id]];
        if (first != (line.changes.empty() ? line.initial : line.changes.back().messages))
            line.changes.push_back({event, std::move(first)});
    }

    void finish(Excerpt& excerpt) {
        std::erase_if(m_series, [](const FigureSeries& series) {
            return series.initial == 0 && series.changes.empty() && series.figure != Figure::Instance;
        });
        excerpt.figures = std::move(m_series);
        excerpt.lines = std::move(m_lines);
    }

private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    const EntityTable& m_table;
    std::vector<std::unordered_map<std::uint64_t, std::size_t>> m_of;  ///< by entity and figure
    std::vector<std::uint32_t> m_lineOf;
    std::vector<FigureSeries> m_series;
    std::vector<std::int64_t> m_last;
    std::vector<LineSeries> m_lines;
};

/// Every message that the excerpt names.
void collectMessages(const TraceStore& store, Excerpt& excerpt) {
    std::unordered_set<MessageId> named;
    for (const TraceEvent& event : excerpt.events) {
        named.insert(event.message);
        if (fieldsOf(event.kind).peer == EventField::Message)
            named.insert(event.peer);
    }
    for (const Transit& transit : excerpt.transits)
        named.insert(transit.message);
    for (const LineSeries& line : excerpt.lines) {
        named.insert(line.initial.begin(), line.initial.end());
        for (const LineSeries::Change& change : line.changes)
            named.insert(change.messages.begin(), change.messages.end());
    }
    std::vector<MessageId> ids(named.begin(), named.end());
    std::sort(ids.begin(), ids.end());
    for (const MessageId id : ids) {
        if (const auto info = store.message(id))
            excerpt.messages.push_back(*info);
    }
}

void collectIncidents(const TraceStore& store, Excerpt& excerpt) {
    IncidentCollector collector(store.sharedTable());
    const Sequence end = excerpt.first + excerpt.events.size();
    for (Sequence at = 0; at < end; at += kBlockEvents) {
        const std::vector<TraceEvent> events = store.read(at, std::min<Sequence>(at + kBlockEvents, end));
        collector.accept(events, events.back().at);
    }
    for (Incident& incident : collector.incidents()) {
        if (incident.last >= excerpt.from || incident.waiting > 0)
            excerpt.incidents.push_back(std::move(incident));
    }
}

/// Bytes of a text within JSON, with its quotes.
std::size_t embeddedSize(const std::string& text) {
    const auto escaped =
        std::count_if(text.begin(), text.end(), [](char c) { return c == '"' || c == '\\'; });
    return text.size() + static_cast<std::size_t>(escaped) + 3;
}

/// Those of the incidents, and of all others as many as have room.
void collectContents(const TraceStore& store, const std::vector<std::string>& masks, Excerpt& excerpt) {
    std::size_t room = ExcerptScope::kContentBytes * std::max(excerpt.events.size(), kFewEvents);
    std::unordered_set<MessageId> told;
    const auto tell = [&](const MessageInfo& info) {
        if (!told.insert(info.id).second)
            return true;
        Payload payload = payloadOf(info, store.table());
        mask(payload.body, masks);
        mask(payload.headers, masks);
        const auto text = [](const nlohmann::ordered_json& json) {
            return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
        };
        ExcerptContent content{info.id, text(payload.body), text(payload.headers)};
        const std::size_t size = embeddedSize(content.body) + embeddedSize(content.headers) + 8;
        if (size > room)
            return false;
        room -= size;
        excerpt.contents.push_back(std::move(content));
        return true;
    };
    for (const Incident& incident : excerpt.incidents) {
        for (const MessageId id : incident.messages) {
            if (const auto info = store.message(id); info && !tell(*info))
                return;
        }
    }
    for (const MessageInfo& info : excerpt.messages) {
        if (!tell(info))
            return;
    }
}

}  // namespace

std::string_view figureName(Figure figure) {
    static constexpr std::array<std::string_view, kFigureCount> names{
        "ready", "unacknowledged", "replyQueues", "deadLettered", "instance", "in",     "out",
        "end",   "position",       "rows",        "freshness",    "late",     "actions"};
    return names[static_cast<std::size_t>(figure)];
}

void visitFigures(const Entity& entity, const EntityState& state,
                  const std::function<void(Figure, std::uint32_t, std::int64_t)>& visit) {
    if (entity.isLink)
        return;
    const auto count = [&](Figure figure, std::uint64_t value) {
        visit(figure, 0, static_cast<std::int64_t>(value));
    };
    switch (entity.elementKind) {
        case ElementKind::Queue:
            count(Figure::Ready, state.ready);
            count(Figure::Unacknowledged, state.unacknowledged);
            count(Figure::ReplyQueues, state.replyQueues);
            count(Figure::DeadLettered, state.deadLettered);
            break;
        case ElementKind::Topic: {
            const auto partitions = static_cast<std::uint32_t>(state.partitions.size());
            for (std::uint32_t p = 0; p < partitions; ++p)
                visit(Figure::End, p, state.partitions[p].end);
            for (std::uint32_t g = 0; g < state.groups.size(); ++g) {
                for (std::uint32_t p = 0;
                     p < std::min<std::size_t>(partitions, state.groups[g].position.size()); ++p)
                    visit(Figure::Position, g * partitions + p, state.groups[g].position[p]);
            }
            break;
        }
        case ElementKind::Table:
            count(Figure::Rows, state.rows);
            visit(Figure::Freshness, 0, state.freshness.count());
            break;
        case ElementKind::Database:
            count(Figure::Rows, state.rows);
            break;
        case ElementKind::Cache:
            count(Figure::In, state.in);
            break;
        case ElementKind::Client:
            count(Figure::Out, state.out);
            break;
        default:
            break;
    }
    if (worksOnMessages(entity.elementKind)) {
        count(Figure::Out, state.out);
        for (std::uint32_t i = 0; i < state.instances.size(); ++i) {
            const InstanceState& instance = state.instances[i];
            visit(Figure::Instance, i, instance.running ? instance.busy : -1);
        }
    }
    count(Figure::Late, state.late);
    count(Figure::Actions, state.actions);
}

std::vector<ExcerptNote> excerptNotes(const RunNotes& notes) {
    std::vector<ExcerptNote> result;
    for (const Bookmark& bookmark : notes.bookmarks) {
        const auto step = std::find_if(notes.story.begin(), notes.story.end(), [&](const StoryStep& one) {
            return one.bookmark == bookmark.id && !one.text.empty();
        });
        result.push_back(
            {bookmark.at, bookmark.name, step == notes.story.end() ? bookmark.note : step->text});
    }
    return result;
}

Result<Excerpt> excerptOf(const TraceStore& store, const ExcerptScope& scope) {
    Excerpt excerpt;
    const Result<ClosedRange> range = clipped({scope.from, scope.to}, store);
    if (!range)
        return range.error();
    excerpt.from = range->from;
    excerpt.to = range->to;
    const bool whole = excerpt.from == TraceTime::zero();
    SystemState state = whole ? SystemState::initial(store.table()) : store.stateAt(excerpt.from);
    excerpt.first = state.next;
    excerpt.transits.assign(state.transits.begin(), state.transits.end());
    const Sequence end = firstAfter(store, excerpt.to);
    const Sequence count = std::max(end, excerpt.first) - excerpt.first;
    if (count > ExcerptScope::kMostEvents)
        return Error{ErrorCode::Unsupported,
                     fmt::format("there are {} events between {} and {}, and at most {} can be shared as one "
                                 "file; choose a shorter range",
                                 count, formatDuration(excerpt.from), formatDuration(excerpt.to),
                                 ExcerptScope::kMostEvents),
                     {}};
    SeriesWriter series(store.table(), state);
    for (Sequence at = excerpt.first; at < excerpt.first + count; at += kBlockEvents) {
        if (scope.progress && !scope.progress(0.9 * double(at - excerpt.first) / double(count)))
            return Error{ErrorCode::Cancelled, "the export was cancelled", {}};
        for (const TraceEvent& event : store.read(at, std::min<Sequence>(at + kBlockEvents, end))) {
            const auto index = static_cast<std::uint32_t>(excerpt.events.size());
            excerpt.events.push_back(event);
            state.apply(event, store.table());
            if (event.subject >= state.entities.size())
                continue;
            // An event changes its subject; a topic by its readers' links, a queue by those who die into it.
            series.look(event.subject, state.entities[event.subject], index);
            const Entity& subject = store.table().entities[event.subject];
            if (subject.isLink && subject.from < state.entities.size())
                series.look(subject.from, state.entities[subject.from], index);
            if (fieldsOf(event.kind).peer == EventField::Target && event.peer < state.entities.size())
                series.look(event.peer, state.entities[event.peer], index);
        }
    }
    series.finish(excerpt);
    collectMessages(store, excerpt);
    collectIncidents(store, excerpt);
    collectContents(store, scope.masks, excerpt);
    std::copy_if(scope.notes.begin(), scope.notes.end(), std::back_inserter(excerpt.notes),
                 [&](const ExcerptNote& note) { return note.at >= excerpt.from && note.at <= excerpt.to; });
    std::stable_sort(excerpt.notes.begin(), excerpt.notes.end(),
                     [](const ExcerptNote& a, const ExcerptNote& b) { return a.at < b.at; });
    return excerpt;
}

}  // namespace sluice
