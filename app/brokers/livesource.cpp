#include "app/brokers/livesource.h"

#include <QTimer>

#include "app/brokers/guardedapplication.h"
#include "app/brokers/livefeed.h"
#include "app/brokers/messagetap.h"
#include "app/brokers/waitingerrand.h"
#include "core/live/watchtable.h"
#include "plugins/api/pluginfailure.h"

namespace sluice {

namespace {

/// A watch goes on for days: what is older than this much lies in a temporary file, and is read when somebody
/// looks there.
constexpr std::size_t kTraceInMemory = std::size_t{48} << 20U;
constexpr int kTick = 100;  // ms from one look at the clock to the next
constexpr auto kTicker = "ticker";

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

LiveSource::LiveSource(const BrokerPlugin& plugin, const ConnectionSettings& settings, QObject* parent)
    : QObject(parent) {
    m_thread.setObjectName("broker");
    add(plugin, settings);
    BrokerConnection* const connection = m_brokers.front().connection;
    connect(connection, &BrokerConnection::tested, this, &LiveSource::tested);
    connect(connection, &BrokerConnection::discovered, this, &LiveSource::discovered);
    connect(connection, &BrokerConnection::discoveryFailed, this, &LiveSource::discoveryFailed);
}

void LiveSource::add(const BrokerPlugin& plugin, const ConnectionSettings& settings) {
    const int which = static_cast<int>(m_brokers.size());
    BrokerConnection* const connection = plugin.connection(settings).release();
    m_brokers.push_back({&plugin, settings, connection});
    QList<void*> connections;
    for (const Broker& broker : m_brokers)
        connections << broker.connection;
    m_thread.setProperty(kConnectionsOfThread, QVariant::fromValue(connections));
    connection->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, connection, &QObject::deleteLater);
    connect(
        connection, &BrokerConnection::statusChanged, this,
        [this, which](const WatchStatus& status) { emit statusChanged(status, which); },
        Qt::QueuedConnection);
}

LiveSource::~LiveSource() {
    for (const Broker& broker : m_brokers)
        broker.connection->disconnect(this);
    blockSignals(true);
    stopWatching();
    // In its turn: what was asked before is done first, above all finishing the store.
    call(m_brokers.front(), [this](BrokerConnection&) { m_thread.quit(); });
    m_thread.wait();
}

void LiveSource::call(const Broker& broker, std::function<void(BrokerConnection&)> what) {
    // Not before: until then another broker may be added.
    m_thread.start();
    QMetaObject::invokeMethod(
        broker.connection,
        [connection = broker.connection, name = broker.settings.plugin, what = std::move(what)] {
            try {
                what(*connection);
            } catch (...) {
                connection->fail(pluginFailure(name));
            }
        },
        Qt::QueuedConnection);
}

void LiveSource::callFeed(std::function<void(LiveFeed&)> what) {
    call(m_brokers.front(), [feed = m_feed, what = std::move(what)](BrokerConnection&) { what(*feed); });
}

void LiveSource::test() {
    call(m_brokers.front(), [](BrokerConnection& connection) { connection.test(); });
}

void LiveSource::discover() {
    call(m_brokers.front(), [](BrokerConnection& connection) { connection.discover(); });
}

std::shared_ptr<TraceStore> LiveSource::watch(std::shared_ptr<const Diagram> drawing, int everyMs) {
    stopWatching();
    m_diagram = std::move(drawing);
    const Diagram& diagram = *m_diagram;
    const std::shared_ptr<EntityTable> named = watchTable(diagram);
    named->texts = std::make_shared<MessageTexts>();
    const std::shared_ptr<const EntityTable> table = named;
    auto store = std::make_shared<TraceStore>(table, kTraceInMemory);
    m_places.begin(*table);
    m_feed = std::make_shared<LiveFeed>(store, m_places.rulesOf(diagram), m_brokers.size());
    call(m_brokers.front(), [feed = m_feed](BrokerConnection& connection) {
        auto* ticker = new QTimer(&connection);
        ticker->setObjectName(kTicker);
        QObject::connect(ticker, &QTimer::timeout, ticker, [feed] { feed->tick(); });
        ticker->start(kTick);
    });
    for (std::size_t i = 0; i < m_brokers.size(); ++i) {
        call(m_brokers[i], [sink = LiveFeed::sinkOf(m_feed, i), table, drawn = m_diagram,
                            everyMs](BrokerConnection& connection) {
            connection.watch(
                {.table = table, .names = brokerNames(*drawn), .sink = sink, .pace = {.everyMs = everyMs}});
        });
    }
    return store;
}

void LiveSource::setPace(const WatchPace& pace) {
    for (const Broker& broker : m_brokers)
        call(broker, [pace](BrokerConnection& connection) { connection.setPace(pace); });
}

void LiveSource::setAlerts(const Diagram& diagram) {
    if (m_feed)
        callFeed([rules = m_places.rulesOf(diagram)](LiveFeed& feed) { feed.setAlerts(rules); });
}

void LiveSource::stopWatching() {
    if (!m_feed)
        return;
    hideMessages();
    for (const Broker& broker : m_brokers)
        call(broker, [](BrokerConnection& connection) { connection.stopWatching(); });
    call(m_brokers.front(), [feed = std::exchange(m_feed, nullptr)](BrokerConnection& connection) {
        feed->finish();
        delete connection.findChild<QTimer*>(kTicker, Qt::FindDirectChildrenOnly);
    });
}

bool LiveSource::record(const std::shared_ptr<TraceJournal>& journal) {
    if (!m_feed)
        return false;
    callFeed([journal](LiveFeed& feed) { feed.record(journal); });
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
    std::vector<Asked> asked;
    for (const Broker& broker : m_brokers)
        asked.push_back({broker.settings.name, broker.plugin->tap(broker.settings)});
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
    for (std::size_t i = 0; i < m_brokers.size(); ++i)
        m_brokers[i].tap = tapOf(static_cast<int>(i), wish);
}

std::unique_ptr<MessageTap> LiveSource::tapOf(int which, const MessageWish& wish) {
    const auto place = static_cast<std::size_t>(which);
    const Broker& broker = m_brokers[place];
    ConnectionSettings settings = broker.settings;
    // The connection's own switch, and this act's: both.
    settings.mayWrite = settings.mayWrite && wish.mayMakeQueues;
    std::shared_ptr<BrokerTap> tap = broker.plugin->tap(settings);
    if (!tap) {
        MessagesStatus none;
        none.state = MessagesStatus::State::Refused;
        none.problem = notFollowed();
        emit messagesChanged(none, which);
        return nullptr;
    }
    return std::make_unique<MessageTap>(
        std::move(tap), tapped(), wish,
        MessageTap::Listener{
            broker.connection,
            [feed = m_feed, diagram = m_diagram, place](const std::vector<MessageSighting>& sightings,
                                                        const std::vector<FlowSample>& samples) {
                feed->take(place, sightings, samples, *diagram);
            },
            [this, which, place, feed = m_feed, diagram = m_diagram](MessagesStatus status) {
                status.unseen = feed->follow(place, status.state == MessagesStatus::State::Showing, *diagram);
                emit messagesChanged(status, which);
            }});
}

void LiveSource::hideMessages() {
    for (std::size_t i = 0; i < m_brokers.size(); ++i) {
        if (std::exchange(m_brokers[i].tap, nullptr))
            emit messagesChanged({}, static_cast<int>(i));
    }
}

}  // namespace sluice
