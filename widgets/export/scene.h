#pragma once

#include <QRectF>
#include <QString>
#include <unordered_set>

#include "widgets/export/export.h"

namespace sluice {

/// Rows of pixels that are painted at a time, between two questions whether to go on. Text is blended a
/// little differently where it is clipped, so all pictures that shall be the same are painted in the same
/// bands.
inline constexpr int kExportBand = 512;

/// A diagram laid out for one export: what of it is shown, where, and how to paint it on anything. Refers to
/// the diagram and the options, which must outlive it.
class ExportScene {
public:
    ExportScene(const Diagram& diagram, const ExportOptions& options);

    /// In canvas units, with the margin; empty when there is nothing to show.
    [[nodiscard]] QRectF area() const { return m_area; }
    [[nodiscard]] QString title() const;
    /// What is in the picture, for those who cannot see it.
    [[nodiscard]] QString description() const;
    /// The painter is in canvas units. `zoom` chooses the detail; `part` limits what is painted. `progress`
    /// is told the share that is painted and may stop it; false: it did.
    bool paint(QPainter& painter, double zoom, const QRectF& part = {},
               const std::function<bool(double)>& progress = {}) const;
    /// Its two halves: what stays the same while a run plays, and over it the options' state.
    bool paintStill(QPainter& painter, double zoom, const QRectF& part = {},
                    const std::function<bool(double)>& progress = {}) const;
    void paintState(QPainter& painter, double zoom, const QRectF& part = {}) const;
    [[nodiscard]] const DiagramGeometry& geometry() const { return m_geometry; }

private:
    [[nodiscard]] PaintOptions paintOptions(double zoom) const;
    [[nodiscard]] QRectF selectedBounds() const;

    const Diagram& m_diagram;
    const ExportOptions& m_options;
    DiagramGeometry m_geometry;
    std::unordered_set<std::string> m_shown;  ///< with a selection
    QRectF m_area;
};

}  // namespace sluice
