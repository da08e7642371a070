#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/diagram/spelling.h"
#include "core/review/rules.h"

namespace sluice {
namespace {

std::string handlerAt(const Design& design, const Element& e, std::size_t index) {
    return fmt::format("{}.handlers[{}]", design.where(e), index);
}

void answersNothing(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        std::set<std::pair<std::string, std::string>> seen;
        for (std::size_t h = 0; h < e.handlers.size(); ++h) {
            const Handler& handler = e.handlers[h];
            const Link* link = design.link(handler.link);
            if (!handler.link.empty() && (!link || link->to != e.id)) {
                std::vector<std::string_view> names;
                for (const Link* l : design.in(e))
                    names.push_back(l->id);
                findings.add(Severity::Error, "handler-without-link", e.id, handlerAt(design, e, h) + ".link",
                             link ? fmt::format("Link '{}' does not lead to {}: its handler never runs",
                                                handler.link, called(e))
                                  : fmt::format("There is no link '{}': a handler of {} never runs{}",
                                                handler.link, called(e), suggestion(handler.link, names)),
                             "Choose an incoming link, or none for any");
            }
            if (!handler.message.empty() && !design.message(handler.message))
                findings.add(Severity::Error, "handler-without-message", e.id,
                             handlerAt(design, e, h) + ".message",
                             fmt::format("There is no message type '{}': a handler of {} never runs",
                                         handler.message, called(e)),
                             "Choose a type of the catalogue, or none for any");
            if (!seen.emplace(handler.link, handler.message).second)
                findings.add(
                    Severity::Warning, "handler-twice", e.id, handlerAt(design, e, h),
                    fmt::format("{} has two handlers for the same link and message: the second never runs",
                                called(e)),
                    "Merge them");
        }
    }
}

std::string_view linkNeededBy(StepKind kind) {
    switch (kind) {
        case StepKind::Call:
            return "call";
        case StepKind::Read:
            return "read";
        case StepKind::Write:
            return "write";
        case StepKind::Publish:
            return "publish";
        default:
            return {};
    }
}

void stepLeadsNowhere(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        for (std::size_t h = 0; h < e.handlers.size(); ++h) {
            for (std::size_t s = 0; s < e.handlers[h].steps.size(); ++s) {
                const Step& step = e.handlers[h].steps[s];
                const std::string_view needed = linkNeededBy(step.kind);
                if (needed.empty())
                    continue;
                const std::string where = fmt::format("{}.steps[{}]", handlerAt(design, e, h), s);
                const Link* link = design.linkOf(e, step);
                const std::string named = textOf(propertiesOf(step.kind), step.properties, "link");
                if (!named.empty() && link && (link->from != e.id || kindName(link->kind) != needed))
                    findings.add(Severity::Error, "step-with-wrong-link", e.id, where + ".link",
                                 fmt::format("{} cannot {} over '{}': it is no {} link of its own", called(e),
                                             kindName(step.kind), named, needed),
                                 "Choose an outgoing link of that kind");
                else if (named.empty() && !link)
                    findings.add(Severity::Error, "step-without-link", e.id, where,
                                 fmt::format("{} has a step '{}', but no {} link that it could use",
                                             called(e), kindName(step.kind), needed),
                                 fmt::format("Draw a {} link, or remove the step", needed));
                else if (named.empty() && design.out(e, link->kind).size() > 1)
                    findings.add(Severity::Warning, "step-with-any-link", e.id, where,
                                 fmt::format("{} has {} {} links and a step that names none: it takes '{}'",
                                             called(e), design.out(e, link->kind).size(), needed, link->id),
                                 "Name the link");
            }
        }
    }
}

void requiresARoleNobodyHas(const Design& design, Findings& findings) {
    std::set<std::string> roles;
    const auto collect = [&](const Properties& properties) {
        const Json* list = properties.find("roles");
        if (!list || !list->is_array())
            return;
        for (const Json& role : *list) {
            if (role.is_string())
                roles.insert(role.get<std::string>());
        }
    };
    for (const Element& e : design.diagram.elements)
        collect(e.properties);
    for (const Scenario& s : design.diagram.scenarios) {
        for (const auto& [id, properties] : s.overrides)
            collect(properties);
    }
    for (const Element& e : design.diagram.elements) {
        std::set<std::string> told;
        for (std::size_t h = 0; h < e.handlers.size(); ++h) {
            for (const Step& step : e.handlers[h].steps) {
                const std::string role = textOf(propertiesOf(step.kind), step.properties, "role");
                if (!role.empty() && !roles.contains(role) && told.insert(role).second)
                    findings.add(
                        Severity::Warning, "role-nobody-has", e.id, handlerAt(design, e, h),
                        fmt::format("{} requires the role '{}', which no client has: everybody is refused",
                                    called(e), role),
                        "Give the role to a client");
            }
        }
    }
}

/// A step behind an unconditional failure or a reply with an error is never reached.
void neverGetsThere(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        for (std::size_t h = 0; h < e.handlers.size(); ++h) {
            const auto& steps = e.handlers[h].steps;
            for (std::size_t s = 0; s + 1 < steps.size(); ++s) {
                const Properties& p = steps[s].properties;
                const auto catalogue = propertiesOf(StepKind::Fail);
                if (steps[s].kind == StepKind::Fail && numberOf(catalogue, p, "probability") >= 1 &&
                    integerOf(catalogue, p, "keyModulo") == 0)
                    findings.add(Severity::Warning, "steps-after-failure", e.id,
                                 fmt::format("{}.steps[{}]", handlerAt(design, e, h), s + 1),
                                 fmt::format("{} always fails before its step '{}'", called(e),
                                             kindName(steps[s + 1].kind)),
                                 "Give the failure a probability, or remove what follows");
            }
        }
    }
}

constexpr std::array<Rule, 4> kHandlerRules{answersNothing, stepLeadsNowhere, requiresARoleNobodyHas,
                                            neverGetsThere};

}  // namespace

std::span<const Rule> handlerRules() {
    return kHandlerRules;
}

}  // namespace sluice
