#pragma once

#include <vector>

#include "core/trace/tracestore.h"

namespace sluice {

/// What a redrive would do with one dead letter.
struct RedriveCandidate {
    MessageId message = 0;
    EntityId backTo = kNoEntity;  ///< the queue it died in; kNoEntity: it has not died, there is no way back
    RedriveVerdict verdict = RedriveVerdict::Safe;
    FailureKind cause = FailureKind::None;  ///< of its death
    DeathReason reason = DeathReason::Rejected;
    TraceTime died{};
    /// The event that says so: of a superseded one the end of the work on `newer`, of an expired one its
    /// death.
    Sequence because = 0;
    MessageId newer = 0;
    bool operator==(const RedriveCandidate&) const = default;
};

/// The dry run of a redrive of all that stands in the queue in that state of the trace, in the queue's order,
/// by the engine's rules: a letter is superseded when a newer one, by event time, of the same business
/// operation and key was worked off by who takes from the queue that it goes back to; it is expired when it
/// died because its time to live was over. Reads the trace from the oldest letter on.
std::vector<RedriveCandidate> planRedrive(const TraceStore& store, const SystemState& now, EntityId queue);

}  // namespace sluice
