#pragma once

#include <cstdint>
#include <vector>

#include "core/base/duration.h"
#include "core/metrics/latencies.h"

namespace sluice {

/// What happened in one bin of a series: counts, and the depth of what waits.
struct Bin {
    double in = 0;  ///< parts of a message: what a broker counted is spread over the bins of its time
    double out = 0;
    std::uint32_t depthMost = 0;
    std::uint32_t deadLetters = 0;
    std::uint32_t late = 0;
    std::uint32_t failed = 0;
    std::uint32_t timedOut = 0;
    std::uint32_t events = 0;
    std::uint32_t faults = 0;
    double busy = 0;  ///< message-nanoseconds

    /// `next` follows this one in time.
    void merge(const Bin& next);
};

/// The bins of one entity, up to the last in which something happened to it. Bin `n` covers [n, n + 1) times
/// the width, which only the owner knows.
struct Track {
    std::vector<Bin> bins;
    std::vector<Latencies> latencies;
    std::uint32_t depth = 0;    ///< after the last bin, too
    std::uint32_t working = 0;  ///< messages, since `workingSince`
    TraceTime workingSince{};
    TraceTime countedTo{};    ///< of a live broker: up to when it has told what passed
    Duration countedOver{};   ///< and since when, before that
    bool isReported = false;  ///< of a live broker: how many wait is known

    /// Makes the bins up to there, with the depth as it is.
    Bin& at(std::size_t bin) {
        while (bins.size() <= bin)
            bins.emplace_back().depthMost = depth;
        return bins[bin];
    }
    void measure(std::size_t bin, std::int64_t nanoseconds);
    void setDepth(std::size_t bin, std::uint64_t now);
    /// Merges neighbours: the width has doubled.
    void coarsen();
};

}  // namespace sluice
