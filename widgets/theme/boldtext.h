#pragma once

#include <QWidget>

namespace sluice {

/// Headings stand out by their weight, whatever font the widget has.
inline void makeBold(QWidget& widget) {
    QFont font = widget.font();
    font.setBold(true);
    widget.setFont(font);
}

}  // namespace sluice
