#pragma once

#include <QString>
#include <span>
#include <vector>

#include "core/diagram/scenario.h"
#include "core/metrics/series.h"

namespace sluice {

/// One of the scenario's actions as the timeline shows it.
struct FaultSpan {
    TraceTime from{};
    TraceTime to{};     ///< equal to `from`: a moment
    bool open = false;  ///< it has not ended: `to` is as far as the trace goes
    int row = 0;        ///< those that overlap lie in rows of their own, from 0
    QString text;       ///< "Stop Users"
    bool operator==(const FaultSpan&) const = default;
};

/// Spans for what a trace tells of a scenario's actions, in the order in which they began. What stops without
/// an end is ended by the next start of the same element. `horizon`: how far the trace goes.
std::vector<FaultSpan> faultSpans(std::span<const ActionSpan> told, std::span<const Action> actions,
                                  const EntityTable& table, TraceTime horizon);

}  // namespace sluice
