// The lanes of the timeline: bars for what happens, spans for the scenario's faults.
#include <QFontMetrics>
#include <QPainter>
#include <cmath>

#include "core/base/duration.h"
#include "widgets/timeline/timelineprivate.h"

namespace sluice {
namespace {

constexpr std::array kLaneMetrics{Metric::Events, Metric::DeadLetters, Metric::Late, Metric::TimedOut};
constexpr Sequence kExactEvents = 20'000;  // with fewer in sight each event is drawn where it is
constexpr double kLeastSpan = 3;           // pixels
constexpr int kMostRows = 3;               // of faults that overlap; more share the last

/// The lane an event of that kind belongs to besides the first; -1: none.
int laneOf(EventKind kind) {
    switch (kind) {
        case EventKind::DeadLettered:
        case EventKind::Discarded:
            return 1;
        case EventKind::LateArrival:
            return 2;
        case EventKind::TimedOut:
            return 3;
        default:
            return -1;
    }
}

/// 1, 2 or 5 times a power of ten nanoseconds, at least `least`.
double roundStep(double least) {
    const double power = std::pow(10.0, std::floor(std::log10(std::max(least, 1.0))));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least)
            return factor * power;
    }
    return 10 * power;
}

int rowsOf(const std::vector<FaultSpan>& spans) {
    int rows = 1;
    for (const FaultSpan& span : spans)
        rows = std::max(rows, span.row + 1);
    return std::min(rows, kMostRows);
}

}  // namespace

/// One value a pixel column, from the series' bins: the mean share of the bins that lie in it.
std::vector<double> Timeline::Private::heights(int lane) const {
    const int width = area.width();
    std::vector<double> columns(static_cast<std::size_t>(width));
    const auto points = digest->aggregator().series(kNoEntity, kLaneMetrics[static_cast<std::size_t>(lane)],
                                                    TraceTime(static_cast<std::int64_t>(std::max(0.0, from))),
                                                    TraceTime(static_cast<std::int64_t>(to)));
    for (const SeriesPoint& point : points) {
        if (point.value == 0)
            continue;
        const double left = xOf(static_cast<double>(point.at.count())) - area.left();
        const double right = xOf(static_cast<double>((point.at + point.width).count())) - area.left();
        const int begin = std::clamp(static_cast<int>(std::floor(left)), 0, width - 1);
        const int stop = std::clamp(static_cast<int>(std::ceil(right)), begin + 1, width);
        for (int x = begin; x < stop; ++x)
            columns[static_cast<std::size_t>(x)] += point.value / std::max(1.0, right - left);
    }
    return columns;
}

auto Timeline::Private::exactHeights(Sequence first, Sequence stop) const
    -> std::array<std::vector<double>, kLaneCount> {
    std::array<std::vector<double>, kLaneCount> lanes;
    for (auto& lane : lanes)
        lane.resize(static_cast<std::size_t>(area.width()));
    store->visit(first, stop, [&](Sequence, const TraceEvent& event) {
        const int x = static_cast<int>(xOf(static_cast<double>(event.at.count()))) - area.left();
        if (x >= 0 && x < area.width()) {
            ++lanes[0][static_cast<std::size_t>(x)];
            if (const int lane = laneOf(event.kind); lane > 0)
                ++lanes[static_cast<std::size_t>(lane)][static_cast<std::size_t>(x)];
        }
        return true;
    });
    return lanes;
}

void Timeline::Private::paintRuler(QPainter& painter) const {
    painter.setFont(figureFont());
    const QFontMetrics metrics(painter.font());
    const double step = roundStep((to - from) / std::max(1, area.width()) * 110);
    painter.setPen(theme->textMuted);
    for (double time = std::ceil(from / step) * step; time <= to; time += step) {
        const double x = xOf(time);
        painter.setPen(theme->outline);
        painter.drawLine(QPointF(x, kRuler - 4), QPointF(x, area.bottom()));
        const QString text = QString::fromStdString(describeDuration(Duration(std::llround(time))));
        const int width = metrics.horizontalAdvance(text);
        // Not clamp: a label may be wider than a narrow window's area.
        const double left =
            std::max<double>(area.left(), std::min<double>(x - width / 2.0, area.right() - width));
        painter.setPen(theme->textMuted);
        painter.drawText(QPointF(left, kRuler - 7), text);
    }
}

