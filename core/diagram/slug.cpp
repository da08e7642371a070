#include "core/diagram/slug.h"

#include <cstdint>

namespace sluice {

namespace {

constexpr std::size_t kLongestSlug = 60;

// U+00C0 to U+00DF; the small letters follow 32 places later, but for U+00DF and U+00FF. '-': no letter.
constexpr std::string_view kLatin1 = "aaaaaaaceeeeiiiidnooooo-ouuuuyts";
// U+0100 to U+017F, capital and small in turn.
constexpr std::string_view kLatinExtendedA =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrsssssssstttttt"
    "uuuuuuuuu"
    "uuuwwyyyzzzzzzs";
static_assert(kLatin1.size() == 32);
static_assert(kLatinExtendedA.size() == 128);

/// The next code point of `text`, which it is taken from; 0xfffd for a byte that begins none.
char32_t takeFrom(std::string_view& text) {
    const auto first = static_cast<std::uint8_t>(text.front());
    const std::size_t length = first < 0x80            ? 1
                               : (first >> 5U) == 0x6  ? 2
                               : (first >> 4U) == 0xe  ? 3
                               : (first >> 3U) == 0x1e ? 4
                                                       : 0;
    if (length == 0 || length > text.size()) {
        text.remove_prefix(1);
        return 0xfffd;
    }
    char32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        code = code << 6U | (static_cast<std::uint8_t>(text[i]) & 0x3fU);
    text.remove_prefix(length);
    return code;
}

/// Empty: no Latin letter or digit, but part of a word all the same. "-": between words.
std::string plain(char32_t code) {
    if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9'))
        return {static_cast<char>(code)};
    if (code >= 'A' && code <= 'Z')
        return {static_cast<char>(code - 'A' + 'a')};
    switch (code) {
        case 0xc6:
        case 0xe6:
            return "ae";
        case 0x152:
        case 0x153:
            return "oe";
        case 0xde:
        case 0xfe:
            return "th";
        case 0xdf:
        case 0x1e9e:
            return "ss";
        case 0xff:
            return "y";
        default:
            break;
    }
    if (code >= 0xc0 && code < 0x100)
        return {kLatin1[(code - 0xc0) % 32]};
    if (code >= 0x100 && code < 0x180)
        return {kLatinExtendedA[code - 0x100]};
    const bool punctuation = code >= 0x2000 && code < 0x2070;
    return code < 0xc0 || punctuation ? "-" : "";
}

}  // namespace

std::string slugOf(std::string_view name) {
    std::string text;
    while (!name.empty()) {
        const std::string letters = plain(takeFrom(name));
        if (letters != "-")
            text += letters;
        else if (!text.empty() && text.back() != '-')
            text += '-';
    }
    if (text.size() > kLongestSlug)
        text.resize(kLongestSlug);
    while (!text.empty() && text.back() == '-')
        text.pop_back();
    return text.empty() ? "item" : text;
}

}  // namespace sluice
