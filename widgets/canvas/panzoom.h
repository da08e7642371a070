#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <algorithm>

namespace sluice {

/// Which part of the drawing a widget shows, and how large: a value. Scene means canvas units, view means
/// the widget's pixels.
struct PanZoom {
    static constexpr double kMinimumZoom = 0.005;
    static constexpr double kMaximumZoom = 8;
    static constexpr double kRoomyView = 700;  ///< pixels, from which on a view has room for a whole margin

    QPointF origin;   ///< scene position of the widget's top left corner
    double zoom = 1;  ///< pixels a canvas unit

    [[nodiscard]] QPointF toScene(const QPointF& view) const { return origin + view / zoom; }
    [[nodiscard]] QPointF toView(const QPointF& scene) const { return (scene - origin) * zoom; }
    [[nodiscard]] QRectF toScene(const QRectF& view) const {
        return {toScene(view.topLeft()), view.size() / zoom};
    }
    [[nodiscard]] QRectF toView(const QRectF& scene) const {
        return {toView(scene.topLeft()), scene.size() * zoom};
    }

    /// The drawing follows the pointer by `distance` view pixels.
    void pan(const QPointF& distance) { origin -= distance / zoom; }

    /// To a zoom within bounds; what is under `anchor` (view) stays there.
    void zoomTo(double wanted, const QPointF& anchor) {
        const QPointF fixed = toScene(anchor);
        zoom = std::clamp(wanted, kMinimumZoom, kMaximumZoom);
        origin = fixed - anchor / zoom;
    }

    void centreOn(const QPointF& scene, const QSizeF& view) {
        origin = scene - QPointF(view.width(), view.height()) / (2 * zoom);
    }

    /// Shows the whole rectangle in the middle, at most at `largest`, with a margin of `margin` view pixels,
    /// in a small view with less.
    void fit(const QRectF& scene, const QSizeF& view, double margin = 48, double largest = 1.25) {
        margin *= std::min(1.0, std::min(view.width(), view.height()) / kRoomyView);
        const double width = std::max(view.width() - 2 * margin, 32.0);
        const double height = std::max(view.height() - 2 * margin, 32.0);
        const double wanted =
            std::min(width / std::max(scene.width(), 1.0), height / std::max(scene.height(), 1.0));
        zoom = std::clamp(std::min(wanted, largest), kMinimumZoom, kMaximumZoom);
        centreOn(scene.center(), view);
    }

    bool operator==(const PanZoom&) const = default;
};

}  // namespace sluice
