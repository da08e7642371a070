#pragma once

#include <QByteArray>

#include "core/diagram/diagram.h"
#include "core/share/excerpt.h"

namespace sluice {

/// A part of a run as one HTML file that plays it: the drawing, the messages on their way, the timeline, the
/// events and the notes. It needs a browser and nothing else; its content security policy forbids it to load
/// anything. What it shows at an instant is what SystemState says of it.
///
/// `scenario` is the one that was run; null: none. Needs a QGuiApplication; on any thread. Errors: those of
/// excerptOf(), and a drawing with nothing in it.
Result<QByteArray> renderPage(const Diagram& diagram, const Scenario* scenario, const TraceStore& store,
                              const ExcerptScope& scope);

}  // namespace sluice
