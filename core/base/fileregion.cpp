#include "core/base/fileregion.h"

#include <unistd.h>

#include <cerrno>

namespace sluice {

int writeAt(int descriptor, std::uint64_t offset, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ::ssize_t written =
            ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<::off_t>(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? errno : ENOSPC;
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return 0;
}

bool readAt(int descriptor, std::uint64_t offset, std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ::ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), static_cast<::off_t>(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        offset += static_cast<std::uint64_t>(got);
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

}  // namespace sluice
