#include "core/diagram/itemreader.h"

#include <fmt/format.h>

#include <cmath>

#include "core/diagram/rules.h"
#include "core/diagram/spelling.h"

namespace sluice {
namespace {

constexpr std::size_t kMostWarnings = 100;

constexpr std::array<std::string_view, 3> kHandlerKeys{"link", "message", "steps"};
constexpr std::array<std::string_view, 3> kFieldKeys{"name", "type", "example"};
constexpr std::array<std::string_view, 5> kExpectationKeys{"metric", "of", "is", "value", "note"};

constexpr PropertyInfo infoOf(std::string_view key, PropertyType type) {
    PropertyInfo info;
    info.key = key;
    info.type = type;
    info.defaultValue = "null";
    info.maximum = 3e9;
    return info;
}

std::string listed(std::span<const std::string_view> names) {
    std::string text;
    for (const std::string_view name : names)
        text += (text.empty() ? "" : ", ") + std::string(name);
    return text;
}

}  // namespace

void ItemReader::fail(std::string where, std::string sentence) {
    if (!m_error)
        m_error = Error{ErrorCode::InvalidInput, std::move(sentence), std::move(where)};
}

void ItemReader::check(const JsonPlace& place, const Result<void>& checked) {
    if (!checked)
        fail(place.where, checked.error().sentence);
}

std::string ItemReader::text(const JsonPlace& place, std::string_view key, std::string otherwise) {
    const auto it = place.json.find(key);
    if (it == place.json.end() || it->is_null())
        return otherwise;
    if (const auto checked = checkValue(infoOf(key, PropertyType::Text), *it); !checked) {
        fail(place.at(key), checked.error().sentence);
        return otherwise;
    }
    return it->get<std::string>();
}

double ItemReader::number(const JsonPlace& place, std::string_view key, double otherwise) {
    const auto it = place.json.find(key);
    if (it == place.json.end() || it->is_null())
        return otherwise;
    if (!it->is_number()) {
        fail(place.at(key), checkValue(infoOf(key, PropertyType::Number), *it).error().sentence);
        return otherwise;
    }
    return it->get<double>();
}

std::uint64_t ItemReader::natural(const JsonPlace& place, std::string_view key, std::uint64_t otherwise,
                                  std::uint64_t limit) {
    const auto it = place.json.find(key);
    if (it == place.json.end() || it->is_null())
        return otherwise;
    if (it->is_number_unsigned() && it->get<std::uint64_t>() <= limit)
        return it->get<std::uint64_t>();
    PropertyInfo info = infoOf(key, PropertyType::Integer);
    info.maximum = static_cast<double>(limit);
    const auto checked = checkValue(info, *it);
    fail(place.at(key), checked ? "must be written as a whole number" : checked.error().sentence);
    return otherwise;
}

Duration ItemReader::duration(const JsonPlace& place, std::string_view key, Duration otherwise) {
    const auto it = place.json.find(key);
    if (it == place.json.end() || it->is_null())
        return otherwise;
    const PropertyInfo info = infoOf(key, PropertyType::Duration);
    if (const auto checked = checkValue(info, *it); !checked) {
        fail(place.at(key), checked.error().sentence);
        return otherwise;
    }
    Properties one;
    one.set(key, *it);
    return durationOf({&info, 1}, one, key);
}

bool ItemReader::flag(const JsonPlace& place, std::string_view key, bool otherwise) {
    const auto it = place.json.find(key);
    if (it == place.json.end() || it->is_null())
        return otherwise;
    if (const auto checked = checkValue(infoOf(key, PropertyType::Boolean), *it); !checked) {
        fail(place.at(key), checked.error().sentence);
        return otherwise;
    }
    return it->get<bool>();
}

std::vector<std::string> ItemReader::texts(const JsonPlace& place, std::string_view key) {
    const auto it = place.json.find(key);
    if (it == place.json.end() || it->is_null())
        return {};
    if (const auto checked = checkValue(infoOf(key, PropertyType::TextList), *it); !checked) {
        fail(place.at(key), checked.error().sentence);
        return {};
    }
    return it->get<std::vector<std::string>>();
}

Point ItemReader::position(const JsonPlace& place) {
    return {number(place, "x", 0), number(place, "y", 0)};
}

Size ItemReader::size(const JsonPlace& place, Size otherwise) {
    return {number(place, "width", otherwise.width), number(place, "height", otherwise.height)};
}

std::vector<Point> ItemReader::bends(const JsonPlace& place) {
    std::vector<Point> points;
    const auto it = place.json.find("bends");
    if (it == place.json.end() || it->is_null())
        return points;
    if (!it->is_array()) {
        fail(place.at("bends"), "must be a list of points, each [x, y]");
        return points;
    }
    for (const Json& item : *it) {
        if (!item.is_array() || item.size() != 2 || !item[0].is_number() || !item[1].is_number()) {
            fail(fmt::format("{}[{}]", place.at("bends"), points.size()), "must be a point, [x, y]");
            return points;
        }
        points.push_back({item[0].get<double>(), item[1].get<double>()});
    }
    return points;
}

std::string ItemReader::id(const JsonPlace& place) {
    if (!place.json.contains("id"))
        fail(place.at("id"), "is missing");
    std::string value = text(place, "id");
    if (const auto checked = rules::checkId(value); !checked)
        fail(place.at("id"), checked.error().sentence);
    return value;
}

template <class Kind, std::size_t N>
Kind ItemReader::kind(const JsonPlace& place, std::string_view key,
                      const std::array<std::string_view, N>& names, std::optional<Kind> otherwise) {
    const std::string name = text(place, key);
    if (name.empty() && otherwise)
        return *otherwise;
    if (name.empty() && !place.json.contains(key))
        fail(place.at(key), fmt::format("is missing; it is one of {}", listed(names)));
    if (const auto found = findKind<Kind>(names, name))
        return *found;
    const std::string meant = suggestion(name, names);
    fail(place.at(key), fmt::format("'{}' is not one of {}{}", name, listed(names), meant));
    return otherwise.value_or(Kind{});
}

void ItemReader::list(const JsonPlace& place, std::string_view key,
                      const std::function<void(const JsonPlace&)>& each) {
    const auto it = place.json.find(key);
    if (it == place.json.end() || it->is_null())
        return;
    if (!it->is_array()) {
        fail(place.at(key), "must be a list");
        return;
    }
    for (std::size_t i = 0; i < it->size() && !m_error; ++i) {
        const JsonPlace item{(*it)[i], fmt::format("{}[{}]", place.at(key), i)};
        if (item.json.is_object())
            each(item);
        else
            fail(item.where, "must be an object");
    }
}

void ItemReader::keepRest(const JsonPlace& place, std::span<const std::string_view> known,
                          std::span<const PropertyInfo> catalogue, Properties& properties) {
    for (const auto& [key, value] : place.json.items()) {
        if (rules::isReserved(known, key))
            continue;
        if (const PropertyInfo* property = findProperty(catalogue, key)) {
            if (const auto checked = checkValue(*property, value); !checked)
                fail(place.at(key), checked.error().sentence);
            properties.set(key, value);
            continue;
        }
        properties.keep(key, value);
        if (m_warnings.size() >= kMostWarnings)
            continue;
        std::vector<std::string_view> names(known.begin(), known.end());
        for (const PropertyInfo& property : catalogue)
            names.push_back(property.key);
        m_warnings.push_back(
            Error{ErrorCode::InvalidInput,
                  "is not a key that this version knows; it is kept as it is" + suggestion(key, names),
                  place.at(key)});
    }
}

Group ItemReader::group(const JsonPlace& place) {
    Group group;
    group.id = id(place);
    group.kind = text(place, "kind", group.kind);
    if (!rules::isReserved(rules::groupKinds(), group.kind))
        fail(place.at("kind"), fmt::format("'{}' is not one of {}", group.kind, listed(rules::groupKinds())));
    group.name = text(place, "name");
    group.note = text(place, "note");
    group.tags = texts(place, "tags");
    group.position = position(place);
    group.size = size(place, group.size);
    group.parent = text(place, "parent");
    keepRest(place, rules::reservedGroupKeys(), {}, group.properties);
    check(place, rules::check(group));
    return group;
}

Element ItemReader::element(const JsonPlace& place) {
    Element element;
    element.id = id(place);
    element.kind = kind<ElementKind>(place, "kind", kElementKindNames);
    element.name = text(place, "name");
    element.note = text(place, "note");
    element.tags = texts(place, "tags");
    element.position = position(place);
    element.size = size(place, element.size);
    element.group = text(place, "group");
    list(place, "handlers", [&](const JsonPlace& item) { element.handlers.push_back(handler(item)); });
    keepRest(place, rules::reservedElementKeys(), propertiesOf(element.kind), element.properties);
    check(place, rules::check(element));
    return element;
}

Handler ItemReader::handler(const JsonPlace& place) {
    Handler handler;
    handler.link = text(place, "link");
    handler.message = text(place, "message");
    list(place, "steps", [&](const JsonPlace& item) { handler.steps.push_back(step(item)); });
    keepRest(place, kHandlerKeys, {}, handler.properties);
    return handler;
}

Step ItemReader::step(const JsonPlace& place) {
    Step step;
    step.kind = kind<StepKind>(place, "do", kStepKindNames);
    keepRest(place, rules::stepKeys(), propertiesOf(step.kind), step.properties);
    return step;
}

Link ItemReader::link(const JsonPlace& place) {
    Link link;
    link.id = id(place);
    link.kind = kind<LinkKind>(place, "kind", kLinkKindNames);
    link.from = text(place, "from");
    link.to = text(place, "to");
    link.name = text(place, "name");
    link.note = text(place, "note");
    link.tags = texts(place, "tags");
    link.bends = bends(place);
    keepRest(place, rules::reservedLinkKeys(), propertiesOf(link.kind), link.properties);
    check(place, rules::check(link));
    return link;
}

MessageType ItemReader::message(const JsonPlace& place) {
    MessageType message;
    message.id = id(place);
    message.kind = kind<MessageKind>(place, "kind", kMessageKindNames, message.kind);
    message.keying = kind<Keying>(place, "keying", kKeyingNames, message.keying);
    message.key = text(place, "key", message.key);
    message.operation = text(place, "operation");
    message.version = static_cast<int>(natural(place, "version", 1, rules::kLatestSchema));
    list(place, "fields", [&](const JsonPlace& item) { message.fields.push_back(field(item)); });
    keepRest(place, rules::reservedMessageKeys(), messageTypeProperties(), message.properties);
    check(place, rules::check(message));
    return message;
}

Field ItemReader::field(const JsonPlace& place) {
    Field field;
    field.name = text(place, "name");
    field.type = text(place, "type", field.type);
    field.example = text(place, "example");
    keepRest(place, kFieldKeys, {}, field.properties);
    return field;
}

Scenario ItemReader::scenario(const JsonPlace& place) {
    Scenario scenario;
    scenario.id = id(place);
    scenario.name = text(place, "name");
    scenario.note = text(place, "note");
    scenario.until = duration(place, "until", scenario.until);
    scenario.seed = natural(place, "seed", scenario.seed, UINT64_MAX);
    scenario.speed = number(place, "speed", scenario.speed);
    overrides(place, scenario);
    list(place, "actions", [&](const JsonPlace& item) { scenario.actions.push_back(action(item)); });
    list(place, "expectations",
         [&](const JsonPlace& item) { scenario.expectations.push_back(expectation(item)); });
    keepRest(place, rules::reservedScenarioKeys(), {}, scenario.properties);
    check(place, rules::check(scenario));
    return scenario;
}

AlertRule ItemReader::alert(const JsonPlace& place) {
    AlertRule alert;
    alert.id = id(place);
    alert.name = text(place, "name");
    alert.when = text(place, "when");
    alert.severity = kind<AlertSeverity>(place, "severity", kAlertSeverityNames, alert.severity);
    alert.quiet = texts(place, "quiet");
    alert.record = flag(place, "record", alert.record);
    alert.enabled = flag(place, "enabled", alert.enabled);
    alert.note = text(place, "note");
    keepRest(place, rules::reservedAlertKeys(), {}, alert.properties);
    check(place, rules::check(alert));
    return alert;
}

void ItemReader::overrides(const JsonPlace& place, Scenario& scenario) {
    const auto it = place.json.find("overrides");
    if (it == place.json.end() || it->is_null())
        return;
    if (!it->is_object()) {
        fail(place.at("overrides"), "must be an object of element and link ids");
        return;
    }
    for (const auto& [id, values] : it->items()) {
        if (!values.is_object()) {
            fail(place.at("overrides") + "." + id, "must be an object of properties");
            return;
        }
        Properties& properties = scenario.overrides[id];
        for (const auto& [key, value] : values.items())
            properties.keep(key, value);
    }
}

Action ItemReader::action(const JsonPlace& place) {
    Action action;
    action.at = duration(place, "at", action.at);
    action.kind = kind<ActionKind>(place, "do", kActionKindNames);
    action.target = text(place, "target");
    keepRest(place, rules::actionKeys(), propertiesOf(action.kind), action.properties);
    return action;
}

Expectation ItemReader::expectation(const JsonPlace& place) {
    Expectation expectation;
    expectation.metric = text(place, "metric");
    expectation.target = text(place, "of");
    expectation.comparison = text(place, "is", "==");
    if (!rules::isReserved(rules::comparisons(), expectation.comparison))
        fail(place.at("is"),
             fmt::format("'{}' is not one of {}", expectation.comparison, listed(rules::comparisons())));
    if (const auto value = place.json.find("value"); value != place.json.end())
        expectation.value = *value;
    if (!expectation.value.is_null() && !expectation.value.is_number() && !expectation.value.is_string())
        fail(place.at("value"), "must be a number or a duration such as \"2s\"");
    expectation.note = text(place, "note");
    keepRest(place, kExpectationKeys, {}, expectation.properties);
    return expectation;
}

}  // namespace sluice
