#pragma once

#include <QString>

namespace sluice {

/// What to do where no font is installed and every letter would be a box; empty where there is one. For a
/// terminal: in a window nobody could read it.
QString missingFonts();

}  // namespace sluice
