#include <algorithm>

#include "core/engine/engine.h"

namespace sluice {

/// A read or write has reached its table or database: it takes a connection, or waits for one.
void Engine::useStore(std::uint32_t store, std::uint32_t use) {
    Store& s = m_stores[store];
    if (s.busy < m_topology->stores[store].connections)
        return beginUse(store, use);
    s.waiting.push_back(use);
}

void Engine::beginUse(std::uint32_t store, std::uint32_t use) {
    const StorePlan& plan = m_topology->stores[store];
    ++m_stores[store].busy;
    RandomStream& random = m_random[plan.entity];
    Duration time = m_uses.at(use).writes ? plan.writeTime.sample(random) : plan.readTime.sample(random);
    if (m_faulty[plan.entity] && m_faults[plan.entity].slow != 1)
        time = fromSeconds(seconds(time) * m_faults[plan.entity].slow);
    schedule(m_now + time, DueKind::StoreDone, store, use);
}

void Engine::storeDone(std::uint32_t store, std::uint32_t index) {
    Store& s = m_stores[store];
    const StorePlan& plan = m_topology->stores[store];
    const StoreUse use = m_uses.at(index);
    --s.busy;
    if (use.writes)
        writeRow(store, use);
    else
        emit(EventKind::RowRead, plan.entity, m_messages.at(use.message).id, 0, 0,
             (m_now - use.asked).count());
    if (!s.waiting.empty()) {
        const std::uint32_t next = s.waiting.front();
        s.waiting.pop_front();
        beginUse(store, next);
    }
    if (use.job != kNone)
        return move(use.link, use.message, index, 0, true);
    m_uses.remove(index);
    if (use.delivery != kNone) {
        finishOutside(use.delivery);
        return release(use.message);
    }
    finishRecord(use.member, use.partition, use.offset);
    release(use.message);
}

/// The newest value of a key stands in its row. A stale one (by event time, same key) does as the table's
/// policy says.
void Engine::writeRow(std::uint32_t store, const StoreUse& use) {
    Store& s = m_stores[store];
    const StorePlan& plan = m_topology->stores[store];
    const Message& message = m_messages.at(use.message);
    const NewestByKey::Entry newest = s.newest.entry(m_topology->operations[message.type], message.key);
    if (m_table.entities[plan.entity].elementKind == ElementKind::Table &&
        message.eventTime < newest.eventTime) {
        emit(EventKind::LateArrival, plan.entity, message.id, newest.message,
             static_cast<std::uint16_t>(plan.late), (newest.eventTime - message.eventTime).count(),
             message.flags | eventflag::Late);
        if (plan.late != LatePolicy::Process)
            return;
    }
    newest.eventTime = message.eventTime;
    newest.message = message.id;
    s.rows.insert(message.key);
    emit(EventKind::RowWritten, plan.entity, message.id, static_cast<std::uint32_t>(s.rows.size()), 0,
         (m_now - message.eventTime).count(), message.flags);
}

}  // namespace sluice
