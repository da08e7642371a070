#pragma once

namespace sluice {

class CanvasView;

/// Makes what is drawn on a canvas known to assistive technology: the canvas is a list whose items are the
/// elements, groups and links, each with its name, its kind and state in words, its place, and whether it is
/// selected. To be called before the first canvas is shown; again does nothing.
void installCanvasAccessibility();

/// The selection changed: tells which item has the focus now. Cheap when nobody listens.
void announceSelection(CanvasView& canvas);

}  // namespace sluice
