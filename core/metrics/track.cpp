#include "core/metrics/track.h"

#include <algorithm>

namespace sluice {

void Bin::merge(const Bin& next) {
    in += next.in;
    out += next.out;
    depthMost = std::max(depthMost, next.depthMost);
    depthLast = next.depthLast;
    deadLetters += next.deadLetters;
    late += next.late;
    failed += next.failed;
    timedOut += next.timedOut;
    events += next.events;
    faults += next.faults;
    busy += next.busy;
}

Bin& Track::make(std::size_t bin) {
    const auto number = static_cast<std::uint32_t>(bin);
    const auto place = std::lower_bound(bins.begin(), bins.end(), number,
                                        [](const Bin& one, std::uint32_t n) { return one.number < n; });
    if (place != bins.end() && place->number == number)
        return *place;
    Bin made;
    made.number = number;
    made.depthMost = made.depthLast = place == bins.begin() ? 0 : std::prev(place)->depthLast;
    // Thousands of tracks grow together: what they keep ready is a quarter of what they have, not as much
    // again.
    if (bins.size() == bins.capacity()) {
        const auto index = place - bins.begin();
        bins.reserve(bins.size() + bins.size() / 4 + 1);
        return *bins.insert(bins.begin() + index, made);
    }
    return *bins.insert(place, made);
}

Bin Track::together(std::size_t from, std::size_t to) const {
    auto next = std::lower_bound(bins.begin(), bins.end(), from,
                                 [](const Bin& one, std::size_t n) { return one.number < n; });
    Bin all;
    // The bin that is there begins with what waited before.
    if (next == bins.end() || next->number >= to)
        all.depthMost = next == bins.begin() ? 0 : std::prev(next)->depthLast;
    for (; next != bins.end() && next->number < to; ++next)
        all.merge(*next);
    return all;
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
    one.depthLast = depth;
}

void Track::coarsen() {
    std::size_t kept = 0;
    for (const Bin& bin : bins) {
        if (kept > 0 && bins[kept - 1].number == bin.number / 2) {
            bins[kept - 1].merge(bin);
            continue;
        }
        bins[kept] = bin;
        bins[kept++].number = bin.number / 2;
    }
    bins.resize(kept);
    if (bins.capacity() > bins.size() + bins.size() / 4 + 1)
        bins.shrink_to_fit();
    for (std::size_t i = 0; i < latencies.size(); ++i) {
        if (i % 2 == 0 && i > 0)
            latencies[i / 2] = std::move(latencies[i]);
        else if (i % 2 == 1)
            latencies[i / 2].merge(latencies[i]);
    }
    latencies.resize((latencies.size() + 1) / 2);
    latencies.shrink_to_fit();
}

}  // namespace sluice
