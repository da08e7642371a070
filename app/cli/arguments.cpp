#include "app/cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/diagram/spelling.h"

namespace sluice::cli {

std::string Arguments::value(std::string_view option) const {
    const auto it = options.find(option);
    return it == options.end() ? std::string() : it->second.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
    const auto it = options.find(option);
    return it == options.end() ? std::vector<std::string>() : it->second;
}

Result<Arguments> parseArguments(std::span<const std::string> words, std::span<const Option> options) {
    Arguments arguments;
    bool onlyFiles = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (onlyFiles || word == "-" || word.empty() || word.front() != '-') {
            arguments.files.push_back(word);
            continue;
        }
        if (word == "--") {
            onlyFiles = true;
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const auto option =
            std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.name == name; });
        if (option == options.end()) {
            std::vector<std::string_view> names;
            for (const Option& o : options)
                names.push_back(o.name);
            return Error{ErrorCode::InvalidInput,
                         fmt::format("unknown option {}{}", name, suggestion(name, names)),
                         {}};
        }
        const bool inside = equals != std::string::npos;
        if (option->value.empty() && inside)
            return Error{ErrorCode::InvalidInput, fmt::format("{} takes no value", name), {}};
        if (option->value.empty()) {
            arguments.options[name].emplace_back();
        } else if (inside) {
            arguments.options[name].push_back(word.substr(equals + 1));
        } else if (i + 1 < words.size()) {
            arguments.options[name].push_back(words[++i]);
        } else {
            return Error{ErrorCode::InvalidInput,
                         fmt::format("{} needs a value: {} {}", name, name, option->value),
                         {}};
        }
    }
    return arguments;
}

}  // namespace sluice::cli
