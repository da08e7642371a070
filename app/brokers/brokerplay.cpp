#include "app/brokers/brokerplay.h"

#include <chrono>
#include <mutex>
#include <stop_token>

#include "app/brokers/waitingerrand.h"

namespace sluice {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPlayTelling = std::chrono::milliseconds(100);
constexpr auto kPlayFlushing = std::chrono::seconds(1);  // of a recording

}  // namespace

/// Between the run, which appends on the errand's thread, and the store: whoever records is changed there.
class BrokerPlay::Errand : public WaitingErrand, public TraceSink {
public:
    Errand(BrokerPlay& to, std::unique_ptr<RealRun> run)
        : WaitingErrand(&to), m_to(to), m_run(std::move(run)) {}

    void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
        changeJournal();
        m_store->accept(events, horizon);
    }
    void finish(const Result<void>& outcome) override {
        changeJournal();
        m_store->finish(outcome);
        m_store->setJournal(nullptr);
        if (!outcome && !isStopped())
            m_end.problem = QString::fromStdString(outcome.error().text());
    }
    void record(std::shared_ptr<TraceJournal> journal) {
        const std::lock_guard lock(m_mutex);
        m_wanted = std::move(journal);
        m_changed = true;
    }

    void stopPlaying() {
        stop();
        m_stop.request_stop();
    }

    void work() {
        if (const auto made = m_run->setUp(); !made) {
            m_end.problem = QString::fromStdString(made.error().text());
        } else {
            m_store = std::make_shared<TraceStore>(m_run->table());
            const Scenario scenario = m_run->simulation().scenario();
            const std::uint64_t seed = m_run->simulation().seed();
            say([store = m_store, scenario, seed](BrokerPlay& play) {
                play.m_store = store;
                play.m_scenario = scenario;
                play.m_seed = seed;
                emit play.began();
            });
            m_run->play(
                *this, [this](const Progress& progress) { goOn(progress); }, m_stop.get_token());
            m_end.stopped = isStopped();
            say([](BrokerPlay& play) { emit play.takingAway(); });
            if (m_end.problem.isEmpty() && !m_end.stopped)
                m_end.held = m_run->held(*m_store);
        }
        if (const auto gone = m_run->tearDown(); !gone)
            m_end.left = QString::fromStdString(gone.error().text());
        say([end = m_end](BrokerPlay& play) { emit play.ended(end); });
    }

private:
    template <class Word>
    void say(Word word) {
        tell([&to = m_to, word = std::move(word)] { word(to); });
    }
    void goOn(const Progress& progress) {
        const Clock::time_point now = Clock::now();
        if (now - m_flushed > kPlayFlushing) {
            m_flushed = now;
            changeJournal();
            m_store->flushJournal();
        }
        if (now - m_told < kPlayTelling)
            return;
        m_told = now;
        say([progress](BrokerPlay& play) { emit play.progressed(progress.now, progress.end); });
    }
    void changeJournal() {
        const std::lock_guard lock(m_mutex);
        if (!std::exchange(m_changed, false))
            return;
        if (m_journal) {
            m_store->flushJournal();
            m_journal->finish(Error{ErrorCode::Cancelled, "the recording was stopped here", {}},
                              m_store->horizon());
        }
        m_journal = m_wanted;
        m_store->setJournal(m_journal);
    }

    BrokerPlay& m_to;
    std::unique_ptr<RealRun> m_run;
    std::shared_ptr<TraceStore> m_store;
    std::stop_source m_stop;
    BrokerPlayEnd m_end;
    Clock::time_point m_told{};
    Clock::time_point m_flushed{};
    std::mutex m_mutex;
    std::shared_ptr<TraceJournal> m_wanted;
    std::shared_ptr<TraceJournal> m_journal;
    bool m_changed = false;
};

BrokerPlay::BrokerPlay(std::unique_ptr<RealRun> run, QObject* parent)
    : QObject(parent), m_errand(std::make_shared<Errand>(*this, std::move(run))) {}

BrokerPlay::~BrokerPlay() {
    m_errand->stopPlaying();
    m_errand->drop();
}

void BrokerPlay::start() {
    WaitingErrand::start([errand = m_errand] { errand->work(); });
}

void BrokerPlay::stop() {
    m_errand->stopPlaying();
}

bool BrokerPlay::record(const std::shared_ptr<TraceJournal>& journal) {
    if (!m_store || m_store->finished())
        return false;
    m_errand->record(journal);
    return true;
}

}  // namespace sluice
