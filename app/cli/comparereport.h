#pragma once

#include <string>

#include "core/compare/comparison.h"

namespace sluice::cli {

/// Two traces side by side for people: where they part, what became of their conversations, and the elements
/// whose figures differ.
std::string describe(const Comparison& comparison, const EntityTable& left, const EntityTable& right);

/// The same for programs, with every conversation that differs. Durations are in seconds.
Json toJson(const Comparison& comparison, const EntityTable& left, const EntityTable& right);

}  // namespace sluice::cli
