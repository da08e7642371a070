#include <QCoreApplication>
#include <QLineF>

#include "core/diagram/catalogue.h"
#include "widgets/canvas/gesture.h"
#include "widgets/canvas/snapping.h"
#include "widgets/editing/edits.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

class Connect : public Gesture {
public:
    Connect(CanvasHost& host, Id from, const PointerPlace& start)
        : m_host(host), m_from(std::move(from)), m_pointer(start.scene) {
        tell();
    }

    void moveTo(const PointerPlace& pointer) override {
        m_pointer = pointer.scene;
        const Hit hit = m_host.drawing().hitAt(pointer.scene, m_host.viewport().zoom, {}, {});
        m_target = hit.kind == Hit::Kind::Element && hit.id != m_from ? hit.id : Id();
        tell();
    }

    void release(const PointerPlace& pointer) override {
        moveTo(pointer);
        if (!m_target.empty())
            m_host.insert(connectElements(m_host.document(), m_from, m_target));
        else if (!m_host.drawing().boundsOf(m_from).contains(pointer.scene))
            m_host.offerTargets(m_from, pointer.scene);
    }

    void cancel() override {}

    void paint(QPainter& painter, const Theme& theme, double zoom) const override {
        const Element* from = m_host.document().findElement(m_from);
        if (!from)
            return;
        const QRectF bounds = m_host.drawing().boundsOf(m_from);
        const QColor colour = m_refused ? theme.danger : theme.accent;
        painter.setPen(QPen(colour, 2 / zoom, m_refused ? Qt::DashLine : Qt::SolidLine));
        painter.setBrush(Qt::NoBrush);
        const Element* to = m_target.empty() ? nullptr : m_host.document().findElement(m_target);
        const LinkRoute route =
            to ? routeOf(from->kind, bounds, to->kind, m_host.drawing().boundsOf(m_target))
               : routeTo(from->kind, bounds, m_pointer);
        painter.drawPath(route.path());
        painter.setBrush(colour);
        painter.drawEllipse(route.pointAt(1), 4 / zoom, 4 / zoom);
    }

    void mark(Highlights& highlights) const override {
        highlights.target = m_target;
        highlights.targetRefused = m_refused;
    }

    Qt::CursorShape cursor() const override { return m_refused ? Qt::ForbiddenCursor : Qt::CrossCursor; }

private:
    void tell() {
        m_refused = false;
        if (m_target.empty()) {
            m_host.hint(QCoreApplication::translate("Canvas", "Drop on what it should link to"));
            return;
        }
        const auto insertion = connectElements(m_host.document(), m_from, m_target);
        m_refused = !insertion;
        if (m_refused) {
            m_host.hint(qtext(insertion.error().sentence), true);
            return;
        }
        const auto& link = *std::get<Change<Link>>(insertion->edit.changes.front()).value;
        m_host.hint(
            QStringLiteral("%1 → %2").arg(labelOf(link.kind), nameOf(m_host.document().diagram(), m_target)));
    }

    CanvasHost& m_host;
    Id m_from;
    QPointF m_pointer;
    Id m_target;
    bool m_refused = false;
};

class Bend : public Gesture {
public:
    Bend(CanvasHost& host, Id link, int bend) : m_host(host), m_link(std::move(link)) {
        m_bend = static_cast<std::size_t>(bend);
        m_bends = host.document().findLink(m_link)->bends;
    }

    void moveTo(const PointerPlace& pointer) override {
        const double step = pointer.modifiers & Qt::AltModifier ? 1 : kGridStep;
        m_bends[m_bend] = {snapped(pointer.scene.x(), step), snapped(pointer.scene.y(), step)};
        m_host.drawing().preview(setBends(m_host.document(), m_link, m_bends));
    }

    void release(const PointerPlace& pointer) override {
        moveTo(pointer);
        auto bends = m_bends;
        if (isStraight())
            bends.erase(bends.begin() + static_cast<std::ptrdiff_t>(m_bend));
        m_host.commit(setBends(m_host.document(), m_link, bends));
        m_host.drawing().endPreview();
    }

    void cancel() override { m_host.drawing().endPreview(); }
    Qt::CursorShape cursor() const override { return Qt::SizeAllCursor; }

private:
    // Whether the line would look the same without the bend.
    [[nodiscard]] bool isStraight() const {
        const Link& link = *m_host.document().findLink(m_link);
        const QPointF before = m_bend > 0 ? toPointF(m_bends[m_bend - 1])
                                          : toPointF(m_host.document().findElement(link.from)->position);
        const QPointF after = m_bend + 1 < m_bends.size()
                                  ? toPointF(m_bends[m_bend + 1])
                                  : toPointF(m_host.document().findElement(link.to)->position);
        const QPointF bend = toPointF(m_bends[m_bend]);
        const double whole = QLineF(before, after).length();
        return QLineF(before, bend).length() + QLineF(bend, after).length() - whole < 0.5;
    }

    CanvasHost& m_host;
    Id m_link;
    std::size_t m_bend = 0;
    std::vector<Point> m_bends;
};

}  // namespace

std::unique_ptr<Gesture> connectGesture(CanvasHost& host, const Id& from, const PointerPlace& start) {
    return std::make_unique<Connect>(host, from, start);
}

std::unique_ptr<Gesture> bendGesture(CanvasHost& host, const Id& link, int bend) {
    return std::make_unique<Bend>(host, link, bend);
}

}  // namespace sluice
