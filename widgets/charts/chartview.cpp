#include "widgets/charts/chartview.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QMouseEvent>
#include <QValueAxis>
#include <array>
#include <cmath>

#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr std::array kLineStyles{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
constexpr std::array<QChar, 4> kLineSigns{QChar(0x2501), QChar(0x254d), QChar(0x2509), QChar(0x2505)};
constexpr double kHeadingMargin = 24;  // pixels
constexpr int kLeastTimeTicks = 2;
constexpr int kMostTimeTicks = 5;
constexpr double kTickGap = 14;         // pixels between labels
constexpr double kValueAxisWidth = 60;  // pixels, with the margins

QList<QPointF> pointsOf(const std::vector<SeriesPoint>& points, double scale) {
    QList<QPointF> result;
    result.reserve(static_cast<qsizetype>(points.size()));
    for (const SeriesPoint& point : points)
        result.append(QPointF(seconds(point.at + point.width / 2), point.value * scale));
    return result;
}

/// Where points are missing in a line that has one for every bin. Latencies have them where something was
/// measured, and that is no gap.
std::vector<std::pair<double, double>> gapsIn(const std::vector<SeriesPoint>& points, TraceTime end,
                                              ChartView::Unit unit) {
    std::vector<std::pair<double, double>> gaps;
    if (unit == ChartView::Unit::Time || points.empty())
        return gaps;
    for (std::size_t i = 1; i < points.size(); ++i) {
        const TraceTime before = points[i - 1].at + points[i - 1].width;
        if (points[i].at > before)
            gaps.emplace_back(seconds(before), seconds(points[i].at));
    }
    const TraceTime last = points.back().at + points.back().width;
    if (end > last)
        gaps.emplace_back(seconds(last), seconds(end));
    return gaps;
}

/// 1, 2 or 5 times a power of ten, at least `least`.
double roundStep(double least) {
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least)
            return factor * power;
    }
    return 10 * power;
}

int decimalsOf(double step) {
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step))), 0, 6);
}

/// The axis from `from` to `to`, with no more ticks meanwhile than there are to be: at the distance of those
/// that there were, a range that is a million times as wide has a million times as many.
void spread(QValueAxis& axis, double from, double to) {
    axis.setTickInterval(to - from);
    axis.setRange(from, to);
}

/// Ticks at round values, some `count` of them up to `top`.
void setTicks(QValueAxis& axis, double top, int count, const QString& unit) {
    const double step = roundStep(top / count);
    axis.setTickType(QValueAxis::TicksDynamic);
    axis.setTickAnchor(0);
    axis.setTickInterval(step);
    axis.setLabelFormat(QStringLiteral("%.%1f%2").arg(decimalsOf(step)).arg(unit));
}

/// How many ticks have room for their labels in so many pixels: early in a run these have many decimals.
int ticksWithin(double room, double last, double span, const QString& unit) {
    const QFontMetricsF metrics(figureFont());
    int count = kMostTimeTicks;
    while (count > kLeastTimeTicks) {
        const double step = roundStep(span / count);
        const QString label = QString::number(last, 'f', decimalsOf(step)) + unit;
        if (metrics.horizontalAdvance(label) + kTickGap <= room * step / span)
            break;
        --count;
    }
    return count;
}

struct Scale {
    double factor = 1;
    QString unit;
};

