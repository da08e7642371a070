#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "core/diagram/catalogue.h"

namespace sluice {

/// Reads an element's, link's, step's or action's properties with the catalogue's defaults filled in.
template <class Kind>
class PropertyReader {
public:
    PropertyReader(Kind kind, const Properties& properties)
        : m_catalogue(propertiesOf(kind)), m_properties(properties) {}
    [[nodiscard]] bool flag(std::string_view key) const { return booleanOf(m_catalogue, m_properties, key); }
    [[nodiscard]] std::int64_t integer(std::string_view key) const {
        return integerOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] double number(std::string_view key) const {
        return numberOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] Duration duration(std::string_view key) const {
        return durationOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] Distribution distribution(std::string_view key) const {
        return distributionOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] std::string text(std::string_view key) const {
        return textOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] bool has(std::string_view key) const { return m_properties.has(key); }

    /// A whole number within what the plan's field holds.
    template <class Integer>
    [[nodiscard]] Integer clamped(std::string_view key, Integer low, Integer high) const {
        return static_cast<Integer>(
            std::clamp(integer(key), static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)));
    }

private:
    std::span<const PropertyInfo> m_catalogue;
    const Properties& m_properties;
};

}  // namespace sluice
