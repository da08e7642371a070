#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/diagram/properties.h"

namespace sluice {

inline constexpr std::size_t kLargestText = std::size_t{64} << 20U;  ///< bytes of one file
inline constexpr int kDeepestNesting = 64;

/// Reads JSON as a file of ours may hold it: within the limits above, valid UTF-8, no key twice in one
/// object. Errors have the place as "line 12, column 5" or, for a repeated key, its path.
Result<Json> parseJson(std::string_view text);

}  // namespace sluice
