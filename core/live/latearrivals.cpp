#include "core/live/latearrivals.h"

#include <fmt/format.h>

namespace sluice {

std::optional<LateArrivals::Newer> LateArrivals::take(EntityId place, std::string_view operation,
                                                      std::string_view key, TraceTime eventTime,
                                                      MessageId message) {
    if (key.empty())
        return std::nullopt;
    Newest& newest =
        m_newest.insert(fmt::format("{}\x1f{}\x1f{}", place, operation, key), {eventTime, message});
    if (eventTime < newest.time)
        return Newer{newest.message, newest.time - eventTime};
    newest = {eventTime, message};
    return std::nullopt;
}

}  // namespace sluice
