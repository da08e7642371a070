#include "core/diagram/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::rules {
namespace {

constexpr std::array<std::string_view, 11> kElementKeys{"id", "kind",  "name",   "note",  "tags",    "x",
                                                        "y",  "width", "height", "group", "handlers"};
constexpr std::array<std::string_view, 8> kLinkKeys{"id",   "kind", "from", "to",
                                                    "name", "note", "tags", "bends"};
constexpr std::array<std::string_view, 10> kGroupKeys{"id", "kind", "name",  "note",   "tags",
                                                      "x",  "y",    "width", "height", "parent"};
constexpr std::array<std::string_view, 7> kMessageKeys{"id",        "kind",    "keying", "key",
                                                       "operation", "version", "fields"};
constexpr std::array<std::string_view, 9> kScenarioKeys{
    "id", "name", "note", "until", "seed", "speed", "overrides", "actions", "expectations"};
constexpr std::array<std::string_view, 8> kAlertKeys{"id",    "name",   "when",    "severity",
                                                     "quiet", "record", "enabled", "note"};
constexpr std::array<std::string_view, 9> kDiagramKeys{"sluice", "name",     "note",      "groups", "nodes",
                                                       "links",  "messages", "scenarios", "alerts"};
constexpr std::array<std::string_view, 1> kStepKeys{"do"};
constexpr std::array<std::string_view, 3> kActionKeys{"at", "do", "target"};
constexpr std::array<std::string_view, 4> kGroupKinds{"context", "team", "zone", "package"};
constexpr std::array<std::string_view, 6> kComparisons{"==", "!=", "<", "<=", ">", ">="};
constexpr Duration kLatest = std::chrono::seconds(3'000'000'000);  // 95 years: a sum of two fits a Duration

Error wrong(std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), {}};
}

Result<void> checkPoint(Point point) {
    for (const double value : {point.x, point.y}) {
        if (!(std::abs(value) <= kCanvasLimit))
            return wrong(
                fmt::format("lies off the canvas: coordinates go from -{0:.0f} to {0:.0f}", kCanvasLimit));
    }
    return {};
}

Result<void> checkSize(Size size) {
    for (const double value : {size.width, size.height}) {
        if (!(value >= 0 && value <= kCanvasLimit))
            return wrong(fmt::format("width and height must be from 0 to {:.0f}", kCanvasLimit));
    }
    return {};
}

Result<void> checkProperties(const Properties& properties, std::span<const PropertyInfo> catalogue,
                             std::span<const std::string_view> reserved) {
    for (const auto& [key, value] : properties.all()) {
        if (isReserved(reserved, key))
            return wrong(fmt::format("a property cannot be called '{}'", key));
        const PropertyInfo* property = findProperty(catalogue, key);
        if (!property)
            continue;
        if (const auto checked = checkValue(*property, value); !checked)
            return wrong(fmt::format("{} {}", key, checked.error().sentence));
    }
    return {};
}

Result<void> checkHandlers(const std::vector<Handler>& handlers) {
    for (const Handler& handler : handlers) {
        for (const Step& step : handler.steps) {
            if (auto checked = checkProperties(step.properties, propertiesOf(step.kind), kStepKeys); !checked)
                return checked;
        }
    }
    return {};
}

Result<void> checkActions(const std::vector<Action>& actions) {
    for (const Action& action : actions) {
        if (action.at < Duration::zero() || action.at > kLatest)
            return wrong(fmt::format("an action begins between 0s and {}", formatDuration(kLatest)));
        if (auto checked = checkProperties(action.properties, propertiesOf(action.kind), kActionKeys);
            !checked)
            return checked;
    }
    return {};
}

Result<void> checkExpectations(const std::vector<Expectation>& expectations) {
    for (const Expectation& expectation : expectations) {
        if (!isReserved(comparisons(), expectation.comparison))
            return wrong(fmt::format("'{}' is not a comparison", expectation.comparison));
        if (!expectation.value.is_null() && !expectation.value.is_number() && !expectation.value.is_string())
            return wrong("an expectation's value must be a number or a duration such as \"2s\"");
    }
    return {};
}

template <class... Checks>
Result<void> first(const Result<void>& one, const Checks&... others) {
    if (!one)
        return one;
    if constexpr (sizeof...(others) > 0)
        return first(others...);
    return {};
}

}  // namespace

