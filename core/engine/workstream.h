#pragma once

#include "core/base/random.h"
#include "core/engine/topology/topology.h"

namespace sluice {

/// A service's random stream, which draws the time of the next piece of work ahead. Most distributions end in
/// a long chain of multiplications, each waiting for the one before; drawn when the work begins, everything
/// after it would wait too, and drawn a little earlier it is done meanwhile. What is drawn, and in which
/// order, stays the same: any other draw takes back what was drawn ahead.
class WorkStream {
public:
    WorkStream() = default;
    explicit WorkStream(const RandomStream& stream) : m_stream(stream) {}

    /// For any other draw.
    RandomStream& stream() {
        if (m_ahead) {
            m_stream = m_before;
            m_ahead = nullptr;
        }
        return m_stream;
    }
    /// The step's time will probably be asked for next.
    void drawAhead(const StepPlan& step) {
        if (m_ahead == &step)
            return;
        m_before = stream();
        m_time = step.time.sample(m_stream);
        m_ahead = &step;
    }
    Duration timeOf(const StepPlan& step) {
        if (m_ahead != &step)
            return step.time.sample(stream());
        m_ahead = nullptr;
        return m_time;
    }

private:
    RandomStream m_stream;
    const StepPlan* m_ahead = nullptr;  ///< whose time was drawn
    Duration m_time{};
    RandomStream m_before;  ///< the stream without that
};

}  // namespace sluice
