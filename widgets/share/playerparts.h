#pragma once

#include <QByteArray>
#include <QString>

namespace sluice {

/// A file of resources/player by its name.
QByteArray playerPart(const QString& name);

}  // namespace sluice
