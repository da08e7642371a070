#pragma once

#include <QByteArray>

#include "widgets/share/animation.h"

namespace sluice {

/// A part of a run as an SVG that moves by itself in a browser, again and again: the tokens along their links
/// at every instant, what elements show as of each frame. Text is text. A link with more
/// messages than can be told apart is a flow with its rate, as on the canvas; so are the busiest links when
/// there would be more tokens than a browser moves.
///
/// Errors: those of AnimationFrames.
Result<QByteArray> renderMovingSvg(const Diagram& diagram, const TraceStore& store,
                                   const AnimationOptions& options);

}  // namespace sluice
