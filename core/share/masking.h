#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// "email, password" as a list: commas and spaces part names.
std::vector<std::string> maskNames(std::string_view list);

/// Replaces the value of every member with one of these names, at any depth and without regard to case, by
/// "***". What lies inside a masked value goes with it.
void mask(nlohmann::ordered_json& value, std::span<const std::string> names);

}  // namespace sluice
