#include "app/cli/progressline.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/cli/texttable.h"
#include "core/base/duration.h"

namespace sluice::cli {
namespace {

constexpr std::size_t kWidestBar = 30;
constexpr std::size_t kNarrowestBar = 6;

/// Columns of the terminal; a line as long as that would wrap, and the next could not wipe it.
std::size_t terminalWidth() {
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

std::string timeLeft(double elapsed, double share) {
    if (share <= 0 || elapsed < 0.5)
        return {};
    const double left = std::ceil(elapsed / share * (1 - share));
    return fmt::format(", {} left", formatDuration(fromSeconds(left)));
}

}  // namespace

ProgressLine::ProgressLine() : m_terminal(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
    if (m_drawn)
        fmt::print(stderr, "\r\x1b[K");
}

bool ProgressLine::isDue() const {
    using namespace std::chrono_literals;
    return m_terminal && Clock::now() - m_last >= 100ms;
}

double ProgressLine::secondsSoFar() const {
    return std::chrono::duration<double>(Clock::now() - m_begun).count();
}

void ProgressLine::show(double share, const std::string& text) {
    m_last = Clock::now();
    m_drawn = true;
    share = std::clamp(share, 0.0, 1.0);
    std::string line = fmt::format("{:3.0f} %  {}{}", share * 100, text, timeLeft(secondsSoFar(), share));
    const std::size_t room = terminalWidth() - 1;
    if (const std::size_t taken = lengthOf(line) + 3; taken + kNarrowestBar <= room) {
        const std::size_t width = std::min(kWidestBar, room - taken);
        const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
        line = fmt::format("[{}{}] {}", std::string(full, '#'), std::string(width - full, '.'), line);
    }
    while (lengthOf(line) > room) {
        while ((static_cast<unsigned char>(line.back()) & 0xc0U) == 0x80U)
            line.pop_back();
        line.pop_back();
    }
    fmt::print(stderr, "\r\x1b[K{}", line);
    std::fflush(stderr);
}

std::string shortCount(double value) {
    if (value < 1000)
        return fmt::format("{:.0f}", value);
    return value < 1e6 ? fmt::format("{:.3g} k", value / 1e3) : fmt::format("{:.3g} M", value / 1e6);
}

}  // namespace sluice::cli
