// The lanes of the timeline: bars for how much happens, marks for what should not, spans for faults, flags.
#include <QFontMetrics>
#include <QPainter>
#include <cmath>

#include "widgets/timeline/reportedlanes.h"
#include "widgets/timeline/timelineprivate.h"
#include "widgets/timeline/timeruler.h"

namespace sluice {
namespace {

constexpr Sequence kExactEvents = 65'536;  // with fewer in sight each is looked at
constexpr double kLeastSpan = 3;           // pixels
constexpr int kMostRows = 3;               // of faults that overlap; more share the last
constexpr int kRateStep = 6;               // pixels over which a rate is taken
constexpr double kGlyphRoom = 11;          // pixels between marks, from which on each has its shape

int rowsOf(const std::vector<FaultSpan>& spans) {
    int rows = 1;
    for (const FaultSpan& span : spans)
        rows = std::max(rows, span.row + 1);
    return std::min(rows, kMostRows);
}

}  // namespace

void Timeline::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    if (!d->store) {
        painter.fillRect(rect(), d->theme->surface);
        painter.setPen(d->theme->textMuted);
        painter.drawText(rect().adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("The run appears here over time: traffic, dead letters, late arrivals, faults, "
                            "bookmarks and watches. Press play to start one."));
        return;
    }
    d->layOut(size());
    const Private::Pictured wanted{size(), d->from, d->to, d->generation};
    const double ratio = devicePixelRatioF();
    if (d->pictured != wanted || d->picture.devicePixelRatio() != ratio) {
        d->picture = QPixmap(size() * ratio);
        d->picture.setDevicePixelRatio(ratio);
        d->picture.fill(d->theme->surface);
        QPainter into(&d->picture);
        d->paintPicture(into);
        d->pictured = wanted;
    }
    painter.drawPixmap(0, 0, d->picture);
    d->paintRange(painter);
    if (d->pointer && d->drag == Private::Drag::None && d->pointer->x() >= d->area.left() &&
        d->pointer->x() <= d->area.right()) {
        painter.setPen(QPen(d->theme->textMuted, 1, Qt::DotLine));
        painter.drawLine(QPointF(d->pointer->x(), d->area.top()), QPointF(d->pointer->x(), d->area.bottom()));
    }
    d->paintMarks(painter);
    d->paintPlayhead(painter);
    d->paintOverview(painter);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(d->theme->accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void Timeline::Private::paintPicture(QPainter& painter) {
    paintRuler(painter);
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        const TimelineLane& lane = lanes[i];
        const QRectF row = rowOf(i);
        paintLabel(painter, i);
        painter.setPen(theme->outline);
        painter.drawLine(row.bottomLeft(), row.bottomRight());
        switch (lane.kind) {
            case TimelineLane::Kind::Density:
                paintDensity(painter, lane, row, columnsOf(lane));
                break;
            case TimelineLane::Kind::Rate:
                paintRate(painter, lane, row, columnsOf(lane));
                break;
            case TimelineLane::Kind::Marks:
                paintMarks(painter, lane, row, columnsOf(lane));
                break;
            case TimelineLane::Kind::Faults:
                paintFaults(painter, lane, row);
                break;
            case TimelineLane::Kind::Bookmarks:
                paintBookmarks(painter, lane, row);
                break;
        }
    }
    paintGaps(painter);
    // What has not happened yet.
    const double known = std::max<double>(xOf(store->horizon()), area.left());
    if (known < area.right()) {
        QColor veil = theme->surfaceSunken;
        veil.setAlphaF(0.6F);
        painter.fillRect(QRectF(known, kRuler, area.right() - known, area.height()), veil);
    }
}

/// How many in each column of pixels.
std::vector<double> Timeline::Private::columnsOf(const TimelineLane& lane) const {
    std::vector<double> columns(static_cast<std::size_t>(area.width()));
    const TraceTime since = begin();
    const TraceTime until = std::max(stop(), since + TraceTime(1));
    if (const auto figure = figureOf(lane)) {
        spreadReported(digest->aggregator(), *figure, since, until, columns);
        // What has passed since the last report nobody knows yet.
        const double known = xOf(digest->aggregator().flowKnownTo(kNoEntity)) - area.left();
        if (*figure == Metric::Out && known < static_cast<double>(columns.size()))
            columns.resize(static_cast<std::size_t>(std::max(known, 0.0)) / kRateStep * kRateStep);
    } else if (lane.watch) {
        lane.watch->spread(since, until, columns);
    } else if (lane.source && lane.kind != TimelineLane::Kind::Marks &&
               store->lowerBound(until) - store->lowerBound(since) <= kExactEvents) {
        store->visit(store->lowerBound(since), store->lowerBound(until),
                     [&](Sequence, const TraceEvent& event) {
                         const auto x = static_cast<std::int64_t>(xOf(event.at) - area.left());
                         if (x >= 0 && x < area.width() &&
                             (*lane.source == TraceLane::Events || laneOf(event.kind) == lane.source))
                             ++columns[static_cast<std::size_t>(x)];
                         return true;
                     });
    } else if (lane.source) {
        index->lanes().spread(*lane.source, since, until, columns);
    }
    return columns;
}

void Timeline::Private::paintRuler(QPainter& painter) const {
    painter.setFont(figureFont());
    const QFontMetrics metrics(painter.font());
    const double perPixel = (to - from) / std::max(1, area.width());
    TraceTime step = roundStep(perPixel * 70);
    step = roundStep(perPixel * (metrics.horizontalAdvance(tickText(stop(), step)) + 40));
    const auto first = static_cast<std::int64_t>(std::ceil(from / static_cast<double>(step.count())));
    for (TraceTime time = step * first; time <= stop(); time += step) {
        const double x = xOf(time);
        painter.setPen(theme->outline);
        painter.drawLine(QPointF(x, kRuler - 4), QPointF(x, area.bottom()));
        const QString text = tickText(time, step);
        const int width = metrics.horizontalAdvance(text);
        // Not clamp: a label may be wider than a narrow window's area.
        const double left =
            std::max<double>(area.left(), std::min<double>(x - width / 2.0, area.right() - width));
        painter.setPen(theme->textMuted);
        painter.drawText(QPointF(left, kRuler - 7), text);
    }
}

void Timeline::Private::paintLabel(QPainter& painter, std::size_t lane) const {
    const QRectF row = rowOf(lane);
    const TimelineLane& one = lanes[lane];
    paintGlyph(painter, one.glyph, QPointF(14, row.center().y()), one.color);
    QFont font = textFont();
    font.setPixelSize(std::clamp(static_cast<int>(row.height()) - 1, 9, QFontInfo(font).pixelSize()));
    font.setUnderline(chosenLane > 0 && static_cast<std::size_t>(chosenLane) == lane);
    painter.setFont(font);
    painter.setPen(theme->textMuted);
    painter.drawText(QRectF(25, row.top(), labels - 31, row.height()), Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics(font).elidedText(one.name, Qt::ElideRight, labels - 31));
}

void Timeline::Private::paintDensity(QPainter& painter, const TimelineLane& lane, const QRectF& row,
                                     const std::vector<double>& columns) const {
    const double most = columns.empty() ? 0 : *std::max_element(columns.begin(), columns.end());
    for (std::size_t x = 0; x < columns.size() && most > 0; ++x) {
        // Less than one: a group of events that is wider than a pixel.
        if (columns[x] < 0.02)
            continue;
        // By its square root, so that quiet stretches still show.
        const double bar = std::max(2.0, std::sqrt(columns[x] / most) * (row.height() - 3));
        painter.fillRect(QRectF(row.left() + static_cast<double>(x), row.bottom() - bar, 1, bar), lane.color);
    }
}

void Timeline::Private::paintRate(QPainter& painter, const TimelineLane& lane, const QRectF& row,
                                  const std::vector<double>& columns) const {
    std::vector<double> steps;
    for (std::size_t x = 0; x < columns.size(); x += kRateStep) {
        double sum = 0;
        for (std::size_t i = x; i < std::min(columns.size(), x + kRateStep); ++i)
            sum += columns[i];
        steps.push_back(sum);
    }
    const double most = steps.empty() ? 0 : *std::max_element(steps.begin(), steps.end());
    if (most <= 0)
        return;
    QColor fill = lane.color;
    fill.setAlphaF(0.35F);
    QPolygonF line;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const double left = row.left() + static_cast<double>(i * kRateStep);
        const double right = std::min(left + kRateStep, row.right());
        const double top = row.bottom() - steps[i] / most * (row.height() - 3);
        if (steps[i] > 0)
            painter.fillRect(QRectF(left, top, right - left, row.bottom() - top), fill);
        line << QPointF(left, top) << QPointF(right, top);
    }
    painter.setPen(QPen(lane.color, 1));
    painter.drawPolyline(line);
}

