#pragma once

#include <stop_token>
#include <thread>

namespace sluice::cli {

/// While it lives, the first Ctrl-C (or SIGTERM) asks to stop instead of ending the program, so that what was
/// done can be kept; a second one ends it as ever. Made before other threads, which then inherit that the
/// signals are blocked.
class Interrupt {
public:
    Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    ~Interrupt();
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    [[nodiscard]] bool happened() const { return m_stop.stop_requested(); }

private:
    std::stop_source m_stop;
    std::jthread m_watch;
};

/// What a shell tells of a command that Ctrl-C ended.
inline constexpr int kInterrupted = 130;

}  // namespace sluice::cli
