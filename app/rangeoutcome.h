#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QTimer>
#include <atomic>
#include <memory>
#include <optional>

#include "core/metrics/outcome.h"

namespace sluice {

class RunSession;
class TimeSelection;

/// What the scenario expects of its run, judged over the selected part of it alone: read on another thread,
/// and again while that part still happens. Lives on the window's thread; owned by the main window.
class RangeOutcome : public QObject {
    Q_OBJECT

public:
    RangeOutcome(RunSession& session, const TimeSelection& selection, QObject* parent);
    ~RangeOutcome() override;

    /// Of the part that is selected; nothing without one, or as long as it is not known.
    [[nodiscard]] const std::optional<std::vector<Judgement>>& judgements() const { return m_judgements; }
    /// "10 s – 20 s: 3 of 4 expectations are met in it, 812 events"; empty like those.
    [[nodiscard]] const QString& summary() const { return m_summary; }

signals:
    void changed();

private:
    void begin();
    void read();
    void tell();

    RunSession& m_session;
    const TimeSelection& m_selection;
    QFutureWatcher<std::shared_ptr<Result<Outcome>>> m_reading;
    std::shared_ptr<std::atomic_bool> m_wanted;
    QTimer m_again;
    std::optional<std::vector<Judgement>> m_judgements;
    QString m_summary;
    bool m_whole = false;  ///< all of the part had happened when it was read
};

}  // namespace sluice
