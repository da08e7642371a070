#include "app/enginethread.h"

#include <algorithm>

namespace sluice {

namespace {

constexpr Duration kFirstSlice = std::chrono::milliseconds(10);
constexpr Duration kLongestSlice = std::chrono::hours(1);
// A slice of that many events takes about a millisecond: short enough to stop and to report at once.
constexpr std::uint64_t kFewEvents = 2'000;
constexpr std::uint64_t kManyEvents = 16'000;

}  // namespace

EngineThread::EngineThread(std::shared_ptr<const Diagram> diagram, RunOptions options,
                           PreparedCallback prepared)
    : m_thread([this, diagram = std::move(diagram), options = std::move(options),
                prepared = std::move(prepared)](const std::stop_token& stop) {
          run(stop, diagram, options, prepared);
      }) {}

EngineThread::~EngineThread() = default;

void EngineThread::allow(const Allowance& allowance) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_allowance == allowance)
            return;
        m_allowance = allowance;
    }
    m_changed.notify_one();
}

Progress EngineThread::progress() const {
    const std::lock_guard lock(m_mutex);
    return m_progress;
}

std::uint64_t EngineThread::fingerprint() const {
    const std::lock_guard lock(m_mutex);
    return m_fingerprint;
}

bool EngineThread::mayGoOn() const {
    if (m_progress.events >= m_allowance.mostEvents)
        return false;
    return m_progress.now < m_allowance.until || m_progress.events < m_allowance.leastEvents;
}

void EngineThread::run(const std::stop_token& stop, const std::shared_ptr<const Diagram>& diagram,
                       const RunOptions& options, const PreparedCallback& prepared) {
    Result<Simulation> created = Simulation::create(*diagram, options);
    if (!created) {
        prepared(created.error());
        return;
    }
    Simulation simulation = std::move(created).value();
    const auto store = std::make_shared<TraceStore>(simulation.table());
    prepared(Prepared{store, simulation.scenario(), simulation.seed(), simulation.end()});

    Duration slice = kFirstSlice;
    Progress before;
    while (!stop.stop_requested()) {
        TraceTime until;
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [this] { return mayGoOn(); }))
                return;
            until = before.now + slice;
            if (m_progress.events >= m_allowance.leastEvents)
                until = std::min(until, m_allowance.until);
        }
        const Progress progress = simulation.runUntil(until, *store, stop);
        const std::uint64_t events = progress.events - before.events;
        if (events < kFewEvents)
            slice = std::min(slice * 2, kLongestSlice);
        else if (events > kManyEvents)
            slice = std::max(slice / 2, Duration(1));
        before = progress;
        const std::uint64_t fingerprint = simulation.fingerprint();
        const std::lock_guard lock(m_mutex);
        m_progress = progress;
        m_fingerprint = fingerprint;
        if (progress.finished)
            return;
    }
}

}  // namespace sluice
