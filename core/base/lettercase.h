#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// Lower case, of ASCII; other bytes stay.
inline std::string lowered(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

}  // namespace sluice
