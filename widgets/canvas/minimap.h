#pragma once

#include <QPixmap>
#include <QWidget>

#include "widgets/canvas/drawing.h"
#include "widgets/canvas/panzoom.h"

namespace sluice {

struct Theme;

/// The whole drawing, small, with a frame around what the canvas shows; a click or drag goes there. Lives on
/// the window's thread; a child of the canvas.
class Minimap : public QWidget {
    Q_OBJECT

public:
    Minimap(const Drawing& drawing, const Theme& theme, QWidget* parent);

    void setTheme(const Theme& theme);
    /// What the canvas shows now, in canvas units.
    void setVisiblePart(const QRectF& scene);
    void drawingChanged();

signals:
    /// The canvas should centre on this point.
    void pointed(const QPointF& scene);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] PanZoom viewport() const;
    void render();

    const Drawing& m_drawing;
    const Theme* m_theme;
    QRectF m_part;
    QRectF m_extent;
    QPixmap m_picture;
    bool m_stale = true;
};

}  // namespace sluice
