#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/alerts/alertcondition.h"
#include "core/base/result.h"

namespace sluice {

/// A word, a comma or a comparison in the text of an alert's condition.
struct AlertToken {
    std::string text;
    std::size_t at = 0;  ///< place in the text
    bool quoted = false;
};

/// Quotes hold what has spaces, also after `queue:`. Errors: a quote that is not closed.
Result<std::vector<AlertToken>> alertTokensOf(std::string_view text);

/// A finite number of at most 1e15 either way, and nothing behind it.
std::optional<double> numberIn(std::string_view text);
/// The same, with k, M or G for thousands, millions and thousands of millions.
std::optional<double> countIn(std::string_view text);
/// Bytes, with B, kB, MB, GB, or KiB, MiB, GiB in powers of 1,024.
std::optional<double> bytesIn(std::string_view text);
/// By its name or another that people use for it, in upper or lower case.
std::optional<AlertMetric> alertMetricNamed(std::string_view name);

}  // namespace sluice
