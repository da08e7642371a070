#include "widgets/theme/missingfonts.h"

#include <QCoreApplication>
#include <QFontInfo>

#include "widgets/theme/theme.h"

namespace sluice {

QString missingFonts() {
    // Boxes are drawn by an engine of Qt's own, which no family stands behind.
    if (!QFontInfo(textFont()).family().isEmpty())
        return {};
    return QCoreApplication::translate(
        "Theme",
        "no font is installed, so every letter shows as a box: install one, for example "
        "the package fonts-dejavu-core");
}

}  // namespace sluice
