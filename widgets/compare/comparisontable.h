#pragma once

#include <QTableView>
#include <QTableWidgetItem>
#include <optional>

#include "core/trace/entitytable.h"
#include "core/trace/event.h"

/// What the tables of a comparison have in common.
namespace sluice {

/// Whole rows are chosen, nothing is written into it, and Tab leaves it.
void dress(QTableView& table);
/// One that tells all of its text when it is pointed at; a figure stands at the right.
QTableWidgetItem* comparisonCell(const QString& text, const QColor& color, bool figure = false);
/// "Dead-lettered, User commands, m-17, expired"; without an event, that there is none.
QString eventText(const std::optional<TraceEvent>& event, const EntityTable& table);

}  // namespace sluice
