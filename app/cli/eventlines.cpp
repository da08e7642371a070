#include "app/cli/eventlines.h"

#include <fmt/format.h>

#include <array>

#include "app/cli/texttable.h"
#include "core/interchange/fieldvalue.h"
#include "core/query/eventquery.h"

namespace sluice::cli {
namespace {

std::array<EventField, 3> fieldsInOrder(const TraceEvent& event) {
    const EventFields fields = fieldsOf(event.kind);
    return {fields.peer, fields.detail, fields.value};
}

}  // namespace

std::string textLine(Sequence, const TraceEvent& event, const EntityTable& table) {
    std::string rest;
    const auto add = [&rest](std::string_view name, std::string_view value) {
        if (!value.empty())
            rest += fmt::format("{}{} {}", rest.empty() ? "" : ", ", name, value);
    };
    for (const EventField field : fieldsInOrder(event))
        add(fieldName(field), valueOf(field, event, table).text);
    if (event.cause() != FailureKind::None)
        add("cause", kindName(event.cause()));
    for (const QueryMark& mark : queryMarks()) {
        if (event.has(mark.flag) && mark.flag != eventflag::Reverse)
            add("is", mark.name);
    }
    const std::string message = event.message == 0 ? std::string() : fmt::format("m-{}", event.message);
    std::string line =
        fmt::format("{}  {}  {}  {}  {}", padded(formatDuration(event.at), 16, true),
                    padded(kindName(event.kind), 18, false), padded(nameOf(event.subject, table), 24, false),
                    padded(message, 10, false), rest);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace sluice::cli
