#pragma once

#include "core/base/random.h"
#include "core/diagram/catalogue.h"
#include "core/diagram/document.h"

/// Diagrams and edits at random, for properties that must hold of all of them.
namespace randomdiagram {

using namespace sluice;

inline std::string word(RandomStream& random) {
    static constexpr std::array<const char*, 10> words{
        "orders",  "Größe", "a \"quoted\" name", "back\\slash", "two\nlines", "",
        "ünïcödé", "数据",  "tab\there",         "</script>"};
    return words[random.below(words.size())];
}

inline Json anyJson(RandomStream& random) {
    switch (random.below(6)) {
        case 0:
            return random.uniform() * 1e6 - 5e5;
        case 1:
            return static_cast<std::int64_t>(random.next());
        case 2:
            return word(random);
        case 3:
            return Json::array({1, word(random), nullptr});
        case 4:
            return Json{{"deep", Json{{"deeper", word(random)}}}};
        default:
            return random.chance(0.5);
    }
}

/// A value that the catalogue allows for the property.
inline Json validValue(const PropertyInfo& property, RandomStream& random) {
    const double low = property.minimum;
    const double high = std::min(property.maximum, low + 1000);
    switch (property.type) {
        case PropertyType::Boolean:
            return random.chance(0.5);
        case PropertyType::Integer:
        case PropertyType::Bytes:
            return static_cast<std::int64_t>(low) + static_cast<std::int64_t>(random.below(3));
        case PropertyType::Number:
        case PropertyType::Rate:
        case PropertyType::Fraction:
            return low + (high - low) * random.uniform();
        case PropertyType::Duration:
            return std::to_string(1 + random.below(90)) + "s";
        case PropertyType::Distribution:
            return "uniform(1ms, " + std::to_string(1 + random.below(90)) + "ms)";
        case PropertyType::Choice:
            return std::string(property.choices[random.below(property.choices.size())]);
        case PropertyType::TextList:
            return Json::array({word(random), word(random)});
        case PropertyType::Object:
            return property.defaultValue == "[]" ? Json::array() : Json{{"k", word(random)}};
        default:
            return word(random);
    }
}

inline Properties properties(std::span<const PropertyInfo> catalogue, RandomStream& random) {
    Properties result;
    for (const PropertyInfo& property : catalogue) {
        if (random.chance(0.3))
            result.set(property.key, validValue(property, random));
    }
    if (random.chance(0.2))
        result.keep("x-future", anyJson(random));
    if (random.chance(0.1))
        result.keep("x-nothing", nullptr);
    return result;
}

inline Point point(RandomStream& random) {
    return {
        random.chance(0.5) ? 20.0 * static_cast<double>(random.below(100)) : random.uniform() * 4000 - 2000,
        random.uniform() * 1000};
}

inline std::vector<std::string> tags(RandomStream& random) {
    return random.chance(0.2) ? std::vector<std::string>{"critical", word(random)}
                              : std::vector<std::string>{};
}

inline Element element(const std::string& id, RandomStream& random, const std::vector<Group>& groups) {
    Element e;
    e.id = id;
    e.kind = static_cast<ElementKind>(random.below(kElementKindCount));
    e.name = word(random);
    e.note = word(random);
    e.tags = tags(random);
    e.position = point(random);
    if (random.chance(0.3))
        e.size = {100 + random.uniform(), 60};
    if (!groups.empty() && random.chance(0.5))
        e.group = groups[random.below(groups.size())].id;
    e.properties = properties(propertiesOf(e.kind), random);
    if (e.kind == ElementKind::Service) {
        Handler handler;
        handler.link = word(random);
        handler.message = word(random);
        for (std::size_t i = 0; i < random.below(5); ++i) {
            const auto kind = static_cast<StepKind>(random.below(kStepKindNames.size()));
            handler.steps.push_back({kind, properties(propertiesOf(kind), random)});
        }
        if (random.chance(0.3))
            handler.properties.keep("x-handler", anyJson(random));
        e.handlers.push_back(handler);
    }
    return e;
}

inline std::optional<Link> link(const std::string& id, RandomStream& random,
                                const std::vector<Element>& elements) {
    if (elements.empty())
        return std::nullopt;
    const Element& from = elements[random.below(elements.size())];
    const Element& to = elements[random.below(elements.size())];
    const auto kinds = possibleLinks(from, to);
    if (kinds.empty())
        return std::nullopt;
    Link l;
    l.id = id;
    l.kind = kinds[random.below(kinds.size())];
    l.from = from.id;
    l.to = to.id;
    l.name = word(random);
    l.tags = tags(random);
    if (random.chance(0.3))
        l.bends = {point(random), point(random)};
    l.properties = properties(propertiesOf(l.kind), random);
    return l;
}

inline Group group(const std::string& id, RandomStream& random, const std::vector<Group>& groups) {
    Group g;
    g.id = id;
    g.kind = random.chance(0.5) ? "context" : "team";
    g.name = word(random);
    g.position = point(random);
    if (!groups.empty() && random.chance(0.3))
        g.parent = groups[random.below(groups.size())].id;
    g.properties = properties({}, random);
    return g;
}

inline MessageType message(const std::string& id, RandomStream& random) {
    MessageType m;
    m.id = id;
    m.kind = static_cast<MessageKind>(random.below(4));
    m.keying = static_cast<Keying>(random.below(3));
    m.operation = word(random);
    m.version = 1 + static_cast<int>(random.below(3));
    m.fields.push_back({word(random), "text", word(random), properties({}, random)});
    m.properties = properties(messageTypeProperties(), random);
    return m;
}

inline Scenario scenario(const std::string& id, RandomStream& random) {
    Scenario s;
    s.id = id;
    s.name = word(random);
    s.until = Duration(static_cast<std::int64_t>(random.below(1'000'000'000'000)));
    s.seed = random.next();
    s.speed = 0.1 + random.uniform();
    if (random.chance(0.5))
        s.overrides["anything " + word(random)] = properties({}, random);
    for (std::size_t i = 0; i < random.below(4); ++i) {
        const auto kind = static_cast<ActionKind>(random.below(kActionKindNames.size()));
        s.actions.push_back({Duration(static_cast<std::int64_t>(random.below(1'000'000'000))), kind,
                             word(random), properties(propertiesOf(kind), random)});
    }
    Expectation expectation;
    expectation.metric = "lost";
    expectation.comparison = random.chance(0.5) ? "<=" : "==";
    expectation.value = random.chance(0.5) ? Json(3) : Json("2s");
    expectation.properties = properties({}, random);
    s.expectations.push_back(expectation);
    s.properties = properties({}, random);
    return s;
}

inline AlertRule alert(const std::string& id, RandomStream& random) {
    AlertRule rule;
    rule.id = id;
    rule.name = word(random);
    rule.when = "queue:" + word(random) + " depth > " + std::to_string(random.below(100));
    rule.severity = static_cast<AlertSeverity>(random.below(kAlertSeverityNames.size()));
    if (random.chance(0.5))
        rule.quiet = {"22:00-07:00", "12:00-13:30"};
    rule.record = random.chance(0.5);
    rule.enabled = random.chance(0.5);
    rule.note = word(random);
    rule.properties = properties({}, random);
    return rule;
}

inline Diagram diagram(RandomStream& random, std::size_t size) {
    Diagram d;
    d.name = word(random);
    d.note = word(random);
    for (std::size_t i = 0; i < size / 4; ++i)
        d.groups.push_back(group("g" + std::to_string(i), random, d.groups));
    for (std::size_t i = 0; i < size; ++i)
        d.elements.push_back(element("e" + std::to_string(i), random, d.groups));
    for (std::size_t i = 0; i < 3 * size; ++i) {
        if (auto l = link("l" + std::to_string(i), random, d.elements))
            d.links.push_back(*l);
    }
    for (std::size_t i = 0; i < 3; ++i) {
        d.messages.push_back(message("m" + std::to_string(i), random));
        d.scenarios.push_back(scenario("s" + std::to_string(i), random));
        d.alerts.push_back(alert("a" + std::to_string(i), random));
    }
    d.properties = properties({}, random);
    return d;
}

/// An edit of one to five changes, most of them possible.
inline Edit edit(const Diagram& d, RandomStream& random, int number) {
    Edit result;
    result.label = "Edit " + std::to_string(number);
    const auto fresh = [&](const char* prefix) {
        return prefix + std::to_string(number) + "-" + std::to_string(result.changes.size());
    };
    const auto place = [&](std::size_t size) -> std::optional<std::size_t> {
        if (random.chance(0.5))
            return std::nullopt;
        return random.below(size + 2);
    };
    for (std::size_t i = 0, count = 1 + random.below(5); i < count; ++i) {
        const bool remove = random.chance(0.3);
        const bool add = random.chance(0.4);
        switch (random.below(7)) {
            case 0:
            case 1: {
                if (d.elements.empty() || add) {
                    const Element e = element(fresh("n"), random, d.groups);
                    result.changes.emplace_back(Change<Element>{e.id, e, place(d.elements.size())});
                } else {
                    Element e = d.elements[random.below(d.elements.size())];
                    e.position = point(random);
                    e.name = word(random);
                    result.changes.emplace_back(Change<Element>{
                        e.id, remove ? std::nullopt : std::optional(e), place(d.elements.size())});
                }
                break;
            }
            case 2:
            case 3: {
                if (d.links.empty() || add) {
                    if (const auto l = link(fresh("k"), random, d.elements))
                        result.changes.emplace_back(Change<Link>{l->id, *l, place(d.links.size())});
                } else {
                    const Link& l = d.links[random.below(d.links.size())];
                    result.changes.emplace_back(
                        Change<Link>{l.id, remove ? std::nullopt : std::optional(l), place(d.links.size())});
                }
                break;
            }
            case 4: {
                if (d.groups.empty() || add) {
                    const Group g = group(fresh("h"), random, d.groups);
                    result.changes.emplace_back(Change<Group>{g.id, g, place(d.groups.size())});
                } else {
                    Group g = d.groups[random.below(d.groups.size())];
                    g.parent = d.groups[random.below(d.groups.size())].id;
                    result.changes.emplace_back(Change<Group>{g.id, remove ? std::nullopt : std::optional(g),
                                                              place(d.groups.size())});
                }
                break;
            }
            case 5: {
                const MessageType m =
                    message(add || d.messages.empty() ? fresh("m") : d.messages.front().id, random);
                result.changes.emplace_back(Change<MessageType>{m.id, m, place(d.messages.size())});
                break;
            }
            default: {
                if (remove)
                    result.changes.emplace_back(DiagramProperties{word(random), word(random)});
                const Scenario s =
                    scenario(add || d.scenarios.empty() ? fresh("s") : d.scenarios.front().id, random);
                result.changes.emplace_back(Change<Scenario>{s.id, s, place(d.scenarios.size())});
                const AlertRule rule =
                    alert(add || d.alerts.empty() ? fresh("a") : d.alerts.front().id, random);
                result.changes.emplace_back(Change<AlertRule>{rule.id, rule, place(d.alerts.size())});
                break;
            }
        }
    }
    return result;
}

}  // namespace randomdiagram
