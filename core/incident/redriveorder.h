#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/trace/event.h"

namespace sluice {

/// A payload that somebody changed before the message was redriven.
struct PayloadEdit {
    MessageId message = 0;
    nlohmann::ordered_json body;
    bool operator==(const PayloadEdit&) const = default;
};

/// What somebody wants redriven. In a run it is one more action of its scenario, so it happens again in every
/// run of that scenario and seed, and stands in its recordings: who did it and when included.
struct RedriveOrder {
    std::string queue;  ///< id of the dead-letter queue
    TraceTime at{};
    std::vector<MessageId> messages;
    std::vector<PayloadEdit> edits;
    bool all = false;  ///< superseded and expired ones too
    double rate = 0;   ///< messages a second; 0: at once
    std::string by;    ///< who
    std::string when;  ///< ISO 8601, by the clock on the wall
    bool operator==(const RedriveOrder&) const = default;
};

Action actionOf(const RedriveOrder& order);
/// Nothing when nobody did it by hand: another action, or a redrive of the drawing's scenario.
std::optional<RedriveOrder> redriveOrderOf(const Action& action);

/// Which messages somebody chose, of a redrive or discard that was done by hand; nothing of other actions.
std::optional<std::vector<MessageId>> messagesByHand(const Action& action);

/// The diagram without what was redriven or discarded by hand in its scenarios: two runs that differ in no
/// more are of one design.
Diagram withoutInterventions(Diagram diagram);

/// A payload that was changed in a run.
struct PayloadChange {
    PayloadEdit edit;
    TraceTime at{};
    std::string by;
    std::string when;
};
/// Of that message, in the order in which they were made.
std::vector<PayloadChange> payloadChanges(const Scenario& scenario, MessageId message);

}  // namespace sluice
