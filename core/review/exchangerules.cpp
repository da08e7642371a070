#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/review/rules.h"

namespace sluice {
namespace {

std::vector<std::string_view> words(std::string_view key) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.', begin)) {
        parts.push_back(key.substr(begin, dot - begin));
        begin = dot + 1;
    }
    parts.push_back(key.substr(begin));
    return parts;
}

/// Topic exchange: * is exactly one word, # zero or more (RabbitMQ, tutorial five).
bool matchesPattern(std::span<const std::string_view> pattern, std::span<const std::string_view> key) {
    if (pattern.empty())
        return key.empty();
    if (pattern.front() == "#") {
        for (std::size_t skip = 0; skip <= key.size(); ++skip) {
            if (matchesPattern(pattern.subspan(1), key.subspan(skip)))
                return true;
        }
        return false;
    }
    return !key.empty() && (pattern.front() == "*" || pattern.front() == key.front()) &&
           matchesPattern(pattern.subspan(1), key.subspan(1));
}

bool matches(const std::string& type, const std::string& binding, const std::string& key) {
    if (type == "direct")
        return binding == key;
    if (type != "topic")
        return true;
    const auto pattern = words(binding);
    const auto wanted = words(key);
    // Trying every # costs exponentially in their number: beyond what anybody writes it counts as a match.
    if (std::count(pattern.begin(), pattern.end(), "#") > 4 || wanted.size() > 32)
        return true;
    return matchesPattern(pattern, wanted);
}

/// Direct and topic exchanges whose every message comes over a publish link: all routing keys are known.
bool keysAreKnown(const Design& design, const Element& exchange) {
    const std::string type = textOf(exchange, "exchangeType");
    const auto& in = design.in(exchange);
    return (type == "direct" || type == "topic") && !in.empty() &&
           std::all_of(in.begin(), in.end(), [](const Link* l) { return l->kind == LinkKind::Publish; });
}

void routesNowhere(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind != ElementKind::Exchange)
            continue;
        const bool alternate = !textOf(e, "alternateExchange").empty();
        const auto bindings = design.out(e, LinkKind::Bind);
        if (bindings.empty() && !design.in(e).empty() && !alternate)
            findings.add(
                Severity::Warning, "exchange-without-bindings", e,
                fmt::format("Nothing is bound to {}: everything published there is dropped", called(e)),
                "Bind a queue to it");
        if (!bindings.empty() && design.in(e).empty())
            findings.add(Severity::Warning, "exchange-without-publisher", e,
                         fmt::format("Nothing is published to {}", called(e)), "Draw a publish link to it");
        if (booleanOf(e, "internal") && !design.in(e, LinkKind::Publish).empty())
            findings.add(
                Severity::Error, "publish-to-internal-exchange", e,
                fmt::format("{} is internal: the broker refuses what clients publish there", called(e)),
                "Publish to the exchange before it, or make it an ordinary one");
        if (bindings.empty() || alternate || !keysAreKnown(design, e))
            continue;
        for (const Link* publish : design.in(e, LinkKind::Publish)) {
            const std::string key = textOf(*publish, "routingKey");
            const bool reached = std::any_of(bindings.begin(), bindings.end(), [&](const Link* bind) {
                return matches(textOf(e, "exchangeType"), textOf(*bind, "routingKey"), key);
            });
            if (!reached)
                findings.add(
                    Severity::Warning, "unroutable-publish", *publish,
                    fmt::format("{} publishes to {} with the key '{}', which no binding matches: {}",
                                called(design.from(*publish)), called(e), key,
                                booleanOf(*publish, "mandatory") ? "each message comes back"
                                                                 : "each message is dropped, and confirmed"),
                    "Mend the key or add a binding");
        }
    }
}

void isNeverReached(const Design& design, Findings& findings) {
    for (const Link& bind : design.diagram.links) {
        if (bind.kind != LinkKind::Bind)
            continue;
        const Element& exchange = design.from(bind);
        const std::string type = textOf(exchange, "exchangeType");
        const std::string key = textOf(bind, "routingKey");
        if (type == "headers" && !bind.properties.has("headers"))
            findings.add(Severity::Hint, "binding-without-headers", bind,
                         fmt::format("The binding from {} to {} names no headers: it matches every message",
                                     called(exchange), called(design.to(bind))),
                         "Name the headers, or use a fanout exchange");
        if (!keysAreKnown(design, exchange))
            continue;
        const auto publishers = design.in(exchange, LinkKind::Publish);
        const bool reached = std::any_of(publishers.begin(), publishers.end(), [&](const Link* publish) {
            return matches(type, key, textOf(*publish, "routingKey"));
        });
        if (!reached)
            findings.add(Severity::Warning, "unreachable-binding", bind,
                         fmt::format("Nothing that is published to {} matches '{}': {} gets nothing from it",
                                     called(exchange), key, called(design.to(bind))),
                         "Mend the routing key of the binding or of a publisher");
    }
}

constexpr std::array<Rule, 2> kExchangeRules{routesNowhere, isNeverReached};

}  // namespace

std::span<const Rule> exchangeRules() {
    return kExchangeRules;
}

}  // namespace sluice
