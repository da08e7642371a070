#pragma once

#include <QTimer>
#include <functional>

#include "plugins/api/brokerwatcher.h"
#include "plugins/rabbitmq/askingcost.h"
#include "plugins/rabbitmq/httptransport.h"
#include "plugins/rabbitmq/reporter.h"

namespace sluice::rabbitmq {

/// Asks the broker for its figures and puts them into the trace; keeps to its budget.
class Watcher : public BrokerWatcher {
    Q_OBJECT

public:
    Watcher(HttpTransport& transport, const ConnectionSettings& settings, const WatchOrder& order,
            QObject* parent);

protected:
    void ask() override;
    void connected() override;
    void disconnected() override;
    [[nodiscard]] int interval() const override;

private:
    void askMetrics();
    [[nodiscard]] AskingCost::Time clock() const;
    void askManagement();
    void askAlarms();
    void alarmsAnswered(QNetworkReply& reply);
    /// Of the broker as a whole.
    void tell(Gauge gauge, std::int64_t value);
    void metricsAnswered(QNetworkReply& reply);
    void managementAnswered(QNetworkReply& reply);
    /// `read` takes a whole answer into the reporter; false if it is none of RabbitMQ's.
    void take(QNetworkReply& reply, const std::function<bool(const QByteArray&)>& read,
              const BrokerProblem& unreadable);
    void measureCost();

    HttpTransport& m_transport;
    Reporter m_reporter;
    QTimer m_alarms;
    bool m_management;  ///< there is no Prometheus endpoint
    AskingCost m_cost;
    bool m_counting = true;     ///< this round asks for the consumers, too
    bool m_countedLast = true;  ///< and the last that was answered did
    double m_answeringSeconds = 0;
    double m_answers = 0;
    std::int64_t m_toldCost = -1;
    int m_toldAlarm = 0;
};

}  // namespace sluice::rabbitmq