void Timeline::Private::paintMarks(QPainter& painter, const TimelineLane& lane, const QRectF& row,
                                   const std::vector<double>& columns) const {
    constexpr double kSome = 0.02;
    double before = -1e9;
    for (std::size_t x = 0; x < columns.size(); ++x) {
        if (columns[x] < kSome)
            continue;
        const double at = row.left() + static_cast<double>(x);
        std::size_t next = x + 1;
        while (next < columns.size() && columns[next] < kSome && static_cast<double>(next - x) < kGlyphRoom)
            ++next;
        const bool alone = at - before >= kGlyphRoom && static_cast<double>(next - x) >= kGlyphRoom;
        before = at;
        if (alone)
            paintGlyph(painter, lane.glyph, QPointF(at + 0.5, row.center().y()), lane.color);
        else
            painter.fillRect(QRectF(at, row.top() + 2, 2, row.height() - 3), lane.color);
    }
}

std::vector<FaultSpan> Timeline::Private::faults() const {
    return faultSpans(digest->aggregator().actions(), actions, store->table(),
                      digest->aggregator().horizon());
}

QRectF Timeline::Private::rectOf(const FaultSpan& span, int rows, const QRectF& row) const {
    const QRectF lane = row.adjusted(0, 2, 0, -1);
    const double height = lane.height() / rows;
    const double left = xOf(span.from);
    const double right = std::max(xOf(span.to), left + kLeastSpan);
    return {left, lane.top() + std::min(span.row, rows - 1) * height, right - left, height - 1};
}

