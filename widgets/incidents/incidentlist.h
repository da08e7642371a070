#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/incident/incident.h"
#include "core/trace/tracestore.h"

namespace sluice {

struct Theme;

/// The incidents of a run up to the playhead: what died where and why, how many still wait, and which
/// messages. Lives on the window's thread; owned by the window.
class IncidentList : public QWidget {
    Q_OBJECT

public:
    explicit IncidentList(const Theme& theme, QWidget* parent = nullptr);
    ~IncidentList() override;

    void setTheme(const Theme& theme);
    /// Null: no run. Names come from its table.
    void setStore(std::shared_ptr<TraceStore> store);
    /// As they are at the playhead; keeps what is selected.
    void setIncidents(const std::vector<Incident>& incidents);
    /// Those that are open.
    [[nodiscard]] int openCount() const;
    /// Asks why of the chosen message of the chosen incident, or of its first; false when there is none.
    bool askWhy();

signals:
    /// An incident was activated: its beginning, and the queue it happened in.
    void seekRequested(sluice::TraceTime time);
    void entityActivated(sluice::EntityId entity);
    void messageActivated(sluice::MessageId message);
    /// Why the message is in that queue was asked for; kNoEntity: wherever it is.
    void whyRequested(sluice::MessageId message, sluice::EntityId place);

private:
    struct Private;
    void showDetail();
    std::unique_ptr<Private> d;
};

}  // namespace sluice
