#include "core/diagram/examplelibrary.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/diagram/file.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

std::vector<ExampleInfo> examplesIn(const std::string& folder) {
    std::vector<ExampleInfo> found;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (it->path().extension() != ".sluice")
            continue;
        const auto loaded = loadDiagram(it->path().string());
        if (!loaded)
            continue;
        const Diagram& diagram = loaded->diagram;
        ExampleInfo info{it->path().stem().string(), it->path().string(), diagram.name, diagram.note, {}};
        for (const Scenario& scenario : diagram.scenarios)
            info.scenarios.push_back(scenario.name.empty() ? scenario.id : scenario.name);
        found.push_back(std::move(info));
    }
    std::sort(found.begin(), found.end(), [](const ExampleInfo& a, const ExampleInfo& b) {
        if (a.scenarios.size() != b.scenarios.size())
            return a.scenarios.size() > b.scenarios.size();
        return a.id < b.id;
    });
    return found;
}

}  // namespace

std::vector<std::string> exampleFolders() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (error)
        return {};
    const fs::path here = program.parent_path();
    std::vector<std::string> folders;
    for (const char* relative : {"../share/sluice/examples", "../../../resources/examples"})
        folders.push_back((here / relative).lexically_normal().string());
    return folders;
}

std::vector<ExampleInfo> examples(std::span<const std::string> folders) {
    for (const std::string& folder : folders) {
        std::vector<ExampleInfo> found = examplesIn(folder);
        if (!found.empty())
            return found;
    }
    return {};
}

}  // namespace sluice
