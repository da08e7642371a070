#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "core/query/eventmatcher.h"
#include "core/trace/occurrences.h"

namespace sluice {

/// What a watch has found so far.
struct WatchFindings {
    std::uint64_t count = 0;
    std::optional<Sequence> first{};
    std::optional<Sequence> last{};
    Sequence searched = 0;  ///< events looked at, from the beginning
    bool operator==(const WatchFindings&) const = default;
};

/// A query asked of a whole trace, from its beginning and along with its growth. One thread looks, any thread
/// reads what was found.
class WatchTally {
public:
    WatchTally(EventQuery query, std::shared_ptr<const TraceStore> store);

    /// Looks at up to `events` more, and no further once `stop` is set. True when it has come to the trace's
    /// present end.
    bool advance(std::size_t events, const std::atomic<bool>& stop);

    [[nodiscard]] WatchFindings findings() const;
    /// How many matches there are in each of the equal parts of [from, to).
    void spread(TraceTime from, TraceTime to, std::span<double> parts) const;
    [[nodiscard]] const EventQuery& query() const { return m_matcher.query(); }

private:
    const std::shared_ptr<const TraceStore> m_store;
    EventMatcher m_matcher;

    mutable std::mutex m_mutex;  ///< guards what follows
    WatchFindings m_findings;
    Occurrences m_times;
};

}  // namespace sluice
