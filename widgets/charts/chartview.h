#pragma once

#include <QChartView>
#include <QColor>
#include <QString>
#include <array>
#include <vector>

#include "core/metrics/series.h"

class QLineSeries;
class QValueAxis;

namespace sluice {

struct Theme;

/// One chart over trace time: a few lines and the playhead, on a click the time. Lives on the window's
/// thread; owned by a ChartsPanel.
class ChartView : public QChartView {
    Q_OBJECT

public:
    struct Line {
        QString name;
        QColor color;
        std::vector<SeriesPoint> points;
    };
    enum class Unit : std::uint8_t { Rate, Count, Time };

    ChartView(const QString& title, Unit unit, const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Lines over [begin, end]; what was there goes. Beyond `known` it is no gap that there is nothing.
    void setLines(const std::vector<Line>& lines, TraceTime begin, TraceTime end,
                  TraceTime known = TraceTime::max());
    void setPlayhead(TraceTime time);

signals:
    void timeClicked(sluice::TraceTime time);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    /// Covers the line where nothing is known: it would go on as if something were.
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    void setHeading();
    void setTimeTicks();
    void placeLine();
    void seek(QPointF at);
    static constexpr std::size_t kMostLines = 6;

    Unit m_unit;
    const Theme* m_theme;
    QString m_title;
    QString m_heading;  ///< with the unit
    std::vector<std::pair<QString, QColor>> m_named;
    std::array<QLineSeries*, kMostLines> m_series{};
    QValueAxis* m_time = nullptr;
    QValueAxis* m_values = nullptr;
    QWidget* m_line = nullptr;
    TraceTime m_playhead{};
    std::vector<std::pair<double, double>> m_gaps;  ///< in seconds
};

}  // namespace sluice
