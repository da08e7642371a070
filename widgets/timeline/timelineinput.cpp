// The timeline under mouse, wheel and keyboard.
#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <cmath>

#include "widgets/timeline/timelineprivate.h"

namespace sluice {

void Timeline::seekTo(double x) {
    emit seekRequested(d->instantAt(x));
}

void Timeline::chooseRange(TraceTime one, TraceTime other) {
    const TimeRange range{std::min(one, other), std::max(one, other)};
    if (range.from == range.to)
        return;
    setRange(range);
    emit rangeSelected(range);
}

void Timeline::clearRange() {
    if (!d->range)
        return;
    setRange(std::nullopt);
    emit rangeSelected(std::nullopt);
}

void Timeline::mousePressEvent(QMouseEvent* event) {
    if (!d->store)
        return;
    const QPointF at = event->position();
    d->pressed = at;
    QToolTip::hideText();
    if (event->button() == Qt::MiddleButton) {
        d->drag = Private::Drag::Pan;
        d->panFrom = d->from;
        setCursor(Qt::ClosedHandCursor);
        return;
    }
    if (event->button() != Qt::LeftButton)
        return;
    const bool inRuler = at.y() < Private::kRuler;
    if (d->range && !inRuler) {
        // An end of the selection is taken; the other one stays.
        const bool atBegin = std::abs(d->xOf(d->range->from) - at.x()) <= Private::kNear;
        const bool atEnd = std::abs(d->xOf(d->range->to) - at.x()) <= Private::kNear;
        if (atBegin || atEnd) {
            d->drag = Private::Drag::Range;
            d->anchor = atEnd ? d->range->from : d->range->to;
            return;
        }
    }
    if (inRuler || std::abs(d->xOf(d->playhead) - at.x()) <= Private::kNear) {
        d->drag = Private::Drag::Playhead;
        if (inRuler)
            seekTo(at.x());
        return;
    }
    d->drag = Private::Drag::Undecided;
    d->anchor = d->instantAt(at.x());
}

void Timeline::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    d->pointer = at;
    switch (d->drag) {
        case Private::Drag::Undecided:
            if (std::abs(at.x() - d->pressed.x()) < QApplication::startDragDistance())
                break;
            d->drag = Private::Drag::Range;
            [[fallthrough]];
        case Private::Drag::Range:
            chooseRange(d->anchor,
                        d->instantAt(std::clamp<double>(at.x(), d->area.left(), d->area.right() + 1)));
            break;
        case Private::Drag::Playhead:
            seekTo(at.x());
            break;
        case Private::Drag::Pan: {
            const double width = d->to - d->from;
            const double by = (d->pressed.x() - at.x()) / std::max(1, d->area.width()) * width;
            const double from = d->panFrom + by;
            showRange(TraceTime(std::llround(from)), TraceTime(std::llround(from + width)));
            break;
        }
        case Private::Drag::None: {
            const bool edge = d->range && at.y() >= Private::kRuler &&
                              (std::abs(d->xOf(d->range->from) - at.x()) <= Private::kNear ||
                               std::abs(d->xOf(d->range->to) - at.x()) <= Private::kNear);
            setCursor(edge ? Qt::SizeHorCursor : Qt::ArrowCursor);
            break;
        }
    }
    update();
}

void Timeline::mouseReleaseEvent(QMouseEvent* event) {
    const auto drag = std::exchange(d->drag, Private::Drag::None);
    unsetCursor();
    if (drag != Private::Drag::Undecided || !d->store)
        return;
    // A click: to a bookmark that is there, or to that moment.
    const auto lane = d->laneAt(event->position().y());
    if (lane && d->lanes[*lane].kind == TimelineLane::Kind::Bookmarks) {
        const std::vector<Bookmark> near = d->bookmarksAt(event->position().x());
        if (!near.empty()) {
            emit bookmarkActivated(near.front().id);
            return;
        }
    }
    if (lane)
        d->chosenLane = static_cast<int>(*lane);
    if (const TimelineMark* mark = d->markAt(event->position()))
        emit seekRequested(mark->at);
    else
        seekTo(event->position().x());
}

