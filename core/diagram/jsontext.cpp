#include "core/diagram/jsontext.h"

#include <fmt/format.h>

#include <unordered_set>
#include <vector>

namespace sluice {
namespace {

Error wrong(std::string sentence, std::string where) {
    return {ErrorCode::InvalidInput, std::move(sentence), std::move(where)};
}

/// `offset` counts from 0. A column is a byte of its line, from 1.
std::string placeOf(std::string_view text, std::size_t offset) {
    offset = std::min(offset, text.size());
    std::size_t line = 1;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < offset; ++i) {
        if (text[i] == '\n') {
            ++line;
            begin = i + 1;
        }
    }
    return fmt::format("line {}, column {}", line, offset - begin + 1);
}

/// Where the text is nested deeper than the limit; the size of the text when it is nowhere.
std::size_t tooDeepAt(std::string_view text) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > kDeepestNesting)
                return i;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return text.size();
}

/// Follows the parser and notes the first key that an object has twice: the library would keep the last one
/// and forget the other in silence.
class RepeatedKeys {
public:
    bool operator()(int, Json::parse_event_t event, Json& parsed) {
        switch (event) {
            case Json::parse_event_t::object_start:
            case Json::parse_event_t::array_start:
                enterItem();
                m_levels.push_back({event == Json::parse_event_t::array_start, 0, {}, {}});
                break;
            case Json::parse_event_t::key:
                noteKey(parsed.get_ref<const std::string&>());
                break;
            case Json::parse_event_t::object_end:
            case Json::parse_event_t::array_end:
                m_levels.pop_back();
                break;
            case Json::parse_event_t::value:
                enterItem();
                break;
        }
        return true;
    }
    [[nodiscard]] const std::string& key() const { return m_key; }
    [[nodiscard]] const std::string& path() const { return m_path; }
    [[nodiscard]] bool found() const { return m_found; }

private:
    struct Level {
        bool isArray = false;
        std::size_t count = 0;
        std::string key;
        std::unordered_set<std::string> keys;
    };

    void enterItem() {
        if (!m_levels.empty())
            ++m_levels.back().count;
    }
    void noteKey(const std::string& key) {
        Level& level = m_levels.back();
        level.key = key;
        if (level.keys.insert(key).second || m_found)
            return;
        m_found = true;
        m_key = key;
        for (const Level& each : m_levels) {
            if (each.isArray)
                m_path += fmt::format("[{}]", each.count - 1);
            else
                m_path += (m_path.empty() ? "" : ".") + each.key;
        }
    }

    std::vector<Level> m_levels;
    std::string m_key;
    std::string m_path;
    bool m_found = false;
};

/// The library's message without its identifiers: what it found and what it expected.
std::string reasonOf(std::string_view message) {
    constexpr std::string_view intro = "syntax error while parsing ";
    if (message.find("invalid string: ill-formed UTF-8") != std::string_view::npos)
        return "the text is not valid UTF-8";
    if (message.find("unexpected end of input") != std::string_view::npos)
        return "the text ends too early; the file may have been cut off";
    const std::size_t at = message.find(intro);
    if (at == std::string_view::npos)
        return "not valid JSON";
    message.remove_prefix(at + intro.size());
    return fmt::format("not valid JSON in {}", message);
}

Error syntaxError(std::string_view text, const Json::parse_error& error) {
    return wrong(reasonOf(error.what()), placeOf(text, error.byte == 0 ? 0 : error.byte - 1));
}

/// A number past what a double holds; the message quotes it.
Error overflow(std::string_view text, std::string_view message) {
    const std::size_t open = message.find('\'');
    const std::size_t close = message.rfind('\'');
    if (open == std::string_view::npos || close <= open)
        return wrong("a number is too large", {});
    const std::string_view number = message.substr(open + 1, close - open - 1);
    return wrong(fmt::format("the number {} is too large", number.substr(0, 40)),
                 placeOf(text, text.find(number)));
}

}  // namespace

Result<Json> parseJson(std::string_view text) {
    if (text.size() > kLargestText)
        return wrong(fmt::format("the file has more than {} MiB; a diagram of that size cannot be opened",
                                 kLargestText >> 20U),
                     {});
    // The library takes it for the end of the text.
    if (const std::size_t at = text.find('\0'); at != std::string_view::npos)
        return wrong("is not text: it holds a zero byte", placeOf(text, at));
    if (const std::size_t at = tooDeepAt(text); at < text.size())
        return wrong(fmt::format("is nested deeper than {} levels", kDeepestNesting), placeOf(text, at));
    RepeatedKeys repeated;
    try {
        Json json = Json::parse(text.begin(), text.end(), std::ref(repeated));
        if (repeated.found())
            return wrong(fmt::format("the key '{}' stands twice in one object", repeated.key()),
                         repeated.path());
        return json;
    } catch (const Json::parse_error& error) {
        return syntaxError(text, error);
    } catch (const Json::exception& error) {
        return overflow(text, error.what());
    }
}

}  // namespace sluice
