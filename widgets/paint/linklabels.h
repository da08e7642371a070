#pragma once

#include <QRectF>
#include <QString>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/diagram/diagram.h"
#include "widgets/paint/linkroute.h"

namespace sluice {

/// The text at a link: its own name, or what its kind says (message type and routing key, consumer group,
/// protocol). Empty for nothing worth saying.
QString labelOf(const Link& link);

struct LinkLabel {
    int link = -1;  ///< index in the diagram
    QString text;
    QRectF rect;  ///< of the pill behind the text
};

/// Places for all labels, near the middle of their links and free of elements and of one another wherever
/// there is such a place; one that can only stand on an element is left out.
std::vector<LinkLabel> placeLabels(const Diagram& diagram, std::span<const QRectF> elements,
                                   std::span<const LinkRoute> routes);

/// The same in slices of time, for thousands of links: the drawing must be the same in each.
class LabelPlacement {
public:
    LabelPlacement();
    ~LabelPlacement();
    LabelPlacement(LabelPlacement&&) noexcept;
    LabelPlacement& operator=(LabelPlacement&&) noexcept;

    /// Goes on for about that long; true when all have been placed.
    bool go(const Diagram& diagram, std::span<const QRectF> elements, std::span<const LinkRoute> routes,
            std::chrono::milliseconds budget);
    /// Those that were placed, by link.
    std::vector<LinkLabel> take();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The label in the middle of its link, whatever else is there; nothing without a text or a line.
std::optional<LinkLabel> labelInTheMiddle(const Diagram& diagram, std::size_t link, const LinkRoute& route);

/// Pixels at zoom 1.
inline constexpr int kLabelSize = 11;

}  // namespace sluice
