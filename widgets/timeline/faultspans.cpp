#include "widgets/timeline/faultspans.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/trace/entitytable.h"
#include "widgets/log/eventwords.h"

namespace sluice {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Words)
};

/// Done at once, whatever the trace says about an end.
bool isMoment(ActionKind kind) {
    return kind == ActionKind::Start || kind == ActionKind::Set || kind == ActionKind::Burst;
}

QString wordsFor(ActionKind kind) {
    switch (kind) {
        case ActionKind::Stop:
            return Words::tr("Stop");
        case ActionKind::Start:
            return Words::tr("Start");
        case ActionKind::SlowDown:
            return Words::tr("Slow down");
        case ActionKind::Fail:
            return Words::tr("Fail");
        case ActionKind::Drop:
            return Words::tr("Drop");
        case ActionKind::Duplicate:
            return Words::tr("Duplicate");
        case ActionKind::Delay:
            return Words::tr("Delay");
        case ActionKind::Reorder:
            return Words::tr("Reorder");
        case ActionKind::Poison:
            return Words::tr("Poison");
        case ActionKind::Cut:
            return Words::tr("Cut");
        case ActionKind::BrokerDown:
            return Words::tr("Broker down");
        case ActionKind::Burst:
            return Words::tr("Burst");
        case ActionKind::Redrive:
            return Words::tr("Redrive");
        case ActionKind::Set:
            return Words::tr("Set");
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
        span.text = one.action < actions.size() ? wordsFor(kind) : Words::tr("Fault");
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
