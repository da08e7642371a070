#pragma once

#include "core/diagram/catalogue.h"
#include "core/diagram/file.h"
#include "core/diagram/rules.h"

/// The JSON Schema (draft 2020-12) that follows from the catalogue. resources/schemas holds it as a file.
namespace cataloguedschema {

using namespace sluice;
using Ordered = nlohmann::ordered_json;

inline Ordered reference(std::string_view name) {
    return {{"$ref", "#/$defs/" + std::string(name)}};
}

inline Ordered listOf(Ordered items) {
    return {{"type", "array"}, {"items", std::move(items)}};
}

template <class Names>
Ordered enumOf(const Names& names) {
    Ordered values = Ordered::array();
    for (const std::string_view name : names)
        values.push_back(name);
    return {{"enum", values}};
}

inline Ordered typeOf(const PropertyInfo& property) {
    const auto number = [&](const char* type) {
        Ordered schema{{"type", type}};
        const auto whole = [](double value) {
            return value == static_cast<double>(static_cast<std::int64_t>(value));
        };
        if (property.minimum > -1e18)
            schema["minimum"] = whole(property.minimum) ? Ordered(static_cast<std::int64_t>(property.minimum))
                                                        : Ordered(property.minimum);
        if (property.maximum < 1e18)
            schema["maximum"] = whole(property.maximum) ? Ordered(static_cast<std::int64_t>(property.maximum))
                                                        : Ordered(property.maximum);
        return schema;
    };
    switch (property.type) {
        case PropertyType::Boolean:
            return {{"type", "boolean"}};
        case PropertyType::Integer:
        case PropertyType::Bytes:
            return number("integer");
        case PropertyType::Number:
        case PropertyType::Fraction:
        case PropertyType::Rate:
            return number("number");
        case PropertyType::Duration:
            return reference("duration");
        case PropertyType::Distribution:
            return reference("distribution");
        case PropertyType::Choice:
            return enumOf(property.choices);
        case PropertyType::Text:
        case PropertyType::Message:
        case PropertyType::Reference:
            return {{"type", "string"}};
        case PropertyType::TextList:
            return listOf({{"type", "string"}});
        case PropertyType::Object:
            if (property.defaultValue == "[]")
                return {{"type", "array"}};
            return property.argument.empty() ? Ordered::object() : Ordered{{"type", "object"}};
    }
    return {};
}

/// A property may also be null: the default.
inline Ordered schemaOf(const PropertyInfo& property) {
    Ordered schema{{"title", property.label}, {"description", property.help}};
    if (property.defaultValue != "null")
        schema["default"] = Ordered::parse(property.defaultValue);
    const Ordered type = typeOf(property);
    if (!type.empty())
        schema["anyOf"] = Ordered::array({type, {{"type", "null"}}});
    return schema;
}

inline Ordered propertiesSchema(std::span<const PropertyInfo> catalogue) {
    Ordered properties = Ordered::object();
    for (const PropertyInfo& property : catalogue)
        properties[std::string(property.key)] = schemaOf(property);
    return properties;
}

/// "When `key` is this kind, these are the properties."
template <class Kind, class Names>
Ordered byKind(const char* key, const Names& names) {
    Ordered cases = Ordered::array();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto catalogue = propertiesOf(static_cast<Kind>(i));
        cases.push_back({{"if", {{"properties", {{key, {{"const", names[i]}}}}}, {"required", {key}}}},
                         {"then", {{"properties", propertiesSchema(catalogue)}}}});
    }
    return cases;
}

inline Ordered object(Ordered properties, std::vector<std::string> required) {
    Ordered schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty())
        schema["required"] = required;
    return schema;
}

inline Ordered drawn() {
    return {{"id", reference("id")},
            {"name", {{"type", "string"}}},
            {"note", {{"type", "string"}}},
            {"tags", listOf({{"type", "string"}})}};
}

inline Ordered placed() {
    const Ordered coordinate{{"type", "number"}, {"minimum", -1e7}, {"maximum", 1e7}};
    const Ordered length{{"type", "number"}, {"minimum", 0}, {"maximum", 1e7}};
    return {{"x", coordinate}, {"y", coordinate}, {"width", length}, {"height", length}};
}

