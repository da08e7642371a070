#include "app/runsession.h"

// How a run comes to be looked at: played by the engine, read from a recording, or watched live; and how it
// goes again.
namespace sluice {

void RunSession::start(std::shared_ptr<const Diagram> diagram, const RunOptions& options, double speed) {
    stop();
    m_requestedSpeed = speed;
    m_diagram = diagram;
    const quint64 generation = ++m_generation;
    setState(State::Preparing);
    m_engine = std::make_unique<EngineThread>(std::move(diagram), options,
                                              [this, generation](Result<EngineThread::Prepared> result) {
                                                  QMetaObject::invokeMethod(
                                                      this,
                                                      [this, generation, result = std::move(result)] {
                                                          if (generation == m_generation)
                                                              prepared(result);
                                                      },
                                                      Qt::QueuedConnection);
                                              });
}

void RunSession::prepared(Result<EngineThread::Prepared> result) {
    if (!result) {
        setState(State::Failed);
        emit failed(QString::fromStdString(result.error().text()));
        return;
    }
    m_store = result->store;
    m_scenario = result->scenario;
    m_seed = result->seed;
    m_end = result->end;
    if (m_journal)
        m_engine->record(std::exchange(m_journal, nullptr));
    begin(m_requestedSpeed);
    if (const auto wanted = std::exchange(m_whenReady, nullptr))
        wanted();
}

void RunSession::replay(std::shared_ptr<const Diagram> diagram, std::shared_ptr<TraceStore> store,
                        const Scenario& scenario, std::uint64_t seed) {
    stop();
    m_replay = true;
    m_diagram = std::move(diagram);
    m_store = std::move(store);
    m_scenario = scenario;
    m_seed = seed;
    m_end = m_store->horizon();
    begin(0);
}

void RunSession::watch(std::shared_ptr<const Diagram> diagram, std::shared_ptr<TraceStore> store,
                       const std::string& name, LiveRecorder record) {
    Scenario scenario;
    scenario.id = "live";
    scenario.name = name;
    watchPlay(std::move(diagram), std::move(store), scenario, 0, std::move(record));
}

void RunSession::watchPlay(std::shared_ptr<const Diagram> diagram, std::shared_ptr<TraceStore> store,
                           const Scenario& scenario, std::uint64_t seed, LiveRecorder record) {
    stop();
    m_live = true;
    m_recordLive = std::move(record);
    m_diagram = std::move(diagram);
    m_store = std::move(store);
    m_scenario = scenario;
    m_seed = seed;
    begin(1);
    follow();
}

void RunSession::endWatching() {
    m_recordLive = nullptr;
}

void RunSession::begin(double speed) {
    m_system = SystemState::initial(m_store->table());
    m_playhead.setSpeed(speed > 0 ? speed : m_scenario.speed > 0 ? m_scenario.speed : 1.0);
    m_findings = std::make_unique<RunFindings>(m_store);
    allowEngine();
    emit began();
    setState(State::Paused);
}

bool RunSession::record(std::shared_ptr<TraceJournal> journal) {
    if (m_live)
        return m_recordLive && m_recordLive(journal);
    if (m_store)
        return m_engine && m_engine->record(std::move(journal));
    m_journal = m_engine ? std::move(journal) : nullptr;
    return m_engine != nullptr;
}

void RunSession::stop() {
    m_ticker.stop();
    ++m_generation;
    m_engine.reset();
    m_playhead = Playhead();
    m_judgements.clear();
    m_wasAtEnd = m_stale = m_pendingStep = m_replay = m_lookAhead = m_live = m_following = false;
    m_recordLive = nullptr;
    m_journal.reset();
    m_diagram.reset();
    m_whenReady = nullptr;
    m_pendingSeek.reset();
    m_speedAfterEnd.reset();
    m_rate.stop();
    m_end = {};
    m_system = {};
    m_findings.reset();
    const auto dropped = std::exchange(m_store, nullptr);
    if (dropped)
        emit began();
    setState(State::None);
}

}  // namespace sluice
