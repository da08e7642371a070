#pragma once

#include <QJsonObject>
#include <QString>

#include "core/diagram/diagram.h"
#include "core/trace/alertlist.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// What of an alert is posted to a webhook: alert, severity, where, reading, level, drawing, at (now, UTC)
/// and text, which chat programs show; of a rule that is known also rule, when and note.
QJsonObject alertPost(const Alert& alert, const EntityTable& table, const AlertRule* rule,
                      const QString& text);

}  // namespace sluice
