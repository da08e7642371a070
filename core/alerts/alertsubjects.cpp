#include <fmt/format.h>

#include <unordered_map>

#include "core/alerts/alertrules.h"
#include "core/diagram/spelling.h"
#include "core/query/querytext.h"
#include "core/trace/grouplag.h"

namespace sluice {
namespace {

/// Both in lower case, from end to end.
bool fits(std::string_view text, std::string_view pattern) {
    return pattern.find('*') == std::string_view::npos ? text == pattern : isLike(text, pattern);
}

bool isNamed(const AlertTarget& target, const Entity& entity) {
    if (target.kind == AlertTarget::Kind::Link && !entity.isLink)
        return false;
    if (target.kind == AlertTarget::Kind::Element &&
        (entity.isLink || entity.elementKind != target.elementKind))
        return false;
    return fits(lowered(entity.id), target.pattern) || fits(lowered(entity.name), target.pattern);
}

bool readsTopic(const EntityTable& table, const Entity& link) {
    return link.isLink && (link.linkKind == LinkKind::Consume || link.linkKind == LinkKind::Materialize) &&
           isTopic(table, link.from);
}

/// Elements whose topic is read, or that read one.
std::vector<bool> withGroups(const EntityTable& table) {
    std::vector<bool> with(table.entities.size());
    for (const Entity& link : table.entities) {
        if (!readsTopic(table, link))
            continue;
        with[link.from] = true;
        if (link.to < with.size())
            with[link.to] = true;
    }
    return with;
}

bool worksOn(ElementKind kind) {
    return kind == ElementKind::Service || kind == ElementKind::Gateway || kind == ElementKind::External ||
           kind == ElementKind::Processor;
}

bool has(AlertMetric metric, const EntityTable& table, EntityId id, const std::vector<bool>& groups) {
    const Entity& entity = table.entities[id];
    const bool isQueue = !entity.isLink && entity.elementKind == ElementKind::Queue;
    switch (metric) {
        case AlertMetric::Depth:
        case AlertMetric::Unacknowledged:
        case AlertMetric::Memory:
        case AlertMetric::DeadLetters:
            return isQueue;
        case AlertMetric::Consumers:
            return isQueue || isTopic(table, id) || (entity.isLink && entity.linkKind == LinkKind::Consume);
        case AlertMetric::Lag:
        case AlertMetric::TimeLag:
            return entity.isLink ? readsTopic(table, entity) : groups[id];
        case AlertMetric::Busy:
            return !entity.isLink && worksOn(entity.elementKind);
        case AlertMetric::Freshness:
            return !entity.isLink &&
                   (entity.elementKind == ElementKind::Table || entity.elementKind == ElementKind::Database);
        case AlertMetric::Unreachable:
        case AlertMetric::Alarm:
            return false;
        default:
            return entity.isLink || entity.elementKind != ElementKind::Note;
    }
}

/// As much of the table a trace of the drawing would have as tells what a rule is about.
EntityTable namesOf(const Diagram& diagram) {
    EntityTable table;
    std::unordered_map<std::string_view, EntityId> places;
    for (const Element& element : diagram.elements) {
        places.emplace(element.id, static_cast<EntityId>(table.entities.size()));
        Entity& entity = table.entities.emplace_back();
        entity.id = element.id;
        entity.name = element.name;
        entity.elementKind = element.kind;
    }
    for (const Link& link : diagram.links) {
        Entity& entity = table.entities.emplace_back();
        entity.id = link.id;
        entity.name = link.name;
        entity.isLink = true;
        entity.linkKind = link.kind;
        entity.from = places.at(link.from);
        entity.to = places.at(link.to);
    }
    return table;
}

std::string nothingFits(const AlertCondition& condition, const EntityTable& table) {
    std::vector<std::string_view> names;
    for (const Entity& entity : table.entities) {
        if (isNamed(condition.target, entity))
            return fmt::format("'{}' has no {}", condition.target.pattern, infoOf(condition.metric).name);
        names.push_back(entity.id);
        if (!entity.name.empty())
            names.push_back(entity.name);
    }
    return fmt::format("nothing drawn is called '{}'{}", condition.target.pattern,
                       suggestion(condition.target.pattern, names));
}

}  // namespace

Result<void> checkAlertRule(const AlertRule& rule, const Diagram& diagram) {
    const auto condition = AlertCondition::parse(rule.when);
    if (!condition)
        return Error{condition.error().code,
                     fmt::format("{}: {}", condition.error().where, condition.error().sentence), "when"};
    for (const std::string& quiet : rule.quiet) {
        if (const auto parsed = QuietTime::parse(quiet); !parsed)
            return Error{parsed.error().code, parsed.error().sentence, "quiet"};
    }
    const EntityTable table = namesOf(diagram);
    if (subjectsOf(*condition, table).empty())
        return Error{ErrorCode::NotFound, nothingFits(*condition, table), "when"};
    return {};
}

std::vector<EntityId> subjectsOf(const AlertCondition& condition, const EntityTable& table) {
    if (condition.target.kind == AlertTarget::Kind::Broker)
        return {kNoEntity};
    const std::vector<bool> groups = withGroups(table);
    std::vector<EntityId> subjects;
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        if (isNamed(condition.target, table.entities[id]) && has(condition.metric, table, id, groups))
            subjects.push_back(id);
    }
    return subjects;
}

}  // namespace sluice
