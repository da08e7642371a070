#include "app/cli/statereport.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "app/cli/plural.h"
#include "app/cli/texttable.h"
#include "core/trace/grouplag.h"

namespace sluice::cli {
namespace {

std::string unlessZero(std::uint64_t value) {
    return value == 0 ? std::string() : std::to_string(value);
}

struct Work {
    std::uint64_t running = 0;
    std::uint64_t busy = 0;
};

Work workOf(const EntityState& entity) {
    Work work;
    for (const InstanceState& instance : entity.instances) {
        work.running += instance.running ? 1 : 0;
        work.busy += instance.busy;
    }
    return work;
}

std::int64_t recordsOf(const EntityState& topic) {
    return std::accumulate(
        topic.partitions.begin(), topic.partitions.end(), std::int64_t{0},
        [](std::int64_t sum, const PartitionState& partition) { return sum + partition.end; });
}

std::string nameOf(const Entity& entity) {
    return entity.name.empty() ? entity.id : entity.name;
}

std::string lagText(const EntityState& topic, const EntityTable& table) {
    std::string text;
    for (const GroupState& group : topic.groups) {
        const EntityId reader = table.entities[group.link].to;
        if (reader < table.entities.size())
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", nameOf(table.entities[reader]),
                                recordsBehind(topic, group));
    }
    return text;
}

}  // namespace

std::string describeState(const SystemState& state, const EntityTable& table) {
    TextTable rows({{"element", false},
                    {"kind", false},
                    {"ready"},
                    {"unacked"},
                    {"running"},
                    {"busy"},
                    {"records"},
                    {"rows"},
                    {"in"},
                    {"out"},
                    {"failed"},
                    {"dead"},
                    {"late"},
                    {"lost"},
                    {"lag", false},
                    {"", false}});
    for (EntityId id = 0; id < state.entities.size() && id < table.entities.size(); ++id) {
        const Entity& entity = table.entities[id];
        const EntityState& own = state.entities[id];
        if (entity.isLink || entity.elementKind == ElementKind::Note)
            continue;
        const bool queue = entity.elementKind == ElementKind::Queue;
        const Work work = workOf(own);
        rows.add(
            {nameOf(entity), std::string(kindName(entity.elementKind)),
             queue ? std::to_string(own.ready) : std::string(), unlessZero(own.unacknowledged),
             own.instances.empty() ? std::string() : fmt::format("{}/{}", work.running, own.instances.size()),
             unlessZero(work.busy), own.partitions.empty() ? std::string() : std::to_string(recordsOf(own)),
             unlessZero(own.rows), unlessZero(own.in), unlessZero(own.out), unlessZero(own.failed),
             unlessZero(own.deadLettered), unlessZero(own.late), unlessZero(own.lost), lagText(own, table),
             own.faulty ? "disturbed" : ""});
    }
    return fmt::format("At {}, after {}\n\n{}\n  {} on {} way over links\n", formatDuration(state.at),
                       plural(state.next, "event"), rows.text(), plural(state.transits.size(), "message"),
                       state.transits.size() == 1 ? "its" : "their");
}

Json stateJson(const SystemState& state, const EntityTable& table) {
    Json elements = Json::array();
    for (EntityId id = 0; id < state.entities.size() && id < table.entities.size(); ++id) {
        const Entity& entity = table.entities[id];
        const EntityState& own = state.entities[id];
        Json one{{"id", entity.id},
                 {"kind", entity.isLink ? kindName(entity.linkKind) : kindName(entity.elementKind)},
                 {"in", own.in},
                 {"out", own.out},
                 {"failed", own.failed},
                 {"deadLettered", own.deadLettered},
                 {"late", own.late},
                 {"timedOut", own.timedOut},
                 {"lost", own.lost},
                 {"disturbed", own.faulty}};
        if (!entity.isLink && entity.elementKind == ElementKind::Queue) {
            one["ready"] = own.ready;
            one["unacknowledged"] = own.unacknowledged;
            one["messages"] = std::vector<MessageId>(own.messages.begin(), own.messages.end());
        }
        if (!own.instances.empty()) {
            one["running"] = workOf(own).running;
            one["busy"] = workOf(own).busy;
        }
        if (!own.partitions.empty()) {
            one["records"] = recordsOf(own);
            for (const GroupState& group : own.groups)
                one["lag"][table.entities[group.link].id] = recordsBehind(own, group);
        }
        if (own.rows > 0)
            one["rows"] = own.rows;
        elements.push_back(std::move(one));
    }
    Json transits = Json::array();
    for (const Transit& transit : state.transits) {
        if (transit.link < table.entities.size())
            transits.push_back({{"message", transit.message},
                                {"link", table.entities[transit.link].id},
                                {"departed", seconds(transit.departed)},
                                {"arrives", seconds(transit.arrives)}});
    }
    return {
        {"at", seconds(state.at)}, {"events", state.next}, {"elements", elements}, {"transits", transits}};
}

}  // namespace sluice::cli
