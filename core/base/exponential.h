#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "core/base/logarithm.h"

namespace sluice {

namespace detail {

/// 2^(i/64) by the series of the exponential function.
constexpr std::array<double, 64> makeRootsOfTwo() {
    std::array<double, 64> roots{};
    for (std::size_t i = 0; i < roots.size(); ++i) {
        const double x = static_cast<double>(i) * kLogTwo / 64;
        double sum = 1;
        for (int k = 24; k > 0; --k)
            sum = 1 + x / k * sum;
        roots[i] = sum;
    }
    return roots;
}
inline constexpr std::array<double, 64> kRootsOfTwo = makeRootsOfTwo();

}  // namespace detail

/// e to the x, from additions and multiplications alone for the reason that logarithm() gives. Relative error
/// below 1e-15. 0 below -700, where it is next to nothing; what is above 700 counts as 700.
inline double exponentialOf(double x) {
    constexpr double kSteps = 64 / detail::kLogTwo;
    // log(2)/64 in two parts: a product of the first with a whole number up to 2^20 is exact.
    constexpr double kStep = 0x1.62e42fefp-7;
    constexpr double kStepRest = 0x1.473de6af278edp-40;
    if (!(x >= -700))
        return 0;
    if (x > 700)
        x = 700;
    const double scaled = x * kSteps;
    const auto steps = static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
    const double r = (x - static_cast<double>(steps) * kStep) - static_cast<double>(steps) * kStepRest;
    // |r| < 0.0055
    const double series = r + r * r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120))));
    const auto exponent = static_cast<std::uint64_t>((steps >> 6) + 1023);
    const double root = detail::kRootsOfTwo[static_cast<std::size_t>(steps & 63)];
    return (root + root * series) * std::bit_cast<double>(exponent << 52U);
}

/// A positive, finite, normal number to any power.
inline double power(double base, double exponent) {
    return exponentialOf(exponent * logarithm(base));
}

}  // namespace sluice
