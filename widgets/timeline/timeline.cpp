#include "widgets/timeline/timeline.h"

#include <QFontMetrics>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr std::array kLaneMetrics{Metric::Events, Metric::DeadLetters, Metric::Late, Metric::TimedOut,
                                  Metric::Faults};
constexpr int kLaneCount = static_cast<int>(kLaneMetrics.size());
constexpr int kRuler = 20;
constexpr double kNarrowest = 1000;        // ns that can be seen at least
constexpr Sequence kExactEvents = 20'000;  // with fewer in sight each event is drawn where it is

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
        case EventKind::ActionBegan:
            return 4;
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

}  // namespace

struct Timeline::Private {
    explicit Private(const Theme& t) : theme(&t) {}

    const Theme* theme;
    std::shared_ptr<TraceStore> store;
    std::shared_ptr<TraceDigest> digest;
    TraceTime end{};
    TraceTime playhead{};
    double from = 0;  ///< ns
    double to = 1e9;  ///< ns
    bool whole = true;
    bool dragging = false;
    int labels = 90;  ///< width of the lanes' names
    QRect area;       ///< of the lanes

    [[nodiscard]] double last() const {
        const double horizon = store ? static_cast<double>(store->horizon().count()) : 0;
        return std::max({horizon, static_cast<double>(end.count()), kNarrowest});
    }
    [[nodiscard]] double xOf(double time) const {
        return area.left() + (time - from) / (to - from) * area.width();
    }
    [[nodiscard]] double timeAt(double x) const {
        return from + (x - area.left()) / std::max(1, area.width()) * (to - from);
    }
    void fit() {
        if (whole) {
            from = 0;
            to = last();
        }
    }
    [[nodiscard]] QColor colorOf(int lane) const {
        const std::array colors{theme->info, theme->danger, theme->late, theme->warning, theme->textMuted};
        return colors[static_cast<std::size_t>(lane)];
    }
    [[nodiscard]] std::vector<double> heights(int lane) const;
    [[nodiscard]] std::array<std::vector<double>, kLaneCount> exactHeights(Sequence first,
                                                                           Sequence end) const;
    void paintRuler(QPainter& painter) const;
    void paintLanes(QPainter& painter, const QStringList& names) const;
};

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

std::array<std::vector<double>, kLaneCount> Timeline::Private::exactHeights(Sequence first,
                                                                            Sequence stop) const {
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
        const double left = std::clamp(x - width / 2.0, double(area.left()), double(area.right() - width));
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
        for (int lane = 0; lane < kLaneCount; ++lane)
            lanes[static_cast<std::size_t>(lane)] = heights(lane);
    }
    const double height = static_cast<double>(area.height()) / (kLaneCount + 1);
    double top = area.top();
    for (int lane = 0; lane < kLaneCount; ++lane) {
        const double own = lane == 0 ? 2 * height : height;
        const QRectF row(area.left(), top, area.width(), own);
        const QColor color = colorOf(lane);
        painter.setFont(textFont());
        painter.setPen(theme->textMuted);
        painter.drawText(QRectF(8, top, labels - 12, own), Qt::AlignVCenter | Qt::AlignLeft, names[lane]);
        painter.setPen(theme->outline);
        painter.drawLine(QPointF(row.left(), row.bottom()), row.bottomRight());
        const std::vector<double>& columns = lanes[static_cast<std::size_t>(lane)];
        const double most = columns.empty() ? 0 : *std::max_element(columns.begin(), columns.end());
        painter.setPen(Qt::NoPen);
        for (std::size_t x = 0; x < columns.size() && most > 0; ++x) {
            if (columns[x] <= 0)
                continue;
            // Traffic by its square root, so that quiet stretches still show; marks at full height.
            const double share = lane == 0 ? std::sqrt(columns[x] / most) : 1.0;
            const double bar = std::max(2.0, share * (own - 3));
            const double wide = lane == 0 ? 1 : 3;
            painter.fillRect(QRectF(row.left() + static_cast<double>(x), row.bottom() - bar, wide, bar),
                             color);
        }
        top += own;
    }
}

