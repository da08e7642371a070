#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "core/diagram/diagram.h"
#include "core/engine/simulation.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// Compiles a diagram and runs it into a store, on a thread of its own and no further ahead than it is asked
/// to. Destroying it stops the run. The object may be used from one thread; owned by the run session.
class EngineThread {
public:
    /// What there is once the diagram is compiled.
    struct Prepared {
        std::shared_ptr<TraceStore> store;
        Scenario scenario;
        std::uint64_t seed = 0;
        TraceTime end{};
    };
    using PreparedCallback = std::function<void(Result<Prepared>)>;

    /// How far ahead the run may go: to `until` or until there are `leastEvents`, whichever comes later, but
    /// not past `mostEvents` by more than a slice.
    struct Allowance {
        TraceTime until{};
        std::uint64_t leastEvents = 0;
        std::uint64_t mostEvents = 0;
        bool operator==(const Allowance&) const = default;
    };

    /// `prepared` is called on the engine's thread, once; without a value the thread has ended.
    EngineThread(std::shared_ptr<const Diagram> diagram, RunOptions options, PreparedCallback prepared);
    ~EngineThread();
    EngineThread(const EngineThread&) = delete;
    EngineThread& operator=(const EngineThread&) = delete;

    void allow(const Allowance& allowance);
    /// Keeps the run in the journal: what there is and what comes. One that was there before is finished;
    /// null only does that. When the thread ends, its journal is finished too. False when the run has come to
    /// its end, and the store is the caller's alone.
    bool record(std::shared_ptr<TraceJournal> journal);
    [[nodiscard]] Progress progress() const;
    /// Of the events so far; final once progress().finished.
    [[nodiscard]] std::uint64_t fingerprint() const;

private:
    void run(const std::stop_token& stop, const std::shared_ptr<const Diagram>& diagram,
             const RunOptions& options, const PreparedCallback& prepared);
    void takeJournals(TraceStore& store);
    void changeJournal(TraceStore& store, std::shared_ptr<TraceJournal> journal);
    [[nodiscard]] bool mayGoOn() const;

    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    Allowance m_allowance;
    Progress m_progress;
    std::uint64_t m_fingerprint = 0;
    std::vector<std::shared_ptr<TraceJournal>> m_nextJournals;  ///< asked for and not yet taken, in order
    std::shared_ptr<TraceJournal> m_journal;                    ///< the engine's thread only
    std::jthread m_thread;                                      ///< last: it uses all of the above
};

}  // namespace sluice
