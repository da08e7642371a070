#include "core/interchange/eventcsv.h"

#include <fmt/format.h>

#include <array>

#include "core/interchange/csvtext.h"
#include "core/interchange/eventmarks.h"
#include "core/interchange/fieldvalue.h"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 34> kColumns{
    "time",  "kind",   "element",  "element_kind", "from",    "from_kind", "to",       "to_kind", "message",
    "other", "target", "instance", "partition",    "offset",  "depth",     "duration", "attempt", "step",
    "type",  "key",    "reason",   "rows",         "members", "queues",    "action",   "figure",  "reading",
    "count", "period", "alert",    "severity",     "level",   "cause",     "marks"};
constexpr std::size_t kFirstField = 9;
constexpr std::size_t kCause = 32;
constexpr std::size_t kMarks = 33;

/// Nine decimals of a second: exact.
std::string exactSeconds(std::int64_t ns) {
    const auto whole = static_cast<std::uint64_t>(ns < 0 ? -(ns + 1) : ns) + (ns < 0 ? 1 : 0);
    return fmt::format("{}{}.{:09}", ns < 0 ? "-" : "", whole / 1'000'000'000, whole % 1'000'000'000);
}

std::string cellOf(EventField field, const TraceEvent& event, const EntityTable& table) {
    const auto number = fieldOf(event, field);
    if (!number)
        return {};
    if (field == EventField::Duration)
        return exactSeconds(*number);
    if (field == EventField::Target)
        return *number < std::int64_t(table.entities.size()) ? table.entities[std::size_t(*number)].id
                                                             : std::string();
    // By its id, which is one word and stays when the rule is called otherwise.
    if (field == EventField::Alert && *number < std::int64_t(table.alerts.size()))
        return table.alerts[std::size_t(*number)].id;
    if (field == EventField::Gauge || field == EventField::Flow || field == EventField::ConnectionLoss)
        return std::string(reasonOf(event));
    return valueOf(field, event, table).text;
}

}  // namespace

std::span<const std::string_view> eventCsvColumns() {
    return kColumns;
}

std::string eventCsvHead() {
    return fmt::format("{}\n", fmt::join(kColumns, ","));
}

std::string eventCsvRow(const TraceEvent& event, const EntityTable& table) {
    std::array<std::string, kColumns.size()> cells;
    cells[0] = exactSeconds(event.at.count());
    cells[1] = kindName(event.kind);
    const auto putEnds = [&](EntityId id) {
        if (id >= table.entities.size() || !table.entities[id].isLink)
            return;
        const Entity& link = table.entities[id];
        if (link.from < table.entities.size() && link.to < table.entities.size()) {
            cells[4] = table.entities[link.from].id;
            cells[5] = kindName(table.entities[link.from].elementKind);
            cells[6] = table.entities[link.to].id;
            cells[7] = kindName(table.entities[link.to].elementKind);
        }
    };
    if (event.subject < table.entities.size()) {
        const Entity& entity = table.entities[event.subject];
        cells[2] = entity.id;
        cells[3] = entity.isLink ? kindName(entity.linkKind) : kindName(entity.elementKind);
        putEnds(event.subject);
    }
    // A delivery goes to a link.
    if (event.kind == EventKind::Delivered)
        putEnds(event.peer);
    if (event.message != 0)
        cells[8] = fmt::format("m-{}", event.message);
    const EventFields fields = fieldsOf(event.kind);
    for (const EventField field : {fields.peer, fields.detail, fields.value}) {
        for (std::size_t column = kFirstField; column < kCause; ++column) {
            if (kColumns[column] == fieldName(field))
                cells[column] = cellOf(field, event, table);
        }
    }
    if (event.cause() != FailureKind::None)
        cells[kCause] = kindName(event.cause());
    cells[kMarks] = marksText(event);
    std::string row;
    for (const std::string& cell : cells)
        row += (row.empty() ? "" : ",") + csvCell(cell);
    return row + '\n';
}

}  // namespace sluice
