#pragma once

#include <cstdint>
#include <string>

#include "app/brokers/messagewish.h"
#include "core/trace/tracestore.h"

namespace sluice::cli {

/// Prints the single messages of a watch on standard error as they come into the trace, and says once what
/// following them does. On the main thread.
class WatchedMessages {
public:
    /// One event of the trace, in order.
    void take(const TraceEvent& event, const TraceStore& store);
    void tell(const MessagesStatus& status);
    /// Of another broker of the same watch.
    static void tellOther(const MessagesStatus& status);

    [[nodiscard]] std::uint64_t shown() const { return m_shown; }
    [[nodiscard]] const MessagesStatus& status() const { return m_status; }

private:
    MessagesStatus m_status;
    std::uint64_t m_shown = 0;
};

}  // namespace sluice::cli
