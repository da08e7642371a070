#include "widgets/timeline/reportedlanes.h"

#include <algorithm>

namespace sluice {

std::optional<Metric> reportedIn(TraceLane lane) {
    switch (lane) {
        case TraceLane::WorkedOff:
            return Metric::Out;
        case TraceLane::DeadLetters:
            return Metric::DeadLetters;
        default:
            return std::nullopt;
    }
}

void spreadReported(const Aggregator& figures, Metric metric, TraceTime from, TraceTime to,
                    std::span<double> parts) {
    if (to <= from || parts.empty())
        return;
    const double perPart =
        static_cast<double>((to - from).count()) / static_cast<double>(parts.size());  // ns
    const auto partOf = [&](double sinceFrom) {
        const double part = std::clamp(sinceFrom / perPart, 0.0, static_cast<double>(parts.size() - 1));
        return static_cast<std::size_t>(part);
    };
    for (const SeriesPoint& point : figures.series(kNoEntity, metric, from, to)) {
        const auto begin = static_cast<double>((point.at - from).count());
        const double end = begin + static_cast<double>(point.width.count());
        if (metric == Metric::DeadLetters) {
            if (point.value > 0 && end > 0 && begin < perPart * static_cast<double>(parts.size()))
                parts[partOf(begin)] += point.value;
            continue;
        }
        const double first = std::max(begin, 0.0);
        const double last = std::min(end, perPart * static_cast<double>(parts.size()));
        for (std::size_t part = partOf(first); part < parts.size(); ++part) {
            const double left = std::max(first, perPart * static_cast<double>(part));
            const double right = std::min(last, perPart * static_cast<double>(part + 1));
            if (right <= left)
                break;
            parts[part] += point.value * (right - left) / 1e9;
        }
    }
}

}  // namespace sluice
