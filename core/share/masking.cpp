#include "core/share/masking.h"

#include <algorithm>

#include "core/base/lettercase.h"

namespace sluice {

std::vector<std::string> maskNames(std::string_view list) {
    std::vector<std::string> names;
    std::string name;
    const auto end = [&] {
        if (!name.empty())
            names.push_back(std::exchange(name, {}));
    };
    for (const char c : list) {
        if (c == ',' || c == ' ' || c == ';')
            end();
        else
            name += c;
    }
    end();
    return names;
}

void mask(nlohmann::ordered_json& value, std::span<const std::string> names) {
    if (value.is_array()) {
        for (auto& item : value)
            mask(item, names);
        return;
    }
    if (!value.is_object())
        return;
    for (auto& [name, member] : value.items()) {
        const std::string lower = lowered(name);
        if (std::any_of(names.begin(), names.end(),
                        [&](const std::string& one) { return lowered(one) == lower; }))
            member = "***";
        else
            mask(member, names);
    }
}

}  // namespace sluice
