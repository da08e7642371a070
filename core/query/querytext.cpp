#include "core/query/querytext.h"

namespace sluice {

std::string wordsOf(std::string_view text) {
    std::string words = lowered(text);
    for (char& c : words) {
        if (c == '-' || c == '_')
            c = ' ';
    }
    return words;
}

bool isLike(std::string_view text, std::string_view pattern) {
    if (pattern.find('*') == std::string_view::npos)
        return text.find(pattern) != std::string_view::npos;
    // The usual walk with one way back: to the last star, which then takes one more character.
    std::size_t at = 0;
    std::size_t in = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (at < text.size()) {
        if (in < pattern.size() && pattern[in] == '*') {
            star = in++;
            resume = at;
        } else if (in < pattern.size() && pattern[in] == text[at]) {
            ++in;
            ++at;
        } else if (star != std::string_view::npos) {
            in = star + 1;
            at = ++resume;
        } else {
            return false;
        }
    }
    while (in < pattern.size() && pattern[in] == '*')
        ++in;
    return in == pattern.size();
}

}  // namespace sluice
