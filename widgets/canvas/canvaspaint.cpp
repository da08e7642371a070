// What the canvas paints over and around the drawing itself.
#include <QPainter>
#include <QPainterPath>
#include <QTimer>
#include <algorithm>

#include "core/diagram/catalogue.h"
#include "widgets/canvas/canvasviewprivate.h"
#include "widgets/canvas/hintbox.h"
#include "widgets/canvas/snapping.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

constexpr double kLeastZoomForPorts = 0.35;
constexpr std::chrono::milliseconds kRefineTime(6);  // of a frame, for links that still look for their ways
constexpr std::chrono::milliseconds kLabelTime(16);  // likewise, for labels that look for their places

template <class View>
QTransform transformOf(const View& viewport) {
    return QTransform::fromScale(viewport.zoom, viewport.zoom)
        .translate(-viewport.origin.x(), -viewport.origin.y());
}

}  // namespace

PaintOptions CanvasView::Private::options() const {
    PaintOptions options;
    options.theme = m_theme;
    options.zoom = m_viewport.zoom;
    options.grid = m_grid;
    options.seenDeadLetters = &m_seenDeadLetters;
    return options;
}

Highlights CanvasView::Private::highlights() const {
    Highlights highlights;
    highlights.selected.insert(m_selection.begin(), m_selection.end());
    if (!m_gesture)
        highlights.hovered = m_hovered;
    highlights.handles = canEdit() && m_selection.size() == 1 && !m_gesture &&
                         isResizable(m_drawing.diagram(), m_selection.front()) &&
                         hasRoomForHandles(m_drawing.boundsOf(m_selection.front()), m_viewport.zoom);
    if (m_mode == Mode::Connect) {
        highlights.target = m_connectTarget.empty() ? m_connectFrom : m_connectTarget;
        highlights.targetRefused = !m_connectTarget.empty() && m_hintRefused;
    }
    if (m_gesture)
        m_gesture->mark(highlights);
    return highlights;
}

Viewport CanvasView::Private::frameViewport() const {
    return FrameComposer::aligned({m_viewport.origin, m_viewport.zoom, q->size(), q->devicePixelRatioF()});
}

Frame CanvasView::Private::frameWith(const Highlights& marks) const {
    Frame frame;
    frame.diagram = &m_drawing.diagram();
    frame.geometry = &m_drawing.geometry();
    if (m_state && m_table && m_stateIndex.matches(m_drawing.diagram())) {
        frame.state = m_state;
        frame.index = &m_stateIndex;
    }
    frame.highlights = &marks;
    frame.findings = &m_badges;
    frame.seenDeadLetters = &m_seenDeadLetters;
    frame.grid = m_grid;
    return frame;
}

// A drag changes the same things over and over: what is still is painted once, at its beginning, and where
// links come to give way to what is dragged.
const QPixmap& CanvasView::Private::stillBackground(const Viewport& viewport, bool live) {
    const double ratio = viewport.devicePixelRatio;
    const QSize size = viewport.size * ratio;
    const auto uncovered = m_drawing.takeUncovered();
    const bool kept = uncovered && !m_still.isNull() && m_still.size() == size && m_stillView == viewport &&
                      m_stillLive == live;
    if (kept && uncovered->empty())
        return m_still;
    m_stillIds.clear();
    const auto add = [this](const auto& things) {
        for (const auto& thing : things) {
            if (!m_drawing.previewed().contains(thing.id))
                m_stillIds.insert(thing.id);
        }
    };
    add(m_drawing.diagram().groups);
    add(m_drawing.diagram().elements);
    add(m_drawing.diagram().links);
    if (kept) {
        for (const QRectF& area : *uncovered)
            paintStill(area & viewport.visible(), viewport, live);
        return m_still;
    }
    m_stillView = viewport;
    m_stillLive = live;
    m_still = QPixmap(size);
    m_still.setDevicePixelRatio(ratio);
    paintStill(viewport.visible(), viewport, live);
    return m_still;
}

// `area` in canvas units.
void CanvasView::Private::paintStill(const QRectF& area, const Viewport& viewport, bool live) {
    if (area.isEmpty())
        return;
    PaintOptions still = options();
    still.only = &m_stillIds;
    still.live = live;
    QPainter painter(&m_still);
    const QRectF pixels(viewport.toWidget(area.topLeft()), area.size() * viewport.zoom);
    painter.setClipRect(pixels.toAlignedRect());
    painter.fillRect(pixels.toAlignedRect(), m_theme->canvas);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setTransform(transformOf(viewport), true);
    paintBackground(painter, m_drawing.diagram(), m_drawing.geometry(), area, still);
}

