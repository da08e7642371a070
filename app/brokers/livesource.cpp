#include "app/brokers/livesource.h"

#include <QElapsedTimer>
#include <algorithm>
#include <map>

#include "app/brokers/guardedapplication.h"
#include "app/brokers/messagetap.h"
#include "app/brokers/waitingerrand.h"
#include "core/alerts/alertingsink.h"
#include "core/live/messagetrace.h"
#include "core/live/unseenmessages.h"
#include "core/live/watchtable.h"
#include "plugins/api/pluginfailure.h"

namespace sluice {

namespace {

/// A watch goes on for days: what is older than this much lies in a temporary file, and is read when somebody
/// looks there.
constexpr std::size_t kTraceInMemory = std::size_t{48} << 20U;
constexpr int kTick = 100;            // ms from one look at the clock to the next
constexpr int kFlushEveryTicks = 10;  // the journal, about once a second

BrokerProblem notFollowed() {
    return {BrokerProblem::Kind::Settings,
            LiveSource::tr("Single messages cannot be followed on this kind of broker."),
            {}};
}

/// The forecast of another broker beside that of those before it: what one cannot do, the others still can.
TapForecast both(TapForecast before, TapForecast next, const QString& name) {
    const bool isFirst = before.sentences.isEmpty() && before.problem.kind == BrokerProblem::Kind::None;
    const bool can = next.problem.kind == BrokerProblem::Kind::None;
    before.makesQueues = before.makesQueues || (can && next.makesQueues);
    before.worksWithout = before.worksWithout || (can && !next.makesQueues);
    before.sentences << QStringLiteral("%1: %2").arg(
        name, can ? next.sentences.join(QLatin1Char(' ')) : next.problem.text());
    // Without a problem as soon as one can.
    if (can || isFirst)
        before.problem = next.problem;
    return before;
}

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
        acceptFrom(*m_first, events, horizon);
    }
    /// One of the connections that tell.
    struct Teller {
        TraceTime offset{};
        bool connected = false;
        bool known = false;  ///< it was connected once
    };
    void add(const std::shared_ptr<Teller>& teller) { m_tellers.push_back(teller); }
    void acceptFrom(Teller& teller, std::span<const TraceEvent> events, TraceTime horizon) {
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
            if (m_unseen.isCounting() && isQueue(event.subject))
                m_unseen.reported(event);
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
        for (const MessageSighting& sighting : sightings) {
            // A copy a queue: only then a message is seen as often as the broker counts it.
            m_copies = m_copies || sighting.copies;
            m_messages->take(sighting, m_last, m_events);
        }
        m_messages->sampled(samples, m_last, m_events);
        for (const FlowSample& sample : samples) {
            const auto place = m_queues.find(sample.flow);
            if (place != m_queues.end())
                m_unseen.seen(place->second, sample.seen, m_last);
        }
        m_alerting.accept(m_events, m_last);
    }
    /// Single messages are seen from now on, or no longer. Gives back how many were not.
    qint64 follow(bool seeing, const Diagram& diagram) {
        m_last = std::max(m_last, TraceTime(m_clock.nsecsElapsed()));
        if (seeing == m_unseen.isCounting())
            return m_copies ? static_cast<qint64>(m_unseen.total(m_last)) : 0;
        m_copies = false;
        if (!seeing) {
            m_unseen.end();
            return 0;
        }
        m_unseen.begin(m_last);
        const std::vector<std::string> names = brokerNames(diagram);
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (diagram.elements[i].kind == ElementKind::Queue)
                m_queues.emplace(names[i], m_store->table().find(diagram.elements[i].id));
        }
        return 0;
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
    /// All tellers are one contact: it is there from the first on, and gone while one of those that were
    /// there is.
    bool isTold(Teller& teller, EventKind kind) {
        if (kind != EventKind::ConnectionMade && kind != EventKind::ConnectionLost)
            return true;
        const auto isGone = [](const std::shared_ptr<Teller>& one) { return one->known && !one->connected; };
        const bool begun =
            std::any_of(m_tellers.begin(), m_tellers.end(), [](const auto& one) { return one->known; });
        const bool gone = std::any_of(m_tellers.begin(), m_tellers.end(), isGone);
        teller.connected = kind == EventKind::ConnectionMade;
        teller.known = teller.known || teller.connected;
        const bool goneNow = std::any_of(m_tellers.begin(), m_tellers.end(), isGone);
        return teller.connected ? !goneNow && (gone || !begun) : goneNow && !gone;
    }
    [[nodiscard]] bool isQueue(EntityId id) const {
        const auto& entities = m_store->table().entities;
        return id < entities.size() && !entities[id].isLink && entities[id].elementKind == ElementKind::Queue;
    }

    std::shared_ptr<TraceStore> m_store;
    UnseenMessages m_unseen;
    std::map<std::string, EntityId> m_queues;  ///< by the broker's names
    bool m_copies = false;                     ///< messages are seen as copies of what queues get
    AlertEvaluator m_alerts;
    AlertingSink m_alerting;
    std::shared_ptr<TraceJournal> m_journal;
    std::vector<TraceEvent> m_events;
    std::unique_ptr<MessageTrace> m_messages;  ///< once messages are shown
    std::vector<TraceEvent> m_followed;
    bool m_connected = false;
    QElapsedTimer m_clock;
    TraceTime m_last{};
    std::shared_ptr<Teller> m_first = std::make_shared<Teller>();
    std::vector<std::shared_ptr<Teller>> m_tellers{m_first};
    int m_ticks = 0;
    bool m_finished = false;
};

