// What is dragged here from elsewhere: kinds from the palette, parts of drawings.
#include <QDragEnterEvent>
#include <QMimeData>

#include "core/diagram/file.h"
#include "widgets/canvas/canvasviewprivate.h"
#include "widgets/canvas/snapping.h"
#include "widgets/editing/clipboard.h"
#include "widgets/editing/edits.h"

namespace sluice {

namespace {

std::optional<ElementKind> kindIn(const QMimeData& data) {
    const QByteArray name = data.data(kKindMime);
    return findKind<ElementKind>(kElementKindNames,
                                 std::string_view(name.constData(), std::size_t(name.size())));
}

bool isGroup(const QMimeData& data) {
    return data.data(kKindMime) == "group";
}

}  // namespace

void CanvasView::dragEnterEvent(QDragEnterEvent* event) {
    const QMimeData& data = *event->mimeData();
    if (!d->canEdit() || !(data.hasFormat(kKindMime) || data.hasFormat(kDiagramMime)))
        return;
    event->acceptProposedAction();
    d->dragOver(data, event->position());
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event) {
    d->dragOver(*event->mimeData(), event->position());
    event->acceptProposedAction();
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent*) {
    d->m_dropping.reset();
    update();
}

void CanvasView::dropEvent(QDropEvent* event) {
    const QMimeData& data = *event->mimeData();
    const QPointF scene = d->m_viewport.toScene(event->position());
    const Point place{snapped(scene.x(), kGridStep), snapped(scene.y(), kGridStep)};
    d->m_dropping.reset();
    if (!d->canEdit())
        return;
    if (const auto kind = kindIn(data)) {
        d->insert(placeElement(d->document(), *kind, place));
    } else if (isGroup(data)) {
        d->insert(placeGroup(d->document(), place, Group().size));
    } else if (data.hasFormat(kDiagramMime)) {
        const auto loaded = parseDiagram(data.data(kDiagramMime).toStdString());
        if (loaded)
            d->insert(insertDiagram(d->document(), loaded->diagram, place));
    }
    event->acceptProposedAction();
    setFocus(Qt::OtherFocusReason);
    update();
}

void CanvasView::Private::dragOver(const QMimeData& data, const QPointF& view) {
    m_pointer = view;
    m_dropping = kindIn(data);
    q->update();
}

}  // namespace sluice
