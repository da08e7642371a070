#include "app/runsession.h"

#include <algorithm>
#include <cmath>

namespace sluice {

namespace {

constexpr int kFrame = 16;  // ms
constexpr Duration kLongestFrame = std::chrono::milliseconds(100);
constexpr double kAhead = 2.0;              // wall seconds of playback the engine keeps ready
constexpr std::uint64_t kLeastAhead = 512;  // events, so that a step never waits
constexpr std::uint64_t kMostAhead = 2'000'000;
constexpr std::uint64_t kLeastBudget = 1'000;
constexpr std::uint64_t kMostBudget = 500'000;
constexpr double kFoldTime = 4e6;  // ns a frame may spend on folding
constexpr std::uint64_t kCollectAtOnce = 100'000;
constexpr qint64 kRatePeriod = 500;  // ms

void feed(TraceSink& sink, const TraceStore& store, Sequence& from, Sequence to) {
    to = std::min(to, from + kCollectAtOnce);
    if (from >= to)
        return;
    const std::vector<TraceEvent> events = store.read(from, to);
    if (!events.empty())
        sink.accept(events, events.back().at);
    from = to;
}

}  // namespace

RunSession::RunSession(QObject* parent) : QObject(parent) {
    m_ticker.setTimerType(Qt::PreciseTimer);
    m_ticker.setInterval(kFrame);
    connect(&m_ticker, &QTimer::timeout, this, &RunSession::frame);
}

RunSession::~RunSession() = default;

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
    stop();
    m_live = true;
    m_recordLive = std::move(record);
    m_diagram = std::move(diagram);
    m_store = std::move(store);
    m_scenario = Scenario();
    m_scenario.id = "live";
    m_scenario.name = name;
    m_seed = 0;
    begin(1);
    follow();
}

void RunSession::endWatching() {
    m_recordLive = nullptr;
}

void RunSession::follow() {
    if (!m_live || !m_store)
        return;
    m_following = true;
    m_playhead.setSpeed(1);
    startPlaying(Playhead::Direction::Forward);
}

void RunSession::begin(double speed) {
    m_system = SystemState::initial(m_store->table());
    m_playhead.setSpeed(speed > 0 ? speed : m_scenario.speed > 0 ? m_scenario.speed : 1.0);
    m_outcome = std::make_unique<OutcomeCollector>(m_store->sharedTable());
    resetIncidents();
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
    m_outcomeUpTo = 0;
    m_judgements.clear();
    m_wasAtEnd = m_stale = m_pendingStep = m_replay = m_lookAhead = m_live = m_following = false;
    m_recordLive = nullptr;
    m_journal.reset();
    m_diagram.reset();
    m_whenReady = nullptr;
    m_pendingSeek.reset();
    m_speedAfterEnd.reset();
    m_rate = 0;
    m_end = {};
    m_system = {};
    m_incidents.reset();
    m_outcome.reset();
    const auto dropped = std::exchange(m_store, nullptr);
    if (dropped)
        emit began();
    setState(State::None);
}

void RunSession::setState(State state) {
    m_runState = state;
    emit stateChanged();
}

void RunSession::play() {
    if (m_runState == State::Preparing) {
        m_whenReady = [this] { play(); };
        return;
    }
    if (!m_store || (m_runState == State::Playing && !isPlayingBackwards()))
        return;
    if (m_runState == State::Ended)
        seek(TraceTime::zero());
    // At the newest moment there is nothing to play but what comes.
    m_following = m_live && now() >= m_store->horizon() - kLongestFrame;
    startPlaying(Playhead::Direction::Forward);
}

void RunSession::playBackwards() {
    if (!m_store || isPlayingBackwards() || m_system.next == 0)
        return;
    m_following = false;
    if (std::isinf(m_playhead.speed()))
        m_playhead.setSpeed(1);
    m_speedAfterEnd.reset();
    m_pendingSeek.reset();
    m_pendingStep = false;
    startPlaying(Playhead::Direction::Backward);
}

void RunSession::startPlaying(Playhead::Direction direction) {
    m_playhead.play(direction);
    m_wall.start();
    m_rateClock.start();
    m_rateFrom = m_system.next;
    m_ticker.start();
    setState(State::Playing);
}

void RunSession::pause() {
    m_whenReady = nullptr;
    if (m_runState != State::Playing)
        return;
    m_following = false;
    m_playhead.pause();
    if (m_system.next < m_incidentsUpTo) {
        resetIncidents();
        collect();
    }
    if (m_speedAfterEnd)
        m_playhead.setSpeed(*std::exchange(m_speedAfterEnd, std::nullopt));
    m_rate = 0;
    allowEngine();
    setState(State::Paused);
}

void RunSession::togglePlay() {
    if (m_runState == State::Playing || m_whenReady)
        pause();
    else
        play();
}

