#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/story/runnotes.h"
#include "widgets/timeline/timelineindex.h"

namespace sluice {

struct Theme;

/// Queries that are asked of the whole run, each with how often it holds, where first and where last. Lives
/// on the window's thread; owned by the window.
class WatchesPanel : public QWidget {
    Q_OBJECT

public:
    explicit WatchesPanel(const Theme& theme, QWidget* parent = nullptr);
    ~WatchesPanel() override;

    void setTheme(const Theme& theme);
    /// Who asks them; null: no run.
    void setIndex(std::shared_ptr<TimelineIndex> index);
    /// Takes in what the trace has grown by.
    void refresh();

signals:
    /// The watches are to be these.
    void edited(const std::vector<sluice::Watch>& watches);
    /// To the next or last match.
    void stepWanted(const sluice::Watch& watch, bool forward);
    void eventActivated(sluice::Sequence sequence);

private:
    struct Private;
    void fill();
    void add();
    void remove();
    void rename(int row, const QString& name);
    void step(bool forward);
    std::unique_ptr<Private> d;
};

}  // namespace sluice
