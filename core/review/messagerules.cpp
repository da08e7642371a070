#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/review/rules.h"

namespace sluice {
namespace {

/// Every message type that something names: clients, links, handlers, steps, overrides and lists of times.
std::set<std::string> namedTypes(const Diagram& diagram) {
    std::set<std::string> named;
    const auto note = [&](const Properties& properties) {
        if (const Json* id = properties.find("message"); id && id->is_string())
            named.insert(id->get<std::string>());
        const Json* csv = properties.find("csv");
        if (!csv || !csv->is_string())
            return;
        for (const MessageType& m : diagram.messages) {
            if (csv->get_ref<const std::string&>().find(m.id) != std::string::npos)
                named.insert(m.id);
        }
    };
    for (const Element& e : diagram.elements) {
        note(e.properties);
        for (const Handler& handler : e.handlers) {
            named.insert(handler.message);
            for (const Step& step : handler.steps)
                note(step.properties);
        }
    }
    for (const Link& l : diagram.links)
        note(l.properties);
    for (const Scenario& s : diagram.scenarios) {
        for (const auto& [id, properties] : s.overrides)
            note(properties);
    }
    return named;
}

void isUnused(const Design& design, Findings& findings) {
    const std::set<std::string> named = namedTypes(design.diagram);
    for (const MessageType& m : design.diagram.messages) {
        if (!named.contains(m.id))
            findings.add(Severity::Hint, "unused-message", m,
                         fmt::format("Nothing sends or handles {}", m.id),
                         "Use it in a client, a link or a handler, or remove it");
    }
}

void hasNoKey(const Design& design, Findings& findings) {
    for (const MessageType& m : design.diagram.messages) {
        if (m.keying == Keying::Unkeyed)
            continue;
        if (m.key.empty()) {
            findings.add(
                Severity::Error, "message-without-key", m,
                fmt::format("{} is {} event without a key field: nothing tells which entity it is about",
                            m.id, m.keying == Keying::Entity ? "an entity" : "a keyed"),
                "Name the field that is its key, or make it unkeyed");
            continue;
        }
        const bool listed = std::any_of(m.fields.begin(), m.fields.end(),
                                        [&](const Field& field) { return field.name == m.key; });
        if (!m.fields.empty() && !listed)
            findings.add(Severity::Warning, "key-not-a-field", m,
                         fmt::format("The key '{}' of {} is not among its fields", m.key, m.id),
                         "Add the field, or choose another key");
    }
}

void hasTwoFieldsOfOneName(const Design& design, Findings& findings) {
    for (const MessageType& m : design.diagram.messages) {
        std::set<std::string> names;
        for (const Field& field : m.fields) {
            if (!names.insert(field.name).second)
                findings.add(Severity::Warning, "field-twice", m,
                             fmt::format("{} has two fields '{}'", m.id, field.name), "Rename one of them");
        }
    }
}

constexpr std::array<Rule, 3> kMessageRules{isUnused, hasNoKey, hasTwoFieldsOfOneName};

}  // namespace

std::span<const Rule> messageRules() {
    return kMessageRules;
}

}  // namespace sluice