std::span<const std::string_view> reservedElementKeys() {
    return kElementKeys;
}
std::span<const std::string_view> reservedLinkKeys() {
    return kLinkKeys;
}
std::span<const std::string_view> reservedGroupKeys() {
    return kGroupKeys;
}
std::span<const std::string_view> reservedMessageKeys() {
    return kMessageKeys;
}
std::span<const std::string_view> reservedScenarioKeys() {
    return kScenarioKeys;
}
std::span<const std::string_view> reservedAlertKeys() {
    return kAlertKeys;
}
std::span<const std::string_view> reservedDiagramKeys() {
    return kDiagramKeys;
}

std::span<const std::string_view> stepKeys() {
    return kStepKeys;
}
std::span<const std::string_view> actionKeys() {
    return kActionKeys;
}
std::span<const std::string_view> groupKinds() {
    return kGroupKinds;
}
std::span<const std::string_view> comparisons() {
    return kComparisons;
}

bool isReserved(std::span<const std::string_view> keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

Result<void> checkId(std::string_view id) {
    if (id.empty())
        return wrong("an id must not be empty");
    if (id.size() > 200)
        return wrong(fmt::format("an id has at most 200 characters, this one has {}", id.size()));
    if (std::any_of(id.begin(), id.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
        return wrong("an id must not hold control characters");
    return {};
}

Result<void> check(const Element& element) {
    return first(checkId(element.id), checkPoint(element.position), checkSize(element.size),
                 checkProperties(element.properties, propertiesOf(element.kind), kElementKeys),
                 checkHandlers(element.handlers));
}

Result<void> check(const Link& link) {
    Result<void> bends;
    for (const Point& bend : link.bends) {
        if (bends)
            bends = checkPoint(bend);
    }
    return first(checkId(link.id), bends,
                 checkProperties(link.properties, propertiesOf(link.kind), kLinkKeys));
}

Result<void> check(const Group& group) {
    if (!isReserved(kGroupKinds, group.kind))
        return wrong(fmt::format("'{}' is not a kind of group", group.kind));
    return first(checkId(group.id), checkPoint(group.position), checkSize(group.size),
                 checkProperties(group.properties, {}, kGroupKeys));
}

Result<void> check(const MessageType& message) {
    if (message.version < 1 || message.version > kLatestSchema)
        return wrong(fmt::format("the version must be from 1 to {}, is {}", kLatestSchema, message.version));
    return first(checkId(message.id),
                 checkProperties(message.properties, messageTypeProperties(), kMessageKeys));
}

Result<void> check(const Scenario& scenario) {
    if (!(scenario.speed > 0 && scenario.speed <= 1e9))
        return wrong("the speed must be above 0");
    if (scenario.until < Duration::zero() || scenario.until > kLatest)
        return wrong(fmt::format("the end must lie between 0s and {}", formatDuration(kLatest)));
    return first(checkId(scenario.id), checkActions(scenario.actions),
                 checkExpectations(scenario.expectations),
                 checkProperties(scenario.properties, {}, kScenarioKeys));
}

Result<void> check(const AlertRule& alert) {
    return first(checkId(alert.id), checkProperties(alert.properties, {}, kAlertKeys));
}

Result<void> checkEnds(const Link& link, const Element& from, const Element& to) {
    const std::vector<LinkKind> kinds = possibleLinks(from, to);
    if (kinds.empty())
        return inferLink(from, to).error();
    if (std::find(kinds.begin(), kinds.end(), link.kind) == kinds.end())
        return wrong(fmt::format("a {} link cannot go from '{}' to '{}'; from {} to {} it is {}",
                                 kindName(link.kind), from.id, to.id, kindName(from.kind), kindName(to.kind),
                                 kindName(kinds.front())));
    return {};
}

Result<void> checkNesting(std::string_view id, const std::unordered_map<std::string, std::string>& parents) {
    std::string at(id);
    for (std::size_t steps = 0; steps <= parents.size(); ++steps) {
        const auto parent = parents.find(at);
        if (parent == parents.end() || parent->second.empty())
            return {};
        at = parent->second;
        if (at == id)
            break;
    }
    return wrong(fmt::format("group '{}' lies inside itself", id));
}

}  // namespace sluice::rules
