// Queues and topics that stand on a broker outside of the program: what its clients do is handed on, and what
// the broker tells becomes events. Known is what it confirmed and delivered; where a message stands in
// between follows from the drawing, which the broker has as well, and is corrected by what is delivered.
#include <algorithm>

#include "core/engine/engine.h"

namespace sluice {

using What = OutsideNews::What;
using Settlement = OutsideBroker::Settlement;

void Engine::attach(std::shared_ptr<OutsideBroker> broker) {
    m_outside = std::make_unique<Outside>();
    m_outside->broker = std::move(broker);
    m_outside->has.resize(m_table.entities.size());
    m_outside->ready.resize(m_table.entities.size());
    for (EntityId i = 0; i < m_topology->elements.size(); ++i) {
        const PlanRef plan = m_topology->elements[i];
        const bool possible = plan.kind == ElementKind::Topic || plan.kind == ElementKind::Exchange ||
                              (plan.kind == ElementKind::Queue && !m_topology->queues[plan.index].temporary &&
                               !m_topology->queues[plan.index].exclusive);
        m_outside->has[i] = possible && plan.index != kNone && m_outside->broker->has(i);
    }
    for (Way& way : m_ways) {
        if (way.arrival == DueKind::PublishArrives && isOutside(way.to))
            way.arrival = DueKind::SendOutside;
    }
}

void Engine::noteCreated(const Message& message, MessageId cause, EntityId creator) {
    MessageInfo info;
    info.id = message.id;
    info.causation = cause;
    info.type = message.type;
    info.key = message.key;
    info.creator = creator;
    info.created = m_now;
    info.eventTime = message.eventTime;
    info.flags = message.flags;
    m_outside->broker->created(info);
}

/// A message has come over its publish link. Takes over the caller's reference.
void Engine::sendOutside(std::uint32_t link, std::uint32_t message, std::uint16_t attempt) {
    const Way& way = m_ways[link];
    if (isDown(way.to) || isCut(way.entity))
        return publishLater(link, message, attempt);
    m_messages.at(message).link = link;
    if (way.target.kind == ElementKind::Topic) {
        const TopicPlan& plan = m_topology->topics[way.target.index];
        if (isStale(way.target.index, message) && plan.late != LatePolicy::Process) {
            tellPublisher(link, message, FailureKind::None);
            if (plan.late == LatePolicy::Divert && plan.divertTo != kNone)
                return divert(plan.divertTo, message, 1);
            return release(message);
        }
    }
    sendTo(way.to, message, link, attempt);
}

/// Over its link, or (kNone) straight to a place. Takes over the caller's reference.
void Engine::sendTo(EntityId place, std::uint32_t message, std::uint32_t link, std::uint16_t attempt) {
    const std::uint32_t number = ++m_outside->lastSending;
    const Message& m = m_messages.at(message);
    OutsideSending sending;
    sending.number = number;
    sending.place = place;
    sending.message = m.id;
    if (m.link != kNone) {
        const LinkPlan& plan = m_links[m.link];
        sending.priority = plan.priority;
        sending.persistent = plan.persistent;
        if (!plan.headers.empty())
            sending.headers = &plan.headers;
    }
    sending.alone = link == kNone;
    if (link != kNone) {
        sending.routingKey = m_links[link].routingKey;
        sending.expiration = m_links[link].expiration;
    }
    m_outside->sent.emplace(number, Outside::Sent{message, link, place, attempt, {}, {}, {}});
    m_outside->broker->send(sending);
}

void Engine::tell(const OutsideNews& news) {
    m_outside->lastWord = m_now;
    switch (news.what) {
        case What::Confirmed:
            return confirmed(news);
        case What::Refused:
            return refused(news.number);
        case What::Returned: {
            const auto sent = m_outside->sent.find(news.number);
            if (sent != m_outside->sent.end())
                sent->second.returned = true;
            return;
        }
        case What::Delivered:
            return deliveredOutside(news);
        case What::Seen:
            arrived(news, news.place);
            return;
        case What::ReaderRefused:
            emit(EventKind::ConsumerRefused, news.link, 0, 0, news.instance, 0, 0,
                 FailureKind::QueueUnavailable);
            return;
        case What::Assigned:
            emit(EventKind::Assigned, news.link, 0, news.partition, news.instance);
            return;
        case What::Revoked:
            emit(EventKind::Assigned, news.link, 0, news.partition, 0xffff);
            return;
        case What::Committed:
            emit(EventKind::Committed, news.link, 0, news.partition, 0, news.offset);
            return;
    }
}

/// The broker has it. Which queues it came to follows from the bindings, unless they have shown it already.
void Engine::confirmed(const OutsideNews& news) {
    const auto found = m_outside->sent.find(news.number);
    if (found == m_outside->sent.end() || found->second.confirmed)
        return;
    Outside::Sent& sent = found->second;
    sent.confirmed = true;
    // It may have come and gone there already.
    const auto wasShownIn = [&](EntityId queue) {
        return std::find(sent.shownIn.begin(), sent.shownIn.end(), queue) != sent.shownIn.end();
    };
    const PlanRef place = m_topology->elements[sent.place];
    const std::uint32_t message = sent.message;
    const std::uint32_t link = sent.link;
    const bool mandatory = link != kNone && m_links[link].mandatory;
    if (place.kind == ElementKind::Topic) {
        appended(sent, news.partition, news.offset);
    } else if (sent.returned) {
        emit(mandatory ? EventKind::Returned : EventKind::Discarded, sent.place, m_messages.at(message).id, 0,
             static_cast<std::uint16_t>(DeathReason::Unroutable), 0,
             mandatory ? std::uint8_t{0}
                       : static_cast<std::uint8_t>(m_messages.at(message).flags | eventflag::Outside),
             FailureKind::QueueUnavailable);
    } else if (place.kind == ElementKind::Queue) {
        if (!wasShownIn(sent.place))
            standIn(sent, sent.place, kNoEntity);
        if (link != kNone && !m_links[link].headers.empty()) {
            const RoutingKeyIndex name = m_queues.internKey(m_topology->queues[place.index].name);
            for (const EntityId queue : routedTo(QueueBroker::defaultExchange(), name, &m_headersOf[link])) {
                if (!wasShownIn(queue))
                    standIn(sent, queue, kNoEntity);
            }
        }
    } else {
        const auto* properties = m_links[link].headers.empty() ? nullptr : &m_headersOf[link];
        for (const EntityId queue : routedTo(m_exchangeOf[place.index], m_keyOf[link], properties)) {
            if (!wasShownIn(queue))
                standIn(sent, queue, sent.place);
        }
    }
    if (link != kNone) {
        const bool lost = sent.returned && mandatory;
        tellPublisher(link, message, lost ? FailureKind::QueueUnavailable : FailureKind::None);
        if (lost)
            tellAsker(link, message);
    }
    forgetIfDone(news.number);
}

/// Full, or out of order: the publisher hears of it and sends it again, as with the brokers in the program.
void Engine::refused(std::uint32_t number) {
    const auto found = m_outside->sent.find(number);
    if (found == m_outside->sent.end())
        return;
    const Outside::Sent sent = std::move(found->second);
    m_outside->sent.erase(found);
    const PlanRef place = m_topology->elements[sent.place];
    const bool told = sent.link == kNone || m_links[sent.link].confirms;
    const auto reason = static_cast<std::uint16_t>(DeathReason::MaxLength);
    const Message& message = m_messages.at(sent.message);
    if (told)
        emit(EventKind::Nacked, sent.place, message.id, 0, reason, sent.attempt, 0,
             FailureKind::QueueUnavailable);
    else
        emit(EventKind::Discarded, sent.place, message.id, 0, reason, 0,
             static_cast<std::uint8_t>(message.flags | eventflag::Outside), FailureKind::QueueUnavailable);
    if (sent.link == kNone) {
        if (place.kind != ElementKind::Queue)
            return release(sent.message);
        m_due.push(m_now + std::chrono::seconds(1),
                   {static_cast<std::uint8_t>(DueKind::Retry), 0, place.index, sent.message, 0});
        return;
    }
    if (m_links[sent.link].confirms)
        return publishLater(sent.link, sent.message, sent.attempt);
    tellPublisher(sent.link, sent.message, FailureKind::None);
    release(sent.message);
}

std::vector<EntityId> Engine::routedTo(ExchangeIndex exchange, RoutingKeyIndex key,
                                       const MessageProperties* properties) {
    std::vector<EntityId> queues;
    for (const QueueIndex queue : m_queues.routeOf(exchange, key, properties)) {
        if (queue.value < m_planOfQueue.size() && m_planOfQueue[queue.value] != kNone)
            queues.push_back(m_topology->queues[m_planOfQueue[queue.value]].entity);
    }
    return queues;
}

/// From now on a copy stands in that queue; `from` the exchange or queue that it came from, if it is known.
Engine::Outside::Place& Engine::standIn(Outside::Sent& sent, EntityId queue, EntityId from) {
    const auto known = std::find_if(sent.in.begin(), sent.in.end(),
                                    [&](const Outside::Place& place) { return place.queue == queue; });
    if (known != sent.in.end())
        return *known;
    const Message& message = m_messages.at(sent.message);
    if (!sent.confirmed)
        sent.shownIn.push_back(queue);
    if (from != kNoEntity)
        showMove(from, queue, sent.message);
    emit(EventKind::Enqueued, queue, message.id, 0, 0, ++m_outside->ready[queue], message.flags);
    return sent.in.emplace_back(Outside::Place{queue, m_now, false});
}

/// What stood there does so no longer.
void Engine::leavePlace(Outside::Sent& sent, EntityId queue) {
    const auto place = std::find_if(sent.in.begin(), sent.in.end(),
                                    [&](const Outside::Place& one) { return one.queue == queue; });
    if (place == sent.in.end())
        return;
    if (!place->delivered && m_outside->ready[queue] > 0)
        --m_outside->ready[queue];
    sent.in.erase(place);
}

/// A copy died in a queue, as we know from what we did or as its x-death tells.
void Engine::died(Outside::Sent& sent, EntityId queue, DeathReason reason) {
    standIn(sent, queue, kNoEntity);
    const std::uint32_t plan = m_topology->elements[queue].index;
    const Message& message = m_messages.at(sent.message);
    const EntityId target = m_deadLettersTo[plan];
    const auto told = std::find_if(
        sent.deaths.begin(), sent.deaths.end(),
        [&](const OutsideNews::Death& death) { return death.queue == queue && death.reason == reason; });
    if (told == sent.deaths.end())
        sent.deaths.push_back({queue, reason, 1});
    else
        ++told->count;
    const QueueOptions& options = m_topology->queues[plan].options;
    leavePlace(sent, queue);
    const std::uint32_t attempts = std::max<std::uint32_t>(message.attempts, 1);
    emit(options.deadLetterExchange ? EventKind::DeadLettered : EventKind::Discarded, queue, message.id,
         options.deadLetterExchange ? target : 0, static_cast<std::uint16_t>(reason),
         options.deadLetterExchange ? attempts : 0, message.flags, causeOfDeath(reason, plan, message));
    sent.seen = true;
    if (!options.deadLetterExchange)
        return;
    showMove(queue, target, sent.message);
    // Where it came to by the bindings.
    const auto exchange = m_queues.findExchange(*options.deadLetterExchange);
    if (!exchange)
        return;
    const PlanRef place = m_topology->elements[sent.place];
    const RoutingKeyIndex key =
        options.deadLetterRoutingKey       ? m_queues.internKey(*options.deadLetterRoutingKey)
        : place.kind == ElementKind::Queue ? m_queues.internKey(m_topology->queues[place.index].name)
                                           : m_keyOf[sent.link];
    const EntityId from = entityOfExchange(*exchange);
    for (const EntityId next : routedTo(*exchange, key, nullptr))
        standIn(sent, next, from);
}

/// It is seen in a queue: what befell it since it was last seen is told first. Null: it is none of this
/// run's, or nothing is known of it any more.
Engine::Outside::Sent* Engine::arrived(const OutsideNews& news, EntityId queue) {
    auto found = m_outside->sent.find(news.number);
    if (found == m_outside->sent.end()) {
        if (!news.message)
            return nullptr;
        // It was not to be expected here: the bindings had said otherwise.
        Message message;
        message.id = news.message->id;
        message.key = news.message->key;
        message.eventTime = news.message->eventTime;
        message.type = news.message->type;
        message.flags = news.message->flags & eventflag::Poisoned;
        found = m_outside->sent
                    .emplace(news.number, Outside::Sent{m_messages.add(message), kNone, queue, 1, {}, {}, {}})
                    .first;
        found->second.confirmed = true;
    }
    Outside::Sent& sent = found->second;
    for (const OutsideNews::Death& death : news.deaths) {
        const auto told =
            std::find_if(sent.deaths.begin(), sent.deaths.end(), [&](const OutsideNews::Death& one) {
                return one.queue == death.queue && one.reason == death.reason;
            });
        for (std::uint32_t i = told == sent.deaths.end() ? 0 : told->count; i < death.count; ++i)
            died(sent, death.queue, death.reason);
    }
    sent.seen = true;
    standIn(sent, queue, kNoEntity);
    return &sent;
}

void Engine::deliveredOutside(const OutsideNews& news) {
    const std::uint32_t link = m_outside->linkOf(news.link, m_topology->elements.size());
    const Way& way = m_ways[link];
    if (way.target.kind == ElementKind::Service &&
        !m_services[way.target.index].instances[news.instance].running)
        return;  // it goes back when its channel is gone
    if (m_topology->elements[way.from].kind == ElementKind::Topic)
        return fetchedOutside(news, link);
    Outside::Sent* sent = arrived(news, way.from);
    if (!sent) {
        m_outside->broker->settle(news.delivery, Settlement::Acknowledge);
        return;
    }
    Outside::Place& place = standIn(*sent, way.from, kNoEntity);
    if (!place.delivered && m_outside->ready[way.from] > 0)
        --m_outside->ready[way.from];
    place.delivered = true;
    Instance& instance = m_services[way.target.index].instances[news.instance];
    Message& message = m_messages.at(sent->message);
    const std::uint8_t flags =
        static_cast<std::uint8_t>(message.flags | (news.redelivered ? eventflag::Redelivered : 0));
    emit(EventKind::Delivered, way.from, message.id, news.link, news.instance, (m_now - place.since).count(),
         flags);
    const std::uint32_t slot = sent->message;
    m_messages.hold(slot);
    if (way.autoAck) {
        emit(EventKind::Acknowledged, way.from, message.id, 0, news.instance);
        leavePlace(*sent, way.from);
        forgetIfDone(news.number);
    } else {
        m_outside->held.emplace(news.delivery, Outside::Held{news.number, link, news.instance});
    }
    const std::uint32_t added = m_jobs.add();
    Job& job = m_jobs.at(added);
    job = {};
    job.message = slot;
    job.link = link;
    job.instance = &instance;
    job.source = JobSource::Outside;
    job.tag = news.delivery;
    move(link, slot, added, static_cast<std::uint16_t>(m_jobs.generation(added)));
}

/// As settleDelivery() does with the broker in the program.
void Engine::settleOutside(const Assignment& job, FailureKind failure, bool retries) {
    const auto found = m_outside->held.find(job.tag);
    if (found == m_outside->held.end())
        return;  // acknowledged by itself, or its reader is gone
    const Outside::Held held = found->second;
    m_outside->held.erase(found);
    m_outside->lastWord = m_now;
    const LinkPlan& link = m_links[job.link];
    Outside::Sent& sent = m_outside->sent.at(held.number);
    Message& message = m_messages.at(job.message);
    const auto acknowledge = [&] {
        m_outside->broker->settle(job.tag, Settlement::Acknowledge);
        emit(EventKind::Acknowledged, link.from, m_messages.at(job.message).id, 0, held.instance);
        leavePlace(sent, link.from);
    };
    if (failure == FailureKind::None || failure == FailureKind::BusinessError) {
        acknowledge();
    } else if (retries && message.attempts < link.retries) {
        Message copy = message;
        ++copy.attempts;
        copy.flags |= eventflag::Redelivered;
        if (copy.request != kNone)
            ++m_requests.at(copy.request).holders;
        const std::uint32_t again = m_messages.add(copy);
        const Duration backoff = backoffOf(job.link, copy.attempts);
        emit(EventKind::RetryScheduled, link.from, copy.id, 0, static_cast<std::uint16_t>(copy.attempts + 1),
             backoff.count(), 0, failure);
        acknowledge();
        m_due.push(m_now + backoff, {static_cast<std::uint8_t>(DueKind::Retry), 0,
                                     m_topology->elements[link.from].index, again, 0});
    } else {
        if (message.attempts < UINT16_MAX)
            ++message.attempts;
        if (retries && link.requeue) {
            m_outside->broker->settle(job.tag, Settlement::GiveBack);
            requeuedOutside(sent, link.from, held.instance, RequeueReason::Nacked, message.cause);
        } else {
            m_outside->broker->settle(job.tag, Settlement::Reject);
            died(sent, link.from, DeathReason::Rejected);
        }
    }
    forgetIfDone(held.number);
}

void Engine::requeuedOutside(Outside::Sent& sent, EntityId queue, std::uint16_t instance,
                             RequeueReason reason, FailureKind cause) {
    for (Outside::Place& place : sent.in) {
        if (place.queue != queue || !place.delivered)
            continue;
        place.delivered = false;
        place.since = m_now;
        emit(EventKind::Requeued, queue, m_messages.at(sent.message).id, instance,
             static_cast<std::uint16_t>(reason), ++m_outside->ready[queue], 0, cause);
    }
}

/// Confirmed and in no queue any more: nothing more will be heard of it.
void Engine::forgetIfDone(std::uint32_t number) {
    const auto found = m_outside->sent.find(number);
    if (found == m_outside->sent.end())
        return;
    const Outside::Sent& sent = found->second;
    if (!sent.confirmed || !sent.in.empty() || sent.readers > 0 || !(sent.returned || sent.seen))
        return;
    const std::uint32_t message = sent.message;
    m_outside->sent.erase(found);
    release(message);
}

/// Nothing is under way there: all is confirmed, and no queue or topic that somebody reads holds anything.
/// What was said a moment ago may still have consequences; and until the scenario's end, what stands unread
/// may expire where something does.
bool Engine::isQuietOutside() const {
    constexpr Duration kQuiet = std::chrono::seconds(1);
    if (!m_outside->held.empty() || m_now < m_outside->lastWord + kQuiet)
        return false;
    const bool isEnd = m_now >= m_topology->end;
    return std::all_of(m_outside->sent.begin(), m_outside->sent.end(), [&](const auto& entry) {
        const Outside::Sent& sent = entry.second;
        const bool expires = sent.link != kNone && m_links[sent.link].expiration >= Duration::zero();
        const bool waits = std::any_of(sent.in.begin(), sent.in.end(), [&](const Outside::Place& place) {
            const QueuePlan& queue = m_topology->queues[m_topology->elements[place.queue].index];
            return !queue.consumers.empty() ||
                   (!isEnd && (expires || queue.options.messageTtl || queue.options.expires));
        });
        return sent.confirmed && !waits && sent.readers == 0;
    });
}

}  // namespace sluice
