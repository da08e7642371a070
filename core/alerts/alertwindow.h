#pragma once

#include <cstdint>
#include <deque>

#include "core/base/duration.h"

namespace sluice {

/// How a figure stood over the last while: exact to a twentieth of the window, in memory that is bounded. The
/// steps lie at whole multiples of their length, so that the answer does not depend on how a trace is cut
/// into batches.
class AlertWindow {
public:
    AlertWindow() = default;
    explicit AlertWindow(Duration window)
        : m_window(window), m_step(std::max<Duration>(window / kSteps, std::chrono::microseconds(1))) {}

    /// Nothing is known of before.
    void clear() { m_samples.clear(); }
    [[nodiscard]] bool isEmpty() const { return m_samples.empty(); }
    /// The first reading.
    void begin(TraceTime at, double value) {
        m_samples.assign(1, {at, value});
        m_since = at;
    }
    /// It stands so at the end of a step.
    void sample(TraceTime at, double value) {
        drop(at);
        if (m_samples.back().value != value)
            m_samples.push_back({at, value});
    }
    /// The reading a window ago, or the first one.
    [[nodiscard]] double before(TraceTime now) {
        drop(now);
        return m_samples.front().value;
    }
    /// A whole window is known.
    [[nodiscard]] bool isFull(TraceTime now) const { return now - m_since >= m_window; }
    [[nodiscard]] TraceTime fullAt() const { return m_since + m_window; }
    /// With time alone the answer will change.
    [[nodiscard]] bool isMoving(double value) const {
        return m_samples.size() > 1 || m_samples.front().value != value;
    }
    [[nodiscard]] TraceTime nextStep(TraceTime now) const { return (now / m_step + 1) * m_step; }
    [[nodiscard]] Duration length() const { return m_window; }

private:
    static constexpr int kSteps = 20;
    struct Sample {
        TraceTime at{};
        double value = 0;
    };
    void drop(TraceTime now) {
        while (m_samples.size() > 1 && m_samples[1].at <= now - m_window)
            m_samples.pop_front();
    }

    Duration m_window{};
    Duration m_step = std::chrono::microseconds(1);
    TraceTime m_since{};
    std::deque<Sample> m_samples;
};

}  // namespace sluice
