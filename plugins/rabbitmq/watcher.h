#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <memory>

#include "plugins/rabbitmq/httptransport.h"
#include "plugins/rabbitmq/reporter.h"

namespace sluice::rabbitmq {

/// Asks the broker for its figures again and again and puts them into the trace; keeps to its budget; tries
/// again, ever more rarely, when the broker is away. Begins with start(), ends with stop(). Lives on the
/// connection's thread.
class Watcher : public QObject {
    Q_OBJECT

public:
    Watcher(HttpTransport& transport, const ConnectionSettings& settings, const WatchOrder& order,
            QObject* parent);
    void start();
    /// Finishes the sink; nothing is asked any more.
    void stop();

signals:
    void statusChanged(const sluice::WatchStatus& status);

private:
    void ask();
    void askManagement();
    /// Of the broker as a whole.
    void tell(Gauge gauge, std::int64_t value);
    void askAlarms();
    void answered(QNetworkReply& reply);
    void managementAnswered(QNetworkReply& reply);
    void report(std::vector<TraceEvent> events);
    void measureCost(qint64 roundTripMs);
    void lost(const BrokerProblem& problem);
    void again();
    [[nodiscard]] TraceTime now() const { return TraceTime(m_clock.nsecsElapsed()); }
    [[nodiscard]] int interval() const;

    HttpTransport& m_transport;
    ConnectionSettings m_settings;
    WatchOrder m_order;
    Reporter m_reporter;
    WatchStatus m_status;
    QElapsedTimer m_clock;
    QElapsedTimer m_question;
    QTimer m_next;
    QTimer m_alarms;
    TraceTime m_lostAt{};
    bool m_connected = false;
    bool m_everConnected = false;
    bool m_running = false;
    bool m_management = false;  ///< there is no Prometheus endpoint
    int m_failures = 0;
    double m_cost = 0;  ///< seconds of the broker that one answer takes, smoothed
    double m_answeringSeconds = 0;
    double m_answers = 0;
    std::int64_t m_toldCost = -1;
    int m_toldAlarm = 0;
};

}  // namespace sluice::rabbitmq
