#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/trace/tracestore.h"

namespace sluice {

/// By which later messages can supersede earlier ones.
using OperationAndKey = std::pair<std::string, std::int64_t>;

/// A message that can supersede others: theirs is the same operation and key, which of them is newer the
/// event time tells.
struct Rival {
    OperationAndKey what;
    TraceTime eventTime{};
};

/// The messages created in [from, end) whose operation and key are `wanted`.
std::unordered_map<MessageId, Rival> rivalsAmong(const TraceStore& store, Sequence from, Sequence end,
                                                 const std::function<bool(const OperationAndKey&)>& wanted);

}  // namespace sluice
