#pragma once

#include <algorithm>

#include "core/trace/entitytable.h"

namespace sluice {

/// Whether the service takes messages from the queue.
inline bool takesFrom(const EntityTable& table, EntityId service, EntityId queue) {
    return std::any_of(table.entities.begin(), table.entities.end(), [&](const Entity& one) {
        return one.isLink && one.linkKind == LinkKind::Consume && one.from == queue && one.to == service;
    });
}

}  // namespace sluice
