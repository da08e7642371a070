#pragma once

#include <chrono>
#include <string>

namespace sluice::cli {

/// How far long work is, on one line of standard error that is wiped at the end: a bar, per cent, what the
/// caller says, and the time that is left. Silent when standard error is no terminal, and for work that is
/// over in a blink. One thread at a time.
class ProgressLine {
public:
    ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine();

    /// True when it is time to show something again: ten times a second on a terminal, else never. Asking is
    /// cheap; the text need only be made then.
    [[nodiscard]] bool isDue() const;
    /// `share` of the work is done, 0 to 1.
    void show(double share, const std::string& text);
    /// Since it was made.
    [[nodiscard]] double secondsSoFar() const;

private:
    using Clock = std::chrono::steady_clock;
    bool m_terminal;
    bool m_drawn = false;
    Clock::time_point m_begun = Clock::now();
    Clock::time_point m_last = m_begun;
};

/// "812", "12.3 k", "1.23 M".
std::string shortCount(double value);

}  // namespace sluice::cli
