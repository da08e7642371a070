// sluice-conformance: plays recorded conversations with real brokers on the embedded ones.
#include <fmt/format.h>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/engine/logbroker/partitioner.h"
#include "tests/conformance/player.h"

namespace {

using nlohmann::json;
using namespace sluice;
using namespace sluice::conformance;

constexpr const char* kUsage =
    "Usage: sluice-conformance [--verbose] [--slow] [--any-interleaving] FILE_OR_FOLDER...\n"
    "Plays recorded scenarios on the embedded brokers and compares what comes of them.\n"
    "--slow plays them as on a busy machine, which tells what hangs on exact times.\n"
    "--any-interleaving leaves it open how deliveries over different channels follow each other.\n";

constexpr Pace kSlow{std::chrono::milliseconds(66), std::chrono::milliseconds(3)};

/// Keys and the partitions that real clients chose for them.
std::vector<Difference> playPartitioner(const json& file) {
    std::vector<Difference> differences;
    for (const json& entry : file.at("keys")) {
        const auto key = entry.at("key").get<std::string>();
        for (std::size_t i = 0; i < file.at("partitions").size(); ++i) {
            const auto partitions = file.at("partitions")[i].get<std::uint32_t>();
            const auto compare = [&](const char* name, std::uint32_t got) {
                const auto expected = entry.at(name).at(i).get<std::uint32_t>();
                if (got != expected)
                    differences.push_back(
                        {fmt::format("key \"{}\", {} of {} partitions", key, name, partitions),
                         std::to_string(expected), std::to_string(got)});
            };
            compare("murmur2", partitionOfKey(key, partitions));
            compare("crc32", partitionOfKeyCrc32(key, partitions));
        }
    }
    return differences;
}

Result<std::vector<Difference>> playFile(const std::filesystem::path& path, const Pace& pace,
                                         Interleaving interleaving) {
    std::ifstream stream(path);
    if (!stream)
        return Error{ErrorCode::InputOutput, "cannot be read", {}};
    try {
        const json file = json::parse(stream);
        if (file.is_object() && file.contains("keys"))
            return playPartitioner(file);
        if (!file.is_object() || !file.contains("observed") || !file.contains("final"))
            return Error{ErrorCode::InvalidInput,
                         "is not a recorded scenario: \"observed\" and \"final\" are missing",
                         {}};
        Result<Play> played = Player(pace).play(file);
        if (!played)
            return played.error();
        return differencesOf(file, *played, interleaving);
    } catch (const json::exception& malformed) {
        return Error{ErrorCode::InvalidInput, fmt::format("malformed: {}", malformed.what()), {}};
    }
}

std::vector<std::filesystem::path> filesIn(const std::filesystem::path& place) {
    std::vector<std::filesystem::path> files;
    std::error_code failed;
    if (!std::filesystem::is_directory(place, failed))
        return {place};
    for (std::filesystem::recursive_directory_iterator it(place, failed), end; !failed && it != end;
         it.increment(failed)) {
        if (it->path().extension() == ".json")
            files.push_back(it->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

int main(int argc, char** argv) {
    bool verbose = false;
    Pace pace;
    Interleaving interleaving = Interleaving::AsRecorded;
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--verbose") {
            verbose = true;
        } else if (argument == "--slow") {
            pace = kSlow;
        } else if (argument == "--any-interleaving") {
            interleaving = Interleaving::Any;
        } else if (argument == "--help") {
            fmt::print("{}", kUsage);
            return 0;
        } else if (argument.rfind("--", 0) == 0) {
            fmt::print(stderr, "unknown option {}\n{}", argument, kUsage);
            return 2;
        } else {
            const auto found = filesIn(argument);
            files.insert(files.end(), found.begin(), found.end());
        }
    }
    if (files.empty()) {
        fmt::print(stderr, "no scenarios to play\n{}", kUsage);
        return 2;
    }
    int passed = 0;
    int failed = 0;
    for (const std::filesystem::path& path : files) {
        const std::string name = path.stem().string();
        const auto differences = playFile(path, pace, interleaving);
        if (!differences) {
            fmt::print("{}: {}\n", name, differences.error().text());
        } else {
            for (const Difference& difference : differences.value())
                fmt::print("{}: {}: expected {}, got {}\n", name, difference.place, difference.expected,
                           difference.got);
        }
        const bool ok = differences.ok() && differences.value().empty();
        ++(ok ? passed : failed);
        if (ok && verbose)
            fmt::print("{}: ok\n", name);
    }
    fmt::print("{} passed, {} failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
