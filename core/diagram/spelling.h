#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sluice {

/// The candidate that differs from `word` in the fewest letters, when those are few enough for a slip of the
/// hand (a third of its length, upper and lower case counting as equal); empty when there is none.
std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

/// "; did you mean 'users'?", or nothing.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace sluice
