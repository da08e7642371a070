// Who reads queues and topics that stand on a broker outside of the program, and the records of such topics.
#include <algorithm>

#include "core/engine/engine.h"

namespace sluice {

void Engine::readOutside(std::uint32_t link, std::uint16_t instance) {
    const LinkPlan& plan = m_links[link];
    OutsideReader reader;
    reader.link = plan.entity;
    reader.place = plan.from;
    reader.instance = instance;
    reader.prefetch = plan.prefetch;
    reader.priority = plan.consumerPriority;
    reader.autoAck = plan.autoAck;
    reader.exclusive = plan.exclusive;
    reader.latest = plan.latest;
    if (plan.source.kind == ElementKind::Topic) {
        // As joinGroup() does: a member for each slot of an instance, and of a table for each partition.
        reader.members = m_topology->topics[plan.source.index].partitions;
        if (plan.target.kind == ElementKind::Service)
            reader.members = std::min(reader.members, m_handling[plan.target.index].concurrency);
    }
    m_outside->broker->read(reader);
}

void Engine::leaveOutside(std::uint32_t link, std::uint16_t instance) {
    m_outside->broker->leave(m_links[link].entity, instance);
    for (auto held = m_outside->held.begin(); held != m_outside->held.end();) {
        if (held->second.link != link || held->second.instance != instance) {
            ++held;
            continue;
        }
        if (const auto sent = m_outside->sent.find(held->second.number); sent != m_outside->sent.end())
            requeuedOutside(sent->second, m_links[link].from, instance, RequeueReason::ChannelClosed,
                            FailureKind::ServiceUnavailable);
        held = m_outside->held.erase(held);
    }
}

/// Its place in the topic is known, from the confirm or from who reads it first.
void Engine::appended(Outside::Sent& sent, std::uint32_t partition, std::int64_t offset) {
    if (sent.seen)
        return;
    sent.seen = true;
    const TopicPlan& plan = m_topology->topics[m_topology->elements[sent.place].index];
    sent.readers = static_cast<std::uint32_t>(plan.groups.size());
    emit(EventKind::Appended, plan.entity, m_messages.at(sent.message).id, partition, 0, offset,
         m_messages.at(sent.message).flags);
}

void Engine::fetchedOutside(const OutsideNews& news, std::uint32_t link) {
    const auto found = m_outside->sent.find(news.number);
    if (found == m_outside->sent.end()) {
        m_outside->broker->settle(news.delivery, OutsideBroker::Settlement::Acknowledge);
        return;  // not of this run, or read before by a member that is gone
    }
    Outside::Sent& sent = found->second;
    appended(sent, news.partition, news.offset);
    const std::uint32_t slot = sent.message;
    emit(EventKind::Fetched, news.link, m_messages.at(slot).id, news.partition, news.instance, news.offset,
         m_messages.at(slot).flags);
    m_messages.hold(slot);
    m_outside->held.emplace(news.delivery, Outside::Held{news.number, link, news.instance});
    const PlanRef reader = m_links[link].target;
    if (reader.kind != ElementKind::Service) {
        StoreUse use;
        use.message = slot;
        use.link = link;
        use.partition = static_cast<std::uint16_t>(news.partition);
        use.offset = news.offset;
        use.asked = m_now;
        use.writes = true;
        use.delivery = news.delivery;
        return move(link, slot, m_uses.add(use), 0);
    }
    const std::uint32_t added = m_jobs.add();
    Job& job = m_jobs.at(added);
    job = {};
    job.message = slot;
    job.link = link;
    job.instance = &m_services[reader.index].instances[news.instance];
    job.source = JobSource::Topic;
    job.partition = static_cast<std::uint16_t>(news.partition);
    job.offset = news.offset;
    job.tag = news.delivery;
    move(link, slot, added, static_cast<std::uint16_t>(m_jobs.generation(added)));
}

/// A record is done with: its group reads on after it.
void Engine::finishOutside(std::uint32_t delivery) {
    const auto found = m_outside->held.find(delivery);
    if (found == m_outside->held.end())
        return;  // its member is gone
    const std::uint32_t number = found->second.number;
    m_outside->held.erase(found);
    m_outside->lastWord = m_now;
    m_outside->broker->settle(delivery, OutsideBroker::Settlement::Acknowledge);
    const auto sent = m_outside->sent.find(number);
    if (sent != m_outside->sent.end() && sent->second.readers > 0)
        --sent->second.readers;
    forgetIfDone(number);
}

}  // namespace sluice
