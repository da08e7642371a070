#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/trace/entitytable.h"
#include "core/trace/event.h"

namespace sluice::test {

/// Follows every copy of every message through the queues of a drawing by the trace alone, with RabbitMQ's
/// rules for where a copy may be and which is next. It knows nothing of the engine.
class TraceOracle {
public:
    TraceOracle(const Diagram& diagram, const EntityTable& table) : m_table(table) {
        for (std::uint32_t i = 0; i < diagram.elements.size(); ++i) {
            const Element& element = diagram.elements[i];
            if (element.kind != ElementKind::Queue)
                continue;
            QueueModel& queue = m_queues[i];
            queue.quorum = text(element.properties, "queueType") == "quorum";
            queue.limited = element.properties.has("deliveryLimit");
            queue.maxPriority = static_cast<int>(whole(element.properties, "maxPriority", 0));
            queue.singleActive = flag(element.properties, "singleActiveConsumer");
            queue.refuses = text(element.properties, "overflow").rfind("reject", 0) == 0;
        }
        if (!diagram.scenarios.empty()) {
            for (const Action& action : diagram.scenarios.front().actions)
                m_actions.push_back(action.kind);
        }
        const auto first = static_cast<EntityId>(diagram.elements.size());
        for (std::uint32_t i = 0; i < diagram.links.size(); ++i) {
            const Link& link = diagram.links[i];
            LinkModel& model = m_links[first + i];
            model.publish = link.kind == LinkKind::Publish;
            model.priority = static_cast<int>(whole(link.properties, "priority", 0));
            model.prefetch = static_cast<std::uint32_t>(whole(link.properties, "prefetch", 10));
            model.autoAck = flag(link.properties, "autoAck");
            model.requeue = flag(link.properties, "requeue");
        }
        for (const Scenario& scenario : diagram.scenarios) {
            for (const Action& action : scenario.actions)
                m_redriven = m_redriven || action.kind == ActionKind::Redrive;
        }
    }

    /// The first rule that the event breaks, as a sentence; empty when all is well.
    std::string apply(const TraceEvent& event) {
        m_event = &event;
        if (event.kind == EventKind::Moved && m_links[event.subject].publish &&
            !event.has(eventflag::Reverse)) {
            m_priority[event.message] = m_links[event.subject].priority;
            m_fates[event.message].underWay =
                std::max(m_fates[event.message].underWay, event.at + Duration(event.value));
        }
        if (event.kind == EventKind::MessageCreated)
            m_creators[event.message] = event.subject;
        if (event.kind == EventKind::RetryScheduled && m_priority.count(event.message) == 0)
            m_priority[event.message] = priorityOf(event);
        noteFate(event);
        const bool ofBroker =
            (event.kind == EventKind::ActionBegan || event.kind == EventKind::ActionEnded) &&
            event.detail < m_actions.size() && m_actions[event.detail] == ActionKind::BrokerDown;
        if (ofBroker) {
            m_brokerDown += event.kind == EventKind::ActionBegan ? 1 : -1;
            m_brokerStopped = event.at;
        }
        if (event.kind == EventKind::InstanceStopped)
            m_stopped.insert({event.subject, event.peer});
        if (event.kind == EventKind::InstanceStarted)
            m_stopped.erase({event.subject, event.peer});
        if (event.kind == EventKind::WorkFinished)
            m_finished[event.message] = {event.subject, event.peer};
        if (event.kind == EventKind::ConsumerActivated)
            m_active[m_table.entities[event.subject].from] = {event.subject, event.detail};
        const auto queue = m_queues.find(event.subject);
        if (queue == m_queues.end() || m_table.entities[event.subject].temporary)
            return {};
        return apply(queue->second);
    }

    /// What must hold when nothing goes on any more: every message that was published has come to something.
    [[nodiscard]] std::string finish(TraceTime end) const {
        for (const auto& [message, fate] : m_fates) {
            if (!fate.known && fate.underWay <= end)
                return fmt::format("nothing became of message {}", message);
        }
        for (const auto& [entity, queue] : m_queues) {
            if (queue.enqueued !=
                queue.ready.size() + queue.held.size() + queue.acknowledged + queue.died + queue.dropped)
                return fmt::format("'{}' accounts for another number of messages than it took", name(entity));
        }
        return {};
    }

