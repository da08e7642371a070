// The keyboard: everything that the mouse can do, and the modes that the next click or key ends.
#include <QKeyEvent>

#include "core/diagram/catalogue.h"
#include "widgets/canvas/canvasviewprivate.h"
#include "widgets/canvas/snapping.h"
#include "widgets/editing/edits.h"
#include "widgets/editing/wording.h"

namespace sluice {

void CanvasView::keyPressEvent(QKeyEvent* event) {
    if (!d->pressKey(*event))
        QWidget::keyPressEvent(event);
}

void CanvasView::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Space || event->isAutoRepeat()) {
        QWidget::keyReleaseEvent(event);
        return;
    }
    const bool tapped = d->m_spaceHeld && !d->m_spaceUsed;
    d->m_spaceHeld = false;
    d->showCursor();
    if (tapped)
        emit spaceTapped();
}

bool CanvasView::focusNextPrevChild(bool next) {
    if (d->m_mode == Private::Mode::Connect && !d->m_connectFrom.empty())
        return d->stepTarget(next);
    return d->step(next) || QWidget::focusNextPrevChild(next);
}

void CanvasView::focusInEvent(QFocusEvent* event) {
    const bool byKeyboard =
        event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (byKeyboard && d->m_selection.empty())
        d->step(event->reason() == Qt::TabFocusReason);
    update();
}

void CanvasView::focusOutEvent(QFocusEvent*) {
    d->m_spaceHeld = false;
    update();
}

bool CanvasView::Private::pressKey(const QKeyEvent& event) {
    const bool large = event.modifiers() & Qt::ShiftModifier;
    switch (event.key()) {
        case Qt::Key_Left:
            nudge({-1, 0}, large);
            return true;
        case Qt::Key_Right:
            nudge({1, 0}, large);
            return true;
        case Qt::Key_Up:
            nudge({0, -1}, large);
            return true;
        case Qt::Key_Down:
            nudge({0, 1}, large);
            return true;
        case Qt::Key_Tab:
        case Qt::Key_Backtab: {
            // With Ctrl: the next one too.
            const auto before = m_selection;
            if (!(event.modifiers() & Qt::ControlModifier) || !step(event.key() == Qt::Key_Tab && !large))
                return false;
            auto ids = before;
            if (!m_selection.empty() && std::find(ids.begin(), ids.end(), m_selection.front()) == ids.end())
                ids.push_back(m_selection.front());
            select(std::move(ids));
            return true;
        }
        case Qt::Key_Space:
            if (!event.isAutoRepeat()) {
                m_spaceHeld = true;
                m_spaceUsed = false;
                showCursor();
            }
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            return confirm();
        case Qt::Key_Escape:
            return escape();
        default:
            return false;
    }
}

bool CanvasView::Private::step(bool next) {
    const int count = q->itemCount();
    if (count == 0)
        return false;
    int index = next ? 0 : count - 1;
    if (!m_selection.empty()) {
        const int current = q->indexOf(m_selection.back());
        if (current >= 0)
            index = current + (next ? 1 : -1);
    }
    // Past the ends the focus goes on to the next widget: the keyboard is not caught here.
    if (index < 0 || index >= count) {
        select({});
        return false;
    }
    const Id id = q->itemAt(index);
    select({id});
    q->reveal(id);
    return true;
}

bool CanvasView::Private::stepTarget(bool next) {
    const auto& elements = m_drawing.diagram().elements;
    const int count = static_cast<int>(elements.size());
    if (count < 2)
        return true;
    const Id& at = m_connectTarget.empty() ? m_connectFrom : m_connectTarget;
    int index = m_drawing.geometry().elementIndex(at);
    do {
        index = (index + (next ? 1 : count - 1)) % count;
    } while (elements[static_cast<std::size_t>(index)].id == m_connectFrom);
    m_connectTarget = elements[static_cast<std::size_t>(index)].id;
    q->reveal(m_connectTarget);
    const QRectF target = m_viewport.toView(m_drawing.boundsOf(m_connectTarget));
    m_pointer = {target.center().x(), target.bottom()};
    const auto insertion = connectElements(document(), m_connectFrom, m_connectTarget);
    if (insertion) {
        const auto& link = *std::get<Change<Link>>(insertion->edit.changes.front()).value;
        hint(CanvasView::tr("%1 → %2: Enter connects")
                 .arg(labelOf(link.kind), nameOf(m_drawing.diagram(), m_connectTarget)));
    } else {
        hint(qtext(insertion.error().sentence), true);
    }
    return true;
}

void CanvasView::Private::nudge(const QPointF& direction, bool large) {
    const double distance = large ? 5 * kGridStep : kGridStep;
    const QPointF by = direction * distance;
    const bool movable = std::any_of(m_selection.begin(), m_selection.end(),
                                     [this](const Id& id) { return m_drawing.geometry().linkIndex(id) < 0; });
    if (!movable) {
        m_viewport.pan(direction * -(large ? 240.0 : 60.0));
        viewportChanged();
        return;
    }
    if (!canEdit() || m_gesture)
        return;
    Edit edit = moveItems(document(), m_selection, {by.x(), by.y()}, true);
    edit.mergeKey = "nudge";
    for (const Id& id : m_selection)
        edit.mergeKey += '\n' + id;
    commit(edit);
}

