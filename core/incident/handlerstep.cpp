#include "core/incident/handlerstep.h"

#include <algorithm>

namespace sluice {
namespace {

std::string nameOf(const Diagram& diagram, const std::string& element) {
    const Element* found = diagram.findElement(element);
    return !found || found->name.empty() ? element : found->name;
}

const Handler* handlerOf(const Element& service, const Entity* link, const TracedType* type) {
    const auto found =
        std::find_if(service.handlers.begin(), service.handlers.end(), [&](const Handler& handler) {
            return (handler.link.empty() || (link && handler.link == link->id)) &&
                   (handler.message.empty() || (type && handler.message == type->id));
        });
    return found == service.handlers.end() ? nullptr : &*found;
}

/// "validate email", "publish UserUpdated", "call Payments".
std::string labelOf(const Diagram& diagram, const Step& step) {
    std::string label(kindName(step.kind));
    std::string what;
    switch (step.kind) {
        case StepKind::Validate:
            what = step.properties.text("field");
            break;
        case StepKind::Publish:
        case StepKind::Reply:
            what = step.properties.text("message");
            break;
        case StepKind::Call:
        case StepKind::Read:
        case StepKind::Write:
            if (const Link* link = diagram.findLink(step.properties.text("link")))
                what = nameOf(diagram, link->to);
            break;
        case StepKind::Work:
        case StepKind::Fail:
            break;
    }
    return what.empty() ? label : label + ' ' + what;
}

HandlerStep made(const Diagram& diagram, const Handler& handler, std::size_t index) {
    const Step& step = handler.steps[index];
    return {index + 1, step.kind, labelOf(diagram, step), &step};
}

}  // namespace

std::optional<HandlerStep> handlerStep(const Diagram& diagram, const Entity& service, const Entity* link,
                                       const TracedType* type, std::size_t index) {
    const Element* element = diagram.findElement(service.id);
    if (!element)
        return std::nullopt;
    const Handler* handler = handlerOf(*element, link, type);
    // Without a handler of its own a message is validated first, then worked on.
    if (!handler)
        return index == 0 ? std::optional(HandlerStep{1, StepKind::Validate, "validate", nullptr})
                          : std::optional(HandlerStep{index + 1, StepKind::Work, "work", nullptr});
    if (index >= handler->steps.size())
        return std::nullopt;
    return made(diagram, *handler, index);
}

std::optional<HandlerStep> sendingStep(const Diagram& diagram, const Entity& service, const Entity* link,
                                       const TracedType* taken, const TracedType& sent) {
    const Element* element = diagram.findElement(service.id);
    const Handler* handler = element ? handlerOf(*element, link, taken) : nullptr;
    if (!handler)
        return std::nullopt;
    for (std::size_t i = 0; i < handler->steps.size(); ++i) {
        const Step& step = handler->steps[i];
        const bool sends =
            step.kind == StepKind::Publish || step.kind == StepKind::Call || step.kind == StepKind::Reply;
        if (!sends)
            continue;
        std::string message = step.properties.text("message");
        if (const Link* over = diagram.findLink(step.properties.text("link")); message.empty() && over)
            message = over->properties.text("message");
        if (message.empty() ? taken && taken->id == sent.id : message == sent.id)
            return made(diagram, *handler, i);
    }
    return std::nullopt;
}

}  // namespace sluice
