#pragma once

#include <algorithm>

#include "core/metrics/losttimes.h"
#include "core/metrics/series.h"
#include "core/metrics/track.h"

namespace sluice {

/// What happened to every entity of a system and to the system as a whole, over time, in bins of one width
/// that grows with the time, so that memory is bounded whatever the length. A value; one thread.
class Tracks {
public:
    explicit Tracks(std::size_t entities);

    [[nodiscard]] Track& of(EntityId id) { return m_tracks[id]; }
    /// kNoEntity, or one that there is not: the system.
    [[nodiscard]] const Track& of(EntityId id) const {
        return id < entities() ? m_tracks[id] : m_tracks.back();
    }
    [[nodiscard]] Track& system() { return m_tracks.back(); }
    [[nodiscard]] const Track& system() const { return m_tracks.back(); }
    [[nodiscard]] std::size_t entities() const { return m_tracks.size() - 1; }
    /// Of one bin.
    [[nodiscard]] Duration width() const { return Duration(m_width); }
    [[nodiscard]] std::size_t binAt(TraceTime at) const {
        return static_cast<std::size_t>(std::max<std::int64_t>(at.count(), 0) / m_width);
    }

    void makeRoomFor(TraceTime at);
    /// A live broker counts over that time.
    void makeWideEnoughFor(Duration counted);
    /// Where thousands have much to tell, their bins become wider. Looks at each of them.
    void keepWithinBounds(TraceTime at);
    /// So many messages are in work from `at` on; the work until then goes to the bins it took.
    void setWorking(Track& track, std::uint32_t working, TraceTime at);
    /// A live broker's count of messages that came in or went out over the `over` before `to`. With
    /// `bySystem` it is the system's as well.
    void count(EntityId id, double Bin::*counted, std::int64_t messages, TraceTime to, Duration over,
               bool bySystem);

    /// Until when it is known what passed a track: a broker tells afterwards what came in some time, and when
    /// it has told nothing more for half as long again, nothing came.
    [[nodiscard]] TraceTime flowKnownTo(const Track& track, TraceTime now) const;
    /// One point a bin that overlaps [from, to]; `mostPoints` as in Aggregator::series. `known`: after it
    /// there is nothing to tell, though time has gone on until `horizon`.
    [[nodiscard]] std::vector<SeriesPoint> points(const Track& track, Metric metric, TraceTime from,
                                                  TraceTime to, std::size_t mostPoints, TraceTime known,
                                                  TraceTime horizon, const LostTimes& lost) const;

private:
    void widen();

    std::vector<Track> m_tracks;  ///< by entity; the last is the system's
    std::int64_t m_width;         ///< ns
};

}  // namespace sluice