void Timeline::Private::paintLanes(QPainter& painter, const QStringList& names) const {
    const auto first = store->lowerBound(TraceTime(static_cast<std::int64_t>(std::max(0.0, from))));
    const auto stop = store->lowerBound(TraceTime(static_cast<std::int64_t>(to)));
    std::array<std::vector<double>, kLaneCount> lanes;
    if (stop - first <= kExactEvents) {
        lanes = exactHeights(first, stop);
    } else {
        for (int lane = 0; lane < kFaultLane; ++lane)
            lanes[static_cast<std::size_t>(lane)] = heights(lane);
    }
    for (int lane = 0; lane < kLaneCount; ++lane) {
        const QRectF row = rowOf(lane);
        painter.setFont(textFont());
        painter.setPen(theme->textMuted);
        painter.drawText(QRectF(8, row.top(), labels - 12, row.height()), Qt::AlignVCenter | Qt::AlignLeft,
                         names[lane]);
        painter.setPen(theme->outline);
        painter.drawLine(row.bottomLeft(), row.bottomRight());
        if (lane == kFaultLane)
            paintFaults(painter);
        else
            paintBars(painter, lane, lanes[static_cast<std::size_t>(lane)]);
    }
}

void Timeline::Private::paintBars(QPainter& painter, int lane, const std::vector<double>& columns) const {
    const QRectF row = rowOf(lane);
    const QColor color = colorOf(lane);
    const double most = columns.empty() ? 0 : *std::max_element(columns.begin(), columns.end());
    painter.setPen(Qt::NoPen);
    for (std::size_t x = 0; x < columns.size() && most > 0; ++x) {
        if (columns[x] <= 0)
            continue;
        // Traffic by its square root, so that quiet stretches still show; marks at full height.
        const double share = lane == 0 ? std::sqrt(columns[x] / most) : 1.0;
        const double bar = std::max(2.0, share * (row.height() - 3));
        const double wide = lane == 0 ? 1 : 3;
        painter.fillRect(QRectF(row.left() + static_cast<double>(x), row.bottom() - bar, wide, bar), color);
    }
}

std::vector<FaultSpan> Timeline::Private::faults() const {
    return faultSpans(digest->aggregator().actions(), actions, store->table(),
                      digest->aggregator().horizon());
}

QRectF Timeline::Private::rectOf(const FaultSpan& span, int rows) const {
    const QRectF lane = rowOf(kFaultLane).adjusted(0, 2, 0, -1);
    const double height = lane.height() / rows;
    const double left = xOf(static_cast<double>(span.from.count()));
    const double right = std::max(xOf(static_cast<double>(span.to.count())), left + kLeastSpan);
    return {left, lane.top() + std::min(span.row, rows - 1) * height, right - left, height - 1};
}

QStringList Timeline::Private::faultsAt(const QPointF& point) const {
    QStringList texts;
    if (!store || !rowOf(kFaultLane).contains(point))
        return texts;
    const std::vector<FaultSpan> spans = faults();
    for (const FaultSpan& span : spans) {
        if (rectOf(span, rowsOf(spans)).adjusted(-3, -2, 3, 2).contains(point))
            texts << span.text;
    }
    return texts;
}

void Timeline::Private::paintFaults(QPainter& painter) const {
    const std::vector<FaultSpan> spans = faults();
    const int rows = rowsOf(spans);
    const QColor color = colorOf(kFaultLane);
    QFont font = textFont();
    for (const FaultSpan& span : spans) {
        QRectF rect = rectOf(span, rows);
        const double begin = rect.left();
        rect = rect.intersected(rowOf(kFaultLane));
        if (rect.isEmpty())
            continue;
        QColor body = color;
        body.setAlphaF(0.30F);
        painter.fillRect(rect, body);
        // Its beginning and, when it is known, its end are edges.
        if (begin >= area.left())
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), color);
        if (!span.open && rect.width() > kLeastSpan)
            painter.fillRect(QRectF(rect.right() - 1, rect.top(), 1, rect.height()), color);
        font.setPixelSize(std::clamp(static_cast<int>(rect.height() - 2), 8, 12));
        const QFontMetrics metrics(font);
        if (rect.height() + 2 < metrics.height() || rect.width() < metrics.horizontalAdvance(span.text) + 12)
            continue;
        painter.setFont(font);
        painter.setPen(theme->text);
        painter.drawText(rect.adjusted(6, 0, -4, 0), Qt::AlignVCenter | Qt::AlignLeft, span.text);
    }
}

}  // namespace sluice
