#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"

namespace sluice {

/// A drawing that comes along with the program.
struct ExampleInfo {
    std::string id;  ///< the file's name without its ending: "update-user-email"
    std::string path;
    std::string name;
    std::string note;
    std::vector<std::string> scenarios;  ///< their names
};

/// Where the examples may lie, best first: installed beside the program (../share/sluice/examples), or in the
/// source tree that it was built in. Empty where the system does not tell which program runs.
std::vector<std::string> exampleFolders();

/// Every readable .sluice file of the first folder that has one, the richest in scenarios first.
std::vector<ExampleInfo> examples(std::span<const std::string> folders);

}  // namespace sluice
