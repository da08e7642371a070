#pragma once

#include <QColor>
#include <QIcon>
#include <QString>

namespace sluice {

struct Theme;

/// The icon ":/icons/NAME.svg" in the theme's colours: text, the accent when it is on, disabled text.
/// Painted when it is asked for, sharp at every size and ratio. Make it anew when the theme changes.
QIcon icon(const QString& name, const Theme& theme);

/// The same in one colour of its own.
QIcon icon(const QString& name, const QColor& color);

}  // namespace sluice
