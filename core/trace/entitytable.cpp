#include "core/trace/entitytable.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/trace/messagetexts.h"

namespace sluice {

void EntityTable::addLink(const std::string& id, const std::string& name, LinkKind kind, EntityId from,
                          EntityId to) {
    Entity link;
    link.id = id;
    link.name = name.empty() ? fmt::format("{} → {}", entities[from].name, entities[to].name) : name;
    link.isLink = true;
    link.linkKind = kind;
    link.from = from;
    link.to = to;
    entities.push_back(std::move(link));
}

EntityId EntityTable::find(std::string_view id) const {
    const auto it = std::find_if(entities.begin(), entities.end(),
                                 [id](const Entity& entity) { return entity.id == id; });
    return it == entities.end() ? kNoEntity : static_cast<EntityId>(it - entities.begin());
}

std::string EntityTable::keyText(std::uint16_t type, std::int64_t key) const {
    if (key < 0)
        return {};
    if (texts)
        return texts->keyText(key);
    std::string stem = type < types.size() ? types[type].keyField : std::string();
    // "userId" and "user_id" name a user.
    if (stem.size() > 2 && (stem.ends_with("Id") || stem.ends_with("ID")))
        stem.resize(stem.size() - 2);
    else if (stem.size() > 3 && (stem.ends_with("_id") || stem.ends_with("-id")))
        stem.resize(stem.size() - 3);
    if (stem.empty())
        stem = "key";
    return stem + "-" + std::to_string(key);
}

}  // namespace sluice
