#pragma once

#include <QList>
#include <QString>

#include "core/base/result.h"
#include "core/diagram/diagram.h"

namespace sluice {

/// A drawing that comes with the program.
struct Example {
    QString id;       ///< "update-user-email": the name of its file
    QString title;    ///< of the drawing
    QString summary;  ///< its note's first paragraph
    Diagram diagram;
};

/// The examples compiled in, the flagship first, the others by name. One that cannot be read is passed over.
QList<Example> loadExamples();

/// By id or title, whatever the case. Errors: no such example; the sentence lists those there are.
Result<Example> findExample(const QString& name);

}  // namespace sluice
