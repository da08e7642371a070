#include "widgets/charts/chartview.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QMouseEvent>
#include <QValueAxis>
#include <cmath>

#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr std::size_t kMostPoints = 500;

/// At most kMostPoints, each the greatest of those it stands for: a peak must not vanish.
QList<QPointF> thinned(const std::vector<SeriesPoint>& points, double scale) {
    const std::size_t group = std::max<std::size_t>(1, (points.size() + kMostPoints - 1) / kMostPoints);
    QList<QPointF> result;
    result.reserve(static_cast<qsizetype>(points.size() / group + 1));
    for (std::size_t i = 0; i < points.size(); i += group) {
        double most = points[i].value;
        for (std::size_t j = i; j < std::min(points.size(), i + group); ++j)
            most = std::max(most, points[j].value);
        result.append(QPointF(seconds(points[i].at + points[i].width / 2), most * scale));
    }
    return result;
}

struct Scale {
    double factor = 1;
    QString unit;
};

Scale timeScale(double nanoseconds) {
    if (nanoseconds < 1e3)
        return {1, QStringLiteral("ns")};
    if (nanoseconds < 1e6)
        return {1e-3, QStringLiteral("µs")};
    if (nanoseconds < 1e9)
        return {1e-6, QStringLiteral("ms")};
    return {1e-9, QStringLiteral("s")};
}

}  // namespace

ChartView::ChartView(const QString& title, Unit unit, const Theme& theme, QWidget* parent)
    : QChartView(parent), m_unit(unit), m_theme(&theme), m_title(title) {
    setAccessibleName(title);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setMinimumSize(220, 130);
    auto* made = new QChart;
    made->setAnimationOptions(QChart::NoAnimation);
    made->setBackgroundRoundness(0);
    made->layout()->setContentsMargins(0, 0, 0, 0);
    made->setMargins(QMargins(6, 2, 10, 4));
    made->legend()->setAlignment(Qt::AlignTop);
    made->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    m_time = new QValueAxis;
    m_values = new QValueAxis;
    made->addAxis(m_time, Qt::AlignBottom);
    made->addAxis(m_values, Qt::AlignLeft);
    for (QLineSeries*& series : m_series) {
        series = new QLineSeries;
        made->addSeries(series);
        series->attachAxis(m_time);
        series->attachAxis(m_values);
        series->setVisible(false);
    }
    m_time->setTickCount(5);
    m_values->setTickCount(4);
    setChart(made);
    m_line = new QWidget(this);
    m_line->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_line->setAutoFillBackground(true);
    m_line->hide();
    setTheme(theme);
}

void ChartView::setTheme(const Theme& theme) {
    m_theme = &theme;
    QChart* on = chart();
    on->setBackgroundBrush(theme.surface);
    on->setBackgroundPen(Qt::NoPen);
    on->setTitleBrush(theme.text);
    QFont bold = textFont();
    bold.setWeight(QFont::DemiBold);
    on->setTitleFont(bold);
    on->setTitle(m_title);
    on->legend()->setLabelColor(theme.textMuted);
    on->legend()->setFont(textFont());
    for (QValueAxis* axis : {m_time, m_values}) {
        axis->setLabelsFont(figureFont());
        axis->setLabelsColor(theme.textMuted);
        axis->setLinePen(QPen(theme.outline));
        axis->setGridLinePen(QPen(theme.outline));
    }
    setBackgroundBrush(theme.surface);
    QPalette palette = m_line->palette();
    palette.setColor(QPalette::Window, theme.accent);
    m_line->setPalette(palette);
}

void ChartView::setLines(const std::vector<Line>& lines, TraceTime end) {
    double most = 0;
    for (const Line& line : lines) {
        for (const SeriesPoint& point : line.points)
            most = std::max(most, point.value);
    }
    const Scale scale = m_unit == Unit::Time ? timeScale(most) : Scale{};
    const double top = most > 0 ? most * scale.factor : 1;
    const QString unit = m_unit == Unit::Rate   ? tr("messages/s")
                         : m_unit == Unit::Time ? scale.unit
                                                : QString();
    chart()->setTitle(unit.isEmpty() ? m_title : tr("%1, %2").arg(m_title, unit));
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        QLineSeries* series = m_series[i];
        if (i >= lines.size()) {
            series->setVisible(false);
            continue;
        }
        QPen pen(lines[i].color, 1.6);
        if (lines[i].dashed)
            pen.setStyle(Qt::DashLine);
        series->setPen(pen);
        series->setName(lines[i].name);
        series->replace(thinned(lines[i].points, scale.factor));
        series->setVisible(true);
    }
    m_time->setRange(0, std::max(seconds(end), 1e-6));
    m_time->setLabelFormat(seconds(end) < 10 ? QStringLiteral("%.2f s") : QStringLiteral("%.0f s"));
    m_values->setRange(0, top * 1.1);
    m_values->setLabelFormat(top < 10 ? QStringLiteral("%.1f") : QStringLiteral("%.0f"));
    if (lines.size() < 2 && !lines.empty())
        chart()->legend()->setVisible(!lines.front().name.isEmpty());
    else
        chart()->legend()->setVisible(!lines.empty());
    placeLine();
}

void ChartView::setPlayhead(TraceTime time) {
    if (m_playhead == time)
        return;
    m_playhead = time;
    placeLine();
}

void ChartView::placeLine() {
    const QRectF area = chart()->plotArea();
    const double share = m_time->max() > 0 ? seconds(m_playhead) / m_time->max() : 0;
    m_line->setVisible(share <= 1);
    m_line->setGeometry(static_cast<int>(std::lround(area.left() + share * area.width())),
                        static_cast<int>(area.top()), 2, static_cast<int>(area.height()));
}

void ChartView::seek(QPointF at) {
    const QRectF area = chart()->plotArea();
    const double share = std::clamp((at.x() - area.left()) / std::max(1.0, area.width()), 0.0, 1.0);
    emit timeClicked(fromSeconds(share * m_time->max()));
}

void ChartView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        seek(event->position());
}

void ChartView::mouseMoveEvent(QMouseEvent* event) {
    if ((event->buttons() & Qt::LeftButton) != 0)
        seek(event->position());
}

void ChartView::resizeEvent(QResizeEvent* event) {
    QChartView::resizeEvent(event);
    // The chart lays itself out after this.
    QMetaObject::invokeMethod(this, &ChartView::placeLine, Qt::QueuedConnection);
}

}  // namespace sluice
