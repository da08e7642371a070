// The pointer: mouse, wheel, touch pad.
#include <QApplication>
#include <QContextMenuEvent>
#include <QGestureEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QToolTip>
#include <cmath>

#include "widgets/canvas/canvasviewprivate.h"
#include "widgets/canvas/snapping.h"
#include "widgets/editing/edits.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

Qt::CursorShape cursorOver(const Hit& hit) {
    switch (hit.kind) {
        case Hit::Kind::Port:
            return Qt::CrossCursor;
        case Hit::Kind::Bend:
            return Qt::SizeAllCursor;
        case Hit::Kind::Resize:
            if (hit.part == (ResizeLeft | ResizeTop) || hit.part == (ResizeRight | ResizeBottom))
                return Qt::SizeFDiagCursor;
            if (hit.part == (ResizeRight | ResizeTop) || hit.part == (ResizeLeft | ResizeBottom))
                return Qt::SizeBDiagCursor;
            return hit.part & (ResizeLeft | ResizeRight) ? Qt::SizeHorCursor : Qt::SizeVerCursor;
        default:
            return Qt::ArrowCursor;
    }
}

}  // namespace

void CanvasView::mousePressEvent(QMouseEvent* event) {
    const PointerPlace pointer = d->placeOf(event->position(), event->modifiers());
    d->m_pointer = event->position();
    d->m_rename->end(true);
    if (d->m_gesture || d->m_pressed)
        return;
    d->m_button = event->button();
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && d->m_spaceHeld)) {
        d->m_spaceUsed = true;
        d->begin(panGesture(*d, pointer));
    } else if (event->button() == Qt::LeftButton) {
        d->press(pointer);
    }
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) {
    const PointerPlace pointer = d->placeOf(event->position(), event->modifiers());
    d->m_pointer = event->position();
    d->m_pointerInside = true;
    if (d->m_gesture || d->m_pressed)
        d->drag(pointer);
    else
        d->hover(pointer);
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == d->m_button)
        d->release(d->placeOf(event->position(), event->modifiers()));
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || d->m_mode != Private::Mode::Select) {
        mousePressEvent(event);
        return;
    }
    const QPointF scene = d->m_viewport.toScene(event->position());
    const Hit hit = d->m_drawing.hitAt(scene, d->m_viewport.zoom, {}, {});
    if (hit.kind == Hit::Kind::Nothing || (hit.kind == Hit::Kind::Group && d->unfold(hit.id)))
        return;
    if (!d->canEdit())
        emit elementActivated(hit.id);
    else if (hit.kind == Hit::Kind::Link)
        d->addBend(hit.id, scene);
    else
        d->rename(hit.id);
}

void CanvasView::leaveEvent(QEvent*) {
    d->m_pointerInside = false;
    d->m_hovered.clear();
    update();
}

void CanvasView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers() & Qt::ControlModifier) {
        const double steps = event->angleDelta().y() / 120.0;
        d->m_viewport.zoomTo(d->m_viewport.zoom * std::pow(1.2, steps), event->position());
    } else {
        QPointF distance =
            event->pixelDelta().isNull() ? QPointF(event->angleDelta()) * 0.5 : QPointF(event->pixelDelta());
        // A wheel without a second axis; some platforms turn the axes themselves.
        if ((event->modifiers() & Qt::ShiftModifier) && distance.x() == 0)
            distance = {distance.y(), 0};
        d->m_viewport.pan(distance);
    }
    d->viewportChanged();
    event->accept();
}

bool CanvasView::event(QEvent* event) {
    switch (event->type()) {
        case QEvent::NativeGesture: {
            const auto* pinch = static_cast<QNativeGestureEvent*>(event);
            if (pinch->gestureType() != Qt::ZoomNativeGesture)
                break;
            d->m_viewport.zoomTo(d->m_viewport.zoom * (1 + pinch->value()), pinch->position());
            d->viewportChanged();
            return true;
        }
        case QEvent::Gesture: {
            auto* pinch =
                static_cast<QPinchGesture*>(static_cast<QGestureEvent*>(event)->gesture(Qt::PinchGesture));
            if (!pinch)
                break;
            d->m_viewport.zoomTo(d->m_viewport.zoom * pinch->scaleFactor(),
                                 mapFromGlobal(pinch->centerPoint().toPoint()));
            d->viewportChanged();
            return true;
        }
        case QEvent::ToolTip: {
            const auto* help = static_cast<QHelpEvent*>(event);
            const QString text =
                d->m_gesture ? QString() : d->toolTipAt(d->m_viewport.toScene(QPointF(help->pos())));
            QToolTip::showText(help->globalPos(), text, this);
            return true;
        }
        case QEvent::ShortcutOverride: {
            // Keys that mean something here come here, whatever the window uses them for elsewhere.
            const auto* key = static_cast<QKeyEvent*>(event);
            if (key->key() == Qt::Key_Space || key->key() == Qt::Key_Escape || key->key() == Qt::Key_Return)
                event->accept();
            break;
        }
        default:
            break;
    }
    return QWidget::event(event);
}

