#pragma once

#include <QString>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice::eventwords {

/// "Dead lettered": the event's name for a person, in the language of the program.
QString title(EventKind kind);
/// "User repository"; "system" for kNoEntity. A link without a name is told by its two ends.
QString place(EntityId entity, const EntityTable& table);
/// "m-17"; empty for none.
QString message(MessageId id);
/// "1:05.250 000": minutes, seconds and microseconds, of one width, so that a column of them can be compared.
QString instant(TraceTime time);
/// "bad data", "caller timeout".
QString cause(FailureKind kind);
QString reason(DeathReason reason);
QString requeue(RequeueReason reason);
/// What was done with a late arrival: "rejected".
QString policy(LatePolicy policy);
QString duration(Duration duration);

}  // namespace sluice::eventwords
