#pragma once

#include <QStringList>

#include "core/live/brokerplan.h"

// Drawings for plans, and plans as text, for tests.

inline sluice::Properties with(const char* key, const sluice::Json& value) {
    sluice::Properties properties;
    properties.set(key, value);
    return properties;
}

/// "create queue billing", a line for each step.
inline QStringList linesOf(const sluice::BrokerPlan& plan) {
    QStringList lines;
    for (const sluice::BrokerStep& step : plan.steps)
        lines << QString::fromStdString(actOf(step) + " " + nameOf(step));
    return lines;
}
