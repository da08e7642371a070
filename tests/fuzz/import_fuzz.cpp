#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/interchange/importedcheck.h"

/// A trace from a stranger, in any of the formats that imports know; the oracle is in brokenBy().
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string broken = sluice::brokenBy({reinterpret_cast<const char*>(data), size});
    if (!broken.empty()) {
        std::fprintf(stderr, "%s\n", broken.c_str());
        std::abort();
    }
    return 0;
}
