#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/engine/brokercommands.h"

/// Any bytes are a topology and a conversation; the oracle is in playBrokerCommands().
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string broken = sluice::playBrokerCommands({data, size});
    if (!broken.empty()) {
        std::fprintf(stderr, "%s\n", broken.c_str());
        std::abort();
    }
    return 0;
}
