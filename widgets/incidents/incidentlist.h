#pragma once

#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "core/incident/incident.h"
#include "core/incident/incidentstates.h"
#include "core/trace/timerange.h"
#include "core/trace/tracestore.h"

namespace sluice {

struct Theme;

/// The incidents of a run up to the playhead: what died where and why, how many still wait, whom it touches
/// and what became of it; together by queue, reason or type. Lives on the window's thread; owned by the
/// window.
class IncidentList : public QWidget {
    Q_OBJECT

public:
    explicit IncidentList(const Theme& theme, QWidget* parent = nullptr);
    ~IncidentList() override;

    void setTheme(const Theme& theme);
    /// Null: no run. Names come from its table.
    void setStore(std::shared_ptr<TraceStore> store);
    /// In a recording nothing can be redriven.
    void setReplay(bool replay);
    /// As they are at the playhead, after so many events of the trace; keeps what is selected.
    void setIncidents(const std::vector<Incident>& incidents, Sequence happened = UINT64_MAX);
    /// What people said of them.
    void setStates(const IncidentStates& states);
    /// Says that the incidents are those of a part of the run; nothing: of all of it.
    void setRange(const std::optional<TimeRange>& range);
    /// Those that are open.
    [[nodiscard]] int openCount() const;
    /// Asks why of the chosen message of the chosen incident, or of its first; false when there is none.
    bool askWhy();
    /// All that is listed, as it can be pasted elsewhere.
    [[nodiscard]] QString text() const;

signals:
    /// An incident was activated: its beginning, and the queue it happened in.
    void seekRequested(sluice::TraceTime time);
    void entityActivated(sluice::EntityId entity);
    void messageActivated(sluice::MessageId message);
    /// The whole run is wanted again.
    void rangeCleared();
    void eventActivated(sluice::Sequence sequence);
    /// Why the message is in that queue was asked for; kNoEntity: wherever it is.
    void whyRequested(sluice::MessageId message, sluice::EntityId place);
    /// A redrive of these messages of that dead-letter queue is to be planned.
    void redriveRequested(sluice::EntityId queue, const std::vector<sluice::MessageId>& messages);
    /// The incident is to be handed on to somebody else.
    void shareRequested(const sluice::Incident& incident);
    /// Somebody acknowledges or discards the incident, or opens it again.
    void stateRequested(const sluice::Incident& incident, sluice::IncidentState state);

private:
    struct Private;
    void showDetail();
    void openMenu(const QPoint& at);
    std::unique_ptr<Private> d;
};

}  // namespace sluice