void CanvasView::Private::paintPreview(QPainter& painter) {
    const Highlights marks = highlights();
    const Frame frame = frameWith(marks);
    const Viewport viewport = frameViewport();
    painter.drawPixmap(0, 0, stillBackground(viewport, frame.state != nullptr));
    painter.setRenderHint(QPainter::Antialiasing);
    PaintOptions moving = options();
    moving.only = &m_drawing.previewed();
    moving.canvas = false;
    moving.grid = false;
    moving.live = frame.state != nullptr;
    moving.roughLabels = true;
    const Lifted lifted{&m_drawing.previewed(), &m_stillIds, [&](QPainter& over) {
                            paintBackground(over, m_drawing.diagram(), m_drawing.geometry(),
                                            viewport.visible(), moving);
                        }};
    m_composer.paintOver(painter, frame, viewport, &lifted);
}

void CanvasView::Private::paintDrawing(QPainter& painter) {
    m_still = QPixmap();
    // What is new is seen first, and then finds its ways while it is seen; from afar nobody sees them.
    bool finding = m_composed != m_drawing.revision();
    if (!finding && m_viewport.zoom >= GroupFolds::kOpensAt)
        finding = m_drawing.refine(kRefineTime, frameViewport().visible());
    const bool shown = labelsShown(m_viewport.zoom);
    const bool labelled =
        !shown || m_drawing.geometry().hasLabels() || (!finding && m_drawing.placeLabels(kLabelTime));
    if (m_composed != m_drawing.revision()) {
        m_composed = m_drawing.revision();
        const auto areas = m_drawing.takeChanges(m_composedGeometry, shown && labelled);
        if (!areas)
            m_composer.invalidate();
        else
            std::for_each(areas->begin(), areas->end(),
                          [this](const QRectF& area) { m_composer.invalidate(area); });
        m_composedGeometry = m_drawing.geometry();
    }
    const Highlights marks = highlights();
    Frame frame = frameWith(marks);
    frame.labels = labelled;
    m_painted = m_composer.paint(painter, frame, frameViewport()) && !finding && labelled;
    if (!m_painted)
        QTimer::singleShot(0, q, qOverload<>(&QWidget::update));
}

