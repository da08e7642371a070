#include "app/cli/livereport.h"

#include <fmt/format.h>

#include "app/cli/texttable.h"
#include "core/trace/closedrange.h"
#include "core/trace/grouplag.h"

namespace sluice::cli {
namespace {

/// Messages a second.
Json rateJson(std::uint64_t thousandths, bool known) {
    return known ? Json(static_cast<double>(thousandths) / 1000) : Json();
}

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

/// "12 s", "keeps pace"; empty as long as nobody knows.
std::string caughtUpText(const SystemState& state, EntityId topic, const GroupState& group,
                         const Reader& reader) {
    if (reader.drain)
        return describeDuration(*reader.drain);
    const auto pace = keepsPace(state, topic, group);
    return !pace ? "" : *pace ? "keeps pace" : "falls behind";
}

}  // namespace

LiveAccount liveAccountOf(const TraceStore& store, SystemState last) {
    LiveAccount account{std::move(last), TimeLagMeter(store.table())};
    store.visit(0, firstAfter(store, account.state.at), [&](Sequence, const TraceEvent& event) {
        account.lags.apply(event);
        account.counted |= event.kind == EventKind::Counted;
        return true;
    });
    return account;
}

std::string describeLive(const LiveAccount& account, const EntityTable& table) {
    const SystemState& state = account.state;
    const TimeLagMeter& lags = account.lags;
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
                 caughtUpText(state, id, group, reader)});
        }
    });
    return text.empty() ? "Of what is drawn the broker told nothing, or the user may see none of it.\n"
                        : text.text();
}

Json liveToJson(const LiveAccount& account, const EntityTable& table) {
    const SystemState& state = account.state;
    const TimeLagMeter& lags = account.lags;
    Json elements = Json::array();
    forEachWatched(state, table, [&](const WatchedElement& element) {
        const auto& [id, entity, own, observed] = element;
        Json one{{"id", entity.id},
                 {"name", entity.name},
                 {"kind", kindName(entity.elementKind)},
                 {"inRate", rateJson(observed.inRate, account.counted)},
                 // What leaves an exchange or a topic no broker counts: queues and groups do.
                 {"outRate",
                  rateJson(observed.outRate, account.counted && entity.elementKind == ElementKind::Queue)}};
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
                      {"rate", rateJson(reader.observed.outRate, account.counted)},
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