inline Ordered definitions() {
    const Ordered text{{"type", "string"}};
    Ordered defs = Ordered::object();
    defs["id"] = {{"type", "string"}, {"minLength", 1}, {"maxLength", 200}};
    defs["duration"] = {
        {"description", "250ms, 1.5s, 2m, 1h30m; a bare number is milliseconds"},
        {"anyOf", {{{"type", "string"}, {"pattern", "^\\s*[0-9.]"}}, {{"type", "number"}, {"minimum", 0}}}}};
    defs["distribution"] = {{"description",
                             "20ms, exp(20ms), uniform(10ms, 30ms), normal(20ms, 5ms), lognormal(20ms, "
                             "60ms), erlang(3, 20ms) or pareto(10ms, 2.5)"},
                            {"type", "string"},
                            {"pattern", "^\\s*([0-9.]|(exp|uniform|normal|lognormal|erlang|pareto)\\s*\\()"}};
    defs["point"] = {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 2}, {"maxItems", 2}};

    Ordered group = drawn();
    group["kind"] = enumOf(rules::groupKinds());
    group.update(placed());
    group["parent"] = text;
    defs["group"] = object(group, {"id"});

    Ordered node = drawn();
    node["kind"] = enumOf(kElementKindNames);
    node.update(placed());
    node["group"] = text;
    node["handlers"] = listOf(reference("handler"));
    defs["node"] = object(node, {"id", "kind"});
    defs["node"]["allOf"] = byKind<ElementKind>("kind", kElementKindNames);

    Ordered link = drawn();
    link["kind"] = enumOf(kLinkKindNames);
    link["from"] = reference("id");
    link["to"] = reference("id");
    link["bends"] = listOf(reference("point"));
    defs["link"] = object(link, {"id", "kind", "from", "to"});
    defs["link"]["allOf"] = byKind<LinkKind>("kind", kLinkKindNames);

    defs["handler"] = object({{"link", text}, {"message", text}, {"steps", listOf(reference("step"))}}, {});
    defs["step"] = object({{"do", enumOf(kStepKindNames)}}, {"do"});
    defs["step"]["allOf"] = byKind<StepKind>("do", kStepKindNames);

    Ordered message{{"id", reference("id")},
                    {"kind", enumOf(kMessageKindNames)},
                    {"keying", enumOf(kKeyingNames)},
                    {"key", text},
                    {"operation", text}};
    message["version"] = {{"type", "integer"}, {"minimum", 1}, {"maximum", rules::kLatestSchema}};
    message["fields"] = listOf(object({{"name", text}, {"type", text}, {"example", text}}, {}));
    message.update(propertiesSchema(messageTypeProperties()));
    defs["message"] = object(message, {"id"});

    Ordered metrics = Ordered::array();
    for (const MetricInfo& metric : expectationMetrics())
        metrics.push_back(metric.key);
    defs["action"] =
        object({{"at", reference("duration")}, {"do", enumOf(kActionKindNames)}, {"target", text}}, {"do"});
    defs["action"]["allOf"] = byKind<ActionKind>("do", kActionKindNames);
    defs["expectation"] = object({{"metric", {{"enum", metrics}}},
                                  {"of", text},
                                  {"is", enumOf(rules::comparisons())},
                                  {"value", {{"type", {"number", "string"}}}},
                                  {"note", text}},
                                 {"metric"});
    Ordered scenario{
        {"id", reference("id")}, {"name", text}, {"note", text}, {"until", reference("duration")}};
    scenario["seed"] = {{"type", "integer"}, {"minimum", 0}};
    scenario["speed"] = {{"type", "number"}, {"exclusiveMinimum", 0}};
    scenario["overrides"] = {{"type", "object"}, {"additionalProperties", {{"type", "object"}}}};
    scenario["actions"] = listOf(reference("action"));
    scenario["expectations"] = listOf(reference("expectation"));
    defs["scenario"] = object(scenario, {"id"});

    const Ordered flag{{"type", "boolean"}};
    Ordered alert{{"id", reference("id")}, {"name", text}};
    alert["when"] = {{"description", "queue:orders depth > 1000 for 30s, clear < 500"}, {"type", "string"}};
    alert["severity"] = enumOf(kAlertSeverityNames);
    alert["quiet"] = listOf({{"type", "string"}, {"pattern", "^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$"}});
    alert["record"] = flag;
    alert["enabled"] = flag;
    alert["note"] = text;
    defs["alert"] = object(alert, {"id", "when"});
    return defs;
}

inline std::string text() {
    const Ordered plain{{"type", "string"}};
    Ordered schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"title", "Sluice drawing"},
                   {"description", "A .sluice file. Keys that are not listed are kept as they are."}};
    schema.update(object({{"sluice", {{"description", "Version of the format"}, {"const", kFileVersion}}},
                          {"name", plain},
                          {"note", plain},
                          {"groups", listOf(reference("group"))},
                          {"nodes", listOf(reference("node"))},
                          {"links", listOf(reference("link"))},
                          {"messages", listOf(reference("message"))},
                          {"scenarios", listOf(reference("scenario"))},
                          {"alerts", listOf(reference("alert"))}},
                         {"sluice"}));
    schema["$defs"] = definitions();
    return schema.dump(1, ' ') + "\n";
}

}  // namespace cataloguedschema
