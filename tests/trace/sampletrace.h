#pragma once

#include <deque>
#include <memory>
#include <queue>
#include <vector>

#include "core/base/random.h"
#include "core/trace/entitytable.h"
#include "core/trace/event.h"

// A trace with the shape of a real one, made without the engine: portals put commands into queues, services
// work on them (some fail, are retried and die), successes go to a topic that a table is fed from.
namespace sample {

inline constexpr sluice::EntityId kPortal = 0;
inline constexpr sluice::EntityId kQueue = 1;
inline constexpr sluice::EntityId kDead = 2;
inline constexpr sluice::EntityId kUsers = 3;
inline constexpr sluice::EntityId kTopic = 4;
inline constexpr sluice::EntityId kTable = 5;
inline constexpr sluice::EntityId kPublish = 6;
inline constexpr sluice::EntityId kConsume = 7;
inline constexpr sluice::EntityId kDeadLink = 8;
inline constexpr sluice::EntityId kAppend = 9;
inline constexpr sluice::EntityId kMaterialize = 10;
inline constexpr std::uint32_t kInstances = 4;
inline constexpr std::uint32_t kPartitions = 8;

inline sluice::Entity element(const char* id, const char* name, sluice::ElementKind kind) {
    sluice::Entity entity;
    entity.id = id;
    entity.name = name;
    entity.elementKind = kind;
    return entity;
}

inline sluice::Entity link(const char* id, sluice::LinkKind kind, sluice::EntityId from,
                           sluice::EntityId to) {
    sluice::Entity entity;
    entity.id = id;
    entity.name = id;
    entity.isLink = true;
    entity.linkKind = kind;
    entity.from = from;
    entity.to = to;
    return entity;
}

inline std::shared_ptr<const sluice::EntityTable> table() {
    using namespace sluice;
    auto made = std::make_shared<EntityTable>();
    made->seed = 42;
    made->diagram = "Sample";
    made->scenario = "All is well";
    made->entities = {
        element("portal", "Portal", ElementKind::Client),
        element("commands", "Commands", ElementKind::Queue),
        element("dead-commands", "Dead commands", ElementKind::Queue),
        element("users", "User repository", ElementKind::Service),
        element("user-events", "User events", ElementKind::Topic),
        element("user-table", "User table", ElementKind::Table),
        link("portal-to-commands", LinkKind::Publish, kPortal, kQueue),
        link("commands-to-users", LinkKind::Consume, kQueue, kUsers),
        link("commands-to-dead", LinkKind::DeadLetter, kQueue, kDead),
        link("users-to-events", LinkKind::Publish, kUsers, kTopic),
        link("events-to-table", LinkKind::Materialize, kTopic, kTable),
    };
    made->entities[kDead].deadLetters = true;
    made->entities[kUsers].instances = kInstances;
    made->entities[kTopic].partitions = kPartitions;
    TracedType command;
    command.id = "UpdateUserEmail";
    command.kind = MessageKind::Command;
    command.keyField = "userId";
    command.fields = {{"userId", "id", ""}, {"email", "email", ""}, {"age", "integer", ""}};
    TracedType event;
    event.id = "UserUpdated";
    event.keyField = "userId";
    event.fields = {{"userId", "id", ""}, {"email", "email", ""}};
    made->types = {command, event};
    return made;
}

/// Makes at least `count` events and stops there: the same for the same seed. `load` is the share of the
/// services' time that the commands take; above 1 the queue grows.
class Maker {
public:
    explicit Maker(std::uint64_t seed, double load = 0.8) : m_random(seed, 1), m_load(load) {
        later(sluice::TraceTime(0), [this] { create(); });
    }

    std::vector<sluice::TraceEvent> make(std::size_t count) {
        m_events.clear();
        while (m_events.size() < count) {
            auto next = m_pending.top();
            m_pending.pop();
            m_now = next.at;
            next.what();
        }
        m_events.resize(count);
        return m_events;
    }

private:
    using Kind = sluice::EventKind;
    struct Pending {
        sluice::TraceTime at;
        std::uint64_t order;
        std::function<void()> what;
        bool operator<(const Pending& other) const {
            return at != other.at ? at > other.at : order > other.order;
        }
    };
    struct Command {
        sluice::MessageId id = 0;
        sluice::TraceTime since{};
        std::uint16_t attempt = 1;
        std::int64_t key = 0;
        bool again = false;
    };

    void later(sluice::TraceTime after, std::function<void()> what) {
        m_pending.push(Pending{m_now + after, m_order++, std::move(what)});
    }
    sluice::TraceTime drawn(double milliseconds) {
        return sluice::TraceTime(static_cast<std::int64_t>(m_random.exponential() * milliseconds * 1e6));
    }
    void record(Kind kind, sluice::EntityId subject, sluice::MessageId message, std::uint32_t peer = 0,
                std::int64_t value = 0, std::uint16_t detail = 0, std::uint8_t marks = 0) {
        m_events.push_back(sluice::TraceEvent{m_now, value, subject, message, peer, detail, kind, marks});
    }

