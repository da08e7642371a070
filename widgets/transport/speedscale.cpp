#include "widgets/transport/speedscale.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace sluice {

namespace {

constexpr double kPerDecade = 20;
constexpr int kOnePosition = 60;
constexpr std::array kRound{0.001, 0.002, 0.005, 0.01, 0.02, 0.05,  0.1,   0.2,   0.5,   1.0,
                            2.0,   5.0,   10.0,  20.0, 50.0, 100.0, 200.0, 500.0, 1000.0};

}  // namespace

double speedAt(int position) {
    if (position >= kSpeedPositions)
        return kFastest;
    const double exact = std::pow(10.0, (std::max(position, 0) - kOnePosition) / kPerDecade);
    // Two figures are enough, and 0.10 is easier to say than 0.0998.
    const double step = std::pow(10.0, std::floor(std::log10(exact) + 1e-9) - 1);
    return std::round(exact / step) * step;
}

int speedPosition(double speed) {
    if (std::isinf(speed))
        return kSpeedPositions;
    const double position = std::log10(std::max(speed, 1e-9)) * kPerDecade + kOnePosition;
    return std::clamp(static_cast<int>(std::lround(position)), 0, kSpeedPositions - 1);
}

double nextSpeed(double speed, bool faster) {
    if (faster) {
        const auto next = std::find_if(kRound.begin(), kRound.end(),
                                       [&](double round) { return round > speed * (1 + 1e-6); });
        return next == kRound.end() ? kFastest : *next;
    }
    const auto next = std::find_if(kRound.rbegin(), kRound.rend(),
                                   [&](double round) { return round < speed * (1 - 1e-6); });
    return next == kRound.rend() ? kRound.front() : *next;
}

QString speedText(double speed) {
    if (std::isinf(speed))
        return QCoreApplication::translate("sluice::TransportBar", "max");
    return QStringLiteral("× %1").arg(QLocale().toString(speed, 'g', speed >= 100 ? 4 : 2));
}

}  // namespace sluice
