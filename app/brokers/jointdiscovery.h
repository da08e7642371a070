#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "plugins/api/brokerplugin.h"

namespace sluice {

class LiveSource;

/// Asks several brokers what they have, all at once, and joins it into one drawing. Lives on the window's
/// thread; owned by whoever asks. Destroying it asks no more.
class JointDiscovery : public QObject {
    Q_OBJECT

public:
    struct Broker {
        const BrokerPlugin* plugin = nullptr;
        ConnectionSettings connection;
    };
    explicit JointDiscovery(const std::vector<Broker>& brokers, QObject* parent = nullptr);
    ~JointDiscovery() override;

    /// discovered() or failed() follows, once.
    void start();
    /// What each of them has, in their order; once discovered.
    [[nodiscard]] const std::vector<std::shared_ptr<const Diagram>>& each() const { return m_each; }

signals:
    /// The milliseconds are those of the slowest.
    void discovered(const sluice::Discovery& together);
    /// One of them failed: a drawing without it would tell that nothing is there.
    void failed(const sluice::BrokerProblem& problem);

private:
    void take(std::size_t which, const Discovery& discovery);
    void fail(std::size_t which, BrokerProblem problem);

    std::vector<std::unique_ptr<LiveSource>> m_sources;
    std::vector<Discovery> m_found;
    std::vector<std::shared_ptr<const Diagram>> m_each;
    bool m_over = false;
};

}  // namespace sluice
