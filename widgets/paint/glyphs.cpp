#include "widgets/paint/glyphs.h"

#include <QPainterPath>

#include "core/diagram/catalogue.h"

namespace sluice {
namespace {

/// Coordinates from -1 to 1 about a centre.
class Sketch {
public:
    Sketch(QPainter& painter, const QPointF& centre, double scale)
        : m_painter(painter), m_centre(centre), m_scale(scale) {}

    [[nodiscard]] QPointF at(double x, double y) const { return m_centre + QPointF(x, y) * m_scale; }
    void line(double x1, double y1, double x2, double y2) const {
        m_painter.drawLine(at(x1, y1), at(x2, y2));
    }
    void polyline(std::initializer_list<QPointF> points) const {
        QPolygonF polygon;
        for (const QPointF& p : points)
            polygon.append(at(p.x(), p.y()));
        m_painter.drawPolyline(polygon);
    }
    void arrow(double x1, double y1, double x2, double y2) const {
        line(x1, y1, x2, y2);
        const QPointF d = QPointF(x2 - x1, y2 - y1) / std::hypot(x2 - x1, y2 - y1) * 0.34;
        const QPointF n(-d.y(), d.x());
        polyline({QPointF(x2, y2) - d + n * 0.75, {x2, y2}, QPointF(x2, y2) - d - n * 0.75});
    }
    void dot(double x, double y, double radius) const {
        m_painter.save();
        m_painter.setBrush(m_painter.pen().color());
        m_painter.setPen(Qt::NoPen);
        m_painter.drawEllipse(at(x, y), radius * m_scale, radius * m_scale);
        m_painter.restore();
    }

private:
    QPainter& m_painter;
    QPointF m_centre;
    double m_scale;
};

void paintExchange(const Sketch& s, std::string_view type) {
    if (type == "fanout") {
        s.dot(-0.8, 0, 0.16);
        s.arrow(-0.7, 0, 0.85, 0);
        s.arrow(-0.7, 0, 0.6, -0.8);
        s.arrow(-0.7, 0, 0.6, 0.8);
    } else if (type == "topic") {
        // An asterisk and a hash: the two wildcards of a topic exchange.
        for (int i = 0; i < 3; ++i) {
            const double angle = i * 3.14159265 / 3 + 0.5236;
            s.line(-0.6 - 0.34 * std::cos(angle), -0.34 * std::sin(angle), -0.6 + 0.34 * std::cos(angle),
                   0.34 * std::sin(angle));
        }
        s.line(0.35, -0.5, 0.25, 0.5);
        s.line(0.75, -0.5, 0.65, 0.5);
        s.line(0.1, -0.18, 0.95, -0.18);
        s.line(0.05, 0.18, 0.9, 0.18);
    } else if (type == "headers") {
        s.polyline({{-0.45, -0.7}, {-0.75, -0.7}, {-0.75, 0.7}, {-0.45, 0.7}});
        s.polyline({{0.45, -0.7}, {0.75, -0.7}, {0.75, 0.7}, {0.45, 0.7}});
        s.line(-0.35, -0.25, 0.35, -0.25);
        s.line(-0.35, 0.25, 0.35, 0.25);
    } else {
        s.dot(-0.8, 0, 0.16);
        s.arrow(-0.7, 0, 0.85, 0);
    }
}

void paintProcessor(const Sketch& s, std::string_view operation) {
    if (operation == "filter") {
        s.polyline(
            {{-0.9, -0.7}, {0.9, -0.7}, {0.22, 0.1}, {0.22, 0.8}, {-0.22, 0.55}, {-0.22, 0.1}, {-0.9, -0.7}});
    } else if (operation == "join") {
        s.polyline({{-0.9, -0.65}, {-0.4, -0.65}, {0.1, 0}});
        s.polyline({{-0.9, 0.65}, {-0.4, 0.65}, {0.1, 0}});
        s.arrow(0.1, 0, 0.95, 0);
    } else if (operation == "reduce" || operation == "aggregate") {
        s.polyline({{0.6, -0.55}, {0.6, -0.8}, {-0.6, -0.8}, {0.1, 0}, {-0.6, 0.8}, {0.6, 0.8}, {0.6, 0.55}});
    } else if (operation == "window") {
        s.polyline({{-0.55, -0.75}, {-0.85, -0.75}, {-0.85, 0.75}, {-0.55, 0.75}});
        s.polyline({{0.55, -0.75}, {0.85, -0.75}, {0.85, 0.75}, {0.55, 0.75}});
        s.dot(-0.4, 0, 0.15);
        s.dot(0, 0, 0.15);
        s.dot(0.4, 0, 0.15);
    } else {
        s.dot(-0.75, 0, 0.24);
        s.arrow(-0.4, 0, 0.3, 0);
        s.polyline({{0.5, -0.3}, {1.0, -0.3}, {1.0, 0.3}, {0.5, 0.3}, {0.5, -0.3}});
    }
}

}  // namespace

void paintGlyph(QPainter& painter, const Element& element, const QRectF& r) {
    const double extent = std::min(r.width(), r.height());
    switch (element.kind) {
        case ElementKind::Exchange:
            return paintExchange(Sketch(painter, r.center(), extent * 0.22),
                                 textOf(propertiesOf(element.kind), element.properties, "exchangeType"));
        case ElementKind::Processor:
            return paintProcessor(
                Sketch(painter, {r.center().x(), r.top() + r.height() * 0.24}, extent * 0.12),
                textOf(propertiesOf(element.kind), element.properties, "operation"));
        case ElementKind::Gateway: {
            const Sketch s(painter, r.center(), extent * 0.22);
            s.polyline({{-0.55, -1.0}, {0.15, 0}, {-0.55, 1.0}});
            s.polyline({{0.25, -1.0}, {0.95, 0}, {0.25, 1.0}});
            return;
        }
        case ElementKind::LoadBalancer: {
            const Sketch s(painter, r.center(), extent * 0.26);
            s.line(-1.2, 0, -0.3, 0);
            for (const double y : {-0.85, 0.0, 0.85}) {
                s.polyline({{-0.3, 0}, {0.15, y}, {0.85, y}});
                s.dot(1.0, y, 0.17);
            }
            return;
        }
        default:
            return;
    }
}

}  // namespace sluice