    [[nodiscard]] std::size_t ready(EntityId queue) const { return m_queues.at(queue).ready.size(); }
    [[nodiscard]] std::uint64_t deliveries() const { return m_deliveries; }
    [[nodiscard]] std::uint64_t deaths() const { return m_deaths; }

private:
    struct Copy {
        MessageId message = 0;
        std::uint64_t place = 0;
        int priority = 0;
        bool returned = false;  ///< to a quorum queue
        bool delivered = false;
        bool letter = false;  ///< died elsewhere
    };
    struct Held {
        Copy copy;
        EntityId link = kNoEntity;
        std::uint16_t instance = 0;
    };
    struct QueueModel {
        bool quorum = false;
        bool limited = false;
        bool singleActive = false;
        bool refuses = false;
        int maxPriority = 0;
        std::uint64_t places = 0;
        std::vector<Copy> ready;
        std::optional<MessageId> onItsWay;  ///< taken from the head; its delivery is told at the same instant
        TraceTime onItsWayAt{};
        std::vector<Held> held;
        std::map<std::pair<EntityId, std::uint16_t>, std::uint32_t> extraCredit;
        std::uint64_t enqueued = 0;
        std::uint64_t acknowledged = 0;
        std::uint64_t died = 0;
        std::uint64_t dropped = 0;
    };
    struct LinkModel {
        bool publish = false;
        bool autoAck = false;
        bool requeue = false;
        int priority = 0;
        std::uint32_t prefetch = 0;
    };
    struct Fate {
        bool known = false;
        TraceTime underWay{};  ///< until then
    };

    static std::string text(const Properties& properties, const char* key) {
        const Json* value = properties.find(key);
        return value && value->is_string() ? value->get<std::string>() : std::string();
    }
    static std::int64_t whole(const Properties& properties, const char* key, std::int64_t otherwise) {
        const Json* value = properties.find(key);
        return value && value->is_number() ? value->get<std::int64_t>() : otherwise;
    }
    static bool flag(const Properties& properties, const char* key) {
        const Json* value = properties.find(key);
        return value && value->is_boolean() && value->get<bool>();
    }
    [[nodiscard]] const std::string& name(EntityId entity) const { return m_table.entities[entity].id; }
    [[nodiscard]] std::string broken(const char* why) const {
        return fmt::format("{} of m{} at '{}', {}: {}", kindName(m_event->kind), m_event->message,
                           name(m_event->subject), formatDuration(m_event->at), why);
    }

    /// Of what could not even leave its publisher: that of the link it would have gone by.
    [[nodiscard]] int priorityOf(const TraceEvent& event) const {
        for (const auto& [entity, link] : m_links) {
            if (link.publish && m_table.entities[entity].from == m_creators.at(event.message) &&
                m_table.entities[entity].to == event.subject)
                return link.priority;
        }
        return 0;
    }

    void noteFate(const TraceEvent& event) {
        switch (event.kind) {
            case EventKind::Enqueued:
            case EventKind::Discarded:
            case EventKind::Returned:
            case EventKind::Lost:
            case EventKind::Appended:
            case EventKind::LateArrival:
                m_fates[event.message].known = true;
                return;
            case EventKind::RetryScheduled:
                m_fates[event.message].underWay =
                    std::max(m_fates[event.message].underWay, event.at + Duration(event.value));
                return;
            default:
                return;
        }
    }

    /// The copy that the broker has to hand out, or to drop, next.
    static std::vector<Copy>::iterator head(QueueModel& queue) {
        return std::min_element(queue.ready.begin(), queue.ready.end(), [](const Copy& a, const Copy& b) {
            if (a.returned != b.returned)
                return a.returned;
            if (a.priority != b.priority)
                return a.priority > b.priority;
            return a.place < b.place;
        });
    }

