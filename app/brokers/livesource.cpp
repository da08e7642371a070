#include "app/brokers/livesource.h"

#include <QElapsedTimer>
#include <algorithm>
#include <unordered_map>

#include "app/brokers/guardedapplication.h"
#include "app/brokers/messagetap.h"
#include "app/brokers/waitingerrand.h"
#include "core/alerts/alertingsink.h"
#include "core/live/messagetrace.h"
#include "core/live/watchtable.h"
#include "plugins/api/pluginfailure.h"

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
        for (const TraceEvent& event : m_events) {
            if (event.kind == EventKind::ConnectionMade || event.kind == EventKind::ConnectionLost)
                m_connected = event.kind == EventKind::ConnectionMade;
        }
        if (!m_messages)
            return m_alerting.accept(m_events, m_last);
        m_followed.clear();
        m_messages->follow(m_events, m_followed);
        m_alerting.accept(m_followed, m_last);
    }
    /// Messages that were seen; from the first on what is reported is followed as well.
    void take(const std::vector<MessageSighting>& sightings, const std::vector<FlowSample>& samples,
              const Diagram& diagram) {
        // Before the first report it is no live trace yet.
        if (m_finished || !m_connected)
            return;
        if (!m_messages)
            m_messages = std::make_unique<MessageTrace>(m_store->sharedTable(), diagram);
        m_last = std::max(m_last, TraceTime(m_clock.nsecsElapsed()));
        m_events.clear();
        for (const MessageSighting& sighting : sightings)
            m_messages->take(sighting, m_last, m_events);
        m_messages->sampled(samples, m_last, m_events);
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
    std::unique_ptr<MessageTrace> m_messages;  ///< once messages are shown
    std::vector<TraceEvent> m_followed;
    bool m_connected = false;
    QElapsedTimer m_clock;
    TraceTime m_last{};
    TraceTime m_offset{};
    int m_ticks = 0;
    bool m_finished = false;
};

LiveSource::LiveSource(const BrokerPlugin& plugin, const ConnectionSettings& settings, QObject* parent)
    : QObject(parent),
      m_plugin(plugin),
      m_settings(settings),
      m_connection(plugin.connection(settings).release()) {
    m_thread.setObjectName("broker");
    m_thread.setProperty(kConnectionOfThread, QVariant::fromValue(static_cast<void*>(m_connection)));
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
    blockSignals(true);
    stopWatching();
    // In its turn: what was asked before is done first, above all finishing the store.
    call([this](BrokerConnection&) { m_thread.quit(); });
    m_thread.wait();
}

void LiveSource::call(std::function<void(BrokerConnection&)> what) {
    QMetaObject::invokeMethod(
        m_connection,
        [connection = m_connection, name = m_settings.plugin, what = std::move(what)] {
            try {
                what(*connection);
            } catch (...) {
                connection->fail(pluginFailure(name));
            }
        },
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
    const std::shared_ptr<EntityTable> named = watchTable(diagram);
    named->texts = std::make_shared<MessageTexts>();
    const std::shared_ptr<const EntityTable> table = named;
    m_diagram = std::make_shared<const Diagram>(diagram);
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
    hideMessages();
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

/// The places of the drawing that messages may come to, by the broker's names.
TapWish LiveSource::tapped() const {
    TapWish wish;
    if (!m_diagram)
        return wish;
    const std::vector<std::string> names = brokerNames(*m_diagram);
    for (std::size_t i = 0; i < m_diagram->elements.size(); ++i) {
        const ElementKind kind = m_diagram->elements[i].kind;
        if (kind == ElementKind::Topic)
            wish.topics << QString::fromStdString(names[i]);
        else if (kind == ElementKind::Queue)
            wish.queues << QString::fromStdString(names[i]);
    }
    return wish;
}

void LiveSource::foretellMessages() {
    /// Tells the source unless it is gone.
    class Foretelling : public WaitingErrand {
    public:
        using WaitingErrand::tell;
        using WaitingErrand::WaitingErrand;
    };
    std::shared_ptr<BrokerTap> tap = m_plugin.tap(m_settings);
    if (!tap) {
        TapForecast none;
        none.problem = {BrokerProblem::Kind::Settings,
                        tr("Single messages cannot be followed on this kind of broker."),
                        {}};
        emit messagesForetold(none);
        return;
    }
    const auto errand = std::make_shared<Foretelling>(this);
    connect(this, &QObject::destroyed, [errand] { errand->drop(); });
    WaitingErrand::start([this, errand, tap, wish = tapped()] {
        const TapForecast forecast = tap->forecast(wish);
        errand->tell([this, forecast] { emit messagesForetold(forecast); });
    });
}

void LiveSource::showMessages(const MessageWish& wish) {
    if (!m_feed)
        return;
    // Only for this, and only if it was allowed: the connection itself stays as it is.
    ConnectionSettings settings = m_settings;
    settings.mayWrite = wish.mayMakeQueues;
    std::shared_ptr<BrokerTap> tap = m_plugin.tap(settings);
    if (!tap) {
        MessagesStatus none;
        none.state = MessagesStatus::State::Refused;
        none.problem.sentence = tr("Single messages cannot be followed on this kind of broker.");
        emit messagesChanged(none);
        return;
    }
    m_tap = std::make_unique<MessageTap>(
        std::move(tap), tapped(), wish,
        MessageTap::Listener{
            m_connection,
            [feed = m_feed, diagram = m_diagram](const std::vector<MessageSighting>& sightings,
                                                 const std::vector<FlowSample>& samples) {
                feed->take(sightings, samples, *diagram);
            },
            [this](const MessagesStatus& status) { emit messagesChanged(status); }});
}

void LiveSource::hideMessages() {
    if (!m_tap)
        return;
    m_tap.reset();
    emit messagesChanged({});
}

}  // namespace sluice
