#include "app/windowplacement.h"

#include <algorithm>

namespace sluice {

QRect placedInside(QRect window, const QRect& available, const QMargins& frame) {
    const QRect room = available.marginsRemoved(frame);
    if (!room.isValid())
        return window;
    window.setSize(window.size().boundedTo(room.size()));
    window.moveLeft(std::clamp(window.left(), room.left(), room.right() + 1 - window.width()));
    window.moveTop(std::clamp(window.top(), room.top(), room.bottom() + 1 - window.height()));
    return window;
}

}  // namespace sluice
