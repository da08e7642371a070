#pragma once

#include <memory>
#include <vector>

#include "core/query/eventquery.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// Tells of the events of one trace which a query holds for. What a term says of elements and messages is
/// found out once for each of them and remembered: one byte a message and such term. Any thread, one at a
/// time.
class EventMatcher {
public:
    EventMatcher(EventQuery query, std::shared_ptr<const TraceStore> store);
    ~EventMatcher();
    EventMatcher(EventMatcher&&) noexcept;
    EventMatcher& operator=(EventMatcher&&) noexcept;

    [[nodiscard]] bool matches(const TraceEvent& event);
    [[nodiscard]] const EventQuery& query() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
