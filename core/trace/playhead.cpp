#include "core/trace/playhead.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice {

double Playhead::asFastAsPossible() {
    return std::numeric_limits<double>::infinity();
}

void Playhead::play(Direction direction) {
    if (m_direction != direction)
        m_remainder = 0;
    m_direction = direction;
    m_playing = true;
}

void Playhead::pause() {
    m_playing = false;
    m_remainder = 0;
}

void Playhead::setSpeed(double speed) {
    if (std::isnan(speed))
        return;
    m_speed = std::isinf(speed) && speed > 0 ? speed : std::clamp(speed, kSlowest, kFastest);
}

TraceTime Playhead::advance(Duration wall, TraceTime limit) {
    if (!m_playing || wall <= Duration::zero())
        return m_position;
    const double distance = static_cast<double>(wall.count()) * m_speed + m_remainder;
    // Beyond any trace: the subtraction below must not overflow.
    const bool toTheEnd = !(distance < 9e18);
    const auto whole = toTheEnd ? Duration::max() : Duration(static_cast<std::int64_t>(distance));
    m_remainder = toTheEnd ? 0 : distance - std::floor(distance);
    if (m_direction == Direction::Forward) {
        if (m_position < limit)
            m_position = limit - m_position <= whole ? limit : m_position + whole;
    } else {
        m_position = m_position <= whole ? TraceTime::zero() : m_position - whole;
        if (m_position == TraceTime::zero())
            pause();
    }
    return m_position;
}

void Playhead::seek(TraceTime to) {
    m_position = std::max(to, TraceTime::zero());
    m_remainder = 0;
}

void Playhead::step(TraceTime to) {
    pause();
    seek(to);
}

}  // namespace sluice
