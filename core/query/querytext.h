#pragma once

#include <string>
#include <string_view>

#include "core/base/lettercase.h"

namespace sluice {

/// Lower case with `-` and `_` as spaces: "Dead-Lettered" is "dead lettered".
std::string wordsOf(std::string_view text);
/// Both in lower case. A pattern with `*`, which stands for any text, has to fit from end to end; one without
/// is contained.
bool isLike(std::string_view text, std::string_view pattern);

}  // namespace sluice
