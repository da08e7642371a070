#pragma once

#include <QWidget>
#include <memory>

#include "core/diagram/scenario.h"
#include "core/trace/tracestore.h"
#include "widgets/charts/tracedigest.h"

namespace sluice {

struct Theme;

/// The whole run as lanes over time: how much happens, dead letters, late arrivals, timeouts and the
/// scenario's faults as spans, under a playhead that can be dragged. Painting costs by pixels, not by events.
/// Lives on the window's thread; owned by the window.
class Timeline : public QWidget {
    Q_OBJECT

public:
    explicit Timeline(const Theme& theme, QWidget* parent = nullptr);
    ~Timeline() override;

    void setTheme(const Theme& theme);
    /// Null: no run. Without a digest it makes its own.
    void setStore(std::shared_ptr<TraceStore> store, std::shared_ptr<TraceDigest> digest = {});
    /// When the workload ends: the range at least reaches to there.
    void setEnd(TraceTime end);
    /// The scenario's: what the faults in the trace were.
    void setActions(std::vector<Action> actions);
    void setPlayhead(TraceTime time);
    void refresh();

    [[nodiscard]] TraceTime shownFrom() const;
    [[nodiscard]] TraceTime shownTo() const;
    /// Shows [from, to), at least a microsecond of it.
    void showRange(TraceTime from, TraceTime to);
    void showAll();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void seekRequested(sluice::TraceTime time);
    /// By wheel or keyboard.
    void rangeChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Private;
    void zoom(double factor, TraceTime around);
    void scroll(double share);
    void seekTo(double x);
    std::unique_ptr<Private> d;
};

}  // namespace sluice
