#pragma once

#include <QIcon>
#include <QString>
#include <string>

#include "core/base/kinds.h"

namespace sluice {

struct Theme;

/// How alerts are told apart: by a word and a shape, and only then by a colour.
namespace alertlook {

/// "Critical", "Warning", "Info".
QString word(AlertSeverity severity);
/// An octagon with a bar, a triangle, a disc with an i.
QIcon sign(AlertSeverity severity, const Theme& theme);
/// A reading as levelText() writes it, with its whole numbers as the locale groups them.
QString reading(const std::string& level);

}  // namespace alertlook
}  // namespace sluice
