#include "core/report/reportnames.h"

#include <algorithm>

#include "core/base/lettercase.h"

namespace sluice {

std::string moment(TraceTime time) {
    return formatDuration(std::chrono::round<std::chrono::milliseconds>(time));
}

std::string ReportNames::of(EntityId id) const {
    if (id >= table.entities.size())
        return "the system";
    const Entity& entity = table.entities[id];
    return entity.name.empty() ? entity.id : entity.name;
}

std::string ReportNames::type(std::uint16_t type) const {
    return type < table.types.size() ? table.types[type].id : std::string();
}

std::string ReportNames::key(std::uint16_t type, std::int64_t key) const {
    const bool masked = key >= 0 && type < table.types.size() &&
                        std::any_of(masks.begin(), masks.end(), [&](const std::string& name) {
                            return lowered(name) == lowered(table.types[type].keyField);
                        });
    return masked ? "***" : table.keyText(type, key);
}

}  // namespace sluice
