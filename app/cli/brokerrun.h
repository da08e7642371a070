#pragma once

#include "app/cli/arguments.h"
#include "core/diagram/diagram.h"
#include "core/engine/simulation.h"

namespace sluice::cli {

/// Plays the scenario with the real queues and topics of the brokers that --on names, beside the same run in
/// the program, and tells what differs. Without --send it only tells what would be made. Returns the exit
/// status.
int runOnBrokers(const Arguments& arguments, const Diagram& diagram, const RunOptions& options);

}  // namespace sluice::cli
