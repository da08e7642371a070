#pragma once

#include <vector>

#include "app/cli/arguments.h"
#include "core/diagram/diagram.h"

namespace sluice::cli {

/// The rules of --alert, which may be repeated. Errors: one that cannot be read, or that fits nothing of the
/// drawing.
Result<std::vector<AlertRule>> alertRulesOf(const Arguments& arguments, const Diagram& diagram);

}  // namespace sluice::cli
