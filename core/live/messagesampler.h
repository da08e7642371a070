#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// How many of a flow's messages are shown.
struct FlowSample {
    std::string flow;
    std::uint64_t seen = 0;
    std::uint64_t shown = 0;
    /// Of so many messages one is shown, rounded; 0: of those that came none was.
    [[nodiscard]] std::uint64_t oneOf() const { return shown == 0 ? 0 : (seen + shown / 2) / shown; }
};

/// Chooses which messages are shown, at most `mostASecond` in any second of its clock, shared out fairly: a
/// flow that has few gets them all, those that have many get the same number each. Which of a flow's messages
/// are chosen follows from a mark that they carry, their correlation as a rule, so that a whole conversation
/// is shown or none of it: what a busier flow shows, a quieter one shows too. A value; one thread.
class MessageSampler {
public:
    explicit MessageSampler(int mostASecond) : m_most(mostASecond) {}

    /// Whether the message is shown. Times never go back.
    bool take(std::string_view flow, std::string_view mark, TraceTime now);
    /// What came of each flow in the last second that is over; each second is told once.
    [[nodiscard]] std::vector<FlowSample> told(TraceTime now);

private:
    struct Flow {
        std::uint64_t seen = 0;  ///< in this second
        std::uint64_t shown = 0;
        std::uint64_t before = 0;  ///< in the second before
        std::uint64_t share = 0;   ///< most that may be shown in this second
        double chosen = 1;         ///< marks below this are
    };
    void turn(TraceTime now);
    void shareOut();

    int m_most;
    std::int64_t m_second = -1;
    std::uint64_t m_shown = 0;  ///< in this second
    std::unordered_map<std::string, Flow> m_flows;
    std::vector<FlowSample> m_told;
};

}  // namespace sluice
