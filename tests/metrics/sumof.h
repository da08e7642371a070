#pragma once

#include <vector>

#include "core/metrics/series.h"

/// What the points of a series add up to; of a rate, over its time.
inline double sumOf(const std::vector<sluice::SeriesPoint>& points, bool rate) {
    double sum = 0;
    for (const sluice::SeriesPoint& point : points)
        sum += rate ? point.value * sluice::seconds(point.width) : point.value;
    return sum;
}
