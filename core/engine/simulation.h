#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/base/result.h"
#include "core/diagram/diagram.h"
#include "core/trace/source.h"

namespace sluice {

class OutsideBroker;
struct OutsideNews;

/// What a run is made of.
struct RunOptions {
    std::string scenario;  ///< id or name; empty: the first, or a default one when there is none
    std::optional<std::uint64_t> seed{};  ///< instead of the scenario's
    std::optional<Duration> until{};      ///< instead of the scenario's
};

/// How far a run has come.
struct Progress {
    TraceTime now{};
    TraceTime end{};
    std::uint64_t events = 0;
    bool finished = false;
};

/// A diagram and a scenario, compiled and ready to run: Topology and Engine together, the way the program and
/// the command line use them. No threads, no wall clock: runUntil() runs where it is called. Same diagram,
/// scenario and seed: same events and the same fingerprint, whoever compiled it.
class Simulation {
public:
    /// Errors: no such scenario; a design that cannot run, with the place.
    /// `outside`: where some of the queues and topics stand; the run is then one that nobody can repeat, and
    /// runUntil() is to be called as time goes by.
    static Result<Simulation> create(const Diagram& diagram, const RunOptions& options,
                                     std::shared_ptr<OutsideBroker> outside = nullptr);
    Simulation(Simulation&&) noexcept;
    Simulation& operator=(Simulation&&) noexcept;
    ~Simulation();

    [[nodiscard]] std::shared_ptr<const EntityTable> table() const;
    /// As it is played: until when the options want it.
    [[nodiscard]] const Scenario& scenario() const;
    [[nodiscard]] std::uint64_t seed() const;
    /// When workload and actions end. The run itself ends when nothing is in flight after that, or after a
    /// grace period as long as the scenario again, or as what was done by hand later.
    [[nodiscard]] TraceTime end() const;

    /// Runs to `time` (or the end, if that is earlier), handing batches to the sink, which it finishes at the
    /// end or when stopped. Call again to go on. A run that gets no further, since something goes round
    /// without taking time, is finished with an error that names the circle.
    Progress runUntil(TraceTime time, TraceSink& sink, const std::stop_token& stop = {});
    /// The broker outside tells something that happens where runUntil() has come to.
    void tell(const OutsideNews& news);

    /// 64-bit digest of every event so far; 16 hexadecimal digits in text.
    [[nodiscard]] std::uint64_t fingerprint() const;

private:
    struct Private;
    explicit Simulation(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

}  // namespace sluice
