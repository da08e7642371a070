#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/brokers/messagewish.h"
#include "core/trace/tracestore.h"

namespace sluice::cli {

/// Prints the single messages of a watch on standard error as they come into the trace, and says once what
/// following them does. On the main thread.
class WatchedMessages {
public:
    /// One event of the trace, in order.
    void take(const TraceEvent& event, const TraceStore& store);
    /// Of the broker at that place in the watch; `name` stands before what is said, empty for the only one.
    void tell(const MessagesStatus& status, std::size_t which, const std::string& name);

    [[nodiscard]] std::uint64_t shown() const { return m_shown; }
    /// Those of one broker at least.
    [[nodiscard]] bool areShowing() const;
    /// Not seen, of all brokers.
    [[nodiscard]] std::int64_t unseen() const;
    /// How each is followed: "firehose", or "shop: firehose, cluster: a consumer without a group".
    [[nodiscard]] std::string way() const;
    /// Of the first broker that has one; empty without.
    [[nodiscard]] std::string problem() const;

private:
    struct Broker {
        std::string name;
        MessagesStatus status;
    };
    std::vector<Broker> m_brokers;
    std::uint64_t m_shown = 0;
};

}  // namespace sluice::cli
