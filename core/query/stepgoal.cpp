#include "core/query/stepgoal.h"

#include <algorithm>

#include "core/trace/eventfields.h"

namespace sluice {

bool concerns(const TraceEvent& event, const std::vector<EntityId>& entities) {
    const auto isOne = [&](EntityId entity) {
        return std::find(entities.begin(), entities.end(), entity) != entities.end();
    };
    return isOne(event.subject) || (fieldsOf(event.kind).peer == EventField::Target && isOne(event.peer));
}

}  // namespace sluice
