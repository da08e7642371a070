#include "core/metrics/track.h"

#include <algorithm>

namespace sluice {

void Bin::merge(const Bin& next) {
    in += next.in;
    out += next.out;
    depthMost = std::max(depthMost, next.depthMost);
    deadLetters += next.deadLetters;
    late += next.late;
    failed += next.failed;
    timedOut += next.timedOut;
    events += next.events;
    faults += next.faults;
    busy += next.busy;
}

void Track::measure(std::size_t bin, std::int64_t nanoseconds) {
    if (latencies.size() <= bin)
        latencies.resize(bin + 1);
    latencies[bin].add(nanoseconds);
}

void Track::setDepth(std::size_t bin, std::uint64_t now) {
    Bin& one = at(bin);
    depth = static_cast<std::uint32_t>(std::min<std::uint64_t>(now, UINT32_MAX));
    one.depthMost = std::max(one.depthMost, depth);
}

void Track::coarsen() {
    for (std::size_t i = 0; i < bins.size(); ++i) {
        if (i % 2 == 0)
            bins[i / 2] = bins[i];
        else
            bins[i / 2].merge(bins[i]);
    }
    bins.resize((bins.size() + 1) / 2);
    for (std::size_t i = 0; i < latencies.size(); ++i) {
        if (i % 2 == 0 && i > 0)
            latencies[i / 2] = std::move(latencies[i]);
        else if (i % 2 == 1)
            latencies[i / 2].merge(latencies[i]);
    }
    latencies.resize((latencies.size() + 1) / 2);
}

}  // namespace sluice
