#include "widgets/canvas/gesture.h"
#include "widgets/canvas/snapping.h"
#include "widgets/editing/edits.h"

namespace sluice {

namespace {

class Pan : public Gesture {
public:
    Pan(CanvasHost& host, const PointerPlace& start)
        : m_host(host), m_before(host.viewport()), m_last(start.view) {}

    void moveTo(const PointerPlace& pointer) override {
        m_host.viewport().pan(pointer.view - m_last);
        m_last = pointer.view;
    }
    void release(const PointerPlace& pointer) override { moveTo(pointer); }
    void cancel() override { m_host.viewport() = m_before; }
    Qt::CursorShape cursor() const override { return Qt::ClosedHandCursor; }

private:
    CanvasHost& m_host;
    PanZoom m_before;
    QPointF m_last;
};

void paintBand(QPainter& painter, const QRectF& band, const Theme& theme, double zoom) {
    QColor fill = theme.accent;
    fill.setAlphaF(0.12F);
    painter.setPen(QPen(theme.accent, 1 / zoom));
    painter.setBrush(fill);
    painter.drawRect(band);
}

class RubberBand : public Gesture {
public:
    RubberBand(CanvasHost& host, const PointerPlace& start)
        : m_host(host), m_before(host.selection()), m_start(start.scene), m_band(start.scene, start.scene) {}

    void moveTo(const PointerPlace& pointer) override {
        m_band = QRectF(m_start, pointer.scene).normalized();
        std::vector<Id> ids;
        if (pointer.modifiers & (Qt::ShiftModifier | Qt::ControlModifier))
            ids = m_before;
        for (Id& id : m_host.drawing().inside(m_band)) {
            if (std::find(ids.begin(), ids.end(), id) == ids.end())
                ids.push_back(std::move(id));
        }
        m_host.select(std::move(ids));
    }
    void release(const PointerPlace& pointer) override { moveTo(pointer); }
    void cancel() override { m_host.select(m_before); }
    void paint(QPainter& painter, const Theme& theme, double zoom) const override {
        paintBand(painter, m_band, theme, zoom);
    }

private:
    CanvasHost& m_host;
    std::vector<Id> m_before;
    QPointF m_start;
    QRectF m_band;
};

class DrawGroup : public Gesture {
public:
    DrawGroup(CanvasHost& host, const PointerPlace& start)
        : m_host(host), m_start(start.scene), m_area(start.scene, start.scene) {}

    void moveTo(const PointerPlace& pointer) override {
        const auto onGrid = [](const QPointF& p) {
            return QPointF(snapped(p.x(), kGridStep), snapped(p.y(), kGridStep));
        };
        m_area = QRectF(onGrid(m_start), onGrid(pointer.scene)).normalized();
    }
    void release(const PointerPlace& pointer) override {
        moveTo(pointer);
        // A click alone: the usual size.
        if (m_area.width() < 60 || m_area.height() < 60) {
            const Size usual = Group().size;
            m_area = QRectF(0, 0, usual.width, usual.height);
            m_area.moveCenter(m_start);
        }
        const QPointF centre = m_area.center();
        m_host.insert(
            placeGroup(m_host.document(), {centre.x(), centre.y()}, {m_area.width(), m_area.height()}));
    }
    void cancel() override {}
    void paint(QPainter& painter, const Theme& theme, double zoom) const override {
        paintBand(painter, m_area, theme, zoom);
    }
    Qt::CursorShape cursor() const override { return Qt::CrossCursor; }

private:
    CanvasHost& m_host;
    QPointF m_start;
    QRectF m_area;
};

}  // namespace

std::unique_ptr<Gesture> panGesture(CanvasHost& host, const PointerPlace& start) {
    return std::make_unique<Pan>(host, start);
}

std::unique_ptr<Gesture> rubberBandGesture(CanvasHost& host, const PointerPlace& start) {
    return std::make_unique<RubberBand>(host, start);
}

std::unique_ptr<Gesture> groupGesture(CanvasHost& host, const PointerPlace& start) {
    return std::make_unique<DrawGroup>(host, start);
}

}  // namespace sluice
