#include "widgets/timeline/timeline.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "widgets/log/eventwords.h"
#include "widgets/timeline/timelineprivate.h"

namespace sluice {

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

void Timeline::setActions(std::vector<Action> actions) {
    d->actions = std::move(actions);
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

TraceTime Timeline::shownFrom() const {
    return TraceTime(static_cast<std::int64_t>(d->from));
}

TraceTime Timeline::shownTo() const {
    return TraceTime(static_cast<std::int64_t>(d->to));
}

void Timeline::showRange(TraceTime from, TraceTime to) {
    const double last = d->last();
    const double width = std::clamp(static_cast<double>((to - from).count()), Private::kNarrowest, last);
    d->from = std::clamp(static_cast<double>(from.count()), 0.0, last - width);
    d->to = d->from + width;
    d->whole = width >= last;
    update();
    emit rangeChanged();
}

void Timeline::showAll() {
    d->whole = true;
    update();
    emit rangeChanged();
}

QSize Timeline::sizeHint() const {
    return {600, Private::kRuler + 6 * (fontMetrics().height() + 2) + 4};
}

QSize Timeline::minimumSizeHint() const {
    return {240, Private::kRuler + 6 * 14};
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
    d->area = QRect(d->labels, Private::kRuler, std::max(1, width() - d->labels - 12),
                    std::max(1, height() - Private::kRuler - 4));
    d->fit();
    painter.setRenderHint(QPainter::Antialiasing, false);
    d->paintRuler(painter);
    d->paintLanes(painter, names);
    // What has not happened yet.
    const double known = d->xOf(static_cast<double>(d->store->horizon().count()));
    if (known < d->area.right()) {
        QColor veil = theme.surfaceSunken;
        veil.setAlphaF(0.6F);
        painter.fillRect(QRectF(std::max<double>(known, d->area.left()), Private::kRuler,
                                d->area.right() - std::max<double>(known, d->area.left()), d->area.height()),
                         veil);
    }
    const double x = d->xOf(static_cast<double>(d->playhead.count()));
    if (x >= d->area.left() - 6 && x <= d->area.right() + 6) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.accent, 1.5));
        painter.drawLine(QPointF(x, Private::kRuler - 4), QPointF(x, d->area.bottom()));
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.accent);
        painter.drawPolygon(QPolygonF{QPointF(x - 6, Private::kRuler - 10),
                                      QPointF(x + 6, Private::kRuler - 10),
                                      QPointF(x + 6, Private::kRuler - 4), QPointF(x, Private::kRuler + 2),
                                      QPointF(x - 6, Private::kRuler - 4)});
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
    const double width = std::clamp((d->to - d->from) * factor, Private::kNarrowest, d->last());
    const double share = std::clamp((at - d->from) / (d->to - d->from), 0.0, 1.0);
    const double from = at - share * width;
    showRange(TraceTime(std::llround(from)), TraceTime(std::llround(from + width)));
}

void Timeline::scroll(double share) {
    const double by = share * (d->to - d->from);
    showRange(TraceTime(std::llround(d->from + by)), TraceTime(std::llround(d->to + by)));
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
        QStringList lines{eventwords::instant(time)};
        lines << d->faultsAt(help->pos());
        QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace sluice