    std::string apply(QueueModel& queue) {
        const TraceEvent& event = *m_event;
        if (queue.onItsWay && event.at > queue.onItsWayAt)
            return broken("a message behind the head expired, and the head was not delivered");
        switch (event.kind) {
            case EventKind::Enqueued: {
                Copy copy;
                copy.message = event.message;
                copy.place = queue.places++;
                copy.priority = std::min(m_priority[event.message], queue.maxPriority);
                const auto death = m_lastDeath.find(event.message);
                copy.letter = death != m_lastDeath.end() && death->second == event.at;
                queue.ready.push_back(copy);
                ++queue.enqueued;
                if (!m_redriven && static_cast<std::size_t>(event.value) != queue.ready.size())
                    return broken("the number of ready messages is another");
                return {};
            }
            case EventKind::Delivered:
                return deliver(queue);
            case EventKind::Acknowledged: {
                const auto automatic =
                    std::find_if(queue.held.begin(), queue.held.end(), [&](const Held& one) {
                        return one.copy.message == event.message && m_links[one.link].autoAck;
                    });
                const auto held = automatic == queue.held.end() ? findFinished(queue) : automatic;
                if (held == queue.held.end() || held->instance != event.detail)
                    return broken("nobody there held it");
                ++queue.acknowledged;
                queue.held.erase(held);
                return {};
            }
            case EventKind::Requeued:
                return requeue(queue);
            case EventKind::DeadLettered:
                ++m_deaths;
                m_lastDeath[event.message] = event.at;
                return leave(queue, queue.died);
            case EventKind::Discarded:
                return leave(queue, queue.dropped);
            case EventKind::Redriven:
                if (event.peer == kNoEntity)
                    return {};
                return takeReady(queue, queue.dropped, false);
            case EventKind::QueueDeleted:
                return queue.ready.empty() && queue.held.empty() ? std::string()
                                                                 : broken("it still had messages");
            default:
                return {};
        }
    }

    std::string deliver(QueueModel& queue) {
        if (m_brokerDown > 0)
            return broken("the broker is down");
        const TraceEvent& event = *m_event;
        const LinkModel& link = m_links[event.peer];
        const auto first = head(queue);
        if (first == queue.ready.end() || first->message != event.message)
            return broken("another message was next");
        if (first->delivered && !event.has(eventflag::Redelivered))
            return broken("it was delivered before and does not say so");
        if (m_stopped.count({m_table.entities[event.peer].to, event.detail}) > 0)
            return broken("its consumer is not running");
        if (queue.singleActive && m_active[event.subject] != std::pair(event.peer, event.detail))
            return broken("another one is the single active consumer");
        const auto holds = static_cast<std::uint32_t>(std::count_if(
            queue.held.begin(), queue.held.end(),
            [&](const Held& held) { return held.link == event.peer && held.instance == event.detail; }));
        const std::uint32_t extra = queue.extraCredit[{event.peer, event.detail}];
        if (!link.autoAck && link.prefetch > 0 && holds >= link.prefetch + extra)
            return broken("the consumer has no room");
        if (queue.onItsWay == event.message)
            queue.onItsWay.reset();
        Held held{*first, event.peer, event.detail};
        held.copy.delivered = true;
        held.copy.returned = false;
        queue.ready.erase(first);
        queue.held.push_back(held);
        ++m_deliveries;
        return {};
    }

    /// Of several holders of the same message, the one that has just finished with it; of those that are on
    /// the instance, if one is given.
    std::vector<Held>::iterator findFinished(QueueModel& queue, std::optional<std::uint32_t> instance = {}) {
        const auto last = m_finished.find(m_event->message);
        const auto fits = [&](const Held& held) {
            return held.copy.message == m_event->message && (!instance || held.instance == *instance);
        };
        const auto finished = std::find_if(queue.held.begin(), queue.held.end(), [&](const Held& held) {
            return fits(held) && last != m_finished.end() &&
                   last->second == std::pair(m_table.entities[held.link].to, std::uint32_t{held.instance});
        });
        return finished == queue.held.end() ? std::find_if(queue.held.begin(), queue.held.end(), fits)
                                            : finished;
    }

    std::string requeue(QueueModel& queue) {
        const auto reason = static_cast<RequeueReason>(m_event->detail);
        const auto held =
            reason == RequeueReason::Nacked
                ? findFinished(queue, m_event->peer)
                : std::find_if(queue.held.begin(), queue.held.end(), [&](const Held& one) {
                      return one.copy.message == m_event->message && one.instance == m_event->peer &&
                             (m_brokerStopped == m_event->at ||
                              m_stopped.count({m_table.entities[one.link].to, one.instance}) > 0);
                  });
        if (held == queue.held.end())
            return broken("nobody held it, or for another reason");
        if (reason == RequeueReason::Nacked && !m_links[held->link].requeue)
            return broken("its consumer does not give back");
        Copy copy = held->copy;
        queue.held.erase(held);
        if (queue.quorum) {
            copy.place = queue.places++;
            copy.returned = queue.limited || reason == RequeueReason::ChannelClosed;
        }
        queue.ready.push_back(copy);
        return {};
    }

