#pragma once

#include <cstdio>
#include <fstream>
#include <string>

/// Bytes of memory that this process has had at once, at most, since startOfPeak() (proc(5): VmHWM,
/// clear_refs).
inline std::size_t peak() {
    std::ifstream status("/proc/self/status");
    std::string line;
    std::size_t kilobytes = 0;
    while (std::getline(status, line)) {
        if (std::sscanf(line.c_str(), "VmHWM: %zu", &kilobytes) == 1)
            return kilobytes << 10U;
    }
    return 0;
}

inline std::size_t startOfPeak() {
    std::ofstream("/proc/self/clear_refs") << "5";
    return peak();
}
