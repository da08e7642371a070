#pragma once

#include <optional>
#include <vector>

#include "core/compare/comparison.h"

namespace sluice {

/// A message of two traces, or all of its correlation, step by step.
struct FollowedMessage {
    MessageId left = 0;   ///< what was followed on that side, of a correlation its first message; 0: nothing
    MessageId right = 0;  ///< likewise
    std::vector<ComparedStep> steps;
};

/// The message of the left trace with that number, or, where there is none, of the right one. Its opposite is
/// found through the conversations that belong together: with `alone`, the message there that has most steps
/// in common with it. Nothing when neither trace has it.
std::optional<FollowedMessage> followMessage(const Comparison& comparison, const TraceStore& left,
                                             const TraceStore& right, MessageId message, bool alone);

}  // namespace sluice
