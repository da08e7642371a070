#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sluice {

using Json = nlohmann::json;

/// What an architect set on an element, link, step, action or workload, by property key. A key that is absent
/// has the default of the catalogue (catalogue.h). Keys that the catalogue does not know are kept as they
/// came, so that a file of a newer version survives a load and a save.
class Properties {
public:
    [[nodiscard]] bool has(std::string_view key) const { return m_values.find(key) != m_values.end(); }
    [[nodiscard]] const Json* find(std::string_view key) const {
        const auto it = m_values.find(key);
        return it == m_values.end() ? nullptr : &it->second;
    }
    /// Empty if there is none or it is not a text.
    [[nodiscard]] std::string text(std::string_view key) const {
        const Json* value = find(key);
        return value && value->is_string() ? value->get<std::string>() : std::string();
    }
    /// A null value removes the key: the default holds again.
    void set(std::string_view key, Json value) {
        if (value.is_null())
            m_values.erase(std::string(key));
        else
            m_values.insert_or_assign(std::string(key), std::move(value));
    }
    /// As it came, a null too: for keys that the catalogue does not know.
    void keep(std::string_view key, Json value) {
        m_values.insert_or_assign(std::string(key), std::move(value));
    }
    [[nodiscard]] const std::map<std::string, Json, std::less<>>& all() const { return m_values; }
    [[nodiscard]] bool empty() const { return m_values.empty(); }
    bool operator==(const Properties&) const = default;

private:
    std::map<std::string, Json, std::less<>> m_values;
};

}  // namespace sluice
