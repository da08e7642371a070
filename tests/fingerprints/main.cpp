#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "core/diagram/file.h"
#include "core/engine/simulation.h"

// Prints the fingerprint of every scenario of the examples in a folder. Built by two compilers, in debug and
// in release, it must print the same: the test command compares.
namespace {

class Nowhere : public sluice::TraceSink {
public:
    void accept(std::span<const sluice::TraceEvent>, sluice::TraceTime) override {}
    void finish(const sluice::Result<void>&) override {}
};

}  // namespace

int main(int argc, char** argv) {
    const std::filesystem::path folder = argc > 1 ? argv[1] : SLUICE_SOURCE_DIR "/resources/examples";
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".sluice")
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
        const auto loaded = sluice::loadDiagram(file.string());
        if (!loaded) {
            fmt::print(stderr, "{}: {}\n", file.string(), loaded.error().text());
            return 2;
        }
        for (const sluice::Scenario& scenario : loaded->diagram.scenarios) {
            sluice::RunOptions options;
            options.scenario = scenario.id;
            auto simulation = sluice::Simulation::create(loaded->diagram, options);
            if (!simulation) {
                fmt::print(stderr, "{}: {}\n", file.string(), simulation.error().text());
                return 2;
            }
            Nowhere sink;
            const sluice::Progress progress = simulation->runUntil(sluice::TraceTime::max(), sink);
            fmt::print("{} {} {} {:016x}\n", file.stem().string(), scenario.id, progress.events,
                       simulation->fingerprint());
        }
    }
    return 0;
}