    std::string leave(QueueModel& queue, std::uint64_t& count) {
        const auto reason = static_cast<DeathReason>(m_event->detail);
        const bool outside = m_event->has(eventflag::Outside);
        if (outside && reason == DeathReason::MaxLength && !queue.refuses)
            return broken("the queue does not refuse");
        if (outside)
            return {};
        switch (reason) {
            case DeathReason::Rejected:
            case DeathReason::DeliveryLimit: {
                const auto held = findFinished(queue);
                if (held == queue.held.end())
                    return broken("nobody held it");
                if (reason == DeathReason::DeliveryLimit)
                    ++queue.extraCredit[{held->link, held->instance}];
                ++count;
                queue.held.erase(held);
                return {};
            }
            case DeathReason::Expired:
                // A redrive takes letters from the head on: what was behind them is the head for that
                // instant.
                return takeReady(queue, count, !m_redriven);
            case DeathReason::MaxLength:
                return takeReady(queue, count, true);
            case DeathReason::QueueDeleted: {
                const auto held = findFinished(queue);
                if (held == queue.held.end())
                    return takeReady(queue, count, false);
                ++count;
                queue.held.erase(held);
                return {};
            }
            case DeathReason::Purged:
            case DeathReason::BrokerStopped:
                return takeReady(queue, count, false);
            case DeathReason::Unroutable:
            case DeathReason::Cycle:
                return broken("it was in the queue");
        }
        return broken("for no known reason");
    }

    std::string takeReady(QueueModel& queue, std::uint64_t& count, bool mustBeHead) {
        const auto isIt = [this](const Copy& copy) { return copy.message == m_event->message; };
        auto taken = head(queue);
        if (!mustBeHead) {
            // Where it stands twice, a redrive takes the dead letter; time takes the first.
            const bool redriven = m_event->kind == EventKind::Redriven;
            taken = queue.ready.end();
            for (auto it = queue.ready.begin(); it != queue.ready.end(); ++it) {
                const bool fits = isIt(*it) && (!redriven || it->letter);
                if (fits && (taken == queue.ready.end() || it->place < taken->place))
                    taken = it;
            }
        } else if (taken != queue.ready.end() && !isIt(*taken)) {
            // Whoever takes the head looks at once whether the next one has expired.
            Copy first = *taken;
            queue.ready.erase(taken);
            taken = head(queue);
            if (queue.onItsWay && queue.onItsWay != first.message)
                return broken("it was not at the head");
            queue.onItsWay = first.message;
            queue.onItsWayAt = m_event->at;
            const bool next = taken != queue.ready.end() && isIt(*taken);
            if (next)
                queue.ready.erase(taken);
            queue.ready.push_back(first);
            count += next;
            return next ? std::string() : broken("it was not at the head");
        }
        if (taken == queue.ready.end() || !isIt(*taken))
            return broken(mustBeHead ? "it was not at the head" : "it was not ready");
        ++count;
        queue.ready.erase(taken);
        return {};
    }

    const EntityTable& m_table;
    const TraceEvent* m_event = nullptr;
    std::map<EntityId, QueueModel> m_queues;
    std::map<EntityId, LinkModel> m_links;
    std::map<MessageId, int> m_priority;  ///< that it was last published with
    std::map<MessageId, EntityId> m_creators;
    std::map<MessageId, TraceTime> m_lastDeath;
    std::map<MessageId, Fate> m_fates;  ///< of what was published
    std::set<std::pair<EntityId, std::uint32_t>> m_stopped;
    std::map<MessageId, std::pair<EntityId, std::uint32_t>> m_finished;  ///< who worked on it last
    std::map<EntityId, std::pair<EntityId, std::uint16_t>> m_active;
    std::uint64_t m_deliveries = 0;
    std::uint64_t m_deaths = 0;
    std::vector<ActionKind> m_actions;
    int m_brokerDown = 0;
    TraceTime m_brokerStopped{-1};
    bool m_redriven = false;
};

}  // namespace sluice::test
