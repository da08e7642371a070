#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/diagram/diagram.h"

namespace sluice {

/// Where the items of one list stand, by id. Which ids there are is always exact; a place is exact until
/// something was removed or inserted before it, and then costs a search. To be told of each change.
class IdIndex {
public:
    template <class T>
    void rebuild(const std::vector<T>& items) {
        m_places.clear();
        m_places.reserve(items.size());
        for (std::size_t i = 0; i < items.size(); ++i)
            m_places.emplace(items[i].id, i);
    }

    void put(std::string_view id, std::size_t place) { m_places.insert_or_assign(std::string(id), place); }
    void remove(std::string_view id) {
        if (const auto it = m_places.find(id); it != m_places.end())
            m_places.erase(it);
    }

    [[nodiscard]] bool contains(std::string_view id) const { return m_places.find(id) != m_places.end(); }

    /// `items` is the list that the index is of.
    template <class T>
    [[nodiscard]] std::optional<std::size_t> find(const std::vector<T>& items, std::string_view id) const {
        const auto it = m_places.find(id);
        if (it == m_places.end())
            return std::nullopt;
        if (it->second < items.size() && items[it->second].id == id)
            return it->second;
        const auto at =
            std::find_if(items.begin(), items.end(), [&](const T& item) { return item.id == id; });
        return static_cast<std::size_t>(at - items.begin());
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> m_places;
};

/// Of a diagram: its elements, links and groups. Message types and scenarios are few.
struct DiagramIndex {
    IdIndex elements;
    IdIndex links;
    IdIndex groups;

    void rebuild(const Diagram& diagram) {
        elements.rebuild(diagram.elements);
        links.rebuild(diagram.links);
        groups.rebuild(diagram.groups);
    }
};

}  // namespace sluice
