#pragma once

#include <QFont>

#include "core/base/result.h"
#include "widgets/sequence/sequencepainter.h"

namespace sluice {

/// A whole space-time diagram as a file; its ending decides what it is: `svg` with such a font, `mmd`
/// (Mermaid) or `puml` (PlantUML). What is chosen in the picture, and the playhead, are left out. Needs a
/// QGuiApplication for SVG. Errors: nothing in the diagram, another ending, a file that cannot be written.
Result<void> writeSequence(SequencePicture picture, const QFont& font, const QString& path);

}  // namespace sluice
