#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>

#include "app/enginethread.h"
#include "app/eventrate.h"
#include "app/runfindings.h"
#include "core/trace/playhead.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// One run as it is looked at: the engine ahead, the store, the playhead, and the state of the system there.
/// Once a frame the playhead moves, the events it passed are folded into state, incidents and outcome, and
/// moved() tells the views. Lives on the window's thread; owned by the main window.
class RunSession : public QObject {
    Q_OBJECT

public:
    enum class State { None, Preparing, Paused, Playing, Ended, Failed };

    explicit RunSession(QObject* parent = nullptr);
    ~RunSession() override;

    /// Begins a new run at its start, paused; what was there is dropped. `speed` 0: the scenario's own.
    void start(std::shared_ptr<const Diagram> diagram, const RunOptions& options, double speed = 0);
    /// Shows the trace of a recording: paused at its start; what was there is dropped.
    void replay(std::shared_ptr<const Diagram> diagram, std::shared_ptr<TraceStore> store,
                const Scenario& scenario, std::uint64_t seed);
    /// Shows a trace that a live broker goes on with: at its newest moment until somebody looks elsewhere;
    /// what was there is dropped. `record` keeps it in a journal, on the thread that appends.
    using LiveRecorder = std::function<bool(const std::shared_ptr<TraceJournal>&)>;
    void watch(std::shared_ptr<const Diagram> diagram, std::shared_ptr<TraceStore> store,
               const std::string& name, LiveRecorder record);
    /// The same for a scenario that is played with a broker's queues and topics.
    void watchPlay(std::shared_ptr<const Diagram> diagram, std::shared_ptr<TraceStore> store,
                   const Scenario& scenario, std::uint64_t seed, LiveRecorder record);
    /// Nothing more comes: what there is stays to be looked at.
    void endWatching();
    /// Of a live trace: to the newest moment, and on with it.
    void follow();
    /// No run any more.
    void stop();
    /// Keeps the run in the journal, from its beginning to its end; null ends that. False when there is
    /// nothing under way that could be kept: the store is complete, or there is none.
    bool record(std::shared_ptr<TraceJournal> journal);

    /// Redrives or discards at the playhead, in the running model: the run is repeated with this one more
    /// action, so it is the same up to the playhead, where it stands again, and another future after it.
    /// False when nothing runs: a recording cannot be changed.
    bool intervene(Action action);

    void play();
    /// Towards the beginning, at the same speed.
    void playBackwards();
    void pause();
    void togglePlay();
    /// To the state right after the next event, or right before the last one.
    void stepForward();
    void stepBack();
    /// Anywhere from zero on; past what the engine has done it is waited for.
    void seek(TraceTime to);
    /// To the state right after that event, paused.
    void seekAfter(Sequence sequence);
    /// Plays to the end as fast as possible; the speed is as before then.
    void runToEnd();
    void setSpeed(double speed);
    /// Somebody looks for something beyond what the engine has done: it may go on as far as it can.
    void lookAhead(bool wanted);
    /// The drawing is not any more what this run was made of.
    void markStale();

    [[nodiscard]] State state() const { return m_runState; }
    [[nodiscard]] bool isStale() const { return m_stale; }
    [[nodiscard]] bool isReplay() const { return m_replay; }
    /// Nothing will be added to the store any more.
    [[nodiscard]] bool isComplete() const { return engineFinished(); }
    /// The trace is a live broker's, whether or not it still goes on.
    [[nodiscard]] bool isLive() const { return m_live; }
    [[nodiscard]] bool isFollowing() const { return m_following; }
    [[nodiscard]] bool isPlayingBackwards() const {
        return m_runState == State::Playing && m_playhead.direction() == Playhead::Direction::Backward;
    }
    [[nodiscard]] const std::shared_ptr<TraceStore>& store() const { return m_store; }
    /// What the run was made of.
    [[nodiscard]] const std::shared_ptr<const Diagram>& diagram() const { return m_diagram; }
    [[nodiscard]] const SystemState& system() const { return m_system; }
    [[nodiscard]] const Scenario& scenario() const { return m_scenario; }
    [[nodiscard]] TraceTime now() const { return m_playhead.position(); }
    /// When the workload ends.
    [[nodiscard]] TraceTime end() const { return m_end; }
    [[nodiscard]] double speed() const { return m_playhead.speed(); }
    [[nodiscard]] std::uint64_t seed() const { return m_seed; }
    /// Of the whole run, once the engine has come to its end.
    [[nodiscard]] std::optional<std::uint64_t> fingerprint() const;
    /// Trace events that went by a wall second, over the last half second of playing.
    [[nodiscard]] double eventsPerSecond() const { return m_rate.perSecond(); }
    /// 0 to 1 while something is waited for (the end, a seek ahead); nothing otherwise.
    [[nodiscard]] std::optional<double> progress() const;

    /// Up to the playhead.
    [[nodiscard]] std::vector<Incident> incidents() const;
    /// How many of them are open.
    [[nodiscard]] std::size_t openIncidents() const;
    [[nodiscard]] Outcome outcome() const;
    /// The scenario's expectations, once the playhead came to the end of the run.
    [[nodiscard]] const std::vector<Judgement>& judgements() const { return m_judgements; }

signals:
    /// Another run (or none): store() and scenario() are new.
    void began();
    /// state(), speed, staleness or fingerprint changed.
    void stateChanged();
    /// The playhead moved: at most once a frame.
    void moved();
    /// The playhead reached the end for the first time: judgements() are there.
    void ended();
    void failed(const QString& sentence);

private:
    void prepared(Result<EngineThread::Prepared> result);
    void begin(double speed);
    void startPlaying(Playhead::Direction direction);
    void frameBackwards(Duration wall);
    void setState(State state);
    void frame();
    void allowEngine();
    void collect();
    void reachEnd();
    void measureRate();
    [[nodiscard]] TraceTime foldLimit() const;
    [[nodiscard]] bool engineFinished() const;
    void jumpTo(SystemState state, TraceTime at);

    std::unique_ptr<EngineThread> m_engine;
    quint64 m_generation = 0;  ///< of the engine: answers of an older one are dropped
    std::shared_ptr<const Diagram> m_diagram;
    std::shared_ptr<TraceStore> m_store;
    Scenario m_scenario;
    std::uint64_t m_seed = 0;
    TraceTime m_end{};
    SystemState m_system;
    Playhead m_playhead;
    State m_runState = State::None;
    bool m_stale = false;
    bool m_replay = false;
    bool m_lookAhead = false;
    bool m_live = false;
    bool m_following = false;  ///< the playhead is at the newest moment of a live trace
    LiveRecorder m_recordLive;
    std::shared_ptr<TraceJournal> m_journal;  ///< of a run that is being prepared
    QElapsedTimer m_incidentsReset;
    std::function<void()> m_whenReady;  ///< what was asked for while the run was being prepared
    double m_requestedSpeed = 0;
    std::optional<double> m_speedAfterEnd;
    std::optional<TraceTime> m_pendingSeek;
    bool m_pendingStep = false;

    std::unique_ptr<RunFindings> m_findings;  ///< as long as there is a store
    std::vector<Judgement> m_judgements;
    bool m_wasAtEnd = false;

    QTimer m_ticker;
    QElapsedTimer m_wall;
    std::uint64_t m_foldBudget = 20'000;  ///< events a frame
    EventRate m_rate;
};

}  // namespace sluice
