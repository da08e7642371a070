#include "core/live/messagetemplate.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "core/base/trimmed.h"
#include "core/base/writtentime.h"
#include "core/diagram/spelling.h"

namespace sluice {
namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

std::string uuidOf(RandomStream& random) {
    // RFC 4122, 4.4: version and variant take six of the bits.
    const std::uint64_t high = (random.next() & ~0xF000ULL) | 0x4000ULL;
    const std::uint64_t low = (random.next() & ~(3ULL << 62U)) | (2ULL << 62U);
    return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU,
                       high & 0xFFFFU, low >> 48U, low & 0xFFFF'FFFF'FFFFULL);
}

bool readNumber(std::string_view text, std::int64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

Result<MessageTemplate::Part> MessageTemplate::placeNamed(std::string_view words) {
    const std::string_view word = words.substr(0, words.find(' '));
    const std::string_view rest = trimmed(words.substr(word.size()));
    constexpr std::array kWords{
        std::pair{std::string_view("number"), What::Number}, std::pair{std::string_view("uuid"), What::Uuid},
        std::pair{std::string_view("now"), What::Now}, std::pair{std::string_view("random"), What::Random}};
    std::vector<std::string_view> names;
    Part part;
    for (const auto& [name, what] : kWords) {
        names.push_back(name);
        if (name == word)
            part.what = what;
    }
    if (part.what == What::Text)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("there is no {{{{{}}}}}, only number, uuid, now and random 1..100{}", words,
                                 suggestion(word, names)),
                     {}};
    if (part.what != What::Random) {
        if (!rest.empty())
            return Error{ErrorCode::InvalidInput,
                         fmt::format("{{{{{}}}}} takes nothing more, and has '{}'", word, rest),
                         {}};
        return part;
    }
    const std::size_t dots = rest.find("..");
    if (dots == std::string_view::npos || !readNumber(rest.substr(0, dots), part.least) ||
        !readNumber(rest.substr(dots + 2), part.most) || part.least > part.most)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("{{{{random}}}} needs two whole numbers, the lower one first: "
                                 "{{{{random 1..100}}}}, is '{}'",
                                 words),
                     {}};
    return part;
}

Result<MessageTemplate> MessageTemplate::parse(std::string_view text) {
    MessageTemplate made;
    while (true) {
        const std::size_t open = text.find(kOpen);
        if (const std::string_view before = text.substr(0, open); !before.empty())
            made.m_parts.push_back({.text = std::string(before)});
        if (open == std::string_view::npos)
            return made;
        text.remove_prefix(open + kOpen.size());
        const std::size_t close = text.find(kClose);
        if (close == std::string_view::npos)
            return Error{ErrorCode::InvalidInput,
                         fmt::format("{{{{{} is not closed with }}}}", text.substr(0, 20)),
                         {}};
        Result<Part> part = placeNamed(trimmed(text.substr(0, close)));
        if (!part)
            return part.error();
        made.m_parts.push_back(std::move(part).value());
        text.remove_prefix(close + kClose.size());
    }
}

MessageTemplate MessageTemplate::plain(std::string_view text) {
    MessageTemplate made;
    made.m_parts.push_back({.text = std::string(text)});
    return made;
}

std::string MessageTemplate::expand(std::int64_t number, TraceTime now, RandomStream& random) const {
    std::string text;
    for (const Part& part : m_parts) {
        switch (part.what) {
            case What::Text:
                text += part.text;
                break;
            case What::Number:
                text += std::to_string(number);
                break;
            case What::Uuid:
                text += uuidOf(random);
                break;
            case What::Now:
                text += calendarText(now);
                break;
            case What::Random: {
                // Unsigned, so that the widest range does not overflow; 0 stands for all of 2^64.
                const std::uint64_t width =
                    static_cast<std::uint64_t>(part.most) - static_cast<std::uint64_t>(part.least) + 1;
                const std::uint64_t beyond = width == 0 ? random.next() : random.below(width);
                text += std::to_string(
                    static_cast<std::int64_t>(static_cast<std::uint64_t>(part.least) + beyond));
                break;
            }
        }
    }
    return text;
}

}  // namespace sluice
