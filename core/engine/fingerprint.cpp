#include "core/engine/fingerprint.h"

#include <algorithm>
#include <bit>

#include "core/base/random.h"

namespace sluice {

Fingerprint::Fingerprint(const EntityTable& table) {
    m_hashes.resize(std::bit_ceil(table.entities.size() + 1), kNoEntity);
    std::transform(table.entities.begin(), table.entities.end(), m_hashes.begin(),
                   [](const Entity& entity) { return hashOf(entity.id); });
    m_mask = static_cast<EntityId>(m_hashes.size() - 1);
}

}  // namespace sluice
