#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/diagram/spelling.h"
#include "core/review/rules.h"

namespace sluice {
namespace {

std::vector<std::string_view> idsOf(const Diagram& diagram) {
    std::vector<std::string_view> ids;
    for (const Element& e : diagram.elements)
        ids.push_back(e.id);
    for (const Link& l : diagram.links)
        ids.push_back(l.id);
    return ids;
}

std::string called(const Scenario& s) {
    return "'" + (s.name.empty() ? s.id : s.name) + "'";
}

std::span<const PropertyInfo> catalogueOf(const Design& design, const std::string& id) {
    if (const Element* e = design.element(id))
        return propertiesOf(e->kind);
    if (const Link* l = design.link(id))
        return propertiesOf(l->kind);
    return {};
}

/// A value that a scenario gives to a property of something drawn.
void checkSetting(const Design& design, Findings& findings, const Scenario& s, const std::string& target,
                  const std::string& key, const Json& value, const std::string& where) {
    const auto catalogue = catalogueOf(design, target);
    const PropertyInfo* property = findProperty(catalogue, key);
    if (!property) {
        std::vector<std::string_view> keys;
        for (const PropertyInfo& p : catalogue)
            keys.push_back(p.key);
        findings.add(Severity::Warning, "unknown-property", s.id, where,
                     fmt::format("{} sets '{}' of '{}', which has no such property{}", called(s), key, target,
                                 suggestion(key, keys)),
                     "Choose one that the inspector shows");
        return;
    }
    if (const auto checked = checkValue(*property, value); !checked)
        findings.add(
            Severity::Error, "wrong-value", s.id, where,
            fmt::format("{} sets {} of '{}', which {}", called(s), key, target, checked.error().sentence),
            std::string(property->help));
    else if (property->type == PropertyType::Message && value.is_string() &&
             !design.message(value.get_ref<const std::string&>()))
        findings.add(Severity::Error, "unknown-message", s.id, where,
                     fmt::format("There is no message type '{}'", value.get<std::string>()),
                     "Choose one of the catalogue, or add it there");
}

void overridesNothing(const Design& design, Findings& findings) {
    for (const Scenario& s : design.diagram.scenarios) {
        for (const auto& [id, properties] : s.overrides) {
            const std::string where = fmt::format("{}.overrides.{}", design.where(s), id);
            if (!design.element(id) && !design.link(id)) {
                findings.add(Severity::Error, "unknown-target", s.id, where,
                             fmt::format("{} overrides '{}', which is not drawn{}", called(s), id,
                                         suggestion(id, idsOf(design.diagram))),
                             "Name an element or a link");
                continue;
            }
            for (const auto& [key, value] : properties.all())
                checkSetting(design, findings, s, id, key, value, fmt::format("{}.{}", where, key));
        }
    }
}

/// What an action is for, where its target is something else; empty when it fits.
std::string_view misfit(const Design& design, const Action& action) {
    const Element* e = design.element(action.target);
    const Link* l = design.link(action.target);
    switch (action.kind) {
        case ActionKind::Stop:
        case ActionKind::Start:
            return e && e->kind != ElementKind::Client && e->kind != ElementKind::Note
                       ? ""
                       : "a service, a queue or a topic";
        case ActionKind::SlowDown:
        case ActionKind::Fail:
            return e && (hasInstances(*e) || e->kind == ElementKind::External ||
                         e->kind == ElementKind::Database || e->kind == ElementKind::Table ||
                         e->kind == ElementKind::Cache)
                       ? ""
                       : "a service";
        case ActionKind::Drop:
        case ActionKind::Duplicate:
        case ActionKind::Delay:
        case ActionKind::Reorder:
        case ActionKind::Cut:
            return l ? "" : "a link";
        case ActionKind::Poison:
            return e && (e->kind == ElementKind::Client || hasInstances(*e) ||
                         e->kind == ElementKind::External)
                       ? ""
                       : "a client or service, which creates messages";
        case ActionKind::Burst:
            return e && e->kind == ElementKind::Client ? "" : "a client";
        case ActionKind::Redrive:
        case ActionKind::Discard:
            return e && design.isDeadLetterQueue(*e) ? "" : "a dead-letter queue";
        case ActionKind::Set:
        case ActionKind::BrokerDown:
            return "";
    }
    return "";
}

void actsOnNothing(const Design& design, Findings& findings) {
    for (const Scenario& s : design.diagram.scenarios) {
        for (std::size_t i = 0; i < s.actions.size(); ++i) {
            const Action& action = s.actions[i];
            const std::string where = fmt::format("{}.actions[{}]", design.where(s), i);
            if (action.at > s.until)
                findings.add(
                    Severity::Warning, "action-after-the-end", s.id, where,
                    fmt::format("{} ends at {}, before '{}' at {}", called(s), formatDuration(s.until),
                                kindName(action.kind), formatDuration(action.at)),
                    "Let the scenario last longer, or act sooner");
            if (action.kind == ActionKind::BrokerDown)
                continue;
            if (!design.element(action.target) && !design.link(action.target)) {
                findings.add(Severity::Error, "unknown-target", s.id, where + ".target",
                             fmt::format("{} acts on '{}', which is not drawn{}", called(s), action.target,
                                         suggestion(action.target, idsOf(design.diagram))),
                             "Name an element or a link");
                continue;
            }
            if (const std::string_view wanted = misfit(design, action); !wanted.empty())
                findings.add(
                    Severity::Error, "action-without-effect", s.id, where + ".target",
                    fmt::format("'{}' is for {}; '{}' is none", kindName(action.kind), wanted, action.target),
                    "Choose another target or action");
            if (action.kind == ActionKind::Set) {
                const Json* value = action.properties.find("value");
                checkSetting(design, findings, s, action.target,
                             textOf(propertiesOf(ActionKind::Set), action.properties, "key"),
                             value ? *value : Json(), where);
            }
        }
    }
}

void expectsNothing(const Design& design, Findings& findings) {
    for (const Scenario& s : design.diagram.scenarios) {
        if (s.expectations.empty())
            findings.add(
                Severity::Hint, "scenario-without-expectations", s,
                fmt::format("{} expects nothing, so no run of it can fail", called(s)),
                "Say what must hold: nothing lost, a p99 of the round trip, at most so many dead letters");
        for (std::size_t i = 0; i < s.expectations.size(); ++i) {
            const Expectation& x = s.expectations[i];
            const std::string where = fmt::format("{}.expectations[{}]", design.where(s), i);
            const auto metrics = expectationMetrics();
            const auto metric = std::find_if(metrics.begin(), metrics.end(),
                                             [&](const MetricInfo& m) { return m.key == x.metric; });
            if (metric == metrics.end()) {
                std::vector<std::string_view> keys;
                for (const MetricInfo& m : metrics)
                    keys.push_back(m.key);
                findings.add(Severity::Error, "unknown-metric", s.id, where + ".metric",
                             fmt::format("There is no metric '{}'{}", x.metric, suggestion(x.metric, keys)),
                             "Choose one such as deadLetters, lost, lateArrivals, timeouts or roundTrip.p99");
            } else if (x.value.is_null() ||
                       (x.value.is_string() &&
                        (!metric->isDuration || !parseDuration(x.value.get<std::string>())))) {
                findings.add(Severity::Error, "wrong-value", s.id, where + ".value",
                             metric->isDuration
                                 ? fmt::format("The value of {} must be a duration such as \"2s\"", x.metric)
                                 : fmt::format("The value of {} must be a number", x.metric),
                             "Mend the value");
            }
            if (!x.target.empty() && !design.element(x.target) && !design.link(x.target))
                findings.add(Severity::Error, "unknown-target", s.id, where + ".of",
                             fmt::format("{} expects something of '{}', which is not drawn{}", called(s),
                                         x.target, suggestion(x.target, idsOf(design.diagram))),
                             "Name an element or a link, or nothing for the whole system");
        }
    }
}

constexpr std::array<Rule, 3> kScenarioRules{overridesNothing, actsOnNothing, expectsNothing};

}  // namespace

std::span<const Rule> scenarioRules() {
    return kScenarioRules;
}

}  // namespace sluice
