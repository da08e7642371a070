#pragma once

#include <QRectF>
#include "core/diagram/properties.h"

#include "core/diagram/diagram.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// Where the player of a shared page paints what moves, in canvas units, and with which colours: the places
/// and roles of the program's own painting. `area` is what the still pictures under it show.
Json pageDrawing(const Diagram& diagram, const EntityTable& table, const QRectF& area);

}  // namespace sluice