Timeline::Timeline(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(theme)) {
    setAccessibleName(tr("Timeline"));
    setAccessibleDescription(
        tr("Arrow keys move the playhead, Home and End go to the ends, plus and minus zoom, 0 shows all"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

Timeline::~Timeline() = default;

void Timeline::setTheme(const Theme& theme) {
    d->theme = &theme;
    update();
}

void Timeline::setStore(std::shared_ptr<TraceStore> store, std::shared_ptr<TraceDigest> digest) {
    if (d->digest)
        d->digest->disconnect(this);
    d->store = std::move(store);
    d->digest = digest || !d->store ? std::move(digest) : std::make_shared<TraceDigest>(d->store);
    if (d->digest)
        connect(d->digest.get(), &TraceDigest::grown, this, [this] { update(); });
    d->playhead = TraceTime::zero();
    d->whole = true;
    refresh();
    update();
}

void Timeline::setEnd(TraceTime end) {
    d->end = end;
    update();
}

void Timeline::setPlayhead(TraceTime time) {
    if (d->playhead == time)
        return;
    d->playhead = time;
    update();
}

void Timeline::refresh() {
    if (d->digest && isVisible())
        d->digest->follow();
}

TraceTime Timeline::visibleFrom() const {
    return TraceTime(static_cast<std::int64_t>(d->from));
}

TraceTime Timeline::visibleTo() const {
    return TraceTime(static_cast<std::int64_t>(d->to));
}

void Timeline::setVisible(TraceTime from, TraceTime to) {
    const double last = d->last();
    const double width = std::clamp(static_cast<double>((to - from).count()), kNarrowest, last);
    d->from = std::clamp(static_cast<double>(from.count()), 0.0, last - width);
    d->to = d->from + width;
    d->whole = width >= last;
    update();
    emit visibleChanged();
}

void Timeline::showAll() {
    d->whole = true;
    update();
    emit visibleChanged();
}

QSize Timeline::sizeHint() const {
    return {600, kRuler + 6 * (fontMetrics().height() + 2) + 4};
}

QSize Timeline::minimumSizeHint() const {
    return {240, kRuler + 6 * 14};
}

void Timeline::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    const Theme& theme = *d->theme;
    painter.fillRect(rect(), theme.surface);
    if (!d->store) {
        painter.setPen(theme.textMuted);
        painter.drawText(rect().adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("The run appears here over time: traffic, dead letters, late arrivals, timeouts "
                            "and faults. Press play to start one."));
        return;
    }
    const QStringList names{tr("Events"), tr("Dead letters"), tr("Late arrivals"), tr("Timeouts"),
                            tr("Faults")};
    int widest = 0;
    for (const QString& name : names)
        widest = std::max(widest, QFontMetrics(textFont()).horizontalAdvance(name));
    d->labels = widest + 20;
    d->area =
        QRect(d->labels, kRuler, std::max(1, width() - d->labels - 12), std::max(1, height() - kRuler - 4));
    d->fit();
    painter.setRenderHint(QPainter::Antialiasing, false);
    d->paintRuler(painter);
    d->paintLanes(painter, names);
    // What has not happened yet.
    const double known = d->xOf(static_cast<double>(d->store->horizon().count()));
    if (known < d->area.right()) {
        QColor veil = theme.surfaceSunken;
        veil.setAlphaF(0.6F);
        painter.fillRect(QRectF(std::max<double>(known, d->area.left()), kRuler,
                                d->area.right() - std::max<double>(known, d->area.left()), d->area.height()),
                         veil);
    }
    const double x = d->xOf(static_cast<double>(d->playhead.count()));
    if (x >= d->area.left() - 6 && x <= d->area.right() + 6) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.accent, 1.5));
        painter.drawLine(QPointF(x, kRuler - 4), QPointF(x, d->area.bottom()));
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.accent);
        painter.drawPolygon(QPolygonF{QPointF(x - 6, kRuler - 10), QPointF(x + 6, kRuler - 10),
                                      QPointF(x + 6, kRuler - 4), QPointF(x, kRuler + 2),
                                      QPointF(x - 6, kRuler - 4)});
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(theme.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void Timeline::seekTo(double x) {
    const double time = std::clamp(d->timeAt(x), 0.0, d->last());
    emit seekRequested(TraceTime(std::llround(time)));
}

void Timeline::mousePressEvent(QMouseEvent* event) {
    if (!d->store || event->button() != Qt::LeftButton)
        return;
    d->dragging = true;
    seekTo(event->position().x());
}

void Timeline::mouseMoveEvent(QMouseEvent* event) {
    if (d->dragging)
        seekTo(event->position().x());
}

void Timeline::mouseReleaseEvent(QMouseEvent* /*event*/) {
    d->dragging = false;
}

void Timeline::mouseDoubleClickEvent(QMouseEvent* /*event*/) {
    showAll();
}

void Timeline::zoom(double factor, TraceTime around) {
    const auto at = static_cast<double>(around.count());
    const double width = std::clamp((d->to - d->from) * factor, kNarrowest, d->last());
    const double share = std::clamp((at - d->from) / (d->to - d->from), 0.0, 1.0);
    const double from = at - share * width;
    setVisible(TraceTime(std::llround(from)), TraceTime(std::llround(from + width)));
}

void Timeline::scroll(double share) {
    const double by = share * (d->to - d->from);
    setVisible(TraceTime(std::llround(d->from + by)), TraceTime(std::llround(d->to + by)));
}

void Timeline::wheelEvent(QWheelEvent* event) {
    if (!d->store)
        return;
    const QPoint delta = event->angleDelta();
    if (delta.x() != 0 || (event->modifiers() & Qt::ShiftModifier) != 0)
        scroll(-(delta.x() != 0 ? delta.x() : delta.y()) / 1200.0);
    else
        zoom(std::pow(0.8, delta.y() / 120.0), TraceTime(std::llround(d->timeAt(event->position().x()))));
    event->accept();
}

void Timeline::keyPressEvent(QKeyEvent* event) {
    if (!d->store) {
        QWidget::keyPressEvent(event);
        return;
    }
    const bool far = (event->modifiers() & Qt::ControlModifier) != 0;
    const auto step = TraceTime(std::llround((d->to - d->from) * (far ? 0.1 : 0.01)));
    switch (event->key()) {
        case Qt::Key_Left:
            emit seekRequested(std::max(TraceTime::zero(), d->playhead - step));
            break;
        case Qt::Key_Right:
            emit seekRequested(d->playhead + step);
            break;
        case Qt::Key_Home:
            emit seekRequested(TraceTime::zero());
            break;
        case Qt::Key_End:
            emit seekRequested(TraceTime(std::llround(d->last())));
            break;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            zoom(0.5, d->playhead);
            break;
        case Qt::Key_Minus:
            zoom(2, d->playhead);
            break;
        case Qt::Key_0:
            showAll();
            break;
        case Qt::Key_PageUp:
            scroll(-0.8);
            break;
        case Qt::Key_PageDown:
            scroll(0.8);
            break;
        default:
            QWidget::keyPressEvent(event);
    }
}

bool Timeline::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && d->store) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto time = TraceTime(std::llround(std::clamp(d->timeAt(help->pos().x()), 0.0, d->last())));
        QToolTip::showText(help->globalPos(), eventwords::instant(time), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace sluice