void Timeline::mouseDoubleClickEvent(QMouseEvent* event) {
    const TraceTime at = d->instantAt(event->position().x());
    if (d->range && d->range->contains(at) && (d->begin() != d->range->from || d->stop() != d->range->to))
        showRange(d->range->from, d->range->to);
    else
        showAll();
}

void Timeline::leaveEvent(QEvent* event) {
    d->pointer.reset();
    update();
    QWidget::leaveEvent(event);
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

void Timeline::chooseLane(int by) {
    d->chosenLane = std::clamp(d->chosenLane + by, 0, static_cast<int>(d->lanes.size()) - 1);
    changed();
}

void Timeline::keyPressEvent(QKeyEvent* event) {
    if (!d->store) {
        QWidget::keyPressEvent(event);
        return;
    }
    const bool far = (event->modifiers() & Qt::ControlModifier) != 0;
    const bool extend = (event->modifiers() & Qt::ShiftModifier) != 0;
    const auto step =
        TraceTime(std::max<std::int64_t>(1, std::llround((d->to - d->from) * (far ? 0.1 : 0.01))));
    const auto last = TraceTime(std::llround(d->last()));
    const auto move = [&](TraceTime to) {
        to = std::clamp(to, TraceTime::zero(), last);
        if (extend) {
            // The end of the selection that the playhead is at goes with it.
            const TraceTime other = !d->range                       ? d->playhead
                                    : d->range->from == d->playhead ? d->range->to
                                    : d->range->to == d->playhead   ? d->range->from
                                                                    : d->playhead;
            if (other == to)
                clearRange();
            else
                chooseRange(other, to);
        }
        emit seekRequested(to);
        reveal(to);
    };
    switch (event->key()) {
        case Qt::Key_Left:
            move(d->playhead - step);
            break;
        case Qt::Key_Right:
            move(d->playhead + step);
            break;
        case Qt::Key_Home:
            move(TraceTime::zero());
            break;
        case Qt::Key_End:
            move(last);
            break;
        case Qt::Key_Up:
            chooseLane(-1);
            break;
        case Qt::Key_Down:
            chooseLane(1);
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
        case Qt::Key_I:
            chooseRange(d->playhead, d->range && d->range->to > d->playhead ? d->range->to : d->stop());
            break;
        case Qt::Key_O:
            chooseRange(d->range && d->range->from < d->playhead ? d->range->from : d->begin(), d->playhead);
            break;
        case Qt::Key_Z:
            if (d->range)
                showRange(d->range->from, d->range->to);
            break;
        case Qt::Key_Escape:
            if (!d->range)
                return QWidget::keyPressEvent(event);
            clearRange();
            break;
        default:
            return QWidget::keyPressEvent(event);
    }
    tellWhereItIs();
}

void Timeline::contextMenuEvent(QContextMenuEvent* event) {
    if (!d->store)
        return;
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const TraceTime at = byKey ? d->playhead : d->instantAt(event->pos().x());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Go here"), this, [this, at] { emit seekRequested(at); });
    menu->addAction(tr("Add a bookmark here…"), this, [this, at] { emit bookmarkWanted(at); });
    menu->addSeparator();
    menu->addAction(tr("Select what is shown"), this, [this] { chooseRange(d->begin(), d->stop()); });
    menu->addAction(tr("Zoom to the selection"), this, [this] { showRange(d->range->from, d->range->to); })
        ->setEnabled(d->range.has_value());
    menu->addAction(tr("Clear the selection"), this, &Timeline::clearRange)->setEnabled(d->range.has_value());
    menu->addSeparator();
    menu->addAction(tr("Show the whole run"), this, &Timeline::showAll)->setEnabled(!d->whole);
    menu->popup(byKey ? mapToGlobal(QPoint(int(d->xOf(at)), height() / 2)) : event->globalPos());
}

}  // namespace sluice
