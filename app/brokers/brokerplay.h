#pragma once

#include <QObject>
#include <memory>

#include "app/brokers/realrun.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// How a run on real brokers ended.
struct BrokerPlayEnd {
    QString problem{};  ///< empty: it came to its end
    bool stopped = false;
    QString left{};  ///< what could not be taken away again
    std::vector<RealRun::Held> held{};
};

/// A run with real queues and topics on a thread of its own: makes them, plays, and takes them away. Lives on
/// the window's thread; owned by who shows it. Destroying it stops the run and does not wait; what was made
/// still goes.
class BrokerPlay : public QObject {
    Q_OBJECT

public:
    explicit BrokerPlay(std::unique_ptr<RealRun> run, QObject* parent = nullptr);
    ~BrokerPlay() override;

    /// began() follows, or at once ended().
    void start();
    void stop();
    /// From began() on.
    [[nodiscard]] const std::shared_ptr<TraceStore>& store() const { return m_store; }
    [[nodiscard]] const Scenario& scenario() const { return m_scenario; }
    [[nodiscard]] std::uint64_t seed() const { return m_seed; }
    /// Keeps the trace in the journal, all there is and what comes; null ends that. False after the end.
    bool record(const std::shared_ptr<TraceJournal>& journal);

signals:
    void began();
    /// Ten times a second or so.
    void progressed(sluice::TraceTime now, sluice::TraceTime end);
    /// The scenario is over, and what was made goes.
    void takingAway();
    void ended(const sluice::BrokerPlayEnd& end);

private:
    class Errand;
    std::shared_ptr<Errand> m_errand;
    std::shared_ptr<TraceStore> m_store;
    Scenario m_scenario;
    std::uint64_t m_seed = 0;
};

}  // namespace sluice