QStringList Timeline::Private::faultsAt(const QPointF& point, const QRectF& row) const {
    QStringList texts;
    const std::vector<FaultSpan> spans = faults();
    for (const FaultSpan& span : spans) {
        if (rectOf(span, rowsOf(spans), row).adjusted(-3, -2, 3, 2).contains(point))
            texts << span.text;
    }
    return texts;
}

void Timeline::Private::paintFaults(QPainter& painter, const TimelineLane& lane, const QRectF& row) const {
    const std::vector<FaultSpan> spans = faults();
    const int rows = rowsOf(spans);
    QFont font = textFont();
    for (const FaultSpan& span : spans) {
        QRectF rect = rectOf(span, rows, row);
        const double begin = rect.left();
        rect = rect.intersected(row);
        if (rect.isEmpty())
            continue;
        QColor body = lane.color;
        body.setAlphaF(0.30F);
        painter.fillRect(rect, body);
        // Its beginning and, when it is known, its end are edges.
        if (begin >= area.left())
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), lane.color);
        if (!span.open && rect.width() > kLeastSpan)
            painter.fillRect(QRectF(rect.right() - 1, rect.top(), 1, rect.height()), lane.color);
        font.setPixelSize(std::clamp(static_cast<int>(rect.height() - 1), 8, 12));
        const QFontMetrics metrics(font);
        if (rect.height() + 5 < metrics.height() || rect.width() < metrics.horizontalAdvance(span.text) + 12)
            continue;
        painter.setFont(font);
        painter.setPen(theme->text);
        painter.drawText(rect.adjusted(6, 0, -4, 0), Qt::AlignVCenter | Qt::AlignLeft, span.text);
    }
}

void Timeline::Private::paintBookmarks(QPainter& painter, const TimelineLane& lane, const QRectF& row) const {
    QFont font = textFont();
    font.setPixelSize(std::clamp(static_cast<int>(row.height()) - 2, 8, 12));
    const QFontMetrics metrics(font);
    painter.setFont(font);
    for (std::size_t i = 0; i < bookmarks.size(); ++i) {
        const double x = xOf(bookmarks[i].at);
        if (x < area.left() - 1 || x > area.right() + 1)
            continue;
        paintGlyph(painter, lane.glyph, QPointF(x + 3, row.center().y()), lane.color);
        // Its name as far as the next flag leaves room.
        const double next = i + 1 < bookmarks.size() ? xOf(bookmarks[i + 1].at) : area.right();
        const int room = static_cast<int>(std::min<double>(next, area.right()) - x) - 16;
        if (room < 24)
            continue;
        painter.setPen(theme->textMuted);
        painter.drawText(QRectF(x + 11, row.top(), room, row.height()), Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(QString::fromStdString(bookmarks[i].name), Qt::ElideRight, room));
    }
}

QRectF Timeline::Private::rectOf(const TimeRange& gap) const {
    constexpr double kLeastGap = 6;
    const double left = xOf(gap.from);
    const double right = std::max(xOf(gap.to), left + kLeastGap);
    return QRectF(left, area.top(), right - left, area.height()).intersected(QRectF(area));
}

/// What a damaged recording does not tell, and the times in which a live broker could not be reached: no
/// zeros, but nothing known.
void Timeline::Private::paintGaps(QPainter& painter) const {
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (const TimeRange& gap : store->gaps()) {
        painter.fillRect(rectOf(gap), theme->surfaceSunken);
        paintGap(painter, gap, Timeline::tr("damaged"));
    }
    if (!digest)
        return;
    for (const TimeRange& lost : digest->aggregator().lostTimes())
        paintGap(painter, lost, Timeline::tr("not reached"));
}

