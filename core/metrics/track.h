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
    std::uint32_t number = 0;     ///< which bin of the series it is
    std::uint32_t depthMost = 0;  ///< what waited at its beginning counts
    std::uint32_t depthLast = 0;  ///< at its end, and until the next
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

/// The bins of one entity in which something happened to it: thousands of entities of which little is heard
/// take little. Bin `n` covers [n, n + 1) times the width, which only the owner knows.
struct Track {
    std::vector<Bin> bins;  ///< by number
    std::vector<Latencies> latencies;
    std::uint32_t depth = 0;    ///< after the last bin, too
    std::uint32_t working = 0;  ///< messages, since `workingSince`
    TraceTime workingSince{};
    TraceTime countedTo{};    ///< of a live broker: up to when it has told what passed
    Duration countedOver{};   ///< and since when, before that
    bool isReported = false;  ///< of a live broker: how many wait is known

    /// Makes the bin, with the depth as it was then.
    Bin& at(std::size_t bin) { return !bins.empty() && bins.back().number == bin ? bins.back() : make(bin); }
    /// What happened in [from, to), bins taken together; where nothing did, only how deep it was.
    [[nodiscard]] Bin together(std::size_t from, std::size_t to) const;
    void measure(std::size_t bin, std::int64_t nanoseconds);
    void setDepth(std::size_t bin, std::uint64_t now);
    /// Merges neighbours: the width has doubled.
    void coarsen();
    /// Bins that it takes memory for, filled or not.
    [[nodiscard]] std::size_t size() const { return bins.capacity() + latencies.capacity(); }

private:
    Bin& make(std::size_t bin);
};

}  // namespace sluice