void RunSession::jumpTo(SystemState state, TraceTime at) {
    m_following = false;
    const bool back = state.next < m_incidentsUpTo;
    m_system = std::move(state);
    m_playhead.seek(at);
    if (back)
        resetIncidents();
    collect();
    allowEngine();
    if (m_runState == State::Ended)
        setState(State::Paused);
    emit moved();
}

void RunSession::stepForward() {
    if (m_runState == State::Preparing)
        m_whenReady = [this] { stepForward(); };
    if (!m_store)
        return;
    pause();
    if (m_system.next >= m_store->size()) {
        m_pendingStep = !engineFinished();
        if (m_pendingStep)
            m_ticker.start();
        else
            reachEnd();
        return;
    }
    const Sequence next = m_system.next;
    jumpTo(m_store->stateAfter(next), m_store->at(next).at);
}

void RunSession::stepBack() {
    if (!m_store || m_system.next == 0)
        return;
    pause();
    const Sequence now = m_system.next;
    if (now == 1)
        jumpTo(SystemState::initial(m_store->table()), TraceTime::zero());
    else
        jumpTo(m_store->stateAfter(now - 2), m_store->at(now - 2).at);
}

void RunSession::seek(TraceTime to) {
    if (m_runState == State::Preparing)
        m_whenReady = [this, to] { seek(to); };
    if (!m_store)
        return;
    to = std::max(to, TraceTime::zero());
    m_pendingStep = false;
    m_pendingSeek.reset();
    if (to > m_store->horizon() && !engineFinished()) {
        m_pendingSeek = to;
        allowEngine();
        m_wall.start();
        m_ticker.start();
        emit stateChanged();
        return;
    }
    to = std::min(to, m_store->horizon());
    m_wall.start();
    jumpTo(m_store->stateAt(to), to);
}

void RunSession::seekAfter(Sequence sequence) {
    if (!m_store || sequence >= m_store->size())
        return;
    pause();
    jumpTo(m_store->stateAfter(sequence), m_store->at(sequence).at);
}

void RunSession::runToEnd() {
    if (m_runState == State::Preparing)
        m_whenReady = [this] { runToEnd(); };
    if (!m_store)
        return;
    if (m_live && !m_store->finished())
        return follow();
    if (!m_speedAfterEnd)
        m_speedAfterEnd = m_playhead.speed();
    m_playhead.setSpeed(Playhead::asFastAsPossible());
    play();
    emit stateChanged();
}

void RunSession::setSpeed(double speed) {
    m_requestedSpeed = speed;
    m_speedAfterEnd.reset();
    m_playhead.setSpeed(speed);
    allowEngine();
    emit stateChanged();
}

void RunSession::lookAhead(bool wanted) {
    if (m_lookAhead == wanted)
        return;
    m_lookAhead = wanted;
    allowEngine();
}

void RunSession::markStale() {
    if (m_stale || m_runState == State::None)
        return;
    m_stale = true;
    emit stateChanged();
}

std::optional<std::uint64_t> RunSession::fingerprint() const {
    if (!m_engine || !engineFinished())
        return std::nullopt;
    return m_engine->fingerprint();
}

bool RunSession::engineFinished() const {
    return m_store && m_store->finished() &&
           (m_replay || m_live || (m_engine && m_engine->progress().finished));
}

std::optional<double> RunSession::progress() const {
    if (!m_store || m_end <= TraceTime::zero())
        return std::nullopt;
    if (m_pendingSeek)
        return std::min(1.0, seconds(m_store->horizon()) / std::max(seconds(*m_pendingSeek), 1e-9));
    if (m_runState == State::Playing && std::isinf(m_playhead.speed()))
        return std::min(1.0, seconds(now()) / seconds(m_end));
    return std::nullopt;
}

void RunSession::allowEngine() {
    if (!m_engine || !m_store)
        return;
    const double speed = m_playhead.speed();
    TraceTime until = TraceTime::max();
    if (!std::isinf(speed))
        until = now() + fromSeconds(kAhead * speed);
    if (m_pendingSeek)
        until = std::max(until, *m_pendingSeek);
    if (m_lookAhead)
        until = TraceTime::max();
    // What is waited for is not held back by the number of events.
    const std::uint64_t most = m_pendingSeek || m_lookAhead ? UINT64_MAX : m_system.next + kMostAhead;
    m_engine->allow({until, m_system.next + kLeastAhead, most});
}

TraceTime RunSession::foldLimit() const {
    const TraceTime horizon = m_store->horizon();
    const Sequence last = m_system.next + m_foldBudget;
    return last < m_store->size() ? std::min(horizon, m_store->at(last).at) : horizon;
}

