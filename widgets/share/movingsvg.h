#pragma once

#include <QByteArray>

#include "widgets/share/animation.h"

namespace sluice {

/// A part of a run as an SVG that moves by itself in a browser, again and again: the tokens along their links
/// at every instant, what elements show as of each frame. Text is text. Every message on its way is a token,
/// however many there are.
///
/// Errors: those of AnimationFrames, and more tokens than a browser moves.
Result<QByteArray> renderMovingSvg(const Diagram& diagram, const TraceStore& store,
                                   const AnimationOptions& options);

}  // namespace sluice
