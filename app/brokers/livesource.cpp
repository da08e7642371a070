#include "app/brokers/livesource.h"

#include <QElapsedTimer>

#include "core/alerts/alertingsink.h"
#include "core/live/watchtable.h"

namespace sluice {

namespace {

constexpr int kTick = 100;            // ms from one look at the clock to the next
constexpr int kFlushEveryTicks = 10;  // the journal, about once a second

}  // namespace

/// Between the connection and the store, on the connection's thread: while the broker is silent time goes on
/// all the same, so that the playhead moves and a gap is seen to grow.
class LiveSource::Feed : public TraceSink {
public:
    Feed(std::shared_ptr<TraceStore> store, const std::vector<ActiveAlertRule>& rules)
        : m_store(std::move(store)),
          m_alerts(m_store->sharedTable(), rules, true),
          m_alerting(m_alerts, *m_store) {
        m_clock.start();
    }

    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        // The connection has a clock of its own that began a little later: what it reports is now.
        m_offset = std::max(m_offset, m_last - horizon);
        m_events.assign(events.begin(), events.end());
        for (TraceEvent& event : m_events)
            event.at = std::max(event.at + m_offset, m_last);
        m_last = std::max(m_last, horizon + m_offset);
        m_alerting.accept(m_events, m_last);
    }
    void finish(const Result<void>& outcome) override {
        if (std::exchange(m_finished, true))
            return;
        m_store->finish(outcome);
        m_store->setJournal(nullptr);
        m_journal.reset();
    }
    void tick() {
        if (m_finished)
            return;
        m_last = std::max(m_last, TraceTime(m_clock.nsecsElapsed()));
        m_alerting.accept({}, m_last);
        if (++m_ticks % kFlushEveryTicks == 0)
            m_store->flushJournal();
    }
    void setAlerts(const std::vector<ActiveAlertRule>& rules) {
        if (m_finished)
            return;
        m_events.clear();
        m_alerts.setRules(rules, m_events);
        m_store->accept(m_events, m_last);
    }
    void record(std::shared_ptr<TraceJournal> journal) {
        if (m_finished)
            return;
        if (m_journal) {
            m_store->flushJournal();
            m_journal->finish(Error{ErrorCode::Cancelled, "the recording was stopped here", {}}, m_last);
        }
        m_journal = std::move(journal);
        m_store->setJournal(m_journal);
    }

private:
    std::shared_ptr<TraceStore> m_store;
    AlertEvaluator m_alerts;
    AlertingSink m_alerting;
    std::shared_ptr<TraceJournal> m_journal;
    std::vector<TraceEvent> m_events;
    QElapsedTimer m_clock;
    TraceTime m_last{};
    TraceTime m_offset{};
    int m_ticks = 0;
    bool m_finished = false;
};

LiveSource::LiveSource(const BrokerPlugin& plugin, const ConnectionSettings& settings, QObject* parent)
    : QObject(parent), m_settings(settings), m_connection(plugin.connection(settings).release()) {
    m_thread.setObjectName("broker");
    m_connection->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_connection, &QObject::deleteLater);
    connect(m_connection, &BrokerConnection::tested, this, &LiveSource::tested);
    connect(m_connection, &BrokerConnection::discovered, this, &LiveSource::discovered);
    connect(m_connection, &BrokerConnection::discoveryFailed, this, &LiveSource::discoveryFailed);
    connect(m_connection, &BrokerConnection::statusChanged, this, &LiveSource::statusChanged);
    m_thread.start();
}

LiveSource::~LiveSource() {
    m_connection->disconnect(this);
    stopWatching();
    // In its turn: what was asked before is done first, above all finishing the store.
    call([this](BrokerConnection&) { m_thread.quit(); });
    m_thread.wait();
}

void LiveSource::call(std::function<void(BrokerConnection&)> what) {
    QMetaObject::invokeMethod(
        m_connection, [connection = m_connection, what = std::move(what)] { what(*connection); },
        Qt::QueuedConnection);
}

void LiveSource::test() {
    call([](BrokerConnection& connection) { connection.test(); });
}

void LiveSource::discover() {
    call([](BrokerConnection& connection) { connection.discover(); });
}

std::shared_ptr<TraceStore> LiveSource::watch(const Diagram& diagram, int everyMs) {
    stopWatching();
    const std::shared_ptr<const EntityTable> table = watchTable(diagram);
    auto store = std::make_shared<TraceStore>(table);
    m_places.begin(*table);
    m_feed = std::make_shared<Feed>(store, m_places.rulesOf(diagram));
    call([feed = m_feed, table, names = brokerNames(diagram), everyMs](BrokerConnection& connection) {
        auto* ticker = new QTimer(&connection);
        ticker->setObjectName("ticker");
        QObject::connect(ticker, &QTimer::timeout, ticker, [feed] { feed->tick(); });
        ticker->start(kTick);
        connection.watch({.table = table, .names = names, .sink = feed, .everyMs = everyMs});
    });
    return store;
}

void LiveSource::setAlerts(const Diagram& diagram) {
    if (!m_feed)
        return;
    call([feed = m_feed, rules = m_places.rulesOf(diagram)](BrokerConnection&) { feed->setAlerts(rules); });
}

void LiveSource::stopWatching() {
    if (!m_feed)
        return;
    call([feed = std::exchange(m_feed, nullptr)](BrokerConnection& connection) {
        connection.stopWatching();
        feed->finish({});
        delete connection.findChild<QTimer*>("ticker", Qt::FindDirectChildrenOnly);
    });
}

bool LiveSource::record(const std::shared_ptr<TraceJournal>& journal) {
    if (!m_feed)
        return false;
    call([feed = m_feed, journal](BrokerConnection&) { feed->record(journal); });
    return true;
}

}  // namespace sluice
