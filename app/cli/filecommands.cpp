#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "app/cli/command.h"
#include "app/cli/texttable.h"
#include "core/diagram/examplelibrary.h"
#include "core/diagram/file.h"
#include "core/diagram/spelling.h"

namespace sluice::cli {
namespace {

int listExamples(const Arguments& arguments) {
    const std::vector<std::string> folders = exampleFolders();
    const std::vector<ExampleInfo> all = examples(folders);
    if (all.empty()) {
        std::string looked;
        for (const std::string& folder : folders)
            looked += (looked.empty() ? "" : " and ") + folder;
        return complain(Error{ErrorCode::NotFound, "no examples were found in " + looked, {}});
    }
    if (arguments.has("--json")) {
        Json json = Json::array();
        for (const ExampleInfo& one : all)
            json.push_back({{"id", one.id},
                            {"name", one.name},
                            {"note", one.note},
                            {"path", one.path},
                            {"scenarios", one.scenarios}});
        fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
        return kWell;
    }
    TextTable table({{"example", false}, {"name", false}, {"scenarios"}, {"file", false}});
    for (const ExampleInfo& one : all)
        table.add({one.id, one.name, std::to_string(one.scenarios.size()), one.path});
    fmt::print("{}", table.text());
    return kWell;
}

Result<Diagram> startingPoint(const Arguments& arguments) {
    if (!arguments.has("--from"))
        return Diagram();
    const std::string wanted = arguments.value("--from");
    const std::vector<ExampleInfo> all = examples(exampleFolders());
    const auto it =
        std::find_if(all.begin(), all.end(), [&](const ExampleInfo& one) { return one.id == wanted; });
    if (it == all.end()) {
        std::vector<std::string_view> names;
        for (const ExampleInfo& one : all)
            names.push_back(one.id);
        return Error{ErrorCode::NotFound,
                     fmt::format("there is no example '{}'{}; sluice-cli examples lists them", wanted,
                                 suggestion(wanted, names)),
                     "--from"};
    }
    auto loaded = loadDiagram(it->path);
    if (!loaded)
        return loaded.error();
    return std::move(loaded->diagram);
}

int makeNew(const Arguments& arguments) {
    const std::string& file = arguments.files.front();
    if (!arguments.has("--force") && ::access(file.c_str(), F_OK) == 0)
        return complain(Error{ErrorCode::Conflict, "exists already; --force replaces it", file});
    auto diagram = startingPoint(arguments);
    if (!diagram)
        return complain(diagram.error());
    if (arguments.has("--name"))
        diagram->name = arguments.value("--name");
    const auto saved = saveDiagram(*diagram, file);
    return saved ? kWell : complain(file, saved.error());
}

constexpr std::array<Option, 1> kExampleOptions{{{"--json", "", "print JSON instead of a table"}}};

constexpr std::array<Option, 3> kNewOptions{{
    {"--name", "NAME", "what the drawing is called"},
    {"--from", "EXAMPLE", "begin with a copy of an example instead of an empty drawing"},
    {"--force", "", "replace the file if it exists"},
}};

}  // namespace

const Command& examplesCommand() {
    static const Command command{"examples",      "[--json]", "List the drawings that come with the program",
                                 kExampleOptions, 0,          0,
                                 listExamples};
    return command;
}

const Command& newCommand() {
    static const Command command{"new",
                                 "FILE [--name NAME] [--from EXAMPLE] [--force]",
                                 "Write a drawing to begin with",
                                 kNewOptions,
                                 1,
                                 1,
                                 makeNew};
    return command;
}

}  // namespace sluice::cli
