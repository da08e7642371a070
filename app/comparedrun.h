#pragma once

#include <QObject>
#include <memory>

#include "app/enginethread.h"
#include "core/record/recording.h"

namespace sluice {

/// What a run is compared with, and how it stood at the moment that the run shows: a fork, which an engine of
/// its own runs to its end, or a recording. Lives on the window's thread; owned by the compare controller.
class ComparedRun : public QObject {
    Q_OBJECT

public:
    /// Runs.
    ComparedRun(std::shared_ptr<const Diagram> diagram, const RunOptions& options, QObject* parent);
    ComparedRun(const Recording& recording, QObject* parent);
    ~ComparedRun() override;

    /// Null until ready().
    [[nodiscard]] const std::shared_ptr<TraceStore>& store() const { return m_store; }
    [[nodiscard]] const std::shared_ptr<const Diagram>& diagram() const { return m_diagram; }
    /// As it was run.
    [[nodiscard]] const Scenario& scenario() const { return m_scenario; }
    [[nodiscard]] const SystemState& system() const { return m_system; }
    /// system() is as it was then, or as late as the trace has come.
    void showAt(TraceTime time);

signals:
    /// store() is there.
    void ready();
    /// It cannot run: a sentence for a person.
    void failed(const QString& sentence);

private:
    void prepared(const Result<EngineThread::Prepared>& result);

    std::shared_ptr<const Diagram> m_diagram;
    std::shared_ptr<TraceStore> m_store;
    Scenario m_scenario;
    SystemState m_system;
    std::unique_ptr<EngineThread> m_engine;
};

}  // namespace sluice
