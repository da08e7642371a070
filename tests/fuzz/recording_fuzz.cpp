#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/record/strangerecording.h"

/// Any bytes are a recording; the oracle is in brokenByRecording().
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string broken = sluice::brokenByRecording(data, size);
    if (!broken.empty()) {
        std::fprintf(stderr, "%s\n", broken.c_str());
        std::abort();
    }
    return 0;
}