void CanvasView::contextMenuEvent(QContextMenuEvent* event) {
    if (!d->m_history)
        return;
    QPoint position = event->globalPos();
    if (event->reason() == QContextMenuEvent::Mouse) {
        const Hit hit =
            d->m_drawing.hitAt(d->m_viewport.toScene(QPointF(event->pos())), d->m_viewport.zoom, {}, {});
        if (hit.kind == Hit::Kind::Nothing)
            d->select({});
        else if (!d->isSelected(hit.id))
            d->select({hit.id});
    } else if (!d->m_selection.empty()) {
        position =
            mapToGlobal(d->m_viewport.toView(d->m_drawing.boundsOf(d->m_selection)).center().toPoint());
    }
    QMenu* menu = d->contextMenu();
    if (d->m_selection.size() == 1)
        emit menuOpening(menu, d->m_selection.front());
    menu->popup(position);
}

void CanvasView::Private::press(const PointerPlace& pointer) {
    m_hint.clear();
    switch (m_mode) {
        case Mode::Place:
            placeAt(pointer.scene);
            if (!(pointer.modifiers & Qt::ShiftModifier))
                setMode(Mode::Select);
            m_button = Qt::NoButton;
            break;
        case Mode::PlaceGroup:
            setMode(Mode::Select);
            begin(groupGesture(*this, pointer));
            break;
        case Mode::Connect: {
            const Hit hit = m_drawing.hitAt(pointer.scene, m_viewport.zoom, {}, {});
            if (hit.kind != Hit::Kind::Element) {
                setMode(Mode::Select);
            } else if (m_connectFrom.empty()) {
                m_connectFrom = hit.id;
                begin(connectGesture(*this, hit.id, pointer));
            } else {
                const Id from = m_connectFrom;
                setMode(Mode::Select);
                insert(connectElements(document(), from, hit.id));
            }
            break;
        }
        case Mode::Select:
            pressToSelect(pointer);
    }
    q->update();
}

void CanvasView::Private::pressToSelect(const PointerPlace& pointer) {
    m_pressed = pointer;
    m_pressedOn = m_drawing.hitAt(pointer.scene, m_viewport.zoom, canEdit() ? m_selection : std::vector<Id>(),
                                  canEdit() ? m_hovered : Id());
    m_pressedMessage = messageAt(pointer.scene);
    m_wasSelected = isSelected(m_pressedOn.id);
    switch (m_pressedOn.kind) {
        case Hit::Kind::Port:
            m_pressed.reset();
            begin(connectGesture(*this, m_pressedOn.id, pointer));
            break;
        case Hit::Kind::Resize:
            m_pressed.reset();
            begin(resizeGesture(*this, m_pressedOn.id, m_pressedOn.part));
            break;
        case Hit::Kind::Bend:
            m_pressed.reset();
            begin(bendGesture(*this, m_pressedOn.id, m_pressedOn.part));
            break;
        case Hit::Kind::Nothing:
            if (const Id ghost = ghostAt(m_ghosts, pointer.scene, m_viewport.zoom, boundsOfDrawn());
                !ghost.empty()) {
                q->chooseGhost(ghost);
                emit q->ghostChosen(ghost);
            }
            break;
        default:
            if (pointer.modifiers & (Qt::ShiftModifier | Qt::ControlModifier)) {
                if (!m_wasSelected) {
                    auto ids = m_selection;
                    ids.push_back(m_pressedOn.id);
                    select(std::move(ids));
                }
            } else if (!m_wasSelected && m_pressedMessage == 0) {
                select({m_pressedOn.id});
            }
    }
}

void CanvasView::Private::drag(const PointerPlace& pointer) {
    if (m_gesture) {
        m_gesture->moveTo(pointer);
        if (m_button == Qt::MiddleButton || m_spaceHeld)
            viewportChanged();
        showCursor();
        q->update();
        return;
    }
    if ((pointer.view - m_pressed->view).manhattanLength() < QApplication::startDragDistance())
        return;
    const PointerPlace start = *m_pressed;
    m_pressed.reset();
    const bool movable = m_pressedOn.kind == Hit::Kind::Element || m_pressedOn.kind == Hit::Kind::Group;
    if (m_pressedOn.kind == Hit::Kind::Nothing) {
        begin(rubberBandGesture(*this, start));
    } else if (movable && canEdit()) {
        // What was pressed on was a message; what is dragged is the queue it stands in.
        if (!isSelected(m_pressedOn.id))
            select({m_pressedOn.id});
        begin(moveGesture(*this, start));
    }
    if (m_gesture)
        m_gesture->moveTo(pointer);
    q->update();
}

