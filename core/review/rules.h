#pragma once

#include <span>

#include "core/review/design.h"

namespace sluice {

/// One check of a design: looks at all of it and adds what it finds.
using Rule = void (*)(const Design&, Findings&);

std::span<const Rule> structureRules();  ///< what runs, what hangs loose, what names nothing
std::span<const Rule> queueRules();
std::span<const Rule> exchangeRules();
std::span<const Rule> topicRules();
std::span<const Rule> storeRules();  ///< tables and databases
std::span<const Rule> callRules();   ///< synchronous calls, request and reply
std::span<const Rule> retryRules();
std::span<const Rule> circleRules();  ///< what goes round without taking time
std::span<const Rule> handlerRules();
std::span<const Rule> capacityRules();
std::span<const Rule> messageRules();
std::span<const Rule> scenarioRules();
std::span<const Rule> alertRules();  ///< rules of alerts that nothing can meet

}  // namespace sluice
