#pragma once

#include <QPainter>
#include <memory>
#include <optional>

#include "widgets/canvas/canvashost.h"
#include "widgets/paint/diagrampainter.h"

namespace sluice {

/// The pointer during a gesture.
struct PointerPlace {
    QPointF view;
    QPointF scene;
    Qt::KeyboardModifiers modifiers;
};

/// One drag, from press to release: previews while the pointer moves and makes at most one edit at its end.
/// Lives as long as the drag; owned by the canvas.
class Gesture {
public:
    virtual ~Gesture() = default;
    virtual void moveTo(const PointerPlace& pointer) = 0;
    virtual void release(const PointerPlace& pointer) = 0;
    /// Escape, or the window took the pointer away: as if it had not begun.
    virtual void cancel() = 0;
    /// Over the drawing, in scene coordinates.
    virtual void paint(QPainter&, const Theme&, double /*zoom*/) const {}
    /// What the painter of the drawing should mark.
    virtual void mark(Highlights&) const {}
    [[nodiscard]] virtual Qt::CursorShape cursor() const { return Qt::ArrowCursor; }
};

/// The view follows the pointer.
std::unique_ptr<Gesture> panGesture(CanvasHost& host, const PointerPlace& start);

/// Selects what lies in a rectangle; with Shift or Ctrl, in addition to what was selected.
std::unique_ptr<Gesture> rubberBandGesture(CanvasHost& host, const PointerPlace& start);

/// Moves the selection, to the grid and to neighbours' lines (Alt: freely; Shift: along one axis), into and
/// out of groups.
std::unique_ptr<Gesture> moveGesture(CanvasHost& host, const PointerPlace& start);

/// Moves edges of one element or group; `handle` as ResizeHandle bits.
std::unique_ptr<Gesture> resizeGesture(CanvasHost& host, const Id& id, int handle);

/// Draws a link from the element to the one under the pointer; tells its kind, or why it cannot be.
std::unique_ptr<Gesture> connectGesture(CanvasHost& host, const Id& from, const PointerPlace& start);

/// Moves a bend of a link; where it lies on the straight line between its neighbours it goes.
std::unique_ptr<Gesture> bendGesture(CanvasHost& host, const Id& link, int bend);

/// Draws a rectangle that becomes a group.
std::unique_ptr<Gesture> groupGesture(CanvasHost& host, const PointerPlace& start);

/// The grid that positions come to lie on.
inline constexpr double kGridStep = 10;
/// The grid that is shown.
inline constexpr double kGridDots = 20;

}  // namespace sluice
