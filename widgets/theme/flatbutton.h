#pragma once

#include <QToolButton>

namespace sluice {

/// A button of a row of small ones, flat until it is pointed at; its icon comes with the theme. `name` for
/// who hears the window, `tip` with the key that does the same.
inline QToolButton* makeFlatButton(const QString& name, const QString& tip) {
    auto* made = new QToolButton;
    made->setAutoRaise(true);
    made->setAccessibleName(name);
    made->setToolTip(tip);
    return made;
}

}  // namespace sluice
