#pragma once

#include <QObject>
#include <QThread>
#include <memory>

#include "app/brokers/messagewish.h"
#include "core/alerts/alertplaces.h"
#include "core/trace/tracestore.h"
#include "plugins/api/brokerplugin.h"

namespace sluice {

class LiveFeed;
class MessageTap;

/// The brokers of one watch, on a thread of their own: asks and answers cross the border as queued calls, and
/// what they report goes into a store there. One broker as a rule; what is said of `which` counts them from
/// 0. Lives on the window's thread; owned by the live controller. Destroying it ends the connections.
class LiveSource : public QObject {
    Q_OBJECT

public:
    LiveSource(const BrokerPlugin& plugin, const ConnectionSettings& settings, QObject* parent = nullptr);
    ~LiveSource() override;

    /// Watches another broker on the same drawing, into the same trace, so that messages with one correlation
    /// id are one journey wherever they go. Each finds its own places by kind and name. Before watch(). While
    /// one of them cannot be reached, nothing is said to be known.
    void add(const BrokerPlugin& plugin, const ConnectionSettings& settings);

    /// Of the first broker; how several are asked together, JointDiscovery knows.
    [[nodiscard]] const ConnectionSettings& settings() const { return m_brokers.front().settings; }
    void test();
    void discover();

    /// Watches the drawing; the store is growing from then on, and finished when watching ends.
    std::shared_ptr<TraceStore> watch(std::shared_ptr<const Diagram> drawing, int everyMs);
    std::shared_ptr<TraceStore> watch(const Diagram& drawing, int everyMs) {
        return watch(std::make_shared<const Diagram>(drawing), everyMs);
    }
    /// What is watched is asked at this pace from now on; the trace goes on.
    void setPace(const WatchPace& pace);
    void stopWatching();
    /// From now on these rules are asked; those that the watch began with are known by their ids.
    void setAlerts(const Diagram& diagram);
    /// The id of the rule that the watch's alerts name by that number; empty when there is none.
    [[nodiscard]] std::string alertRuleAt(std::uint32_t place) const { return m_places.idAt(place); }
    /// Keeps the watch in the journal: what there is and what comes; null ends that. False when nothing is
    /// watched.
    bool record(const std::shared_ptr<TraceJournal>& journal);

    /// What showing single messages would do to the broker, or to all of them, is told by messagesForetold().
    void foretellMessages();
    /// Single messages of what is watched come into the same trace, until hideMessages() or the watch's end;
    /// messagesChanged() follows. Before watch() it does nothing.
    void showMessages(const MessageWish& wish);
    void hideMessages();

signals:
    void tested(const QList<sluice::TestStep>& steps);
    void discovered(const sluice::Discovery& discovery);
    void discoveryFailed(const sluice::BrokerProblem& problem);
    void statusChanged(const sluice::WatchStatus& status, int which);
    void messagesForetold(const sluice::TapForecast& forecast);
    void messagesChanged(const sluice::MessagesStatus& status, int which);

private:
    struct Broker {
        const BrokerPlugin* plugin = nullptr;
        ConnectionSettings settings;
        BrokerConnection* connection = nullptr;  ///< on the thread, and deleted there
        std::unique_ptr<MessageTap> tap{};
    };
    /// Null with what to say where it cannot be.
    [[nodiscard]] std::unique_ptr<MessageTap> tapOf(int which, const MessageWish& wish);
    /// On the thread, in the order of the calls. What a plugin throws there is that broker's failure.
    void call(const Broker& broker, std::function<void(BrokerConnection&)> what);
    /// The same for what is about the watch as a whole.
    void callFeed(std::function<void(LiveFeed&)> what);
    [[nodiscard]] TapWish tapped() const;

    QThread m_thread;
    std::vector<Broker> m_brokers;  ///< at least one
    std::shared_ptr<LiveFeed> m_feed;
    std::shared_ptr<const Diagram> m_diagram;  ///< that is watched
    AlertPlaces m_places;
};

}  // namespace sluice
