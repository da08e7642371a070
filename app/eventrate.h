#pragma once

#include <QElapsedTimer>
#include <algorithm>

#include "core/trace/tracestore.h"

namespace sluice {

/// How many trace events go by in a wall second while a run is played, in either direction.
class EventRate {
public:
    static constexpr qint64 kPeriod = 500;  ///< ms

    void start(Sequence at) {
        m_clock.start();
        m_from = at;
    }
    /// Once a period: a new figure. False: there is none yet.
    bool measure(Sequence at) {
        const qint64 passed = m_clock.elapsed();
        if (passed < kPeriod)
            return false;
        const auto events = static_cast<double>(std::max(at, m_from) - std::min(at, m_from));
        m_perSecond = events * 1000.0 / static_cast<double>(passed);
        start(at);
        return true;
    }
    void stop() { m_perSecond = 0; }
    [[nodiscard]] double perSecond() const { return m_perSecond; }

private:
    QElapsedTimer m_clock;
    Sequence m_from = 0;
    double m_perSecond = 0;
};

}  // namespace sluice
