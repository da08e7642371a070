#include <QCoreApplication>
#include <cmath>

#include "widgets/canvas/gesture.h"
#include "widgets/canvas/snapping.h"
#include "widgets/editing/edits.h"

namespace sluice {

namespace {

constexpr double kSnapReach = 6;  // pixels
constexpr double kNeighbourhood = 1600;

bool isFree(const PointerPlace& pointer) {
    return pointer.modifiers & Qt::AltModifier;
}

Point toPoint(const QPointF& point) {
    return {point.x(), point.y()};
}

class Move : public Gesture {
public:
    Move(CanvasHost& host, const PointerPlace& start) : m_host(host), m_start(start.scene) {
        for (const Id& id : host.selection()) {
            if (!host.document().findLink(id))
                m_ids.push_back(id);
        }
        m_bounds = host.drawing().boundsOf(m_ids);
        const auto moving = withContents(host.document().diagram(), m_ids);
        const std::unordered_set<Id> movingSet(moving.begin(), moving.end());
        const QRectF near =
            m_bounds.adjusted(-kNeighbourhood, -kNeighbourhood, kNeighbourhood, kNeighbourhood);
        const Diagram& diagram = host.document().diagram();
        for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
            const QRectF& bounds = host.drawing().geometry().elements()[i];
            if (!movingSet.contains(diagram.elements[i].id) && bounds.intersects(near))
                m_neighbours.push_back(bounds);
        }
    }

    void moveTo(const PointerPlace& pointer) override {
        QPointF distance = pointer.scene - m_start;
        if (pointer.modifiers & Qt::ShiftModifier)
            (std::abs(distance.x()) > std::abs(distance.y()) ? distance.ry() : distance.rx()) = 0;
        m_snap = isFree(pointer) ? Snap{distance, {}}
                                 : snapMove(m_bounds, distance, m_neighbours, kGridStep,
                                            kSnapReach / m_host.viewport().zoom);
        if (pointer.modifiers & Qt::ShiftModifier)
            (std::abs(distance.x()) > 0 ? m_snap.distance.ry() : m_snap.distance.rx()) = 0;
        const Edit edit = moveItems(m_host.document(), m_ids, toPoint(m_snap.distance), false);
        m_host.drawing().preview(edit);
        m_group = groupAt(m_host.document().diagram(), toPoint(m_bounds.translated(m_snap.distance).center()),
                          m_ids);
    }

    void release(const PointerPlace& pointer) override {
        moveTo(pointer);
        m_host.commit(moveItems(m_host.document(), m_ids, toPoint(m_snap.distance), true));
        m_host.drawing().endPreview();
    }

    void cancel() override { m_host.drawing().endPreview(); }

    void paint(QPainter& painter, const Theme& theme, double zoom) const override {
        painter.setPen(QPen(theme.accent, 1 / zoom, Qt::DashLine));
        painter.drawLines(m_snap.guides);
    }

    void mark(Highlights& highlights) const override { highlights.target = m_group; }
    Qt::CursorShape cursor() const override { return Qt::SizeAllCursor; }

private:
    CanvasHost& m_host;
    QPointF m_start;
    std::vector<Id> m_ids;
    QRectF m_bounds;
    std::vector<QRectF> m_neighbours;
    Snap m_snap;
    Id m_group;
};

class Resize : public Gesture {
public:
    Resize(CanvasHost& host, Id id, int handle)
        : m_host(host), m_id(std::move(id)), m_handle(handle), m_before(host.drawing().boundsOf(m_id)) {
        m_least = host.document().findGroup(m_id) ? QSizeF(120, 80) : QSizeF(60, 40);
    }

    void moveTo(const PointerPlace& pointer) override {
        const double step = isFree(pointer) ? 1 : kGridStep;
        QRectF frame = m_before;
        if (m_handle & ResizeLeft)
            frame.setLeft(std::min(snapped(pointer.scene.x(), step), frame.right() - m_least.width()));
        if (m_handle & ResizeRight)
            frame.setRight(std::max(snapped(pointer.scene.x(), step), frame.left() + m_least.width()));
        if (m_handle & ResizeTop)
            frame.setTop(std::min(snapped(pointer.scene.y(), step), frame.bottom() - m_least.height()));
        if (m_handle & ResizeBottom)
            frame.setBottom(std::max(snapped(pointer.scene.y(), step), frame.top() + m_least.height()));
        m_edit =
            resizeItem(m_host.document(), m_id, toPoint(frame.center()), {frame.width(), frame.height()});
        m_host.drawing().preview(m_edit);
        m_host.hint(QStringLiteral("%1 × %2").arg(frame.width()).arg(frame.height()));
    }

    void release(const PointerPlace& pointer) override {
        moveTo(pointer);
        m_host.commit(m_edit);
        m_host.drawing().endPreview();
    }

    void cancel() override { m_host.drawing().endPreview(); }

    Qt::CursorShape cursor() const override {
        const bool horizontal = m_handle & (ResizeLeft | ResizeRight);
        const bool vertical = m_handle & (ResizeTop | ResizeBottom);
        if (!vertical)
            return Qt::SizeHorCursor;
        if (!horizontal)
            return Qt::SizeVerCursor;
        const bool falling = m_handle == (ResizeLeft | ResizeTop) || m_handle == (ResizeRight | ResizeBottom);
        return falling ? Qt::SizeFDiagCursor : Qt::SizeBDiagCursor;
    }

private:
    CanvasHost& m_host;
    Id m_id;
    int m_handle;
    QRectF m_before;
    QSizeF m_least;
    Edit m_edit;
};

}  // namespace

std::unique_ptr<Gesture> moveGesture(CanvasHost& host, const PointerPlace& start) {
    return std::make_unique<Move>(host, start);
}

std::unique_ptr<Gesture> resizeGesture(CanvasHost& host, const Id& id, int handle) {
    return std::make_unique<Resize>(host, id, handle);
}

}  // namespace sluice
