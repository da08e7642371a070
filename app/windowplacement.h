#pragma once

#include <QMargins>
#include <QRect>

namespace sluice {

/// Where a window of that client area should stand so that all of it, with its frame, is on the screen:
/// moved as little as needed, and smaller only when the screen has no room for it. `available` is the part of
/// the screen that panels leave free, `frame` what the window manager adds around the client area.
QRect placedInside(QRect window, const QRect& available, const QMargins& frame);

}  // namespace sluice
