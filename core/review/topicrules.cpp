#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/review/rules.h"

namespace sluice {
namespace {

template <class F>
void forEachTopic(const Design& design, F f) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind == ElementKind::Topic)
            f(e);
    }
}

std::string groupOf(const Design& design, const Link& consume) {
    const std::string group = textOf(consume, "group");
    return group.empty() ? design.to(consume).id : group;
}

/// Consume links of a topic by their group's name.
std::map<std::string, std::vector<const Link*>> groupsOf(const Design& design, const Element& topic) {
    std::map<std::string, std::vector<const Link*>> groups;
    for (const Link* l : design.out(topic, LinkKind::Consume))
        groups[groupOf(design, *l)].push_back(l);
    return groups;
}

std::vector<const MessageType*> typesIn(const Design& design, const Element& topic) {
    std::vector<const MessageType*> types;
    for (const Link* l : design.in(topic, LinkKind::Publish)) {
        for (const MessageType* type : design.typesOver(*l)) {
            if (std::find(types.begin(), types.end(), type) == types.end())
                types.push_back(type);
        }
    }
    return types;
}

void hasNoEnds(const Design& design, Findings& findings) {
    forEachTopic(design, [&](const Element& t) {
        const bool fed = !design.in(t).empty();
        const bool read = !design.out(t).empty();
        if (fed && !read)
            findings.add(Severity::Hint, "topic-without-consumer", t,
                         fmt::format("Nobody reads {} yet", called(t)),
                         "Draw a consume link to a service, or materialize it into a table");
        if (!fed && read)
            findings.add(Severity::Warning, "consumer-without-producer", t,
                         fmt::format("{} reads {}, but nobody is drawn who publishes there",
                                     called(design.to(*design.out(t).front())), called(t)),
                         "Draw a publish link to the topic");
    });
}

void hasFewerPartitionsThanInstances(const Design& design, Findings& findings) {
    forEachTopic(design, [&](const Element& t) {
        const std::int64_t partitions = integerOf(t, "partitions");
        for (const auto& [group, links] : groupsOf(design, t)) {
            std::int64_t instances = 0;
            for (const Link* l : links)
                instances += hasInstances(design.to(*l)) ? integerOf(design.to(*l), "instances") : 1;
            if (instances <= partitions)
                continue;
            findings
                .add(Severity::Warning, "partitions-below-instances", *links.front(),
                     fmt::format("{} has {}, group '{}' has {}: {} never get a record", called(t),
                                 counted(partitions, "partition"), group, counted(instances, "instance"),
                                 instances - partitions),
                     "Give the topic at least as many partitions, or the group fewer instances")
                .fix = setting(t, "partitions", instances, fmt::format("Make it {} partitions", instances));
        }
    });
}

void splitsAGroup(const Design& design, Findings& findings) {
    forEachTopic(design, [&](const Element& t) {
        for (const auto& [group, links] : groupsOf(design, t)) {
            std::set<const Element*> readers;
            for (const Link* l : links)
                readers.insert(&design.to(*l));
            if (readers.size() > 1)
                findings.add(
                    Severity::Warning, "group-shared", *links[1],
                    fmt::format(
                        "{} services read {} in one group, '{}': each sees only a part of the records",
                        readers.size(), called(t), group),
                    "Give each service a group of its own");
        }
    });
}

void isNotDurable(const Design& design, Findings& findings) {
    forEachTopic(design, [&](const Element& t) {
        const std::int64_t copies = integerOf(t, "replication");
        const std::int64_t inSync = integerOf(t, "minIsr");
        if (inSync > copies)
            findings
                .add(
                    Severity::Error, "min-isr-above-replication", t,
                    fmt::format("{} wants {} copies in sync but has {}: every write with acks=all is refused",
                                called(t), inSync, copies),
                    "Set min.insync.replicas to one less than the replication")
                .fix =
                setting(t, "minIsr", std::max<std::int64_t>(1, copies - 1), "Lower the minimum in sync");
        else if (copies == 1)
            findings.add(Severity::Hint, "replication-one", t,
                         fmt::format("{} has a single copy: a broker that is lost takes its events with it",
                                     called(t)),
                         "Use three copies with two in sync");
        else if (inSync == copies)
            findings.add(Severity::Warning, "min-isr-equals-replication", t,
                         fmt::format("All {} copies of {} must be in sync: one broker down stops every write",
                                     copies, called(t)),
                         "Leave one copy of room");
    });
}