void Timeline::Private::paintGap(QPainter& painter, const TimeRange& gap, const QString& words) const {
    const QRectF rect = rectOf(gap);
    if (rect.isEmpty())
        return;
    // Other brokers may have reported meanwhile: what is there shows through.
    painter.fillRect(rect, QBrush(theme->outlineStrong, Qt::BDiagPattern));
    painter.setPen(QPen(theme->warning, 1));
    painter.drawLine(rect.topLeft(), rect.bottomLeft());
    painter.drawLine(rect.topRight(), rect.bottomRight());
    painter.setFont(textFont());
    const QRectF label(0, 0, painter.fontMetrics().horizontalAdvance(words) + 12,
                       painter.fontMetrics().height() + 2);
    if (label.width() + 8 > rect.width())
        return;
    QRectF place = label;
    place.moveCenter(rect.center());
    painter.fillRect(place, theme->surface);
    painter.setPen(theme->warningText);
    painter.drawText(place, Qt::AlignCenter, words);
}

void Timeline::Private::paintRange(QPainter& painter) const {
    if (!range)
        return;
    const double left = std::clamp<double>(xOf(range->from), area.left(), area.right() + 1);
    const double right = std::clamp<double>(xOf(range->to), area.left(), area.right() + 1);
    QColor band = theme->accent;
    band.setAlphaF(0.14F);
    painter.fillRect(QRectF(left, area.top(), std::max(1.0, right - left), area.height()), band);
    // What is left out steps back.
    QColor veil = theme->surface;
    veil.setAlphaF(0.55F);
    painter.fillRect(QRectF(area.left(), area.top(), left - area.left(), area.height()), veil);
    painter.fillRect(QRectF(right, area.top(), area.right() + 1 - right, area.height()), veil);
    painter.setPen(QPen(theme->accent, 1));
    for (const TraceTime edge : {range->from, range->to}) {
        const double x = xOf(edge);
        if (x >= area.left() && x <= area.right() + 1)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
}

QString Timeline::Private::nameOf(const TimelineMark& mark) {
    return mark.kind == TimelineMark::Kind::Fork ? Timeline::tr("Fork") : Timeline::tr("≠ First difference");
}

QRectF Timeline::Private::labelOf(const TimelineMark& mark) const {
    const double x = xOf(mark.at);
    if (x < area.left() - 1 || x > area.right() + 1)
        return {};
    const double width = QFontMetricsF(textFont()).horizontalAdvance(nameOf(mark)) + 12;
    // The fork's to the left of its line, the difference's to the right: the one often follows at once.
    const bool before =
        mark.kind == TimelineMark::Kind::Fork ? x - width >= area.left() : x + width > area.right();
    return {before ? x - width : x, 1.0, width, kRuler - 3.0};
}

void Timeline::Private::paintMarks(QPainter& painter) const {
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(textFont());
    for (const TimelineMark& mark : marks) {
        const QRectF label = labelOf(mark);
        if (label.isEmpty())
            continue;
        const bool fork = mark.kind == TimelineMark::Kind::Fork;
        const double x = xOf(mark.at);
        painter.setPen(QPen(fork ? theme->text : theme->warning, 1, fork ? Qt::DashLine : Qt::SolidLine));
        painter.drawLine(QPointF(x, label.top()), QPointF(x, area.bottom()));
        painter.fillRect(label, theme->surface);
        painter.setPen(QPen(fork ? theme->outline : theme->warning, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(label.adjusted(0, 0, -1, -1));
        painter.setPen(fork ? theme->text : theme->warningText);
        painter.drawText(label, Qt::AlignCenter, nameOf(mark));
    }
}

void Timeline::Private::paintPlayhead(QPainter& painter) const {
    const double x = xOf(playhead);
    if (x < area.left() - 6 || x > area.right() + 6)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme->accent, 1.5));
    painter.drawLine(QPointF(x, kRuler - 4), QPointF(x, area.bottom()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme->accent);
    painter.drawPolygon(QPolygonF{QPointF(x - 6, kRuler - 10), QPointF(x + 6, kRuler - 10),
                                  QPointF(x + 6, kRuler - 4), QPointF(x, kRuler + 2),
                                  QPointF(x - 6, kRuler - 4)});
}

/// Zoomed in: which part of the run is seen, as a bar below the lanes.
void Timeline::Private::paintOverview(QPainter& painter) const {
    if (whole)
        return;
    const QRectF track(area.left(), area.bottom() + 3, area.width(), 2);
    const double all = last();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(track, theme->outline);
    const double left = track.left() + from / all * track.width();
    painter.fillRect(QRectF(left, track.top(), std::max(6.0, (to - from) / all * track.width()), 2),
                     theme->accent);
}

}  // namespace sluice
