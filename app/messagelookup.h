#pragma once

#include <memory>

#include "core/trace/tracestore.h"
#include "widgets/paint/messagelook.h"

namespace sluice {

/// How the messages of that run look, for pictures. May be called on any thread, as the store may be read
/// there.
MessageLookup lookupIn(std::shared_ptr<const TraceStore> store);

}  // namespace sluice
