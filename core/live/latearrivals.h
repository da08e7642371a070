#pragma once

#include <optional>
#include <string_view>

#include "core/live/boundedmap.h"
#include "core/trace/event.h"

namespace sluice {

/// Finds late arrivals among messages as they come: one is late when a newer one, by event time, of the same
/// operation and the same key has come to the same place before. Remembers the newest of each, up to
/// kMostKeys; beyond, the ones it has known longest are forgotten. A value; one thread.
class LateArrivals {
public:
    static constexpr std::size_t kMostKeys = 100'000;

    struct Newer {
        MessageId message = 0;
        Duration by{};  ///< so much newer
    };
    /// Nothing when it is not late. An empty key stands for no key, and is never late.
    std::optional<Newer> take(EntityId place, std::string_view operation, std::string_view key,
                              TraceTime eventTime, MessageId message);

private:
    struct Newest {
        TraceTime time{};
        MessageId message = 0;
    };
    BoundedMap<Newest> m_newest{kMostKeys};
};

}  // namespace sluice
