#include "app/cli/optionvalues.h"

namespace sluice::cli {

Result<std::optional<Duration>> durationOf(const Arguments& arguments, std::string_view option) {
    if (!arguments.has(option))
        return std::optional<Duration>();
    const auto duration = parseDuration(arguments.value(option));
    if (!duration)
        return Error{ErrorCode::InvalidInput, duration.error().sentence, std::string(option)};
    return std::optional(*duration);
}

Result<MessageId> messageNamed(std::string_view text, std::string_view option) {
    const std::string_view number = text.starts_with("m-") ? text.substr(2) : text;
    MessageId id = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
    if (error == std::errc() && end == number.data() + number.size() && id > 0)
        return id;
    return Error{ErrorCode::InvalidInput, fmt::format("a message is named as in m-17, not '{}'", text),
                 std::string(option)};
}

std::unordered_set<std::string> idsIn(const std::string& list) {
    std::unordered_set<std::string> ids;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t comma = std::min(list.find(',', begin), list.size());
        if (comma > begin)
            ids.insert(list.substr(begin, comma - begin));
        begin = comma + 1;
    }
    return ids;
}

}  // namespace sluice::cli