    void create() {
        Command command{++m_messages, m_now, 1, static_cast<std::int64_t>(m_random.below(100)), false};
        record(Kind::MessageCreated, kPortal, command.id, 0, command.key);
        const auto travel = drawn(1);
        record(Kind::Moved, kPublish, command.id, 0, travel.count());
        later(travel, [this, command] { enqueue(command); });
        later(drawn(10 / (kInstances * m_load)), [this] { create(); });
    }
    void enqueue(Command command) {
        command.since = m_now;
        m_line.push_back(command);
        record(Kind::Enqueued, kQueue, command.id, 0, static_cast<std::int64_t>(m_line.size()), 0,
               command.again ? sluice::eventflag::Redelivered : std::uint8_t{0});
        deliver();
    }
    void deliver() {
        for (std::uint32_t i = 0; i < kInstances && !m_line.empty(); ++i) {
            if (m_busy[i])
                continue;
            m_busy[i] = true;
            const Command command = m_line.front();
            m_line.pop_front();
            record(Kind::Delivered, kQueue, command.id, kConsume, (m_now - command.since).count(),
                   static_cast<std::uint16_t>(i));
            const auto travel = drawn(1);
            record(Kind::Moved, kConsume, command.id, i, travel.count());
            later(travel, [this, command, i] { work(command, i); });
        }
    }
    void work(const Command& command, std::uint32_t instance) {
        record(Kind::WorkStarted, kUsers, command.id, instance);
        const auto time = drawn(8);
        later(time, [this, command, instance, time] { finish(command, instance, time); });
    }
    void finish(Command command, std::uint32_t instance, sluice::TraceTime time) {
        const bool fails = m_random.chance(0.05);
        const auto cause = fails ? sluice::FailureKind::UnexpectedError : sluice::FailureKind::None;
        if (fails)
            record(Kind::Failed, kUsers, command.id, instance, command.attempt, 0, sluice::marksOf(0, cause));
        record(Kind::WorkFinished, kUsers, command.id, instance, time.count(), 0, sluice::marksOf(0, cause));
        m_busy[instance] = false;
        if (fails && command.attempt > 1) {
            record(Kind::DeadLettered, kQueue, command.id, kDead, command.attempt, 0,
                   sluice::marksOf(0, cause));
            const auto travel = drawn(1);
            record(Kind::Moved, kDeadLink, command.id, 0, travel.count());
            later(travel, [this, command] { record(Kind::Enqueued, kDead, command.id, 0, ++m_dead); });
        } else {
            record(Kind::Acknowledged, kQueue, command.id, 0, 0, static_cast<std::uint16_t>(instance));
            if (fails) {
                ++command.attempt;
                command.again = true;
                record(Kind::RetryScheduled, kQueue, command.id, 0, 1'000'000'000, command.attempt,
                       sluice::marksOf(0, cause));
                later(sluice::TraceTime(1'000'000'000), [this, command] { enqueue(command); });
            } else {
                succeed(command);
            }
        }
        deliver();
    }
    void succeed(const Command& command) {
        const sluice::MessageId id = ++m_messages;
        record(Kind::MessageCreated, kUsers, id, command.id, command.key, 1);
        const auto travel = drawn(1);
        record(Kind::Moved, kAppend, id, 0, travel.count());
        const auto partition = static_cast<std::uint32_t>(command.key) % kPartitions;
        const auto made = m_now;
        later(travel, [this, id, partition, made] {
            const std::int64_t offset = m_offsets[partition]++;
            record(Kind::Appended, kTopic, id, partition, offset);
            later(drawn(2), [this, id, partition, offset, made] {
                record(Kind::Fetched, kMaterialize, id, partition, offset);
                record(Kind::RowWritten, kTable, id, 100, (m_now - made).count());
                record(Kind::Committed, kMaterialize, id, partition, offset + 1);
            });
        });
    }

    sluice::RandomStream m_random;
    double m_load;
    sluice::TraceTime m_now{};
    std::uint64_t m_order = 0;
    std::priority_queue<Pending> m_pending;
    std::vector<sluice::TraceEvent> m_events;
    sluice::MessageId m_messages = 0;
    std::deque<Command> m_line;
    std::int64_t m_dead = 0;
    std::array<bool, kInstances> m_busy{};
    std::array<std::int64_t, kPartitions> m_offsets{};
};

inline std::vector<sluice::TraceEvent> trace(std::size_t count, std::uint64_t seed = 1, double load = 0.8) {
    return Maker(seed, load).make(count);
}

}  // namespace sample
