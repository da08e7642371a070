#pragma once

#include <cstddef>
#include <span>

namespace sluice {

/// What independent replicas say about one outcome.
struct Summary {
    std::size_t count = 0;  ///< replicas in which it was measured
    double mean = 0;
    double deviation = 0;  ///< of the sample, with count - 1; NaN below two values
    double halfWidth = 0;  ///< the 95 % confidence interval is mean ± halfWidth; NaN below two values
    double minimum = 0;
    double maximum = 0;
    double p50 = 0;  ///< percentiles over the replicas by nearest rank
    double p95 = 0;
    double p99 = 0;
};

/// A NaN is a replica in which nothing was measured, and is left out. All of nothing: every figure a NaN.
Summary summarise(std::span<const double> values);

/// The value below which Student's t with that many degrees of freedom lies with probability `p`: t(0.975, 9)
/// is 2.262. 0 < p < 1; degrees of freedom from 1.
double studentQuantile(double p, std::size_t degrees);

}  // namespace sluice