Scale timeScale(double nanoseconds) {
    // Nothing to measure by.
    if (nanoseconds <= 0)
        return {1e-9, QStringLiteral("s")};
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
    : QChartView(parent), m_unit(unit), m_theme(&theme), m_title(title), m_heading(title) {
    setAccessibleName(title);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    // What an axis takes away it does not ask to be painted over.
    setViewportUpdateMode(FullViewportUpdate);
    setMinimumSize(220, 100);
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
    setHeading();
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

void ChartView::setLines(const std::vector<Line>& lines, TraceTime begin, TraceTime end, TraceTime known) {
    double most = 0;
    m_gaps = lines.empty() ? decltype(m_gaps)() : gapsIn(lines.front().points, std::min(end, known), m_unit);
    for (const Line& line : lines) {
        for (const SeriesPoint& point : line.points)
            most = std::max(most, point.value);
    }
    const Scale scale = m_unit == Unit::Time ? timeScale(most) : Scale{};
    const double top = most > 0 ? most * scale.factor : 1;
    const QString unit = m_unit == Unit::Rate   ? tr("messages/s")
                         : m_unit == Unit::Time ? scale.unit
                                                : QString();
    m_heading = unit.isEmpty() ? m_title : tr("%1, %2").arg(m_title, unit);
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        QLineSeries* series = m_series[i];
        if (i >= lines.size()) {
            series->setVisible(false);
            continue;
        }
        // Lines cross: which is which is not left to their colour alone.
        series->setPen(QPen(lines[i].color, 1.6, kLineStyles[i % kLineStyles.size()], Qt::FlatCap));
        series->setName(lines[i].name);
        series->replace(pointsOf(lines[i].points, scale.factor));
        series->setVisible(true);
    }
    const double first = seconds(begin);
    const double last = std::max(seconds(end), first + 1e-6);
    spread(*m_time, first, last);
    setTimeTicks();
    // Counts have no halves.
    const double head = m_unit == Unit::Count ? std::max(top, 1.0) : top;
    spread(*m_values, 0, head * 1.1);
    setTicks(*m_values, m_unit == Unit::Count ? std::max(head, 3.0) : head, 3, {});
    m_named.clear();
    for (std::size_t i = 0; i < std::min(lines.size(), m_series.size()); ++i) {
        if (!lines[i].name.isEmpty())
            m_named.emplace_back(lines[i].name, lines[i].color);
    }
    setHeading();
    placeLine();
}

void ChartView::setHeading() {
    // On the title's line where that has room: the plot needs the height more.
    QFont bold = textFont();
    bold.setWeight(QFont::DemiBold);
    QString heading =
        QStringLiteral("<span style=\"font-weight:600\">%1</span>").arg(m_heading.toHtmlEscaped());
    double wide = QFontMetricsF(bold).horizontalAdvance(m_heading);
    // Only the sign has the line's colour: not every colour is readable as text.
    const QString span = QStringLiteral("<span style=\"white-space:pre;font-weight:400;color:%1\">%2</span>");
    for (std::size_t i = 0; i < m_named.size(); ++i) {
        const QString sign = QStringLiteral("   ") + kLineSigns[i % kLineSigns.size()];
        const QString name = QChar(0x2009) + m_named[i].first;
        wide += QFontMetricsF(textFont()).horizontalAdvance(sign + name);
        heading += span.arg(m_named[i].second.name(), sign) +
                   span.arg(m_theme->textMuted.name(), name.toHtmlEscaped());
    }
    const bool fits = wide + kHeadingMargin <= width();
    chart()->setTitle(fits && !m_named.empty() ? heading : m_heading);
    chart()->legend()->setVisible(!fits && !m_named.empty());
}

void ChartView::setTimeTicks() {
    const QString seconds = QStringLiteral(" s");
    const double span = m_time->max() - m_time->min();
    // Not the plot's own width: it is known only when the chart has been laid out.
    setTicks(*m_time, span, ticksWithin(width() - kValueAxisWidth, m_time->max(), span, seconds), seconds);
}

void ChartView::setPlayhead(TraceTime time) {
    if (m_playhead == time)
        return;
    m_playhead = time;
    placeLine();
}

void ChartView::placeLine() {
    const QRectF area = chart()->plotArea();
    const double width = m_time->max() - m_time->min();
    const double share = width > 0 ? (seconds(m_playhead) - m_time->min()) / width : 0;
    m_line->setVisible(share >= 0 && share <= 1);
    m_line->setGeometry(static_cast<int>(std::lround(area.left() + share * area.width())),
                        static_cast<int>(area.top()), 2, static_cast<int>(area.height()));
}

void ChartView::seek(QPointF at) {
    const QRectF area = chart()->plotArea();
    const double share = std::clamp((at.x() - area.left()) / std::max(1.0, area.width()), 0.0, 1.0);
    emit timeClicked(fromSeconds(m_time->min() + share * (m_time->max() - m_time->min())));
}

void ChartView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        seek(event->position());
}

void ChartView::mouseMoveEvent(QMouseEvent* event) {
    if ((event->buttons() & Qt::LeftButton) != 0)
        seek(event->position());
}

void ChartView::drawForeground(QPainter* painter, const QRectF& rect) {
    QChartView::drawForeground(painter, rect);
    if (m_gaps.empty())
        return;
    const QRectF area = chart()->plotArea();
    const auto place = [&](double second) {
        const double span = std::max(m_time->max() - m_time->min(), 1e-9);
        return area.left() + std::clamp((second - m_time->min()) / span, 0.0, 1.0) * area.width();
    };
    painter->save();
    painter->setPen(Qt::NoPen);
    for (const auto& [from, to] : m_gaps) {
        const QRectF gap(place(from), area.top(), place(to) - place(from), area.height());
        painter->fillRect(gap, m_theme->surfaceSunken);
        painter->fillRect(gap, QBrush(m_theme->outlineStrong, Qt::BDiagPattern));
    }
    painter->restore();
}

void ChartView::resizeEvent(QResizeEvent* event) {
    QChartView::resizeEvent(event);
    setHeading();
    setTimeTicks();
    // The chart lays itself out after this.
    QMetaObject::invokeMethod(this, &ChartView::placeLine, Qt::QueuedConnection);
}

}  // namespace sluice
