#include "core/sweep/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

namespace sluice {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// The logarithm of Gamma(x) for x > 0 by Stirling's series, carried up to where it converges. (The C
/// library's lgamma writes its sign to a global.)
double logGamma(double x) {
    double shift = 0;
    for (; x < 12; ++x)
        shift += std::log(x);
    const double square = 1 / (x * x);
    const double series = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / x;
    return (x - 0.5) * std::log(x) - x + 0.918938533204672742 + series - shift;
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method.
double betaFraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    constexpr double kExact = 1e-15;
    double c = 1;
    double d = 1 / std::max(1 - (a + b) * x / (a + 1), kTiny);
    double fraction = d;
    for (int m = 1; m < 10'000; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        fraction *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        fraction *= d * c;
        if (std::abs(d * c - 1) < kExact)
            break;
    }
    return fraction;
}

/// The regularised incomplete beta function I_x(a, b).
double incompleteBeta(double a, double b, double x) {
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    const double front =
        std::exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * std::log(x) + b * std::log1p(-x));
    // The fraction converges quickly on the side of the mean where x lies.
    return x < (a + 1) / (a + b + 2) ? front * betaFraction(a, b, x) / a
                                     : 1 - front * betaFraction(b, a, 1 - x) / b;
}

/// How likely Student's t is beyond `t` > 0.
double upperTail(double t, double degrees) {
    return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2;
}

/// Nearest rank: the smallest value with at least that share of all at or below it.
double percentileOf(const std::vector<double>& sorted, double fraction) {
    const auto rank = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

double studentQuantile(double p, std::size_t degrees) {
    assert(p > 0 && p < 1 && degrees > 0);
    if (p < 0.5)
        return -studentQuantile(1 - p, degrees);
    const auto n = static_cast<double>(degrees);
    double low = 0;
    double high = 1;
    while (upperTail(high, n) > 1 - p)
        high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-14 * high; ++i) {
        const double middle = (low + high) / 2;
        (upperTail(middle, n) > 1 - p ? low : high) = middle;
    }
    return (low + high) / 2;
}

Summary summarise(std::span<const double> values) {
    std::vector<double> sorted;
    sorted.reserve(values.size());
    Summary summary;
    double squares = 0;  // Welford's sum: no difference of large numbers
    for (const double value : values) {
        if (std::isnan(value))
            continue;
        sorted.push_back(value);
        const double before = value - summary.mean;
        summary.mean += before / static_cast<double>(sorted.size());
        squares += before * (value - summary.mean);
    }
    summary.count = sorted.size();
    if (sorted.empty())
        return {0,          kUndefined, kUndefined, kUndefined, kUndefined,
                kUndefined, kUndefined, kUndefined, kUndefined};
    std::sort(sorted.begin(), sorted.end());
    summary.minimum = sorted.front();
    summary.maximum = sorted.back();
    summary.p50 = percentileOf(sorted, 0.5);
    summary.p95 = percentileOf(sorted, 0.95);
    summary.p99 = percentileOf(sorted, 0.99);
    summary.deviation = kUndefined;
    summary.halfWidth = kUndefined;
    if (sorted.size() > 1) {
        const auto count = static_cast<double>(sorted.size());
        summary.deviation = std::sqrt(squares / (count - 1));
        summary.halfWidth = studentQuantile(0.975, sorted.size() - 1) * summary.deviation / std::sqrt(count);
    }
    return summary;
}

}  // namespace sluice
