#include "core/interchange/importtext.h"

#include <array>
#include <cstdint>

namespace sluice {
namespace {

constexpr char32_t kReplacement = 0xfffd;

/// 0x80 to 0x9f of Windows-1252, which spreadsheets write by default in much of Europe. Source: WHATWG,
/// Encoding, index-windows-1252.
constexpr std::array<char16_t, 32> kWindows1252{
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};

void append(std::string& text, char32_t code) {
    const auto put = [&text](char32_t byte) { text += static_cast<char>(static_cast<std::uint8_t>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | code >> 6U);
        put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12U);
        put(0x80 | (code >> 6U & 0x3f));
        put(0x80 | (code & 0x3f));
    } else {
        put(0xf0 | code >> 18U);
        put(0x80 | (code >> 12U & 0x3f));
        put(0x80 | (code >> 6U & 0x3f));
        put(0x80 | (code & 0x3f));
    }
}

/// Source: Unicode 15, table 3-7, well-formed UTF-8 byte sequences.
bool isUtf8(std::string_view bytes) {
    const auto at = [bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    for (std::size_t i = 0; i < bytes.size();) {
        const std::uint8_t first = at(i);
        if (first < 0x80) {
            ++i;
            continue;
        }
        const std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                                   : (first & 0xf0) == 0xe0         ? 3
                                   : first >= 0xf0 && first <= 0xf4 ? 4
                                                                    : 0;
        if (length == 0 || i + length > bytes.size())
            return false;
        for (std::size_t k = 1; k < length; ++k) {
            if ((at(i + k) & 0xc0) != 0x80)
                return false;
        }
        const std::uint8_t second = at(i + 1);
        if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
            (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
            return false;
        i += length;
    }
    return true;
}

std::string fromUtf16(std::string_view bytes, bool bigEndian) {
    std::string text;
    char32_t high = 0;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        const auto a = static_cast<std::uint8_t>(bytes[i]);
        const auto b = static_cast<std::uint8_t>(bytes[i + 1]);
        const auto unit = static_cast<char32_t>(bigEndian ? a << 8 | b : b << 8 | a);
        const bool low = unit >= 0xdc00 && unit < 0xe000;
        if (high != 0)
            append(text, low ? 0x10000 + ((high - 0xd800) << 10U) + (unit - 0xdc00) : kReplacement);
        if (unit >= 0xd800 && unit < 0xdc00) {
            high = unit;
            continue;
        }
        if (!low || high == 0)
            append(text, low ? kReplacement : unit);
        high = 0;
    }
    return text;
}

}  // namespace

ImportText::ImportText(std::string_view bytes) : text(bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    } else if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        converted = fromUtf16(bytes.substr(2), bytes.front() == '\xFE');
        text = converted;
        return;
    }
    if (isUtf8(text))
        return;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        append(converted, byte >= 0x80 && byte < 0xa0 ? kWindows1252[byte - 0x80] : byte);
    }
    text = converted;
    warning = Error{ErrorCode::InvalidInput,
                    "the file is not UTF-8; it is read as Windows-1252: see that its names are right",
                    {}};
}

}  // namespace sluice
