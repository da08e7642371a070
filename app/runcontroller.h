#pragma once

#include <QObject>
#include <QTimer>
#include <memory>

#include "app/documentcontroller.h"
#include "app/runsession.h"
#include "widgets/transport/transportbar.h"

namespace sluice {

class MessageBar;

/// True when both would run alike: they differ in places, sizes, notes and tags at most.
bool runsAlike(const Diagram& one, const Diagram& other);

/// Between the drawing, the run and the transport bar: which scenario, with which seed, when a run begins,
/// and when it no longer shows the drawing as it is. Lives on the window's thread; owned by the main window.
class RunController : public QObject {
    Q_OBJECT

public:
    RunController(DocumentController& documents, RunSession& session, TransportBar& transport,
                  MessageBar& messages, QObject* parent);

    [[nodiscard]] QString scenarioId() const { return m_scenario; }
    [[nodiscard]] QString scenarioName() const;
    /// A run of the drawing as it is, unless one is there already.
    void ensureRun();
    /// No recording is shown any more; a run may begin.
    void leaveReplay();
    /// A new run; without a seed the scenario's own.
    void restart(std::optional<std::uint64_t> seed = {});
    void chooseScenario(const QString& id);
    void togglePlay();

signals:
    void scenarioChanged();
    /// Playing or stepping was asked for: the run should be seen.
    void runWanted();
    /// A step to something else than the next or last event.
    void stepWanted(sluice::StepGoal kind, bool forward);

private:
    void refreshScenarios();
    void refreshTransport();
    void backToStart();
    void noticeEdit();

    DocumentController& m_documents;
    RunSession& m_session;
    TransportBar& m_transport;
    MessageBar& m_messages;
    QString m_scenario;
    std::shared_ptr<const Diagram> m_ran;  ///< what the run was made of
    QTimer m_compare;
};

}  // namespace sluice