void RunSession::frame() {
    if (!m_store) {
        m_ticker.stop();
        return;
    }
    if (m_pendingSeek && (m_store->horizon() >= *m_pendingSeek || engineFinished())) {
        const TraceTime to = *m_pendingSeek;
        const bool playing = m_runState == State::Playing;
        seek(to);
        emit stateChanged();
        if (!playing)
            return;
    }
    if (m_pendingStep && (m_system.next < m_store->size() || engineFinished())) {
        m_pendingStep = false;
        stepForward();
    }
    const Duration wall = std::min(Duration(m_wall.nsecsElapsed()), kLongestFrame);
    m_wall.start();
    if (isPlayingBackwards()) {
        frameBackwards(wall);
    } else if (m_runState == State::Playing && !m_pendingSeek) {
        QElapsedTimer folding;
        folding.start();
        const Sequence before = m_system.next;
        const TraceTime then = now();
        if (m_following)
            m_playhead.seek(foldLimit());
        else
            m_playhead.advance(wall, foldLimit());
        m_store->advance(m_system, now());
        collect();
        const auto spent = static_cast<double>(folding.nsecsElapsed());
        const auto folded = static_cast<double>(m_system.next - before);
        if (folded > 500) {
            const double fitting = folded * kFoldTime / std::max(spent, 1.0);
            m_foldBudget = std::clamp(static_cast<std::uint64_t>(fitting), kLeastBudget, kMostBudget);
        }
        allowEngine();
        measureRate();
        // A live trace moves some times a second; in between there is nothing to paint.
        if (!m_following || now() != then || m_system.next != before)
            emit moved();
        if (engineFinished() && m_system.next >= m_store->size() && now() >= m_store->horizon())
            reachEnd();
    } else {
        const Sequence before = m_incidentsUpTo;
        collect();
        // What is collected is only now up to the playhead, which did not move.
        if (m_incidentsUpTo != before)
            emit moved();
        if (m_pendingSeek)
            emit stateChanged();
    }
    const bool collected = m_incidentsUpTo >= m_system.next && m_outcomeUpTo >= m_system.next;
    if (m_runState != State::Playing && !m_pendingSeek && !m_pendingStep && collected)
        m_ticker.stop();
}

void RunSession::frameBackwards(Duration wall) {
    m_playhead.advance(wall, m_store->horizon());
    m_system = m_store->stateAt(now());
    // What was counted up to later on is counted anew, but not in every frame.
    if (m_system.next < m_incidentsUpTo &&
        (!m_incidentsReset.isValid() || m_incidentsReset.elapsed() > kRatePeriod)) {
        resetIncidents();
        m_incidentsReset.start();
    }
    if (m_incidentsUpTo <= m_system.next)
        collect();
    measureRate();
    emit moved();
    if (!m_playhead.isPlaying()) {
        m_incidentsReset.invalidate();
        setState(State::Paused);
        resetIncidents();
        collect();
    }
}

void RunSession::collect() {
    if (!m_outcome)
        return;
    feed(*m_outcome, *m_store, m_outcomeUpTo, m_system.next);
    feed(*m_incidents, *m_store, m_incidentsUpTo, m_system.next);
    if ((m_incidentsUpTo < m_system.next || m_outcomeUpTo < m_system.next) && !m_ticker.isActive()) {
        m_wall.start();
        m_ticker.start();
    }
}

void RunSession::resetIncidents() {
    m_incidents = std::make_unique<IncidentCollector>(m_store->sharedTable());
    m_incidentsUpTo = 0;
}

void RunSession::reachEnd() {
    pause();
    // The collectors may be behind by what one frame does not allow.
    while (m_outcomeUpTo < m_system.next)
        feed(*m_outcome, *m_store, m_outcomeUpTo, m_system.next);
    setState(State::Ended);
    // A watch has no scenario that could be judged.
    if (std::exchange(m_wasAtEnd, true) || m_live)
        return;
    m_outcome->finish({});
    m_judgements = judge(m_outcome->outcome(), m_scenario.expectations);
    emit ended();
}

void RunSession::measureRate() {
    const qint64 passed = m_rateClock.elapsed();
    if (passed < kRatePeriod)
        return;
    const Sequence now = m_system.next;
    const auto events = static_cast<double>(std::max(now, m_rateFrom) - std::min(now, m_rateFrom));
    m_rate = events * 1000.0 / static_cast<double>(passed);
    m_rateFrom = m_system.next;
    m_rateClock.start();
    emit stateChanged();
}

std::vector<Incident> RunSession::incidents() const {
    return m_incidents ? m_incidents->incidents() : std::vector<Incident>();
}

std::size_t RunSession::openIncidents() const {
    return m_incidents ? m_incidents->openCount() : 0;
}

Outcome RunSession::outcome() const {
    return m_outcome ? m_outcome->outcome() : Outcome();
}

}  // namespace sluice