void CanvasView::Private::release(const PointerPlace& pointer) {
    m_button = Qt::NoButton;
    if (m_gesture) {
        const QPointF start = m_viewport.toView(m_drawing.boundsOf(m_connectFrom).center());
        // Gone before it acts: what it does may end in this place again.
        const std::unique_ptr<Gesture> gesture = std::move(m_gesture);
        if (m_mode == Mode::Connect && QLineF(start, pointer.view).length() < 4 * kGridStep &&
            m_drawing.boundsOf(m_connectFrom).contains(pointer.scene)) {
            // A click, not a drag: the next click chooses the end.
            gesture->cancel();
        } else {
            m_hintRefused = false;
            gesture->release(pointer);
            // What was promised is done; why it was refused stays to be read.
            if (!m_hintRefused)
                m_hint.clear();
            if (m_mode == Mode::Connect)
                setMode(Mode::Select);
        }
    } else if (m_pressed) {
        m_pressed.reset();
        click(pointer);
    }
    hover(pointer);
    q->update();
}

void CanvasView::Private::click(const PointerPlace& pointer) {
    if (const MessageId message = std::exchange(m_pressedMessage, 0)) {
        emit q->messageActivated(message);
        return;
    }
    const bool adding = pointer.modifiers & (Qt::ShiftModifier | Qt::ControlModifier);
    if (m_pressedOn.kind == Hit::Kind::Nothing) {
        if (!adding)
            select({});
    } else if (adding && m_wasSelected) {
        auto ids = m_selection;
        std::erase(ids, m_pressedOn.id);
        select(std::move(ids));
    } else if (!adding && m_selection.size() > 1) {
        select({m_pressedOn.id});
    }
}

void CanvasView::Private::hover(const PointerPlace& pointer) {
    const Hit hit =
        m_drawing.hitAt(pointer.scene, m_viewport.zoom, canEdit() ? m_selection : std::vector<Id>(),
                        canEdit() ? m_hovered : Id());
    Id hovered = m_hovered;
    if (hit.kind == Hit::Kind::Nothing || hit.kind == Hit::Kind::Group) {
        // Ports stand outside the shape: on the way to them the element stays hovered.
        const double reach = 26 / m_viewport.zoom;
        const QRectF bounds = m_drawing.boundsOf(hovered).adjusted(-reach, -reach, reach, reach);
        if (hovered.empty() || m_drawing.geometry().elementIndex(hovered) < 0 ||
            !bounds.contains(pointer.scene))
            hovered = hit.id;
    } else {
        hovered = hit.id;
    }
    if (hovered != m_hovered || m_mode != Mode::Select) {
        m_hovered = hovered;
        q->update();
    }
    if (!m_gesture) {
        if (m_spaceHeld)
            q->setCursor(Qt::OpenHandCursor);
        else if (m_mode != Mode::Select)
            q->setCursor(Qt::CrossCursor);
        else
            q->setCursor(messageAt(pointer.scene) ? Qt::PointingHandCursor : cursorOver(hit));
    }
    if (m_mode == Mode::Connect && !m_connectFrom.empty() && m_connectTarget.empty()) {
        const auto gesture = connectGesture(*this, m_connectFrom, pointer);
        gesture->moveTo(pointer);
    }
}

void CanvasView::Private::begin(std::unique_ptr<Gesture> gesture) {
    m_gesture = std::move(gesture);
    showCursor();
    q->update();
}

void CanvasView::Private::cancelGesture() {
    m_pressed.reset();
    m_button = Qt::NoButton;
    if (!m_gesture)
        return;
    m_gesture->cancel();
    m_gesture.reset();
    m_hint.clear();
    showCursor();
    q->update();
}

void CanvasView::Private::showCursor() {
    if (m_gesture)
        q->setCursor(m_gesture->cursor());
    else
        q->setCursor(m_spaceHeld              ? Qt::OpenHandCursor
                     : m_mode == Mode::Select ? Qt::ArrowCursor
                                              : Qt::CrossCursor);
}

void CanvasView::Private::addBend(const Id& link, const QPointF& scene) {
    const LinkRoute& route = m_drawing.geometry().route(link);
    const double place = route.fractionNear(scene);
    auto bends = document().findLink(link)->bends;
    const auto before = std::find_if(bends.begin(), bends.end(), [&](const Point& bend) {
        return route.fractionNear(toPointF(bend)) > place;
    });
    bends.insert(before, Point{snapped(scene.x(), kGridStep), snapped(scene.y(), kGridStep)});
    if (commit(setBends(document(), link, bends)))
        select({link});
}

}  // namespace sluice
