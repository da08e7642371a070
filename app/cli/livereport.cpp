#include "app/cli/livereport.h"

#include <fmt/format.h>

#include "app/cli/texttable.h"
#include "core/trace/grouplag.h"

namespace sluice::cli {
namespace {

std::string rateText(std::uint64_t thousandths) {
    return thousandths == 0 ? "" : fmt::format("{:.1f}", static_cast<double>(thousandths) / 1000);
}

std::int64_t endOf(const EntityState& topic) {
    std::int64_t sum = 0;
    for (const PartitionState& partition : topic.partitions)
        sum += partition.end;
    return sum;
}

ObservedState observedOf(const SystemState& state, EntityId id) {
    return id < state.observed.size() ? state.observed[id] : ObservedState{};
}

bool isWatched(const Entity& entity) {
    return !entity.isLink &&
           (entity.elementKind == ElementKind::Queue || entity.elementKind == ElementKind::Exchange ||
            entity.elementKind == ElementKind::Topic);
}

/// An element that the broker told of.
struct WatchedElement {
    EntityId id;
    const Entity& entity;
    const EntityState& state;
    ObservedState observed;
};

template <class Visit>
void forEachWatched(const SystemState& state, const EntityTable& table, Visit visit) {
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        const ObservedState observed = observedOf(state, id);
        if (isWatched(table.entities[id]) && observed.known)
            visit(WatchedElement{id, table.entities[id], state.entities[id], observed});
    }
}

/// How a consumer group of a topic gets on.
struct Reader {
    const std::string& name;
    ObservedState observed;
    std::optional<WatermarkHistory::Age> age;
    std::optional<Duration> drain;
};

Reader readerOf(const SystemState& state, const EntityTable& table, const TimeLagMeter& lags, EntityId topic,
                const GroupState& group) {
    return {table.entities[table.entities[group.link].to].name, observedOf(state, group.link),
            lags.age(group.link, state.at), timeToDrain(state, topic, group)};
}

}  // namespace

std::string describeLive(const SystemState& state, const EntityTable& table, const TimeLagMeter& lags) {
    TextTable text({{"", false},
                    {"ready"},
                    {"unacked"},
                    {"end"},
                    {"in/s"},
                    {"out/s"},
                    {"behind"},
                    {"age"},
                    {"caught up", false}});
    forEachWatched(state, table, [&](const WatchedElement& element) {
        const auto& [id, entity, own, observed] = element;
        const bool queue = entity.elementKind == ElementKind::Queue;
        const bool topic = entity.elementKind == ElementKind::Topic;
        text.add({entity.name, queue ? std::to_string(own.ready) : "",
                  queue ? std::to_string(own.unacknowledged) : "", topic ? std::to_string(endOf(own)) : "",
                  rateText(observed.inRate), rateText(observed.outRate), "", "", ""});
        for (const GroupState& group : own.groups) {
            const Reader reader = readerOf(state, table, lags, id, group);
            text.add(
                {"  " + reader.name, "", "", "", "", rateText(reader.observed.outRate),
                 std::to_string(recordsBehind(own, group)),
                 reader.age ? (reader.age->atLeast ? "> " : "") + describeDuration(reader.age->value) : "",
                 reader.drain                  ? describeDuration(*reader.drain)
                 : keepsPace(state, id, group) ? "keeps pace"
                                               : "falls behind"});
        }
    });
    return text.text();
}

Json liveToJson(const SystemState& state, const EntityTable& table, const TimeLagMeter& lags) {
    Json elements = Json::array();
    forEachWatched(state, table, [&](const WatchedElement& element) {
        const auto& [id, entity, own, observed] = element;
        Json one{{"id", entity.id},
                 {"name", entity.name},
                 {"kind", kindName(entity.elementKind)},
                 {"inRate", static_cast<double>(observed.inRate) / 1000},
                 {"outRate", static_cast<double>(observed.outRate) / 1000}};
        if (entity.elementKind == ElementKind::Queue) {
            one["ready"] = own.ready;
            one["unacknowledged"] = own.unacknowledged;
            one["consumers"] = observed.consumers;
        }
        if (entity.elementKind == ElementKind::Topic) {
            one["ends"] = Json::array();
            for (const PartitionState& partition : own.partitions)
                one["ends"].push_back(partition.end);
            one["groups"] = Json::array();
        }
        for (const GroupState& group : own.groups) {
            const Reader reader = readerOf(state, table, lags, id, group);
            Json told{{"name", reader.name},
                      {"committed", group.committed},
                      {"members", reader.observed.consumers},
                      {"rate", static_cast<double>(reader.observed.outRate) / 1000},
                      {"behind", recordsBehind(own, group)},
                      {"caughtUpInSeconds", reader.drain ? Json(seconds(*reader.drain)) : Json()}};
            if (reader.age) {
                told["ageSeconds"] = seconds(reader.age->value);
                told["ageIsAtLeast"] = reader.age->atLeast;
            }
            one["groups"].push_back(std::move(told));
        }
        elements.push_back(std::move(one));
    });
    return elements;
}

}  // namespace sluice::cli
