#include "core/metrics/tracks.h"

#include <cmath>

namespace sluice {
namespace {

constexpr std::int64_t kNarrowest = 1'000'000;  // ns
constexpr std::size_t kMostBins = 2048;
constexpr std::size_t kFewestBins = 64;
constexpr std::size_t kBinsOfAllEntities = 200'000;  ///< in which something happened: 13 MB
/// What a live broker counted over some time is spread over so many bins, or over bins of kWideEnough: more
/// of them would tell no more.
constexpr std::int64_t kBinsOfACount = 16;
constexpr std::int64_t kWideEnough = 500'000'000;  // ns

/// `width` in nanoseconds.
double valueOf(const Bin& bin, Metric metric, double width) {
    switch (metric) {
        case Metric::In:
            return bin.in * 1e9 / width;
        case Metric::Out:
            return bin.out * 1e9 / width;
        case Metric::Depth:
            return bin.depthMost;
        case Metric::DeadLetters:
            return bin.deadLetters;
        case Metric::Late:
            return bin.late;
        case Metric::Failed:
            return bin.failed;
        case Metric::TimedOut:
            return bin.timedOut;
        case Metric::Busy:
            return bin.busy / width;
        case Metric::Events:
            return bin.events;
        case Metric::Faults:
            return bin.faults;
        case Metric::P50:
        case Metric::P95:
        case Metric::P99:
            break;
    }
    return 0;
}

/// Nothing: it is no percentile.
std::optional<double> fractionOf(Metric metric) {
    switch (metric) {
        case Metric::P50:
            return 0.5;
        case Metric::P95:
            return 0.95;
        case Metric::P99:
            return 0.99;
        default:
            return {};
    }
}

}  // namespace

Tracks::Tracks(std::size_t entities) : m_tracks(entities + 1), m_width(kNarrowest) {}

void Tracks::widen() {
    m_width *= 2;
    for (Track& track : m_tracks)
        track.coarsen();
}

void Tracks::makeRoomFor(TraceTime at) {
    while (binAt(at) >= kMostBins)
        widen();
}

void Tracks::makeWideEnoughFor(Duration counted) {
    while (m_width < std::min(counted.count() / kBinsOfACount, kWideEnough))
        widen();
}

void Tracks::keepWithinBounds(TraceTime at) {
    const auto all = [this] {
        std::size_t sum = 0;
        for (const Track& track : m_tracks)
            sum += track.size();
        return sum;
    };
    while (all() > kBinsOfAllEntities && binAt(at) >= kFewestBins)
        widen();
}

void Tracks::setWorking(Track& track, std::uint32_t working, TraceTime at) {
    if (track.working > 0) {
        std::int64_t from = track.workingSince.count();
        while (from < at.count()) {
            const auto bin = static_cast<std::size_t>(from / m_width);
            const std::int64_t to = std::min(at.count(), (from / m_width + 1) * m_width);
            track.at(bin).busy += static_cast<double>(track.working) * static_cast<double>(to - from);
            from = to;
        }
    }
    track.working = working;
    track.workingSince = at;
}

/// Spreads what was counted evenly over its time. The bins are far narrower than that: whole messages would
/// make a saw of it. Each bin gets what came up to its end less what came up to its beginning, in parts that
/// add up exactly, so that wider bins hold the same whenever they became so.
void Tracks::count(EntityId id, double Bin::*counted, std::int64_t messages, TraceTime until, Duration over,
                   bool bySystem) {
    Track& track = m_tracks[id];
    track.countedTo = until;
    track.countedOver = over;
    const std::int64_t to = std::max<std::int64_t>(until.count(), 0);
    const std::int64_t from = std::max<std::int64_t>(to - over.count(), 0);
    const auto all = static_cast<double>(messages);
    const auto give = [&](std::size_t bin, double share) {
        track.at(bin).*counted += share;
        if (bySystem)
            system().at(bin).*counted += share;
    };
    if (from == to)
        return give(binAt(until), all);
    constexpr double kParts = 1 << 20U;
    const auto upTo = [&](std::int64_t time) {
        const double share = static_cast<double>(std::min(time, to) - from) / static_cast<double>(to - from);
        return std::floor(all * kParts * share) / kParts;
    };
    double given = 0;
    for (auto bin = static_cast<std::size_t>(from / m_width); given < all; ++bin) {
        const double now = upTo(static_cast<std::int64_t>(bin + 1) * m_width);
        give(bin, now - given);
        given = now;
    }
}

TraceTime Tracks::flowKnownTo(const Track& track, TraceTime now) const {
    const auto knownTo = [now](const Track& one) {
        return now < one.countedTo + one.countedOver * 3 / 2 ? one.countedTo : now;
    };
    if (&track != &system())
        return knownTo(track);
    TraceTime least = now;
    for (const Track& one : m_tracks)
        least = std::min(least, knownTo(one));
    return least;
}

std::vector<SeriesPoint> Tracks::points(const Track& track, Metric metric, TraceTime from, TraceTime to,
                                        std::size_t mostPoints, TraceTime known, TraceTime horizon,
                                        const LostTimes& lost) const {
    std::vector<SeriesPoint> points;
    const bool isFlow = metric == Metric::In || metric == Metric::Out;
    const std::optional<double> fraction = fractionOf(metric);
    const std::size_t last = binAt(to);
    const std::size_t bins = last - binAt(from) + 1;
    const std::size_t group = mostPoints == 0 ? 1 : (bins + mostPoints - 1) / mostPoints;
    const std::int64_t width = m_width * static_cast<std::int64_t>(group);
    // Of some it has been told longer than of others: the bin in which that begins has more than its part.
    TraceTime told = known;
    for (std::size_t i = 0; isFlow && &track == &system() && i < m_tracks.size(); ++i)
        told = std::max(told, m_tracks[i].countedTo);
    // Groups begin at multiples of their size, so that they stay the same while a run grows.
    for (std::size_t bin = binAt(from) / group * group; bin <= last; bin += group) {
        SeriesPoint point{TraceTime(static_cast<std::int64_t>(bin) * m_width), Duration(width), 0};
        // The bin in which knowledge ends is measured by its part before.
        if (known < horizon)
            point.width = std::min(point.width, known - point.at);
        if (point.width <= Duration::zero())
            break;
        if (lost.isUnknown(isFlow, point.at, point.at + point.width))
            continue;
        if (fraction) {
            Latencies together;
            for (std::size_t i = bin; i < std::min(bin + group, track.latencies.size()); ++i)
                together.merge(track.latencies[i]);
            if (together.empty())
                continue;
            point.value = together.percentile(*fraction);
        } else {
            const Duration counted =
                known < horizon ? std::min(Duration(width), told - point.at) : point.width;
            point.value =
                valueOf(track.together(bin, bin + group), metric, static_cast<double>(counted.count()));
        }
        points.push_back(point);
    }
    return points;
}

}  // namespace sluice
