#pragma once

#include <QString>
#include <limits>

namespace sluice {

/// As fast as the engine can.
inline constexpr double kFastest = std::numeric_limits<double>::infinity();

/// The speed slider's positions: a logarithmic scale from 1/1000 to 1000 trace seconds a wall second, twenty
/// positions a decade, and one past it for as fast as possible.
inline constexpr int kSpeedPositions = 121;

/// `position` in [0, kSpeedPositions]; others are clipped.
double speedAt(int position);

/// The nearest position; kSpeedPositions for kFastest.
int speedPosition(double speed);

/// The next round speed (1, 2, 5 in each decade) above or below: what the keys [ and ] choose.
double nextSpeed(double speed, bool faster);

/// "× 0.1", "× 20", "max".
QString speedText(double speed);

}  // namespace sluice
