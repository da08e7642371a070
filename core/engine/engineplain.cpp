// The short way of a message through a queue without special rules: the same as over the broker's effects.
#include "core/engine/engine.h"

namespace sluice {

/// Takes over the caller's reference, as the queue's.
void Engine::enqueuePlain(std::uint32_t queue, std::uint32_t slot) {
    const EntityId entity = m_topology->queues[queue].entity;
    const QueueIndex index = m_queueOf[queue];
    const Message& message = m_messages.at(slot);
    Handover next;
    m_queues.publishPlain(index, slot, m_types[message.type].size, next, m_now);
    const bool handed = next.message.valid();
    emit(EventKind::Enqueued, entity, message.id, 0, 0, handed ? 1 : m_queues.ready(index), message.flags);
    if (handed)
        handOver(next, entity);
}

/// False: the delivery is no plain queue's. Else it is acknowledged, and what was handed out for it goes on
/// its way.
bool Engine::settlePlain(const Assignment& job) {
    if (m_settling || !m_queues.effects().empty())
        return false;
    Handover next;
    if (!m_queues.ackPlain(job.queued, job.tag, next, m_now))
        return false;
    const EntityId entity = m_ways[job.link].from;
    emit(EventKind::Acknowledged, entity, m_messages.at(job.message).id, 0, job.instance->index);
    if (next.message.valid())
        handOver(next, entity);
    settleEffects();
    release(job.message);
    return true;
}

/// A delivery: a job for its instance is on the way there.
void Engine::handOver(const Handover& next, EntityId queue) {
    const Seat& seat = m_seats[next.consumer.value];
    Message& message = m_messages.at(next.payload);
    // Other queues may hold the same message, and have not delivered it yet: the mark is for this way only.
    const std::uint8_t flags = message.flags;
    if (next.returns > 0)
        message.flags |= eventflag::Redelivered;
    emit(EventKind::Delivered, queue, message.id, seat.linkEntity, seat.instance->index,
         (m_now - m_queues.enqueuedAt(next.message)).count(), message.flags);
    if (seat.autoAck) {
        emit(EventKind::Acknowledged, queue, message.id, 0, seat.instance->index);
        m_toRelease.push_back(next.payload);
    }
    m_messages.hold(next.payload);
    const std::uint32_t added = m_jobs.add();
    Job& job = m_jobs.at(added);
    job = {};
    job.message = next.payload;
    job.link = seat.link;
    job.instance = seat.instance;
    job.source = JobSource::Queue;
    job.queued = next.message;
    job.tag = next.tag;
    if (seat.ackTimeout >= Duration::zero())
        m_ackTimeouts.add(seat.ackTimeout, {m_now + seat.ackTimeout, added, m_jobs.generation(added)},
                          [this](const Timeouts::Deadline& deadline) { return isAtWork(deadline); });
    move(seat.link, next.payload, added, static_cast<std::uint16_t>(m_jobs.generation(added)));
    if (next.returns > 0)
        message.flags = flags;
}

}  // namespace sluice
