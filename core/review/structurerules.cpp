#include <fmt/format.h>

#include <array>
#include <map>

#include "core/diagram/spelling.h"
#include "core/review/rules.h"

namespace sluice {
namespace {

std::string lower(std::string_view label) {
    std::string text(label);
    text.front() = static_cast<char>(text.front() - 'A' + 'a');
    return text;
}

void runsNotYet(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (!infoOf(e.kind).runs)
            findings.add(
                Severity::Warning, "not-running-yet", e,
                fmt::format("{}: this version draws a {}, but does not run it", called(e),
                            lower(infoOf(e.kind).label)),
                "Let the messages take another way for now, or read the run as if it were not there");
        else if (e.kind == ElementKind::Table && textOf(e, "location") == "internal")
            findings.add(
                Severity::Warning, "not-running-yet", e,
                fmt::format("{} is an internal table: this version runs it as an external one, without "
                            "routing between instances",
                            called(e)),
                "Read its freshness and waiting times as those of a shared table");
    }
}

void hangsLoose(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind == ElementKind::Note || e.kind == ElementKind::Sidecar)
            continue;
        if (design.in(e).empty() && design.out(e).empty())
            findings.add(Severity::Hint, "unconnected-element", e,
                         fmt::format("{} is connected to nothing", called(e)), "Draw a link, or delete it");
    }
}

void hasNoTraffic(const Design& design, Findings& findings) {
    bool works = false;
    for (const Element& e : design.diagram.elements) {
        if (e.kind == ElementKind::Client)
            return;
        works = works || hasInstances(e);
    }
    if (works)
        findings.add(Severity::Warning, "no-traffic", {}, {},
                     "No client: nothing creates messages, a run stays empty",
                     "Place a client and connect it to where traffic begins");
}

void sharesAName(const Design& design, Findings& findings) {
    std::map<std::pair<ElementKind, std::string>, const Element*> seen;
    for (const Element& e : design.diagram.elements) {
        if (e.name.empty() || e.kind == ElementKind::Note)
            continue;
        const auto [it, isNew] = seen.emplace(std::pair(e.kind, e.name), &e);
        if (!isNew)
            findings.add(Severity::Hint, "same-name", e,
                         fmt::format("Two elements of one kind are called {}", called(e)),
                         "Give each a name of its own, so that logs and charts tell them apart");
    }
}

/// What a property names must exist.
void checkNames(const Design& design, Findings& findings, std::span<const PropertyInfo> catalogue,
                const Properties& properties, const std::string& subject, const std::string& where) {
    for (const auto& [key, value] : properties.all()) {
        const PropertyInfo* property = findProperty(catalogue, key);
        if (!property || !value.is_string() || value.get_ref<const std::string&>().empty())
            continue;
        const auto& id = value.get_ref<const std::string&>();
        std::vector<std::string_view> names;
        if (property->type == PropertyType::Message && !design.message(id)) {
            for (const MessageType& m : design.diagram.messages)
                names.push_back(m.id);
            findings.add(Severity::Error, "unknown-message", subject, fmt::format("{}.{}", where, key),
                         fmt::format("There is no message type '{}'{}", id, suggestion(id, names)),
                         "Choose one of the catalogue, or add it there");
        } else if (property->type == PropertyType::Reference && !design.hasId(id)) {
            for (const Element& e : design.diagram.elements)
                names.push_back(e.id);
            for (const Link& l : design.diagram.links)
                names.push_back(l.id);
            findings.add(Severity::Error, "unknown-reference", subject, fmt::format("{}.{}", where, key),
                         fmt::format("There is no element or link '{}'{}", id, suggestion(id, names)),
                         "Choose one that is drawn");
        }
    }
}

void namesNothing(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        const std::string where = design.where(e);
        checkNames(design, findings, propertiesOf(e.kind), e.properties, e.id, where);
        for (std::size_t h = 0; h < e.handlers.size(); ++h) {
            for (std::size_t s = 0; s < e.handlers[h].steps.size(); ++s) {
                const Step& step = e.handlers[h].steps[s];
                checkNames(design, findings, propertiesOf(step.kind), step.properties, e.id,
                           fmt::format("{}.handlers[{}].steps[{}]", where, h, s));
            }
        }
    }
    for (const Link& l : design.diagram.links)
        checkNames(design, findings, propertiesOf(l.kind), l.properties, l.id, design.where(l));
}

void checkValues(Findings& findings, std::span<const PropertyInfo> catalogue, const Properties& properties,
                 const std::string& subject, const std::string& where) {
    for (const auto& [key, value] : properties.all()) {
        const PropertyInfo* property = findProperty(catalogue, key);
        if (!property)
            continue;
        if (const auto checked = checkValue(*property, value); !checked)
            findings.add(Severity::Error, "wrong-value", subject, fmt::format("{}.{}", where, key),
                         fmt::format("{} {}", property->label, checked.error().sentence),
                         fmt::format("{}; the default is used meanwhile", property->help));
    }
}

void hasWrongValues(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        checkValues(findings, propertiesOf(e.kind), e.properties, e.id, design.where(e));
        for (std::size_t h = 0; h < e.handlers.size(); ++h) {
            for (std::size_t s = 0; s < e.handlers[h].steps.size(); ++s) {
                const Step& step = e.handlers[h].steps[s];
                checkValues(findings, propertiesOf(step.kind), step.properties, e.id,
                            fmt::format("{}.handlers[{}].steps[{}]", design.where(e), h, s));
            }
        }
    }
    for (const Link& l : design.diagram.links)
        checkValues(findings, propertiesOf(l.kind), l.properties, l.id, design.where(l));
    for (const MessageType& m : design.diagram.messages)
        checkValues(findings, messageTypeProperties(), m.properties, m.id, design.where(m));
}

/// Once more than two instances of a service, a single copy of what all of them pass is the weak place.
void isASinglePointOfFailure(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind != ElementKind::Service && e.kind != ElementKind::Gateway)
            continue;
        const auto callers = design.in(e, LinkKind::Call);
        if (callers.empty() || integerOf(e, "instances") != 1)
            continue;
        const bool all = e.kind == ElementKind::Gateway;
        findings
            .add(Severity::Warning, "single-point-of-failure", e,
                 fmt::format("{} has one instance and {} call{} it synchronously: when it stops, {}",
                             called(e),
                             callers.size() == 1 ? called(design.from(*callers.front()))
                                                 : fmt::format("{} elements", callers.size()),
                             callers.size() == 1 ? "s" : "", all ? "nothing gets in" : "they fail with it"),
                 "Run at least two instances")
            .fix = setting(e, "instances", 2, "Run two instances");
    }
}

constexpr std::array<Rule, 7> kStructureRules{
    runsNotYet, hangsLoose, hasNoTraffic, sharesAName, namesNothing, hasWrongValues, isASinglePointOfFailure};

}  // namespace

std::span<const Rule> structureRules() {
    return kStructureRules;
}

}  // namespace sluice
