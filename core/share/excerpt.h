#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/incident/incident.h"
#include "core/story/runnotes.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// A number of an element's state that a drawing shows while it plays.
enum class Figure : std::uint8_t {
    Ready,           ///< queues
    Unacknowledged,  ///< queues
    ReplyQueues,     ///< queues
    DeadLettered,    ///< queues
    Instance,        ///< index: the instance; messages it works on, -1 when it is stopped
    In,              ///< caches
    Out,             ///< clients, services
    End,             ///< topics; index: the partition; offset of the next record
    Position,        ///< topics; index: group * partitions + partition; offset of the next to fetch
    Rows,            ///< tables, databases
    Freshness,       ///< tables; ns
    Late,            ///< everyone
    Actions,         ///< everyone: actions of the scenario that are on it
};
inline constexpr int kFigureCount = static_cast<int>(Figure::Actions) + 1;

/// "ready", "position".
std::string_view figureName(Figure figure);

/// Calls `visit(figure, index, value)` for each figure that such an element has.
void visitFigures(const Entity& entity, const EntityState& state,
                  const std::function<void(Figure, std::uint32_t, std::int64_t)>& visit);

/// How one figure of one element goes over an excerpt.
struct FigureSeries {
    struct Change {
        std::uint32_t event = 0;  ///< index in Excerpt::events, with which it comes to be `value`
        std::int64_t value = 0;
        bool operator==(const Change&) const = default;
    };
    EntityId entity = kNoEntity;
    Figure figure = Figure::Ready;
    std::uint32_t index = 0;
    std::int64_t initial = 0;
    std::vector<Change> changes{};
    bool operator==(const FigureSeries&) const = default;
};

/// Who stands first in a queue, the consumer's end first, over an excerpt.
struct LineSeries {
    static constexpr std::size_t kShown = 5;
    struct Change {
        std::uint32_t event = 0;
        std::vector<MessageId> messages;  ///< at most kShown
    };
    EntityId queue = kNoEntity;
    std::vector<MessageId> initial{};
    std::vector<Change> changes{};
};

/// What somebody remarks on an instant.
struct ExcerptNote {
    TraceTime at{};
    std::string title;
    std::string text{};
};

/// The bookmarks, each with what the story says of it or else with its own note.
std::vector<ExcerptNote> excerptNotes(const RunNotes& notes);

/// A message of an excerpt whose content is told.
struct ExcerptContent {
    MessageId message = 0;
    std::string body;     ///< JSON without blanks, masked
    std::string headers;  ///< likewise
};

/// A part of a trace with all that is needed to show it to somebody who has neither the trace nor Sluice:
/// what the drawing shows at each event, worked out beforehand by SystemState. A value.
struct Excerpt {
    TraceTime from{};
    TraceTime to{};
    Sequence first = 0;  ///< of events.front()
    std::vector<TraceEvent> events;
    std::vector<Transit> transits;  ///< on their way at `from`
    std::vector<FigureSeries> figures;
    std::vector<LineSeries> lines;
    std::vector<MessageInfo> messages;     ///< all that are named, by id
    std::vector<Incident> incidents;       ///< opened before `to` and with a message in the excerpt
    std::vector<ExcerptContent> contents;  ///< those of incidents first, then by id, as many as have room
    std::vector<ExcerptNote> notes;
};

/// What is taken out of a trace.
struct ExcerptScope {
    /// What a page plays without becoming slow.
    static constexpr std::size_t kMostEvents = 200'000;
    /// Of messages' contents, for each event: with what else a page holds, 10,000 events stay below 2 MB. A
    /// page of fewer events may have as much as one of 10,000.
    static constexpr std::size_t kContentBytes = 120;

    TraceTime from{};
    TraceTime to = TraceTime::max();  ///< included
    std::vector<ExcerptNote> notes{};
    std::vector<std::string> masks{};  ///< names of fields and headers whose values are not told
    /// Called now and then with the share that is done, 0 to 1; false cancels.
    std::function<bool(double)> progress{};
};

/// The state at `from` holds what happened until then; the events are those after it, up to `to`, and with
/// `from` zero all from the first on. Any thread. Errors: an empty range, one with more than kMostEvents,
/// Cancelled.
Result<Excerpt> excerptOf(const TraceStore& store, const ExcerptScope& scope);

}  // namespace sluice
