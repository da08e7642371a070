#include "app/enginethread.h"

#include <algorithm>
#include <chrono>

namespace sluice {

namespace {

constexpr Duration kFirstSlice = std::chrono::milliseconds(10);
constexpr Duration kLongestSlice = std::chrono::hours(1);
// A slice of that many events takes about a millisecond: short enough to stop and to report at once.
constexpr std::uint64_t kFewEvents = 2'000;
constexpr std::uint64_t kManyEvents = 16'000;
constexpr auto kFlushEvery = std::chrono::seconds(1);  // of a recording: no more is lost in a crash

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

bool EngineThread::record(std::shared_ptr<TraceJournal> journal) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_progress.finished)
            return false;
        m_nextJournals.push_back(std::move(journal));
    }
    m_changed.notify_one();
    return true;
}

void EngineThread::takeJournals(TraceStore& store) {
    std::vector<std::shared_ptr<TraceJournal>> next;
    {
        const std::lock_guard lock(m_mutex);
        next.swap(m_nextJournals);
    }
    // One that is ended right away still gets what there is.
    for (std::shared_ptr<TraceJournal>& journal : next)
        changeJournal(store, std::move(journal));
}

void EngineThread::changeJournal(TraceStore& store, std::shared_ptr<TraceJournal> journal) {
    if (m_journal && !store.finished()) {
        store.flushJournal();
        m_journal->finish(Error{ErrorCode::Cancelled, "the recording was stopped here", {}}, store.horizon());
    }
    m_journal = std::move(journal);
    store.setJournal(m_journal);
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
    auto flushed = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        TraceTime until;
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [this] { return mayGoOn() || !m_nextJournals.empty(); }))
                break;
            until = before.now + slice;
            if (m_progress.events >= m_allowance.leastEvents)
                until = std::min(until, m_allowance.until);
        }
        takeJournals(*store);
        {
            const std::lock_guard lock(m_mutex);
            if (!mayGoOn())
                continue;
        }
        const Progress progress = simulation.runUntil(until, *store, stop);
        const std::uint64_t events = progress.events - before.events;
        if (events < kFewEvents)
            slice = std::min(slice * 2, kLongestSlice);
        else if (events > kManyEvents)
            slice = std::max(slice / 2, Duration(1));
        before = progress;
        if (m_journal && std::chrono::steady_clock::now() - flushed >= kFlushEvery) {
            store->flushJournal();
            flushed = std::chrono::steady_clock::now();
        }
        const std::uint64_t fingerprint = simulation.fingerprint();
        {
            const std::lock_guard lock(m_mutex);
            m_progress = progress;
            m_fingerprint = fingerprint;
        }
        if (progress.finished) {
            takeJournals(*store);
            return;
        }
    }
    takeJournals(*store);
    changeJournal(*store, nullptr);
}

}  // namespace sluice
