#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/incident/causalrule.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// One link of a chain of causes: what happened, where and when, and the rule that it followed from.
struct CausalStep {
    CausalRule rule = CausalRule::Waits;
    TraceTime at{};
    Sequence sequence = 0;       ///< the event that it tells of
    EntityId place = kNoEntity;  ///< where on the drawing
    MessageId message = 0;       ///< the message asked about, or one that caused it; 0: the system's
    std::string text;            ///< "rejected at attempt 4, to Dead commands; x-death count 1"
    bool operator==(const CausalStep&) const = default;
};

/// Why a message is where it is: backwards from there to the client's action that began it. A value.
struct CausalChain {
    MessageId message = 0;
    EntityId place = kNoEntity;     ///< where it is
    std::vector<CausalStep> steps;  ///< backwards: the latest first
    bool complete = false;          ///< the last step is what a client did
    bool operator==(const CausalChain&) const = default;
};

/// What a chain is computed from. `diagram` and `scenario` are what the trace was made of; without them, as
/// when a broker was watched, the rules are named and not the handlers' steps and the scenario's actions.
struct CausalContext {
    const TraceStore& store;
    const Diagram* diagram = nullptr;
    const Scenario* scenario = nullptr;
};

/// Of the copy of the message in `place` (kNoEntity: where it waits, a dead-letter queue before others, else
/// where it was last), by the events before `end`. No steps when there is no such message yet. At most some
/// hundreds of steps: of a long way round and round the latest.
CausalChain causalChain(const CausalContext& context, MessageId message, EntityId place = kNoEntity,
                        Sequence end = UINT64_MAX);

/// The chain in one line, from the cause to where the message is: "Portal asks for UpdateUserEmail → …".
std::string sentenceOf(const CausalChain& chain);

}  // namespace sluice
