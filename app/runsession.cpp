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
constexpr qint64 kRecount = 500;   // ms from one count of the incidents to the next, played backwards

}  // namespace

RunSession::RunSession(QObject* parent) : QObject(parent) {
    m_ticker.setTimerType(Qt::PreciseTimer);
    m_ticker.setInterval(kFrame);
    connect(&m_ticker, &QTimer::timeout, this, &RunSession::frame);
}

RunSession::~RunSession() = default;

void RunSession::follow() {
    if (!m_live || !m_store)
        return;
    m_following = true;
    m_playhead.setSpeed(1);
    startPlaying(Playhead::Direction::Forward);
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
    m_rate.start(m_system.next);
    m_ticker.start();
    setState(State::Playing);
}

void RunSession::pause() {
    m_whenReady = nullptr;
    if (m_runState != State::Playing)
        return;
    m_following = false;
    m_playhead.pause();
    if (m_system.next < m_findings->incidentsUpTo()) {
        m_findings->restartIncidents();
        collect();
    }
    if (m_speedAfterEnd)
        m_playhead.setSpeed(*std::exchange(m_speedAfterEnd, std::nullopt));
    m_rate.stop();
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
    const bool back = state.next < m_findings->incidentsUpTo();
    m_system = std::move(state);
    m_playhead.seek(at);
    if (back)
        m_findings->restartIncidents();
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
        const Sequence before = m_findings->incidentsUpTo();
        collect();
        // What is collected is only now up to the playhead, which did not move.
        if (m_findings->incidentsUpTo() != before)
            emit moved();
        if (m_pendingSeek)
            emit stateChanged();
    }
    const bool counted = !m_findings || m_findings->isCountedUpTo(m_system.next);
    if (m_runState != State::Playing && !m_pendingSeek && !m_pendingStep && counted)
        m_ticker.stop();
}

void RunSession::frameBackwards(Duration wall) {
    m_playhead.advance(wall, m_store->horizon());
    m_system = m_store->stateAt(now());
    // What was counted up to later on is counted anew, but not in every frame.
    if (m_system.next < m_findings->incidentsUpTo() &&
        (!m_incidentsReset.isValid() || m_incidentsReset.elapsed() > kRecount)) {
        m_findings->restartIncidents();
        m_incidentsReset.start();
    }
    if (m_findings->incidentsUpTo() <= m_system.next)
        collect();
    measureRate();
    emit moved();
    if (!m_playhead.isPlaying()) {
        m_incidentsReset.invalidate();
        setState(State::Paused);
        m_findings->restartIncidents();
        collect();
    }
}

void RunSession::collect() {
    if (!m_findings)
        return;
    m_findings->countUpTo(m_system.next);
    if (!m_findings->isCountedUpTo(m_system.next) && !m_ticker.isActive()) {
        m_wall.start();
        m_ticker.start();
    }
}

void RunSession::reachEnd() {
    pause();
    m_findings->completeOutcome(m_system.next);
    setState(State::Ended);
    // A watch has no scenario that could be judged.
    if (std::exchange(m_wasAtEnd, true) || m_live)
        return;
    m_judgements = m_findings->judgements(m_scenario.expectations);
    emit ended();
}

void RunSession::measureRate() {
    if (m_rate.measure(m_system.next))
        emit stateChanged();
}

std::vector<Incident> RunSession::incidents() const {
    return m_findings ? m_findings->incidents() : std::vector<Incident>();
}

std::size_t RunSession::openIncidents() const {
    return m_findings ? m_findings->openIncidents() : 0;
}

Outcome RunSession::outcome() const {
    return m_findings ? m_findings->outcome() : Outcome();
}

}  // namespace sluice