void mixesKeyings(const Design& design, Findings& findings) {
    forEachTopic(design, [&](const Element& t) {
        const MessageType* unkeyed = nullptr;
        const MessageType* keyed = nullptr;
        for (const MessageType* type : typesIn(design, t)) {
            if (type->keying == Keying::Unkeyed)
                unkeyed = type;
            else
                keyed = type;
        }
        if (unkeyed && keyed)
            findings.add(
                Severity::Warning, "mixed-keying", t,
                fmt::format(
                    "{} carries {} without a key and {} with one: the order between them is lost, and "
                    "tables cannot hold the former",
                    called(t), unkeyed->id, keyed->id),
                "Use a topic for each");
        if (unkeyed && booleanOf(t, "compacted"))
            findings.add(Severity::Error, "compaction-without-key", t,
                         fmt::format("{} is compacted, but {} has no key: the broker refuses it", called(t),
                                     unkeyed->id),
                         "Give the event a key, or keep the topic by age");
        const bool table = !design.out(t, LinkKind::Materialize).empty();
        if (unkeyed && !keyed && table)
            findings.add(Severity::Warning, "unkeyed-materialized", t,
                         fmt::format("{} feeds a table, but {} has no key to tell the rows apart", called(t),
                                     unkeyed->id),
                         "Make it a keyed or an entity event");
    });
}

void carriesCommands(const Design& design, Findings& findings) {
    forEachTopic(design, [&](const Element& t) {
        const std::size_t groups = groupsOf(design, t).size();
        if (groups < 2)
            return;
        for (const MessageType* type : typesIn(design, t)) {
            if (type->kind == MessageKind::Command)
                findings.add(Severity::Warning, "command-to-several", t,
                             fmt::format("{} is a command, but {} groups read {}: it is carried out {} times",
                                         type->id, groups, called(t), groups),
                             "Send a command to a queue, or publish what happened as an event");
        }
    });
}

/// The operations whose events share one operation on a topic that rejects late arrivals.
void rejectsTooCoarsely(const Design& design, Findings& findings) {
    forEachTopic(design, [&](const Element& t) {
        if (textOf(t, "lateArrival") != "reject")
            return;
        std::map<std::string, std::set<std::string>>
            causes;  // of each operation: the commands that lead to it
        for (const Link* l : design.in(t, LinkKind::Publish)) {
            const Element& source = design.from(*l);
            for (const Handler& handler : source.handlers) {
                for (const Step& step : handler.steps) {
                    if (step.kind != StepKind::Publish || design.linkOf(source, step) != l ||
                        handler.message.empty())
                        continue;
                    std::string id = textOf(propertiesOf(StepKind::Publish), step.properties, "message");
                    if (id.empty())
                        id = textOf(*l, "message");
                    if (const MessageType* type = design.message(id))
                        causes[type->operationOrId()].insert(handler.message);
                }
            }
        }
        for (const auto& [operation, commands] : causes) {
            if (commands.size() < 2)
                continue;
            std::string names;
            for (const std::string& command : commands)
                names += (names.empty() ? "" : ", ") + command;
            findings.add(
                Severity::Warning, "coarse-late-arrival", t,
                fmt::format("{} lead to the one operation {} on {}, which rejects late arrivals: a change is "
                            "rejected because of another that has nothing to do with it",
                            names, operation, called(t)),
                "Publish an event for each business operation, or process late arrivals");
        }
    });
}

void divertsNowhere(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind == ElementKind::Topic && textOf(e, "lateArrival") == "divert" &&
            textOf(e, "divertTo").empty())
            findings.add(Severity::Error, "divert-without-target", e,
                         fmt::format("{} diverts late arrivals, but does not say where to", called(e)),
                         "Name the queue or topic that gets them");
    }
}

void commitsTooEarly(const Design& design, Findings& findings) {
    for (const Link& l : design.diagram.links) {
        if (l.kind != LinkKind::Consume || design.from(l).kind != ElementKind::Topic ||
            !booleanOf(l, "autoCommit"))
            continue;
        findings
            .add(Severity::Warning, "automatic-commit", l,
                 fmt::format("{} commits what it polled from {}, processed or not: a crash can lose records",
                             called(design.to(l)), called(design.from(l))),
                 "Commit after the work is done")
            .fix = setting(l, "autoCommit", nullptr, "Commit by hand");
    }
}

constexpr std::array<Rule, 9> kTopicRules{hasNoEnds,          hasFewerPartitionsThanInstances,
                                          splitsAGroup,       isNotDurable,
                                          mixesKeyings,       carriesCommands,
                                          rejectsTooCoarsely, divertsNowhere,
                                          commitsTooEarly};

}  // namespace

std::span<const Rule> topicRules() {
    return kTopicRules;
}

}  // namespace sluice
