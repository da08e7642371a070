#include <fmt/format.h>

#include <cmath>

#include "core/diagram/catalogue.h"
#include "core/diagram/file.h"
#include "core/diagram/rules.h"

namespace sluice {
namespace {

std::string dump(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string dump(double value) {
    const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
    return whole ? fmt::format("{}", static_cast<std::int64_t>(value)) : dump(Json(value));
}

/// One object on one line, its keys in the order in which they are told.
class Line {
public:
    void raw(std::string_view key, std::string_view json) {
        m_text += m_text.empty() ? "{" : ",";
        m_text += dump(Json(key));
        m_text += ":";
        m_text += json;
    }
    void text(std::string_view key, const std::string& value) { raw(key, dump(Json(value))); }
    void textUnless(std::string_view key, const std::string& value, std::string_view otherwise = {}) {
        if (value != otherwise)
            text(key, value);
    }
    void number(std::string_view key, double value) { raw(key, dump(value)); }
    void numberUnless(std::string_view key, double value, double otherwise) {
        if (value != otherwise)
            number(key, value);
    }
    void duration(std::string_view key, Duration value) { text(key, formatDuration(value)); }
    void tags(const std::vector<std::string>& tags) {
        if (!tags.empty())
            raw("tags", dump(Json(tags)));
    }
    /// Known ones in the catalogue's order, then the others by name.
    void properties(const Properties& properties, std::span<const PropertyInfo> catalogue,
                    std::span<const std::string_view> reserved) {
        for (const PropertyInfo& property : catalogue) {
            if (const Json* value = properties.find(property.key))
                raw(property.key, dump(*value));
        }
        for (const auto& [key, value] : properties.all()) {
            if (!findProperty(catalogue, key) && !rules::isReserved(reserved, key))
                raw(key, dump(value));
        }
    }
    template <class T, class Write>
    void list(std::string_view key, const std::vector<T>& items, Write write) {
        if (items.empty())
            return;
        std::string text = "[";
        for (const T& item : items)
            text += (text.size() > 1 ? "," : "") + write(item);
        raw(key, text + "]");
    }
    void flagUnless(std::string_view key, bool value, bool otherwise) {
        if (value != otherwise)
            raw(key, value ? "true" : "false");
    }
    [[nodiscard]] std::string take() { return m_text.empty() ? "{}" : std::move(m_text) + "}"; }

private:
    std::string m_text;
};

std::string write(const Step& step) {
    Line line;
    line.text("do", std::string(kindName(step.kind)));
    line.properties(step.properties, propertiesOf(step.kind), {});
    return line.take();
}

std::string write(const Handler& handler) {
    Line line;
    line.textUnless("link", handler.link);
    line.textUnless("message", handler.message);
    line.list("steps", handler.steps, [](const Step& step) { return write(step); });
    line.properties(handler.properties, {}, {});
    return line.take();
}

std::string write(const Group& group) {
    Line line;
    line.text("id", group.id);
    line.textUnless("kind", group.kind, "context");
    line.textUnless("name", group.name);
    line.textUnless("note", group.note);
    line.tags(group.tags);
    line.number("x", group.position.x);
    line.number("y", group.position.y);
    line.number("width", group.size.width);
    line.number("height", group.size.height);
    line.textUnless("parent", group.parent);
    line.properties(group.properties, {}, rules::reservedGroupKeys());
    return line.take();
}

std::string write(const Element& element) {
    Line line;
    line.text("id", element.id);
    line.text("kind", std::string(kindName(element.kind)));
    line.textUnless("name", element.name);
    line.textUnless("note", element.note);
    line.tags(element.tags);
    line.number("x", element.position.x);
    line.number("y", element.position.y);
    line.numberUnless("width", element.size.width, 0);
    line.numberUnless("height", element.size.height, 0);
    line.textUnless("group", element.group);
    line.properties(element.properties, propertiesOf(element.kind), rules::reservedElementKeys());
    line.list("handlers", element.handlers, [](const Handler& handler) { return write(handler); });
    return line.take();
}

std::string write(const Link& link) {
    Line line;
    line.text("id", link.id);
    line.text("kind", std::string(kindName(link.kind)));
    line.text("from", link.from);
    line.text("to", link.to);
    line.textUnless("name", link.name);
    line.textUnless("note", link.note);
    line.tags(link.tags);
    line.list("bends", link.bends, [](Point p) { return "[" + dump(p.x) + "," + dump(p.y) + "]"; });
    line.properties(link.properties, propertiesOf(link.kind), rules::reservedLinkKeys());
    return line.take();
}

std::string write(const MessageType& message) {
    Line line;
    line.text("id", message.id);
    line.text("kind", std::string(kindName(message.kind)));
    line.text("keying", std::string(kKeyingNames[static_cast<std::size_t>(message.keying)]));
    line.textUnless("key", message.key, "id");
    line.textUnless("operation", message.operation);
    line.numberUnless("version", message.version, 1);
    line.list("fields", message.fields, [](const Field& field) {
        Line one;
        one.text("name", field.name);
        one.textUnless("type", field.type, "text");
        one.textUnless("example", field.example);
        one.properties(field.properties, {}, {});
        return one.take();
    });
    line.properties(message.properties, messageTypeProperties(), rules::reservedMessageKeys());
    return line.take();
}

std::string write(const Action& action) {
    Line line;
    line.duration("at", action.at);
    line.text("do", std::string(kindName(action.kind)));
    line.textUnless("target", action.target);
    line.properties(action.properties, propertiesOf(action.kind), {});
    return line.take();
}

std::string write(const Expectation& expectation) {
    Line line;
    line.text("metric", expectation.metric);
    line.textUnless("of", expectation.target);
    line.text("is", expectation.comparison);
    if (!expectation.value.is_null())
        line.raw("value", dump(expectation.value));
    line.textUnless("note", expectation.note);
    line.properties(expectation.properties, {}, {});
    return line.take();
}

std::string writeOverrides(const Scenario& scenario) {
    Line line;
    for (const auto& [id, properties] : scenario.overrides) {
        Line one;
        one.properties(properties, {}, {});
        line.raw(id, one.take());
    }
    return line.take();
}

std::string write(const Scenario& scenario) {
    Line line;
    line.text("id", scenario.id);
    line.textUnless("name", scenario.name);
    line.textUnless("note", scenario.note);
    if (scenario.until != Scenario().until)
        line.duration("until", scenario.until);
    if (scenario.seed != Scenario().seed)
        line.raw("seed", dump(Json(scenario.seed)));
    line.numberUnless("speed", scenario.speed, 1);
    if (!scenario.overrides.empty())
        line.raw("overrides", writeOverrides(scenario));
    line.list("actions", scenario.actions, [](const Action& action) { return write(action); });
    line.list("expectations", scenario.expectations,
              [](const Expectation& expectation) { return write(expectation); });
    line.properties(scenario.properties, {}, rules::reservedScenarioKeys());
    return line.take();
}

std::string write(const AlertRule& alert) {
    Line line;
    line.text("id", alert.id);
    line.textUnless("name", alert.name);
    line.text("when", alert.when);
    line.text("severity", std::string(kindName(alert.severity)));
    if (!alert.quiet.empty())
        line.raw("quiet", dump(Json(alert.quiet)));
    line.flagUnless("record", alert.record, false);
    line.flagUnless("enabled", alert.enabled, true);
    line.textUnless("note", alert.note);
    line.properties(alert.properties, {}, rules::reservedAlertKeys());
    return line.take();
}

template <class T>
void writeList(std::string& text, std::string_view key, const std::vector<T>& items) {
    text += fmt::format(",\n\"{}\":[", key);
    std::string_view separator = "\n";
    for (const T& item : items) {
        text += separator;
        text += write(item);
        separator = ",\n";
    }
    text += items.empty() ? "]" : "\n]";
}

}  // namespace

std::string writeDiagram(const Diagram& diagram) {
    std::string text = fmt::format("{{\"sluice\":{},\"name\":{}", kFileVersion, dump(Json(diagram.name)));
    if (!diagram.note.empty())
        text += ",\"note\":" + dump(Json(diagram.note));
    writeList(text, "groups", diagram.groups);
    writeList(text, "nodes", diagram.elements);
    writeList(text, "links", diagram.links);
    writeList(text, "messages", diagram.messages);
    writeList(text, "scenarios", diagram.scenarios);
    // Most have none: files of before stay as they are, to the byte.
    if (!diagram.alerts.empty())
        writeList(text, "alerts", diagram.alerts);
    for (const auto& [key, value] : diagram.properties.all()) {
        if (!rules::isReserved(rules::reservedDiagramKeys(), key))
            text += fmt::format(",\n{}:{}", dump(Json(key)), dump(value));
    }
    text += "}\n";
    return text;
}

}  // namespace sluice
