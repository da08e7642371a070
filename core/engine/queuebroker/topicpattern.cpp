#include "core/engine/queuebroker/topicpattern.h"

#include <vector>

namespace sluice {

namespace {

std::vector<std::string_view> wordsOf(std::string_view key) {
    std::vector<std::string_view> words;
    if (key.empty())
        return words;
    while (true) {
        const std::size_t dot = key.find('.');
        words.push_back(key.substr(0, dot));
        if (dot == std::string_view::npos)
            return words;
        key.remove_prefix(dot + 1);
    }
}

}  // namespace

bool matchesTopic(std::string_view pattern, std::string_view routingKey) {
    const std::vector<std::string_view> wanted = wordsOf(pattern);
    const std::vector<std::string_view> words = wordsOf(routingKey);
    // reached[i]: the pattern's words so far can take the first i words of the key. A table instead of
    // backtracking, which a hostile pattern ("#.#.#.#") makes exponential.
    std::vector<char> reached(words.size() + 1, 0);
    reached[0] = 1;
    for (const std::string_view word : wanted) {
        if (word == "#") {
            for (std::size_t i = 1; i <= words.size(); ++i)
                reached[i] = static_cast<char>(reached[i] | reached[i - 1]);
            continue;
        }
        for (std::size_t i = words.size(); i > 0; --i)
            reached[i] = static_cast<char>(reached[i - 1] != 0 && (word == "*" || word == words[i - 1]));
        reached[0] = 0;
    }
    return reached[words.size()] != 0;
}

}  // namespace sluice
