#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/metrics/outcome.h"

namespace sluice {

/// What a metric came to.
struct Measured {
    double value = 0;  ///< a plain number, or nanoseconds
    std::string words;
    bool duration = false;
    bool none = false;  ///< a duration of which nothing was measured
};

/// `metric` is one of expectationMetrics() (catalogue.h): "deadLetters", "wait.p99"; nothing for others.
std::optional<Measured> measure(const ElementOutcome& of, std::string_view metric);

}  // namespace sluice