/// What another connection tells.
class LiveSource::Beside : public TraceSink {
public:
    explicit Beside(std::shared_ptr<Feed> feed) : m_feed(std::move(feed)) {}
    void begin() { m_feed->add(m_teller); }
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        m_feed->acceptFrom(*m_teller, events, horizon);
    }
    /// The trace ends with the watch, not with one of its brokers.
    void finish(const Result<void>& /*outcome*/) override {}

private:
    std::shared_ptr<Feed> m_feed;
    std::shared_ptr<Feed::Teller> m_teller = std::make_shared<Feed::Teller>();
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

void LiveSource::add(const BrokerPlugin& plugin, const ConnectionSettings& settings) {
    Other& other = m_others.emplace_back(Other{&plugin, settings, plugin.connection(settings).release()});
    other.connection->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, other.connection, &QObject::deleteLater);
    connect(
        other.connection, &BrokerConnection::statusChanged, this,
        [this, which = static_cast<int>(m_others.size())](const WatchStatus& status) {
            emit otherStatusChanged(status, which);
        },
        Qt::QueuedConnection);
}

LiveSource::~LiveSource() {
    m_connection->disconnect(this);
    for (const Other& other : m_others)
        other.connection->disconnect(this);
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
    auto store = std::make_shared<TraceStore>(table, kTraceInMemory);
    m_places.begin(*table);
    m_feed = std::make_shared<Feed>(store, m_places.rulesOf(diagram));
    call([feed = m_feed, table, names = brokerNames(diagram), everyMs](BrokerConnection& connection) {
        auto* ticker = new QTimer(&connection);
        ticker->setObjectName("ticker");
        QObject::connect(ticker, &QTimer::timeout, ticker, [feed] { feed->tick(); });
        ticker->start(kTick);
        connection.watch({.table = table, .names = names, .sink = feed, .pace = {.everyMs = everyMs}});
    });
    for (const Other& other : m_others) {
        call([connection = other.connection, beside = std::make_shared<Beside>(m_feed), table,
              names = brokerNames(diagram), everyMs](BrokerConnection&) {
            beside->begin();
            connection->watch({.table = table, .names = names, .sink = beside, .pace = {.everyMs = everyMs}});
        });
    }
    return store;
}

void LiveSource::setPace(const WatchPace& pace) {
    call([pace](BrokerConnection& connection) { connection.setPace(pace); });
    for (const Other& other : m_others)
        call([connection = other.connection, pace](BrokerConnection&) { connection->setPace(pace); });
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
    for (const Other& other : m_others)
        call([connection = other.connection](BrokerConnection&) { connection->stopWatching(); });
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
    struct Asked {
        QString name;
        std::shared_ptr<BrokerTap> tap;
    };
    std::vector<Asked> asked{{m_settings.name, m_plugin.tap(m_settings)}};
    for (const Other& other : m_others)
        asked.push_back({other.settings.name, other.plugin->tap(other.settings)});
    const auto errand = std::make_shared<Foretelling>(this);
    connect(this, &QObject::destroyed, [errand] { errand->drop(); });
    WaitingErrand::start([this, errand, asked = std::move(asked), wish = tapped()] {
        TapForecast together;
        for (const Asked& one : asked) {
            TapForecast forecast;
            if (one.tap)
                forecast = one.tap->forecast(wish);
            else
                forecast.problem = notFollowed();
            together = asked.size() == 1 ? forecast : both(together, std::move(forecast), one.name);
        }
        errand->tell([this, together] { emit messagesForetold(together); });
    });
}

void LiveSource::showMessages(const MessageWish& wish) {
    if (!m_feed)
        return;
    m_tap = tapOf(m_plugin, m_settings, wish, 0);
    int which = 0;
    for (Other& other : m_others)
        other.tap = tapOf(*other.plugin, other.settings, wish, ++which);
}

std::unique_ptr<MessageTap> LiveSource::tapOf(const BrokerPlugin& plugin, ConnectionSettings settings,
                                              const MessageWish& wish, int which) {
    const auto say = [this, which](const MessagesStatus& status) {
        if (which == 0)
            emit messagesChanged(status);
        else
            emit otherMessagesChanged(status, which);
    };
    // The connection's own switch, and this act's: both.
    settings.mayWrite = settings.mayWrite && wish.mayMakeQueues;
    std::shared_ptr<BrokerTap> tap = plugin.tap(settings);
    if (!tap) {
        MessagesStatus none;
        none.state = MessagesStatus::State::Refused;
        none.problem = notFollowed();
        say(none);
        return nullptr;
    }
    return std::make_unique<MessageTap>(
        std::move(tap), tapped(), wish,
        MessageTap::Listener{
            m_connection,
            [feed = m_feed, diagram = m_diagram](const std::vector<MessageSighting>& sightings,
                                                 const std::vector<FlowSample>& samples) {
                feed->take(sightings, samples, *diagram);
            },
            [say, which, feed = m_feed, diagram = m_diagram](MessagesStatus status) {
                // Only of queues, of which one broker has all.
                if (which == 0)
                    status.unseen = feed->follow(status.state == MessagesStatus::State::Showing, *diagram);
                say(status);
            }});
}

void LiveSource::hideMessages() {
    for (Other& other : m_others)
        other.tap.reset();
    if (!m_tap)
        return;
    m_tap.reset();
    emit messagesChanged({});
}

}  // namespace sluice
