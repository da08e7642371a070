#pragma once

#include <QObject>
#include <optional>

#include "core/incident/incident.h"
#include "core/trace/timerange.h"

namespace sluice {

class RunSession;

/// The part of the run that everything else is filtered by, beside the session whose run it is: another run
/// begins without one. Lives on the window's thread; owned by the main window.
class TimeSelection : public QObject {
    Q_OBJECT

public:
    TimeSelection(RunSession& session, QObject* parent);

    [[nodiscard]] const std::optional<TimeRange>& range() const { return m_range; }
    /// Nothing, or an empty range: all of the run.
    void select(std::optional<TimeRange> range);
    void clear() { select(std::nullopt); }

    /// Those that had to do with the selected time; all without one.
    [[nodiscard]] std::vector<Incident> filtered(std::vector<Incident> incidents) const;

signals:
    void changed();

private:
    std::optional<TimeRange> m_range;
};

}  // namespace sluice
