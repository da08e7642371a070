#pragma once

#include "core/trace/tracestore.h"
#include "tests/trace/sampletrace.h"

namespace sluice::test {

/// A finished trace of so many events.
inline std::shared_ptr<TraceStore> filled(std::size_t count) {
    auto store = std::make_shared<TraceStore>(sample::table());
    const auto events = sample::trace(count, 21, 1.05);
    store->accept(events, events.back().at);
    store->finish({});
    return store;
}

}  // namespace sluice::test
