#pragma once

#include <optional>
#include <string>

#include "core/diagram/diagram.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// A step of a service's handler, as it is drawn.
struct HandlerStep {
    std::size_t number = 0;  ///< in its handler, from 1
    StepKind kind = StepKind::Work;
    std::string label;            ///< "validate email", "call Payments"
    const Step* drawn = nullptr;  ///< null: the service is drawn without a handler for the message
};

/// The step with that index, from 0, of the handler that takes messages of a type which come over `link`;
/// nothing when the diagram has no such service or step. The diagram must outlive what is returned.
std::optional<HandlerStep> handlerStep(const Diagram& diagram, const Entity& service, const Entity* link,
                                       const TracedType* type, std::size_t index);

/// The step that sends messages of a type on from there: it publishes, calls or replies; nothing when none
/// does.
std::optional<HandlerStep> sendingStep(const Diagram& diagram, const Entity& service, const Entity* link,
                                       const TracedType* taken, const TracedType& sent);

}  // namespace sluice
