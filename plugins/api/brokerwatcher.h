#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include "plugins/api/brokerconnection.h"

namespace sluice {

/// Watches a broker, whichever: asks it again and again, tells the trace when the connection is made and
/// lost, and tries again, ever more rarely, while it is away. What is asked, and what the answers mean, is
/// the plugin's. Begins with start(), ends with stop(). Lives on the connection's thread.
class BrokerWatcher : public QObject {
    Q_OBJECT

public:
    void start();
    /// Finishes the sink; nothing is asked any more.
    void stop();
    /// Is kept to from now on; what waits for the next round waits no longer than that.
    void setPace(const WatchPace& pace);
    /// The connection is lost, and tried again later.
    void fail(const BrokerProblem& problem);

signals:
    void statusChanged(const sluice::WatchStatus& status);

protected:
    static constexpr int kLeastInterval = 500;  ///< ms between two rounds of questions

    BrokerWatcher(const WatchOrder& order, QObject* parent);

    /// One round of questions, which report() and again() answer, or lost().
    virtual void ask() = 0;
    /// The first answer since the beginning, or since the connection was lost.
    virtual void connected() {}
    /// What was known of the broker no longer holds. What it throws changes nothing.
    virtual void disconnected() = 0;

    /// Into the trace; from the first report on the broker is connected.
    void report(std::vector<TraceEvent> events);
    /// The round is over, and the next one begins interval() after this one did.
    void again();
    /// From the beginning of one round to the next, in ms, as the pace and what a round costs allow it.
    [[nodiscard]] virtual int interval() const = 0;
    void lost(const BrokerProblem& problem);

    [[nodiscard]] const WatchOrder& order() const { return m_order; }
    [[nodiscard]] WatchStatus& status() { return m_status; }
    /// An answer that comes after stop() is nobody's.
    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] bool isConnected() const { return m_connected; }
    [[nodiscard]] bool wasEverConnected() const { return m_everConnected; }
    /// Since the round began.
    [[nodiscard]] qint64 elapsedMs() const { return m_question.elapsed(); }
    [[nodiscard]] TraceTime now() const { return TraceTime(m_clock.nsecsElapsed()); }

private:
    void beginRound();
    void forget();
    void tellLoss(ConnectionLoss loss);

    WatchOrder m_order;
    WatchStatus m_status;
    QElapsedTimer m_clock;
    QElapsedTimer m_question;
    QTimer m_next;
    bool m_resting = false;  ///< between two rounds, connected
    TraceTime m_lostAt{};
    bool m_running = false;
    bool m_connected = false;
    bool m_everConnected = false;
    int m_failures = 0;
};

/// An event of which nothing is known but these.
TraceEvent observation(EventKind kind, TraceTime at, EntityId subject = kNoEntity);

}  // namespace sluice
