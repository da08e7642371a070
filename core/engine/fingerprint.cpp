#include "core/engine/fingerprint.h"

#include "core/base/random.h"

namespace sluice {

Fingerprint::Fingerprint(const EntityTable& table) {
    m_hashes.reserve(table.entities.size() + 1);
    for (const Entity& entity : table.entities)
        m_hashes.push_back(hashOf(entity.id));
    m_hashes.push_back(kNoEntity);
}

}  // namespace sluice
