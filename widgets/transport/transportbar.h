#pragma once

#include <QList>
#include <QString>
#include <QWidget>
#include <memory>
#include <optional>

#include "core/base/duration.h"
#include "core/query/stepgoal.h"

namespace sluice {

struct Theme;

/// Where a run stands, as far as the transport bar shows it.
struct TransportState {
    enum class Run { None, Preparing, Paused, Playing, Ended, Failed };
    Run run = Run::None;
    TraceTime now{};
    TraceTime end{};   ///< when the scenario's workload ends
    double speed = 1;  ///< trace seconds a wall second; kFastest: as fast as possible
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> fingerprint{};  ///< known at the end of a run
    bool stale = false;                          ///< the drawing changed since the run began
    bool recorded = false;                       ///< a recording: neither scenario nor seed can be changed
    bool live = false;                           ///< of `recorded`: it is watched as it happens
    bool backwards = false;                      ///< it plays towards the beginning
    bool canRun = false;                         ///< there is something to run
    bool operator==(const TransportState&) const = default;
};

struct ScenarioChoice {
    QString id;
    QString name;
    QString note;
    bool operator==(const ScenarioChoice&) const = default;
};

/// Restart, step back, play or pause, step; speed; time; scenario; seed; fingerprint. It shows what it is
/// told and asks for the rest by signals. Lives on the window's thread; owned by the window.
class TransportBar : public QWidget {
    Q_OBJECT

public:
    explicit TransportBar(const Theme& theme, QWidget* parent = nullptr);
    ~TransportBar() override;

    void setTheme(const Theme& theme);
    void setState(const TransportState& state);
    void setScenarios(const QList<ScenarioChoice>& scenarios, const QString& current);

    /// Play or pause, step, faster and so on with their keys, for the menu. Object names "run.play", ...
    [[nodiscard]] QList<QAction*> actions() const;
    /// What the two step buttons and their keys step to.
    [[nodiscard]] StepGoal stepGoal() const;
    void setStepGoal(StepGoal kind);

signals:
    void playToggled();
    void playedBackwards();
    void stepped(sluice::StepGoal kind);
    void steppedBack(sluice::StepGoal kind);
    void restarted();
    /// To the end as fast as possible.
    void endWanted();
    void speedChosen(double speed);
    void seedChosen(quint64 seed);
    void scenarioChosen(const QString& id);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
