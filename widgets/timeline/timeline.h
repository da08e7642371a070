#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "core/diagram/scenario.h"
#include "core/story/runnotes.h"
#include "core/trace/tracestore.h"
#include "widgets/charts/tracedigest.h"
#include "widgets/timeline/timelineindex.h"

namespace sluice {

struct Theme;

/// A moment that matters to what is compared with the run.
struct TimelineMark {
    enum class Kind : std::uint8_t {
        Fork,        ///< from here on the other future may be another
        Difference,  ///< the first event that is not the same
    };
    Kind kind = Kind::Fork;
    TraceTime at{};
    QString words{};  ///< what it is, for a person who points at it
};

/// The whole run as lanes over time: how much happens, throughput, dead letters, late arrivals, timeouts, the
/// scenario's faults as spans, rebalances, bookmarks and watches, under a playhead that can be dragged. A
/// part can be selected; from the whole run down to a microsecond can be shown. Painting costs by pixels, not
/// by events. Lives on the window's thread; owned by the window.
class Timeline : public QWidget {
    Q_OBJECT

public:
    explicit Timeline(const Theme& theme, QWidget* parent = nullptr);
    ~Timeline() override;

    void setTheme(const Theme& theme);
    /// Null: no run. Without a digest it makes its own.
    void setStore(std::shared_ptr<TraceStore> store, std::shared_ptr<TraceDigest> digest = {});
    /// Of the same store, shared with others; without one it makes its own.
    void setIndex(std::shared_ptr<TimelineIndex> index);
    /// When the workload ends: the range at least reaches to there.
    void setEnd(TraceTime end);
    /// The scenario's: what the faults in the trace were.
    void setActions(std::vector<Action> actions);
    void setBookmarks(std::vector<Bookmark> bookmarks);
    /// Lines across all lanes, each with its name in the ruler.
    void setMarks(std::vector<TimelineMark> marks);
    void setPlayhead(TraceTime time);
    /// The part that everything is filtered by, shown as a band with a chip to clear it.
    void setRange(std::optional<TimeRange> range);
    void refresh();

    [[nodiscard]] TraceTime shownFrom() const;
    [[nodiscard]] TraceTime shownTo() const;
    /// All of the run is shown, however long it becomes.
    [[nodiscard]] bool showsAll() const;
    /// Shows [from, to), at least a microsecond of it.
    void showRange(TraceTime from, TraceTime to);
    void showAll();
    /// Moves what is shown so that the moment is seen.
    void reveal(TraceTime time);

    /// What there is at a point, for a person: the time, how much of what, and few events by name.
    [[nodiscard]] QString describe(const QPoint& at) const;
    /// The row of the lane with that name, as it was painted last; empty when there is none.
    [[nodiscard]] QRect laneRect(const QString& name) const;
    [[nodiscard]] QStringList laneNames() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void seekRequested(sluice::TraceTime time);
    /// By wheel, drag or keyboard: what is shown.
    void rangeChanged();
    /// A part was selected, or the selection cleared.
    void rangeSelected(const std::optional<sluice::TimeRange>& range);
    void bookmarkActivated(sluice::BookmarkId id);
    void bookmarkWanted(sluice::TraceTime at);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Private;
    void zoom(double factor, TraceTime around);
    void scroll(double share);
    void seekTo(double x);
    void chooseRange(TraceTime one, TraceTime other);
    void clearRange();
    void chooseLane(int by);
    void tellWhereItIs();
    void placeChip();
    void changed();
    std::unique_ptr<Private> d;
};

}  // namespace sluice
