#pragma once

#include <QPainter>
#include <QRectF>

#include "core/diagram/element.h"

namespace sluice {

/// The sign in a gateway, load balancer, exchange (by its type) or processor (by its operation), drawn with
/// the painter's pen; nothing for other kinds.
void paintGlyph(QPainter& painter, const Element& element, const QRectF& bounds);

}  // namespace sluice
