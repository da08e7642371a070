#include "app/cli/livereport.h"

#include <fmt/format.h>

#include "app/cli/texttable.h"
#include "core/trace/grouplag.h"

namespace sluice::cli {
namespace {

std::string rateText(std::uint64_t thousandths) {
    return thousandths == 0 ? "" : fmt::format("{:.1f}", static_cast<double>(thousandths) / 1000);
}

double secondsOf(Duration duration) {
    return std::chrono::duration<double>(duration).count();
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
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        const Entity& entity = table.entities[id];
        const ObservedState observed = observedOf(state, id);
        if (!isWatched(entity) || !observed.known)
            continue;
        const EntityState& own = state.entities[id];
        const bool queue = entity.elementKind == ElementKind::Queue;
        const bool topic = entity.elementKind == ElementKind::Topic;
        text.add({entity.name, queue ? std::to_string(own.ready) : "",
                  queue ? std::to_string(own.unacknowledged) : "", topic ? std::to_string(endOf(own)) : "",
                  rateText(observed.inRate), rateText(observed.outRate), "", "", ""});
        for (const GroupState& group : own.groups) {
            const Entity& reader = table.entities[table.entities[group.link].to];
            const auto age = lags.age(group.link, state.at);
            const auto drain = timeToDrain(state, id, group);
            text.add({"  " + reader.name, "", "", "", "", rateText(observedOf(state, group.link).outRate),
                      std::to_string(recordsBehind(own, group)),
                      age ? (age->atLeast ? "> " : "") + describeDuration(age->value) : "",
                      drain                         ? describeDuration(*drain)
                      : keepsPace(state, id, group) ? "keeps pace"
                                                    : "falls behind"});
        }
    }
    return text.text();
}

Json liveToJson(const SystemState& state, const EntityTable& table, const TimeLagMeter& lags) {
    Json elements = Json::array();
    for (EntityId id = 0; id < table.entities.size(); ++id) {
        const Entity& entity = table.entities[id];
        const ObservedState observed = observedOf(state, id);
        if (!isWatched(entity) || !observed.known)
            continue;
        const EntityState& own = state.entities[id];
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
            const auto age = lags.age(group.link, state.at);
            const auto drain = timeToDrain(state, id, group);
            Json reader{{"name", table.entities[table.entities[group.link].to].name},
                        {"committed", group.committed},
                        {"members", observedOf(state, group.link).consumers},
                        {"rate", static_cast<double>(observedOf(state, group.link).outRate) / 1000},
                        {"behind", recordsBehind(own, group)},
                        {"caughtUpInSeconds", drain ? Json(secondsOf(*drain)) : Json()}};
            if (age) {
                reader["ageSeconds"] = secondsOf(age->value);
                reader["ageIsAtLeast"] = age->atLeast;
            }
            one["groups"].push_back(std::move(reader));
        }
        elements.push_back(std::move(one));
    }
    return elements;
}

}  // namespace sluice::cli
