#pragma once

#include <QStringList>

#include "core/trace/messagepath.h"

namespace sluice::pathwords {

/// "rejected in work (unexpected error) → delay, expired after 30 s → work, rejected again: count 2 → dead":
/// what ended each stay in a queue, in the language of the program.
QString chain(const MessagePath& path, const EntityTable& table);

/// One line for each copy of the message and each mishap, in the order in which they began.
QStringList lines(const MessageHistory& history, const EntityTable& table);

/// The headers that the deaths give a message: "x-death: work rejected 2, delay expired 1" and those of the
/// first death, by the broker's own names. Empty when it has not died.
QStringList deathHeaders(const MessagePath& path, const EntityTable& table);

}  // namespace sluice::pathwords
