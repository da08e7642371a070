#include "widgets/log/eventfilter.h"

#include "widgets/log/eventwords.h"

namespace sluice {

void FilteredEvents::reset(std::shared_ptr<TraceStore> store, const EventFilter& filter) {
    m_store = std::move(store);
    m_filter = filter;
    m_found.clear();
    m_next = 0;
    m_messages.clear();
    m_entities.clear();
    m_kinds.clear();
    m_types.clear();
    if (!m_store)
        return;
    const EntityTable& table = m_store->table();
    const QString& text = filter.text;
    for (EntityId id = 0; id < table.entities.size(); ++id)
        m_entities.push_back(eventwords::place(id, table).contains(text, Qt::CaseInsensitive));
    for (int kind = 0; kind < kEventKindCount; ++kind)
        m_kinds.push_back(
            eventwords::title(static_cast<EventKind>(kind)).contains(text, Qt::CaseInsensitive));
    for (const TracedType& type : table.types)
        m_types.push_back(QString::fromStdString(type.id).contains(text, Qt::CaseInsensitive));
}

bool FilteredEvents::passes(const TraceEvent& event) {
    if (!m_filter.text.isEmpty() && event.kind == EventKind::MessageCreated) {
        const bool type = event.detail < m_types.size() && m_types[event.detail];
        const bool named =
            type || eventwords::message(event.message).compare(m_filter.text, Qt::CaseInsensitive) == 0 ||
            QString::fromStdString(m_store->table().keyText(event.detail, event.value))
                .contains(m_filter.text, Qt::CaseInsensitive);
        if (event.message >= m_messages.size())
            m_messages.resize(event.message + std::size_t{1});
        m_messages[event.message] = named;
    }
    if (m_filter.kind >= 0 && static_cast<int>(event.kind) != m_filter.kind)
        return false;
    if (m_filter.entity != kNoEntity && event.subject != m_filter.entity)
        return false;
    if (m_filter.text.isEmpty())
        return true;
    return m_kinds[static_cast<std::size_t>(event.kind)] ||
           (event.subject < m_entities.size() && m_entities[event.subject]) ||
           (event.message < m_messages.size() && m_messages[event.message]);
}

bool FilteredEvents::advance(std::size_t events) {
    if (!m_store)
        return true;
    const Sequence size = m_store->size();
    const Sequence to = std::min<Sequence>(size, m_next + events);
    m_store->visit(m_next, to, [this](Sequence sequence, const TraceEvent& event) {
        if (passes(event))
            m_found.push_back(sequence);
        return true;
    });
    m_next = to;
    return to == size;
}

}  // namespace sluice
