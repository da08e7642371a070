#include "widgets/canvas/minimap.h"

#include <QMouseEvent>
#include <QPainter>

#include "widgets/theme/theme.h"

namespace sluice {

Minimap::Minimap(const Drawing& drawing, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_drawing(drawing), m_theme(&theme) {
    setAccessibleName(tr("Minimap"));
    setFixedSize(184, 124);
    setCursor(Qt::PointingHandCursor);
}

void Minimap::setTheme(const Theme& theme) {
    m_theme = &theme;
    drawingChanged();
}

void Minimap::setVisiblePart(const QRectF& scene) {
    m_part = scene;
    update();
}

void Minimap::drawingChanged() {
    m_stale = true;
    update();
}

PanZoom Minimap::viewport() const {
    PanZoom viewport;
    const QRectF all = m_extent.isNull() ? QRectF(0, 0, 100, 100) : m_extent;
    const double zoom =
        std::min((width() - 16) / std::max(all.width(), 1.0), (height() - 16) / std::max(all.height(), 1.0));
    // A minimap of a small drawing would be larger than the drawing.
    viewport.zoom = std::min(zoom, 0.25);
    viewport.centreOn(all.center(), size());
    return viewport;
}

void Minimap::render() {
    const double ratio = devicePixelRatioF();
    m_picture = QPixmap(size() * ratio);
    m_picture.setDevicePixelRatio(ratio);
    m_picture.fill(Qt::transparent);
    QPainter painter(&m_picture);
    // Of thousands each is less than a pixel: nobody sees their edges, which take most of the time.
    constexpr std::size_t kMany = 2000;
    const bool many = m_drawing.diagram().elements.size() > kMany || m_drawing.diagram().links.size() > kMany;
    painter.setRenderHint(QPainter::Antialiasing, !many);
    m_extent = m_drawing.geometry().bounds();
    const PanZoom view = viewport();
    const Diagram& diagram = m_drawing.diagram();
    const auto minimum = [](QRectF rect) {
        rect.setWidth(std::max(rect.width(), 2.0));
        rect.setHeight(std::max(rect.height(), 2.0));
        return rect;
    };
    painter.setPen(QPen(m_theme->outlineStrong, 1));
    painter.setBrush(Qt::NoBrush);
    for (const QRectF& group : m_drawing.geometry().groups())
        painter.drawRect(view.toView(group));
    painter.setPen(QPen(m_theme->link, many ? 0 : 0.7));
    for (const LinkRoute& route : m_drawing.geometry().links()) {
        if (!route.isNull())
            painter.drawLine(view.toView(route.begin()), view.toView(route.end()));
    }
    painter.setPen(Qt::NoPen);
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        painter.fillRect(minimum(view.toView(m_drawing.geometry().elements()[i])),
                         m_theme->of(diagram.elements[i].kind).hue);
    }
    m_stale = false;
}

void Minimap::paintEvent(QPaintEvent*) {
    if (m_stale || m_picture.size() != size() * devicePixelRatioF())
        render();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme->outline, 1));
    painter.setBrush(m_theme->surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.drawPixmap(0, 0, m_picture);
    const QRectF part = viewport().toView(m_part).intersected(QRectF(rect()).adjusted(2.5, 2.5, -2.5, -2.5));
    QColor fill = m_theme->accent;
    fill.setAlphaF(0.10F);
    painter.setPen(QPen(m_theme->accent, 1.5));
    painter.setBrush(fill);
    painter.drawRoundedRect(part, 3, 3);
}

void Minimap::mousePressEvent(QMouseEvent* event) {
    emit pointed(viewport().toScene(event->position()));
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton)
        emit pointed(viewport().toScene(event->position()));
}

}  // namespace sluice
