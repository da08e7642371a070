#pragma once

#include <QWidget>
#include <memory>

#include "core/incident/incidentimpact.h"
#include "core/incident/incidentstates.h"

namespace sluice {

struct Theme;

/// One incident: whom it touches, since when and how fast, what is out of order because of it, what was said
/// of it, its messages, and what can be done about it. On the window's thread.
class IncidentDetail : public QWidget {
    Q_OBJECT

public:
    explicit IncidentDetail(const Theme& theme, QWidget* parent = nullptr);
    ~IncidentDetail() override;

    void setTheme(const Theme& theme);
    void clear();
    /// `replay`: nothing can be redriven.
    void show(const Incident& incident, const IncidentImpact& impact, const std::vector<IncidentMark>& marks,
              const TraceStore& store, bool replay);
    /// The chosen message, or the first; 0: none.
    [[nodiscard]] MessageId chosenMessage() const;

signals:
    void messageActivated(sluice::MessageId message);
    void eventActivated(sluice::Sequence sequence);
    void whyRequested(sluice::MessageId message);
    void redriveRequested();
    void shareRequested();
    void stateRequested(sluice::IncidentState state);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
