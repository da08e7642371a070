#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/diagram/catalogue.h"

namespace sluice {

/// What a sweep may vary at most: values of one property, seeds, and replicas in all.
inline constexpr std::size_t kMostValues = 10'000;
inline constexpr std::size_t kMostReplicas = 100'000;

/// What stands there is not to be varied; `where` is left to the caller.
inline Error cannotVary(std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), {}};
}

/// The values of a property that a text lists: "1,5,20", "exp(20ms),det(20ms)", ranges of numbers and
/// durations with both ends, "1..10", "1..10/2", "100ms..1s/100ms"; "null" is the default. Commas within
/// brackets and quotes belong to a value. Errors: a value the property cannot have, a range that is empty or
/// has no step where it needs one, a value twice, too many. `where` is left to the caller.
Result<std::vector<Json>> parseValues(const PropertyInfo& property, std::string_view text);

/// "1..20", "1,5,9", "1..9/2": whole numbers from 0, each once.
Result<std::vector<std::uint64_t>> parseSeeds(std::string_view text);

/// A value as it stands on the command line and in a table: 5, 30s, exp(20ms), null.
std::string valueText(const Json& value);

}  // namespace sluice
