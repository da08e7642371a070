#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace sluice {

/// Natural logarithm of a positive, finite, normal number, from additions and multiplications alone: the same
/// bits on every machine and with every compiler, which a C library's need not be (it picks its code by the
/// processor). Absolute error below 1e-15 + 1e-16 |log x|.
inline double logarithm(double x);

namespace detail {

/// log((1+s)/(1-s)) by its series; |s| <= 1/3.
constexpr double logSeries(double s) {
    double power = s;
    double sum = 0;
    for (int k = 1; k < 60; k += 2) {
        sum += power / k;
        power *= s * s;
    }
    return 2 * sum;
}

/// For 128 slices of [1, 2): the inverse of a number in the middle, and the logarithm of what that inverse
/// stands for.
struct LogSlice {
    double inverse;
    double logarithm;
};
constexpr std::array<LogSlice, 128> makeLogSlices() {
    std::array<LogSlice, 128> slices{};
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const double inverse = 1 / (1 + (static_cast<double>(i) + 0.5) / 128);
        slices[i] = {inverse, -logSeries((inverse - 1) / (inverse + 1))};
    }
    return slices;
}
inline constexpr std::array<LogSlice, 128> kLogSlices = makeLogSlices();
inline constexpr double kLogTwo = 0.693147180559945309417;

}  // namespace detail

inline double logarithm(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const auto exponent = static_cast<std::int64_t>(bits >> 52U) - 1023;
    const auto mantissa = std::bit_cast<double>((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);
    const detail::LogSlice& slice = detail::kLogSlices[(bits >> 45U) & 127U];
    const double r = mantissa * slice.inverse - 1;  // |r| < 1/256
    const double series =
        r * (1 + r * (-1.0 / 2 + r * (1.0 / 3 + r * (-1.0 / 4 + r * (1.0 / 5 + r * (-1.0 / 6))))));
    return static_cast<double>(exponent) * detail::kLogTwo + (slice.logarithm + series);
}

}  // namespace sluice
