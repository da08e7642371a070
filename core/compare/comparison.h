#pragma once

#include <array>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/compare/conversation.h"
#include "core/metrics/outcome.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// How the numbers of one trace's table are called in another's: elements, links and message types by id.
/// What the other does not have gets a number past its own.
struct TableMatch {
    std::vector<std::uint32_t> entities;
    std::vector<std::uint32_t> types;
    /// Ids that only one of the tables has.
    std::vector<std::string> onlyFrom;
    std::vector<std::string> onlyTo;

    TableMatch(const EntityTable& from, const EntityTable& to);
    /// The event as the other table would have it.
    [[nodiscard]] TraceEvent translated(TraceEvent event) const;
};

/// Where two traces part: the first events, in their order, that are not the same. One of them is missing
/// when the other trace goes on past the end.
struct Divergence {
    Sequence sequence = 0;  ///< the same on both sides: all before are equal
    TraceTime at{};         ///< of the earlier one
    std::optional<TraceEvent> left;
    std::optional<TraceEvent> right;
    bool operator==(const Divergence&) const = default;
};

/// Nothing when one trace is as the other, to the end. Errors: Cancelled.
Result<std::optional<Divergence>> firstDivergence(const TraceStore& left, const TraceStore& right,
                                                  const std::stop_token& stop = {});

/// Which conversations of two traces belong together. The same client, message type and key in both cases.
enum class Alignment : std::uint8_t {
    ByOrder,  ///< the first to the first, the second to the second: the same workload run twice
    ByTime,   ///< those that began nearest to each other: watches and imports, where some may be missing
};

/// A conversation on both sides; kNone: that side has none.
struct ConversationPair {
    static constexpr std::uint32_t kNone = 0xffffffff;
    std::uint32_t left = kNone;
    std::uint32_t right = kNone;
    bool operator==(const ConversationPair&) const = default;
};

/// All pairs, in the order in which they began. `right` has creators and types as the left table has them.
std::vector<ConversationPair> aligned(const std::vector<Conversation>& left,
                                      const std::vector<Conversation>& right, const TableMatch& rightToLeft,
                                      Alignment alignment);

/// Two traces side by side.
struct Comparison {
    std::optional<Divergence> divergence;
    std::vector<std::string> onlyLeft;   ///< ids of elements and links that the right one does not have
    std::vector<std::string> onlyRight;  ///< and the other way round
    Outcome left;
    Outcome right;

    std::vector<Conversation> leftConversations;
    std::vector<Conversation> rightConversations;
    std::vector<ConversationPair> pairs;  ///< all of them, in the order they began
    /// Those that are missing on a side, went another way or had another fate; in the order they began.
    std::vector<ConversationPair> different;
    std::uint64_t same = 0;  ///< conversations that went the same way to the same fate
    std::uint64_t otherWay = 0;
    std::uint64_t missingLeft = 0;
    std::uint64_t missingRight = 0;
    /// Of those on both sides, by fate on the left and on the right.
    std::array<std::array<std::uint64_t, kFateCount>, kFateCount> fates{};
    /// How long those took that came to an end on both sides.
    Histogram leftTimes;
    Histogram rightTimes;
    std::uint64_t slower = 0;  ///< took longer on the right
    std::uint64_t faster = 0;

    [[nodiscard]] bool identical() const { return !divergence; }
};

/// A figure that is not the same on both sides.
struct FigureChange {
    std::string subject;  ///< id of an element or link; empty: the whole system
    std::string name;     ///< for people
    std::string metric;   ///< of expectationMetrics()
    std::string label;    ///< for people: "wait, 99th percentile"
    bool duration = false;
    std::optional<double> left;  ///< a plain number, or nanoseconds; nothing was measured without one
    std::optional<double> right;
};

/// Of what both sides have: the system first, then elements and links in the left outcome's order. Means and
/// percentiles of times are left out except the 95th.
std::vector<FigureChange> changesOf(const Outcome& left, const Outcome& right);

struct CompareOptions {
    Alignment alignment = Alignment::ByOrder;
    /// Only what happened before; both traces must have come so far.
    std::optional<TraceTime> until{};
};

/// Reads both traces once or twice. `progress` from 0 to 1. Errors: Cancelled.
Result<Comparison> compare(const TraceStore& left, const TraceStore& right, const CompareOptions& options,
                           const std::function<void(double)>& progress = {},
                           const std::stop_token& stop = {});

/// One row of two conversations side by side: the same step, or one that only one side has.
struct ComparedStep {
    std::optional<Sequence> left;
    std::optional<Sequence> right;
    bool operator==(const ComparedStep&) const = default;
};

/// The steps of two conversations in the order in which they happened, the same ones in one row (a longest
/// common subsequence). At most 2,000 steps of each. 0 for a side that has none.
std::vector<ComparedStep> compareSteps(const TraceStore& left, MessageId leftFirst, const TraceStore& right,
                                       MessageId rightFirst);

}  // namespace sluice
