#include "core/interchange/eventjson.h"

#include <array>

#include "core/interchange/fieldvalue.h"
#include "core/query/eventquery.h"

namespace sluice {

std::string eventJson(Sequence sequence, const TraceEvent& event, const EntityTable& table) {
    nlohmann::ordered_json json{{"sequence", sequence},
                                {"at", seconds(event.at)},
                                {"ns", event.at.count()},
                                {"kind", kindName(event.kind)}};
    if (event.subject < table.entities.size())
        json["element"] = table.entities[event.subject].id;
    if (event.message != 0)
        json["message"] = event.message;
    const EventFields fields = fieldsOf(event.kind);
    for (const EventField field : {fields.peer, fields.detail, fields.value}) {
        const Json value = valueOf(field, event, table).json;
        if (!value.is_null())
            json[std::string(fieldName(field))] = value;
    }
    if (event.cause() != FailureKind::None)
        json["cause"] = kindName(event.cause());
    Json marks = Json::array();
    for (const QueryMark& mark : queryMarks()) {
        if (event.has(mark.flag) && mark.flag != eventflag::Reverse)
            marks.push_back(mark.name);
    }
    if (!marks.empty())
        json["marks"] = marks;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sluice