bool CanvasView::Private::confirm() {
    if (m_mode == Mode::Place || m_mode == Mode::PlaceGroup) {
        const QPointF place = freePlace(m_placing);
        const bool group = m_mode == Mode::PlaceGroup;
        setMode(Mode::Select);
        if (group)
            insert(placeGroup(document(), {place.x(), place.y()}, Group().size));
        else
            placeAt(place);
        q->reveal(m_selection.empty() ? Id() : m_selection.front());
        return true;
    }
    if (m_mode == Mode::Connect && !m_connectTarget.empty()) {
        const Id from = m_connectFrom;
        const Id to = m_connectTarget;
        const QPointF pointer = m_pointer;
        setMode(Mode::Select);
        m_pointer = pointer;
        insert(connectElements(document(), from, to));
        return true;
    }
    if (m_selection.empty())
        return false;
    if (unfold(m_selection.front()))
        return true;
    emit q->elementActivated(m_selection.front());
    return true;
}

bool CanvasView::Private::escape() {
    if (!m_hint.isEmpty() && !m_gesture && m_mode == Mode::Select) {
        hint({}, false);
        return true;
    }
    if (m_gesture || m_pressed) {
        cancelGesture();
        if (m_mode == Mode::Connect)
            setMode(Mode::Select);
        return true;
    }
    if (m_mode != Mode::Select) {
        setMode(Mode::Select);
        return true;
    }
    if (m_selection.empty())
        return false;
    select({});
    return true;
}

void CanvasView::Private::setMode(Mode mode) {
    m_mode = mode;
    m_connectFrom.clear();
    m_connectTarget.clear();
    m_hint.clear();
    switch (mode) {
        case Mode::Select:
            emit q->statusMessage({});
            break;
        case Mode::Place:
            emit q->statusMessage(
                CanvasView::tr("Click where the %1 should stand, or press Enter; Escape stops")
                    .arg(labelOf(m_placing).toLower()));
            break;
        case Mode::PlaceGroup:
            emit q->statusMessage(CanvasView::tr("Draw the group's area, or press Enter; Escape stops"));
            break;
        case Mode::Connect:
            emit q->statusMessage(CanvasView::tr("Click or drag from one element to another; Escape stops"));
            break;
    }
    showCursor();
    q->update();
}

QPointF CanvasView::Private::freePlace(ElementKind kind) const {
    const Size size = defaultSize(kind);
    QPointF place = m_viewport.toScene(QRectF(q->rect())).center();
    if (!m_selection.empty() && m_drawing.geometry().linkIndex(m_selection.back()) < 0) {
        const QRectF beside = m_drawing.boundsOf(m_selection.back());
        place = {beside.right() + 80 + size.width / 2, beside.center().y()};
    }
    place = {snapped(place.x(), kGridStep), snapped(place.y(), kGridStep)};
    const auto taken = [&](const QPointF& centre) {
        QRectF room(0, 0, size.width + 40, size.height + 60);
        room.moveCenter(centre);
        const auto& elements = m_drawing.geometry().elements();
        return std::any_of(elements.begin(), elements.end(),
                           [&](const QRectF& bounds) { return bounds.intersects(room); });
    };
    for (int tries = 0; taken(place) && tries < 200; ++tries)
        place.ry() += 4 * kGridStep;
    return place;
}

void CanvasView::Private::placeAt(const QPointF& scene) {
    const Point centre{snapped(scene.x(), kGridStep), snapped(scene.y(), kGridStep)};
    insert(placeElement(document(), m_placing, centre));
}

void CanvasView::Private::connectSelected() {
    if (!canEdit())
        return;
    std::vector<Id> elements;
    for (const Id& id : m_selection) {
        if (m_drawing.geometry().elementIndex(id) >= 0)
            elements.push_back(id);
    }
    if (elements.size() == 2) {
        const auto insertion = connectElements(document(), elements[0], elements[1]);
        if (!insertion) {
            const QRectF target = m_viewport.toView(m_drawing.boundsOf(elements[1]));
            m_pointer = {target.center().x(), target.bottom()};
        }
        insert(insertion);
        return;
    }
    setMode(Mode::Connect);
    if (elements.size() == 1) {
        m_connectFrom = elements.front();
        emit q->statusMessage(
            CanvasView::tr("Click what %1 should link to, or choose it with Tab and press Enter")
                .arg(nameOf(m_drawing.diagram(), m_connectFrom)));
    }
}

void CanvasView::Private::rename(const Id& id) {
    if (!canEdit() || !m_drawing.contains(id))
        return;
    select({id});
    q->reveal(id);
    const Diagram& diagram = m_drawing.diagram();
    QRectF rect = m_drawing.boundsOf(id);
    QString text;
    if (const Element* element = diagram.findElement(id)) {
        rect = nameRectOf(element->kind, rect);
        text = qtext(element->name);
    } else if (const Group* group = diagram.findGroup(id)) {
        rect.setHeight(24);
        text = qtext(group->name);
    } else if (const Link* link = diagram.findLink(id)) {
        rect = QRectF(0, 0, 140, 24);
        rect.moveCenter(m_drawing.geometry().route(id).labelPosition());
        text = qtext(link->name);
    }
    m_rename->begin(m_viewport.toView(rect).toRect(), text, [this, id](const QString& name) {
        const bool link = m_history && m_history->document().findLink(id);
        if (canEdit() && m_drawing.contains(id) && (link || !name.isEmpty())) {
            Edit edit = renameItem(document(), id, name.toStdString());
            edit.mergeKey.clear();
            commit(edit);
        }
    });
}

}  // namespace sluice
