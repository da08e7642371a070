#pragma once

#include <QRectF>
#include <functional>
#include <optional>
#include <vector>

#include "core/diagram/diagram.h"

class QPainter;

namespace sluice {

struct Theme;

/// What is not drawn and yet is there, as a live broker has it: shown over the drawing in dashes and with a
/// word, beside what it would be linked to. A value, and functions over it; the canvas keeps one.
struct Ghosts {
    std::vector<Element> elements;
    std::vector<Link> links;  ///< between ghosts and elements of the drawing
    [[nodiscard]] bool empty() const { return elements.empty() && links.empty(); }
};

/// Where an element of the drawing is; a null rectangle when it has none.
using BoundsOf = std::function<QRectF(const Id&)>;

/// In canvas units.
QRectF ghostBounds(const Element& ghost);
/// Where a ghost of that id is; nothing when there is none.
std::optional<QRectF> ghostBounds(const Ghosts& ghosts, const Id& id, const BoundsOf& drawn);
/// The ghost at a point, elements before links; empty: none.
Id ghostAt(const Ghosts& ghosts, const QPointF& point, double zoom, const BoundsOf& drawn);
/// "Only on the broker: queue orders.new".
QString ghostWords(const Ghosts& ghosts, const Id& id);

/// `visible`: what can be seen, in canvas units, as the painter's are.
void paintGhosts(QPainter& painter, const Ghosts& ghosts, const BoundsOf& drawn, const QRectF& visible,
                 double zoom, const Theme& theme, const Id& chosen);

}  // namespace sluice
