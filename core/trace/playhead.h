#pragma once

#include "core/base/duration.h"

namespace sluice {

/// The only owner of "now": where in the trace every view stands, and how wall time moves it. A value without
/// threads or clocks; the window asks it once a frame with the wall time that has passed.
class Playhead {
public:
    enum class Direction : std::uint8_t { Forward, Backward };
    static constexpr double kSlowest = 0.001;  ///< trace seconds a wall second
    static constexpr double kFastest = 1e6;
    /// A speed that goes to the limit at every advance().
    static double asFastAsPossible();

    [[nodiscard]] TraceTime position() const { return m_position; }
    [[nodiscard]] double speed() const { return m_speed; }
    [[nodiscard]] bool isPlaying() const { return m_playing; }
    [[nodiscard]] Direction direction() const { return m_direction; }

    void play(Direction direction = Direction::Forward);
    void pause();
    /// Trace seconds a wall second, clipped to [kSlowest, kFastest], or asFastAsPossible(). A speed that is
    /// not a number changes nothing.
    void setSpeed(double speed);

    /// Lets `wall` pass (negative: none) and returns the new position. Never goes beyond `limit`, up to which
    /// the trace is known, nor before zero; a playhead that already is beyond the limit waits there. Going
    /// backward it pauses at zero; at the limit it keeps playing, as more of the trace may come.
    TraceTime advance(Duration wall, TraceTime limit);

    /// Jumps, playing or not; before zero is zero.
    void seek(TraceTime to);
    /// Jumps to an event's time and pauses there.
    void step(TraceTime to);

private:
    TraceTime m_position{};
    double m_speed = 1;
    double m_remainder = 0;  ///< nanoseconds below one, so that slow motion does not lose them
    bool m_playing = false;
    Direction m_direction = Direction::Forward;
};

}  // namespace sluice
