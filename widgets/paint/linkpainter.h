#pragma once

#include <QPainter>

#include "core/diagram/element.h"
#include "widgets/paint/linklabels.h"
#include "widgets/paint/linkroute.h"
#include "widgets/theme/theme.h"

namespace sluice {

/// Solid for what is asynchronous, dashed for synchronous calls, dotted for bindings and dead letters; an
/// arrow at the receiver. `zoom` keeps lines visible far out.
void paintLink(QPainter& painter, LinkKind kind, const LinkRoute& route, double zoom, const Theme& theme);

/// The same of one of thousands: of a long line only what is `visible`, in canvas units.
void paintLinkWithin(QPainter& painter, LinkKind kind, const LinkRoute& route, double zoom,
                     const QRectF& visible, const Theme& theme);

/// A thin line whatever the kind: one of thousands.
void paintLinkFaintly(QPainter& painter, LinkKind kind, const LinkRoute& route, const Theme& theme);

/// The same in one colour and wider: hovered, selected, being drawn or refused.
void paintLinkMarked(QPainter& painter, LinkKind kind, const LinkRoute& route, double zoom,
                     const QColor& color);

/// The text on a pill of the canvas colour.
void paintLinkLabel(QPainter& painter, const LinkLabel& label, LinkKind kind, const Theme& theme);

}  // namespace sluice
