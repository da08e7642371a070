#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/engine/simulation.h"
#include "core/live/brokerplan.h"
#include "plugins/api/brokerplugin.h"

namespace sluice {

class RealBroker;
class TraceStore;

/// A scenario that is played with real queues and topics instead of those in the program: services and
/// clients are simulated, messages are real. All that it needs is made on the brokers under names of its own,
/// and goes when it is over; what stands there already is neither read nor written. Its functions wait; one
/// thread, with a QCoreApplication.
class RealRun {
public:
    struct Place {
        const BrokerPlugin* plugin = nullptr;
        ConnectionSettings settings{};  ///< that allow writing
        QString name{};                 ///< for people
    };
    struct Wish {
        std::shared_ptr<const Diagram> drawing;
        RunOptions options;
        std::vector<Place> places;  ///< an element stands on the first that can have its kind
        QString prefix;             ///< of all names: "sluice-run-7f3a."
        bool keeps = false;         ///< what was made stays
    };
    /// How many messages a queue or topic holds in the end.
    struct Held {
        std::string element;  ///< id
        qint64 told = 0;      ///< by the trace
        qint64 found = 0;     ///< on the broker; -1: not known
    };
    using Wrap = std::function<std::unique_ptr<BrokerChanges>(std::unique_ptr<BrokerChanges>, const Place&)>;

    /// Nothing is contacted yet. Errors: a design that cannot run, no element that could stand there.
    /// `wrap`: who writes down what is changed.
    static Result<std::unique_ptr<RealRun>> create(Wish wish, const Wrap& wrap);
    ~RealRun();
    RealRun(const RealRun&) = delete;
    RealRun& operator=(const RealRun&) = delete;

    /// What is played in the program all the same, and why: sentences.
    [[nodiscard]] const std::vector<std::string>& notes() const { return m_notes; }
    /// What will be made.
    [[nodiscard]] std::vector<BrokerStep> steps() const;
    /// The scenario without what cannot be done to a broker.
    [[nodiscard]] const Diagram& drawing() const { return m_drawing; }

    /// Makes what is needed and connects. What was made goes with tearDown(), also after an error.
    Result<void> setUp();
    [[nodiscard]] std::shared_ptr<const EntityTable> table() const { return m_simulation->table(); }
    [[nodiscard]] const Simulation& simulation() const { return *m_simulation; }
    /// Plays it as time goes by, and finishes the sink. `goOn` is called often.
    void play(TraceSink& sink, const std::function<void(const Progress&)>& goOn, const std::stop_token& stop);
    /// After play(): what the queues and topics hold.
    [[nodiscard]] std::vector<Held> held(const TraceStore& trace);
    /// Errors: what could not be taken away again, with its name.
    Result<void> tearDown();

private:
    struct Side {
        Place place;
        std::unique_ptr<BrokerChanges> changes;
        std::unique_ptr<BrokerClients> clients;
        std::vector<BrokerStep> steps;
        std::size_t made = 0;  ///< of the steps
    };
    RealRun() = default;

    Wish m_wish;
    Diagram m_drawing;
    std::vector<std::string> m_notes;
    std::vector<QString> m_names;  ///< by EntityId
    std::vector<int> m_sideOf;     ///< by element; -1: in the program
    std::vector<Side> m_sides;
    std::shared_ptr<RealBroker> m_broker;
    std::unique_ptr<Simulation> m_simulation;
};

}  // namespace sluice
