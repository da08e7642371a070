#include "app/runcontroller.h"

#include "app/messagebar.h"

namespace sluice {

namespace {

constexpr int kCompareAfter = 250;  // ms without an edit

template <class T>
void strip(T& item) {
    item.note.clear();
    item.tags.clear();
}

/// What the engine sees of a diagram.
Diagram essenceOf(Diagram diagram) {
    diagram.note.clear();
    diagram.groups.clear();
    for (Element& element : diagram.elements) {
        strip(element);
        element.position = {};
        element.size = {};
        element.group.clear();
    }
    std::erase_if(diagram.elements, [](const Element& element) { return element.kind == ElementKind::Note; });
    for (Link& link : diagram.links) {
        strip(link);
        link.bends.clear();
    }
    for (Scenario& scenario : diagram.scenarios)
        scenario.note.clear();
    return diagram;
}

}  // namespace

bool runsAlike(const Diagram& one, const Diagram& other) {
    return essenceOf(one) == essenceOf(other);
}

RunController::RunController(DocumentController& documents, RunSession& session, TransportBar& transport,
                             MessageBar& messages, QObject* parent)
    : QObject(parent),
      m_documents(documents),
      m_session(session),
      m_transport(transport),
      m_messages(messages) {
    m_compare.setSingleShot(true);
    m_compare.setInterval(kCompareAfter);
    connect(&m_compare, &QTimer::timeout, this, &RunController::noticeEdit);
    connect(&documents, &DocumentController::opened, this, [this] {
        m_session.stop();
        m_messages.withdraw("run");
        m_ran.reset();
        m_scenario.clear();
        refreshScenarios();
        refreshTransport();
    });
    connect(&documents.history(), &History::changed, this, [this](const DocumentChange& change) {
        if (change.everything)
            return;
        if (!change.scenarios.empty())
            refreshScenarios();
        refreshTransport();
        m_compare.start();
    });
    connect(&session, &RunSession::stateChanged, this, &RunController::refreshTransport);
    connect(&session, &RunSession::moved, this, &RunController::refreshTransport);
    connect(&session, &RunSession::failed, this, [this](const QString& sentence) {
        m_messages.tell({"run", MessageBar::Tone::Danger, tr("This drawing cannot run. %1").arg(sentence)});
    });

    connect(&transport, &TransportBar::playToggled, this, &RunController::togglePlay);
    connect(&transport, &TransportBar::stepped, this, [this](StepGoal kind) {
        emit runWanted();
        ensureRun();
        if (kind == StepGoal::Event)
            m_session.stepForward();
        else
            emit stepWanted(kind, true);
    });
    connect(&transport, &TransportBar::playedBackwards, &session, &RunSession::playBackwards);
    connect(&transport, &TransportBar::steppedBack, this, [this](StepGoal kind) {
        if (kind == StepGoal::Event)
            m_session.stepBack();
        else
            emit stepWanted(kind, false);
    });
    connect(&transport, &TransportBar::restarted, this, &RunController::backToStart);
    connect(&transport, &TransportBar::endWanted, this, [this] {
        emit runWanted();
        ensureRun();
        m_session.runToEnd();
    });
    connect(&transport, &TransportBar::speedChosen, this, [this](double speed) {
        ensureRun();
        m_session.setSpeed(speed);
    });
    connect(&transport, &TransportBar::seedChosen, this, [this](quint64 seed) {
        emit runWanted();
        const bool play = m_session.state() == RunSession::State::Playing;
        restart(seed);
        if (play)
            m_session.play();
    });
    connect(&transport, &TransportBar::scenarioChosen, this, &RunController::chooseScenario);
    refreshScenarios();
}

QString RunController::scenarioName() const {
    const Scenario* scenario = m_documents.document().diagram().findScenario(m_scenario.toStdString());
    return scenario ? QString::fromStdString(scenario->name) : QString();
}

void RunController::refreshScenarios() {
    QList<ScenarioChoice> choices;
    bool known = false;
    for (const Scenario& scenario : m_documents.document().diagram().scenarios) {
        choices << ScenarioChoice{QString::fromStdString(scenario.id), QString::fromStdString(scenario.name),
                                  QString::fromStdString(scenario.note)};
        known = known || choices.back().id == m_scenario;
    }
    if (!known)
        m_scenario = choices.isEmpty() ? QString() : choices.front().id;
    m_transport.setScenarios(choices, m_scenario);
    emit scenarioChanged();
}

void RunController::refreshTransport() {
    using Run = TransportState::Run;
    static constexpr std::array kRuns{Run::None,    Run::Preparing, Run::Paused,
                                      Run::Playing, Run::Ended,     Run::Failed};
    TransportState state;
    state.run = kRuns[static_cast<std::size_t>(m_session.state())];
    state.canRun = !m_documents.document().diagram().elements.empty();
    state.now = m_session.now();
    state.end = m_session.end();
    state.speed = m_session.speed();
    state.seed = m_session.seed();
    state.stale = m_session.isStale();
    state.recorded = m_session.isReplay() || m_session.isLive();
    state.live = m_session.isLive();
    state.backwards = m_session.isPlayingBackwards();
    state.fingerprint = m_session.fingerprint();
    if (state.run == Run::None) {
        const auto* scenario = m_documents.document().diagram().findScenario(m_scenario.toStdString());
        const Scenario fallback;
        const Scenario& shown = scenario ? *scenario : fallback;
        state.speed = shown.speed;
        state.seed = shown.seed;
        state.end = shown.until;
    }
    m_transport.setState(state);
}

void RunController::ensureRun() {
    if (m_session.state() == RunSession::State::None || m_session.state() == RunSession::State::Failed)
        restart();
}

void RunController::leaveReplay() {
    if (m_session.isReplay() || m_session.isLive())
        m_session.stop();
}

void RunController::restart(std::optional<std::uint64_t> seed) {
    if (m_documents.document().diagram().elements.empty())
        return;
    m_messages.withdraw("run");
    m_compare.stop();
    const bool sameScenario =
        m_session.state() != RunSession::State::None && m_session.scenario().id == m_scenario.toStdString();
    const double speed = sameScenario ? m_session.speed() : 0;
    m_ran = m_documents.document().snapshot();
    RunOptions options;
    options.scenario = m_scenario.toStdString();
    options.seed = seed;
    m_session.start(m_ran, options, speed);
}

void RunController::backToStart() {
    if (!m_session.isReplay() && !m_session.isLive() &&
        (m_session.isStale() || m_session.state() == RunSession::State::Failed))
        restart();
    else
        m_session.seek(TraceTime::zero());
}

void RunController::chooseScenario(const QString& id) {
    m_scenario = id;
    const bool running =
        m_session.state() != RunSession::State::None && !m_session.isReplay() && !m_session.isLive();
    const bool play = m_session.state() == RunSession::State::Playing;
    if (running)
        restart();
    if (play)
        m_session.play();
    refreshScenarios();
    refreshTransport();
}

void RunController::togglePlay() {
    emit runWanted();
    ensureRun();
    m_session.togglePlay();
}

void RunController::noticeEdit() {
    if (!m_ran || m_session.isReplay() || m_session.isLive() || m_session.state() == RunSession::State::None)
        return;
    if (m_session.state() == RunSession::State::Failed) {
        m_session.stop();
        m_messages.withdraw("run");
        return;
    }
    if (runsAlike(*m_ran, m_documents.document().diagram()))
        return;
    m_session.markStale();
    m_messages.tell({"run",
                     MessageBar::Tone::Info,
                     tr("The drawing changed: this run shows it as it was."),
                     {{tr("Restart the run"), [this] {
                           const bool play = m_session.state() == RunSession::State::Playing;
                           restart();
                           if (play)
                               m_session.play();
                       }}}});
}

}  // namespace sluice
