#include "app/brokers/livefeed.h"

#include <algorithm>

#include "core/live/watchtable.h"

namespace sluice {

namespace {

constexpr int kFlushEveryTicks = 10;  // the journal, about once a second

}  // namespace

class LiveFeed::Sink : public TraceSink {
public:
    Sink(std::shared_ptr<LiveFeed> feed, std::size_t which) : m_feed(std::move(feed)), m_which(which) {}
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        m_feed->accept(m_feed->m_tellers[m_which], events, horizon);
    }
    void finish(const Result<void>& /*outcome*/) override {}

private:
    std::shared_ptr<LiveFeed> m_feed;
    std::size_t m_which;
};

LiveFeed::LiveFeed(std::shared_ptr<TraceStore> store, const std::vector<ActiveAlertRule>& rules,
                   std::size_t brokers)
    : m_store(std::move(store)),
      m_tellers(brokers),
      m_alerts(m_store->sharedTable(), rules, true),
      m_alerting(m_alerts, *m_store) {
    m_clock.start();
}

std::shared_ptr<TraceSink> LiveFeed::sinkOf(std::shared_ptr<LiveFeed> feed, std::size_t which) {
    return std::make_shared<Sink>(std::move(feed), which);
}

void LiveFeed::accept(Teller& teller, std::span<const TraceEvent> events, TraceTime horizon) {
    if (m_finished)
        return;
    // The connection has a clock of its own that began a little later: what it reports is now.
    teller.offset = std::max(teller.offset, m_last - horizon);
    m_events.clear();
    for (TraceEvent event : events) {
        event.at = std::max(event.at + teller.offset, m_last);
        if (isTold(teller, event.kind))
            m_events.push_back(event);
    }
    m_last = std::max(m_last, horizon + teller.offset);
    for (const TraceEvent& event : m_events) {
        if (teller.unseen.isCounting() && isQueue(event.subject))
            teller.unseen.reported(event);
        if (event.kind == EventKind::ConnectionMade || event.kind == EventKind::ConnectionLost)
            m_connected = event.kind == EventKind::ConnectionMade;
    }
    if (!m_messages)
        return m_alerting.accept(m_events, m_last);
    m_followed.clear();
    m_messages->follow(m_events, m_followed);
    m_alerting.accept(m_followed, m_last);
}

void LiveFeed::take(std::size_t which, const std::vector<MessageSighting>& sightings,
                    const std::vector<FlowSample>& samples, const Diagram& diagram) {
    // Before the first report it is no live trace yet.
    if (m_finished || !m_connected)
        return;
    if (!m_messages)
        m_messages = std::make_unique<MessageTrace>(m_store->sharedTable(), diagram);
    Teller& teller = m_tellers[which];
    m_last = std::max(m_last, TraceTime(m_clock.nsecsElapsed()));
    m_events.clear();
    for (const MessageSighting& sighting : sightings) {
        // A copy a queue: only then a message is seen as often as the broker counts it.
        teller.copies = teller.copies || sighting.copies;
        m_messages->take(sighting, m_last, m_events);
    }
    m_messages->sampled(samples, m_last, m_events);
    for (const FlowSample& sample : samples) {
        const auto place = m_queues.find(sample.flow);
        if (place != m_queues.end())
            teller.unseen.seen(place->second, sample.seen, m_last);
    }
    m_alerting.accept(m_events, m_last);
}

qint64 LiveFeed::follow(std::size_t which, bool seeing, const Diagram& diagram) {
    Teller& teller = m_tellers[which];
    m_last = std::max(m_last, TraceTime(m_clock.nsecsElapsed()));
    if (seeing == teller.unseen.isCounting())
        return teller.copies ? static_cast<qint64>(teller.unseen.total(m_last)) : 0;
    teller.copies = false;
    if (!seeing) {
        teller.unseen.end();
        return 0;
    }
    teller.unseen.begin(m_last);
    // The table begins with the drawing's elements, in their order.
    const std::vector<std::string> names = brokerNames(diagram);
    for (EntityId i = 0; i < diagram.elements.size(); ++i) {
        if (diagram.elements[i].kind == ElementKind::Queue)
            m_queues.emplace(names[i], i);
    }
    return 0;
}

void LiveFeed::tick() {
    if (m_finished)
        return;
    m_last = std::max(m_last, TraceTime(m_clock.nsecsElapsed()));
    m_alerting.accept({}, m_last);
    if (++m_ticks % kFlushEveryTicks == 0)
        m_store->flushJournal();
}

void LiveFeed::setAlerts(const std::vector<ActiveAlertRule>& rules) {
    if (m_finished)
        return;
    m_events.clear();
    m_alerts.setRules(rules, m_events);
    m_store->accept(m_events, m_last);
}

void LiveFeed::record(std::shared_ptr<TraceJournal> journal) {
    if (m_finished)
        return;
    if (m_journal) {
        m_store->flushJournal();
        m_journal->finish(Error{ErrorCode::Cancelled, "the recording was stopped here", {}}, m_last);
    }
    m_journal = std::move(journal);
    m_store->setJournal(m_journal);
}

void LiveFeed::finish() {
    if (std::exchange(m_finished, true))
        return;
    m_store->finish({});
    m_store->setJournal(nullptr);
    m_journal.reset();
}

/// All brokers are one contact: it is there from the first on, and gone while one of those that were there
/// is.
bool LiveFeed::isTold(Teller& teller, EventKind kind) {
    if (kind != EventKind::ConnectionMade && kind != EventKind::ConnectionLost)
        return true;
    const auto isKnown = [](const Teller& one) { return one.known; };
    const auto isGone = [](const Teller& one) { return one.known && !one.connected; };
    const bool begun = std::any_of(m_tellers.begin(), m_tellers.end(), isKnown);
    const bool gone = std::any_of(m_tellers.begin(), m_tellers.end(), isGone);
    teller.connected = kind == EventKind::ConnectionMade;
    teller.known = teller.known || teller.connected;
    const bool goneNow = std::any_of(m_tellers.begin(), m_tellers.end(), isGone);
    return teller.connected ? !goneNow && (gone || !begun) : goneNow && !gone;
}

bool LiveFeed::isQueue(EntityId id) const {
    const auto& entities = m_store->table().entities;
    return id < entities.size() && !entities[id].isLink && entities[id].elementKind == ElementKind::Queue;
}

}  // namespace sluice
