#include "widgets/timeline/faultspans.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/trace/entitytable.h"
#include "widgets/log/eventwords.h"

namespace sluice {

namespace {

struct FaultWords {
    Q_DECLARE_TR_FUNCTIONS(FaultWords)
};

/// Done at once, whatever the trace says about an end.
bool isMoment(ActionKind kind) {
    return kind == ActionKind::Start || kind == ActionKind::Set || kind == ActionKind::Burst;
}

QString wordsFor(ActionKind kind) {
    switch (kind) {
        case ActionKind::Stop:
            return FaultWords::tr("Stop");
        case ActionKind::Start:
            return FaultWords::tr("Start");
        case ActionKind::SlowDown:
            return FaultWords::tr("Slow down");
        case ActionKind::Fail:
            return FaultWords::tr("Fail");
        case ActionKind::Drop:
            return FaultWords::tr("Drop");
        case ActionKind::Duplicate:
            return FaultWords::tr("Duplicate");
        case ActionKind::Delay:
            return FaultWords::tr("Delay");
        case ActionKind::Reorder:
            return FaultWords::tr("Reorder");
        case ActionKind::Poison:
            return FaultWords::tr("Poison");
        case ActionKind::Cut:
            return FaultWords::tr("Cut");
        case ActionKind::BrokerDown:
            return FaultWords::tr("Broker down");
        case ActionKind::Burst:
            return FaultWords::tr("Burst");
        case ActionKind::Redrive:
            return FaultWords::tr("Redrive");
        case ActionKind::Discard:
            return FaultWords::tr("Discard");
        case ActionKind::Set:
            return FaultWords::tr("Set");
    }
    return {};
}

}  // namespace

std::vector<FaultSpan> faultSpans(std::span<const ActionSpan> told, std::span<const Action> actions,
                                  const EntityTable& table, TraceTime horizon) {
    std::vector<FaultSpan> spans;
    std::vector<TraceTime> rows;
    const auto kindOf = [&](const ActionSpan& span) {
        return span.action < actions.size() ? actions[span.action].kind : ActionKind::Fail;
    };
    for (std::size_t i = 0; i < told.size(); ++i) {
        const ActionSpan& one = told[i];
        const ActionKind kind = kindOf(one);
        FaultSpan span;
        span.from = one.from;
        span.to = one.to.value_or(std::max(horizon, one.from));
        span.open = !one.to;
        if (isMoment(kind) && !one.to) {
            span.to = one.from;
            span.open = false;
        } else if (kind == ActionKind::Stop && !one.to) {
            for (std::size_t later = i + 1; later < told.size() && span.open; ++later) {
                if (told[later].subject == one.subject && kindOf(told[later]) == ActionKind::Start) {
                    span.to = told[later].from;
                    span.open = false;
                }
            }
        }
        span.text = one.action < actions.size() ? wordsFor(kind) : FaultWords::tr("Fault");
        if (one.subject != kNoEntity)
            span.text += u' ' + eventwords::place(one.subject, table);
        const auto free =
            std::find_if(rows.begin(), rows.end(), [&](TraceTime until) { return until <= span.from; });
        span.row = static_cast<int>(free - rows.begin());
        if (free == rows.end())
            rows.push_back(span.to);
        else
            *free = span.to;
        spans.push_back(std::move(span));
    }
    return spans;
}

}  // namespace sluice
