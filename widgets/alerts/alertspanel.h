#pragma once

#include <QWidget>
#include <functional>
#include <memory>

#include "core/diagram/diagram.h"
#include "core/trace/alertlist.h"
#include "widgets/timeline/timelineindex.h"

namespace sluice {

struct Theme;

/// The alerts of what is looked at, those that are raised first, and the rules that raise them. Lives on the
/// window's thread; owned by the window.
class AlertsPanel : public QWidget {
    Q_OBJECT

public:
    explicit AlertsPanel(const Theme& theme, QWidget* parent = nullptr);
    ~AlertsPanel() override;

    void setTheme(const Theme& theme);
    /// Where the alerts come from; null: no run.
    void setIndex(std::shared_ptr<TimelineIndex> index);
    /// Those up to there are shown, as they stood then.
    void setPlayhead(TraceTime now);
    /// Takes in what the trace has grown by.
    void refresh();
    /// The rules of the drawing.
    void setRules(const std::vector<AlertRule>& rules);
    /// Finds the id of a rule that was made while the broker was watched, by the number that its alerts have:
    /// the trace's table knows those only that there were when it began.
    void setRuleFinder(std::function<std::string(std::uint32_t)> idOf);
    /// Whether the last minutes can be kept now, and how many there are.
    void setKeeping(bool possible, int minutes);

signals:
    /// The moment and the place of the chosen alert.
    void alertActivated(const sluice::Alert& alert);
    void ruleWanted();
    void ruleActivated(const std::string& id);
    void removalWanted(const std::string& id);
    void switched(const std::string& id, bool on);
    /// The last minutes are to be kept in a recording.
    void keepWanted();
    void settingsWanted();

private:
    struct Private;
    void fill();
    void fillRules();
    std::unique_ptr<Private> d;
};

}  // namespace sluice
