#include "core/metrics/losttimes.h"

#include <algorithm>

namespace sluice {

void LostTimes::lose(TraceTime at, TraceTime countedTo) {
    if (!isLost())
        m_gaps.push_back({at, countedTo, {}});
}

void LostTimes::findAgain(TraceTime at) {
    if (isLost())
        m_gaps.back().to = at;
}

bool LostTimes::isUnknown(bool flow, TraceTime from, TraceTime to) const {
    return std::any_of(m_gaps.begin(), m_gaps.end(), [&](const Gap& gap) {
        return flow ? gap.countedTo < to && (!gap.to || *gap.to > from)
                    : gap.from <= from && (!gap.to || *gap.to >= to);
    });
}

std::vector<TimeRange> LostTimes::upTo(TraceTime now) const {
    std::vector<TimeRange> times;
    for (const Gap& gap : m_gaps)
        times.push_back({gap.from, gap.to.value_or(now)});
    return times;
}

}  // namespace sluice