void CanvasView::Private::paint(QPainter& painter) {
    if (m_drawing.isPreviewing())
        paintPreview(painter);
    else
        paintDrawing(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    const Diagram& diagram = m_drawing.diagram();

    painter.save();
    painter.setTransform(transformOf(m_viewport), true);
    paintBends(painter);
    paintPorts(painter);
    if (m_gesture)
        m_gesture->paint(painter, *m_theme, m_viewport.zoom);
    paintGhost(painter);
    if (!m_ghosts.empty())
        paintGhosts(painter, m_ghosts, boundsOfDrawn(), frameViewport().visible(), m_viewport.zoom, *m_theme,
                    m_ghostChosen);
    paintCaptions(painter);
    painter.restore();

    if (diagram.elements.empty() && diagram.groups.empty())
        paintEmpty(painter);
    paintHint(painter);
    if (q->hasFocus() && m_selection.empty()) {
        QColor frame = m_theme->accent;
        frame.setAlphaF(0.5F);
        painter.setPen(QPen(frame, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(q->rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

void CanvasView::Private::paintBends(QPainter& painter) const {
    if (!canEdit() || m_selection.size() != 1)
        return;
    const Link* link = m_drawing.diagram().findLink(m_selection.front());
    if (!link)
        return;
    const double radius = 5 / m_viewport.zoom;
    painter.setPen(QPen(m_theme->accent, 1.5 / m_viewport.zoom));
    painter.setBrush(m_theme->surfaceRaised);
    for (const Point& bend : link->bends)
        painter.drawEllipse(toPointF(bend), radius, radius);
}

void CanvasView::Private::paintPorts(QPainter& painter) const {
    const bool shown = canEdit() && !m_gesture && m_mode == Mode::Select &&
                       m_viewport.zoom >= kLeastZoomForPorts &&
                       m_drawing.geometry().elementIndex(m_hovered) >= 0;
    if (!shown || m_drawing.diagram().findElement(m_hovered)->kind == ElementKind::Note)
        return;
    const double pixel = 1 / m_viewport.zoom;
    const QPointF pointer = m_viewport.toScene(m_pointer);
    for (const Side side : {Side::Left, Side::Right, Side::Top, Side::Bottom}) {
        const QPointF centre = portPosition(m_drawing.boundsOf(m_hovered), side, m_viewport.zoom);
        const bool near = QLineF(pointer, centre).length() <= 9 * pixel;
        const double radius = (near ? 8 : 5) * pixel;
        painter.setPen(QPen(near ? m_theme->accent : m_theme->canvas, 1.5 * pixel));
        painter.setBrush(m_theme->accent);
        painter.drawEllipse(centre, radius, radius);
        if (!near)
            continue;
        painter.setPen(QPen(m_theme->textOnAccent, 1.6 * pixel, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(centre - QPointF(4 * pixel, 0), centre + QPointF(4 * pixel, 0));
        painter.drawLine(centre - QPointF(0, 4 * pixel), centre + QPointF(0, 4 * pixel));
    }
}

void CanvasView::Private::paintGhost(QPainter& painter) const {
    const bool placing = m_mode == Mode::Place && m_pointerInside;
    if (!placing && !m_dropping)
        return;
    const ElementKind kind = m_dropping.value_or(m_placing);
    const Size size = defaultSize(kind);
    const QPointF scene = m_viewport.toScene(m_pointer);
    QRectF rect(0, 0, size.width, size.height);
    rect.moveCenter({snapped(scene.x(), kGridStep), snapped(scene.y(), kGridStep)});
    painter.setOpacity(0.6);
    paintKind(painter, kind, rect, *m_theme);
    painter.setOpacity(1);
}

void CanvasView::Private::paintCaptions(QPainter& painter) const {
    constexpr double kLeastZoomForCaptions = 0.5;
    if (!m_state || m_viewport.zoom < kLeastZoomForCaptions)
        return;
    painter.setFont(textFont());
    const QFontMetricsF metrics(painter.font());
    const QRectF visible = frameViewport().visible();
    for (const auto& [id, text] : m_captions) {
        if (!m_drawing.contains(id))
            continue;
        const QRectF place = m_drawing.boundsOf(id);
        QRectF box(0, 0, metrics.horizontalAdvance(text) + 10, metrics.height() + 2);
        // On the upper edge, where neither name nor figures stand.
        box.moveCenter({place.center().x(), place.top()});
        if (!visible.intersects(box))
            continue;
        painter.setPen(QPen(m_theme->outlineStrong, 1));
        painter.setBrush(m_theme->surfaceRaised);
        painter.drawRoundedRect(box, 6, 6);
        painter.setPen(m_theme->text);
        painter.drawText(box, Qt::AlignCenter, text);
    }
}

void CanvasView::Private::paintHint(QPainter& painter) const {
    if (m_hint.isEmpty())
        return;
    painter.setFont(textFont());
    const QFontMetricsF metrics(painter.font());
    const double mark = m_hintRefused ? 20 : 0;
    const double widest = std::min(360.0, q->width() - 48.0);
    const QRectF text = metrics.boundingRect(QRectF(0, 0, widest - mark, 400), Qt::TextWordWrap, m_hint);
    const QRectF map = m_minimap->isVisible() ? QRectF(m_minimap->geometry()) : QRectF();
    const QRectF box =
        hintBox(text.adjusted(-10, -7, 10 + mark, 7).size(), m_pointer, QSizeF(q->size()), map);
    painter.setPen(QPen(m_hintRefused ? m_theme->danger : m_theme->outlineStrong, 1));
    painter.setBrush(m_theme->surfaceRaised);
    painter.drawRoundedRect(box, 6, 6);
    if (m_hintRefused) {
        const QPointF centre(box.left() + 16, box.top() + 7 + metrics.height() / 2);
        painter.setPen(QPen(m_theme->danger, 2, Qt::SolidLine, Qt::RoundCap));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, 6, 6);
        painter.drawLine(centre + QPointF(-4, -4), centre + QPointF(4, 4));
    }
    painter.setPen(m_theme->text);
    painter.drawText(box.adjusted(10 + mark, 7, -10, -7), Qt::TextWordWrap, m_hint);
}

void CanvasView::Private::paintEmpty(QPainter& painter) const {
    if (!m_history || m_gesture || m_mode != Mode::Select)
        return;
    const QPointF centre = QRectF(q->rect()).center();
    const double step = 150;
    const std::array kinds{ElementKind::Client, ElementKind::Queue, ElementKind::Service};
    painter.setOpacity(0.85);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        QRectF rect(0, 0, 84, 56);
        rect.moveCenter(centre + QPointF((static_cast<double>(i) - 1) * step, -70));
        paintKind(painter, kinds[i], rect, *m_theme);
        if (i == 0)
            continue;
        const QPointF tip(rect.left() - 12, rect.center().y());
        painter.setPen(QPen(m_theme->link, 1.6, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(rect.left() - step + 84 + 14, tip.y()), tip);
        painter.drawLine(tip, tip + QPointF(-6, -5));
        painter.drawLine(tip, tip + QPointF(-6, 5));
    }
    painter.setOpacity(1);
    const auto line = [&](const QString& text, double size, bool bold, const QColor& color, double y) {
        QFont font = textFont(size);
        font.setBold(bold);
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(QRectF(24, centre.y() + y, q->width() - 48, 32), Qt::AlignHCenter | Qt::AlignTop,
                         text);
    };
    line(CanvasView::tr("Draw where messages come from and where they go"), 14, true, m_theme->text, 0);
    line(CanvasView::tr("Drag an element here from the palette, or choose one and click"), 0, false,
         m_theme->textMuted, 36);
    line(CanvasView::tr("Connect two by dragging from the dot at an edge, or select both and press L"), 0,
         false, m_theme->textMuted, 60);
}

}  // namespace sluice
