#include "core/alerts/alertsubjects.h"

#include <fmt/format.h>

#include <unordered_map>

#include "core/diagram/spelling.h"
#include "core/query/querytext.h"
#include "core/trace/grouplag.h"

namespace sluice {
namespace {

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

}  // namespace

bool AlertSubjects::has(AlertMetric metric, EntityId id) const {
    const EntityTable& table = *m_table;
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
            return entity.isLink ? readsTopic(table, entity) : m_groups[id];
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

namespace {

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

std::string nothingFits(const AlertCondition& condition, const EntityTable& table,
                        const AlertSubjects& subjects) {
    if (subjects.isNamed(condition.target))
        return fmt::format("'{}' has no {}", condition.target.pattern, infoOf(condition.metric).name);
    std::vector<std::string_view> names;
    for (const Entity& entity : table.entities) {
        names.push_back(entity.id);
        if (!entity.name.empty())
            names.push_back(entity.name);
    }
    return fmt::format("nothing drawn is called '{}'{}", condition.target.pattern,
                       suggestion(condition.target.pattern, names));
}

}  // namespace

AlertSubjects::AlertSubjects(const EntityTable& table) : m_table(&table), m_groups(withGroups(table)) {
    m_ids.reserve(table.entities.size());
    m_names.reserve(table.entities.size());
    for (const Entity& entity : table.entities) {
        m_ids.push_back(lowered(entity.id));
        m_names.push_back(lowered(entity.name));
    }
}

bool AlertSubjects::isOfKind(const AlertTarget& target, EntityId id) const {
    const Entity& entity = m_table->entities[id];
    if (target.kind == AlertTarget::Kind::Link)
        return entity.isLink;
    return target.kind != AlertTarget::Kind::Element ||
           (!entity.isLink && entity.elementKind == target.elementKind);
}

/// In the table's order.
std::vector<EntityId> AlertSubjects::named(const AlertTarget& target) const {
    std::vector<EntityId> found;
    const bool exact = target.pattern.find('*') == std::string::npos;
    for (EntityId id = 0; exact && id < m_ids.size(); ++id) {
        if ((m_ids[id] == target.pattern || m_names[id] == target.pattern) && isOfKind(target, id))
            found.push_back(id);
    }
    for (EntityId id = 0; !exact && id < m_ids.size(); ++id) {
        if (isOfKind(target, id) &&
            (isLike(m_ids[id], target.pattern) || isLike(m_names[id], target.pattern)))
            found.push_back(id);
    }
    return found;
}

std::vector<EntityId> AlertSubjects::of(const AlertCondition& condition) const {
    if (condition.target.kind == AlertTarget::Kind::Broker)
        return {kNoEntity};
    std::vector<EntityId> subjects = named(condition.target);
    std::erase_if(subjects, [&](EntityId id) { return !has(condition.metric, id); });
    return subjects;
}

std::vector<EntityId> subjectsOf(const AlertCondition& condition, const EntityTable& table) {
    return AlertSubjects(table).of(condition);
}

AlertRuleCheck::AlertRuleCheck(const Diagram& diagram) : m_table(namesOf(diagram)), m_subjects(m_table) {}

Result<void> AlertRuleCheck::operator()(const AlertRule& rule) const {
    const auto condition = AlertCondition::parse(rule.when);
    if (!condition)
        return Error{condition.error().code,
                     fmt::format("{}: {}", condition.error().where, condition.error().sentence), "when"};
    for (const std::string& quiet : rule.quiet) {
        if (const auto parsed = QuietTime::parse(quiet); !parsed)
            return Error{parsed.error().code, parsed.error().sentence, "quiet"};
    }
    if (m_subjects.of(*condition).empty())
        return Error{ErrorCode::NotFound, nothingFits(*condition, m_table, m_subjects), "when"};
    return {};
}

Result<void> checkAlertRule(const AlertRule& rule, const Diagram& diagram) {
    return AlertRuleCheck(diagram)(rule);
}

}  // namespace sluice
