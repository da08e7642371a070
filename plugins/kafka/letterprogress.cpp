#include "plugins/kafka/letterprogress.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sluice::kafka {
namespace {

constexpr std::string_view kTitle = "left:";
constexpr int kBase = 36;
constexpr std::int64_t kMostLeft = 100'000'000;  // of a text; more are not ours

void write(std::string& text, std::int64_t number) {
    char digits[16];
    const auto [end, failure] = std::to_chars(std::begin(digits), std::end(digits), number, kBase);
    if (text.size() > kTitle.size())
        text += ',';
    text.append(digits, end);
}

std::optional<std::int64_t> read(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, kBase);
    if (failure != std::errc() || number < 0)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(','))
        text.remove_prefix(1);
    return number;
}

}  // namespace

LetterProgress::LetterProgress(std::int64_t next, std::string_view left) : m_next(next) {
    if (!left.starts_with(kTitle))
        return;
    left.remove_prefix(kTitle.size());
    std::int64_t at = 0;
    std::int64_t all = 0;
    while (!left.empty()) {
        const auto gap = read(left);
        const auto length = gap ? read(left) : std::nullopt;
        if (!length || *gap > next - at || *length > next - at - *gap || (all += *length) > kMostLeft) {
            m_left.clear();
            return;
        }
        at += *gap;
        for (std::int64_t i = 0; i < *length; ++i)
            m_left.insert(m_left.end(), at++);
    }
}

std::int64_t LetterProgress::first() const {
    return m_left.empty() ? m_next : std::min(m_next, *m_left.begin());
}

bool LetterProgress::isOpen(std::int64_t offset) const {
    return offset >= m_next || m_left.contains(offset);
}

std::int64_t LetterProgress::waiting(std::int64_t begin, std::int64_t end) const {
    return std::max<std::int64_t>(end - std::max(begin, m_next), 0) +
           std::distance(m_left.lower_bound(begin), m_left.end());
}

void LetterProgress::take(std::int64_t offset) {
    m_taken.insert(offset);
    m_next = std::max(m_next, offset + 1);
}

void LetterProgress::settle(std::int64_t offset, bool gone) {
    m_taken.erase(offset);
    if (gone)
        m_left.erase(offset);
    else
        m_left.insert(offset);
}

std::int64_t LetterProgress::next() const {
    // One that stayed before, and is taken again, is remembered as one that stays until it is gone.
    for (const std::int64_t offset : m_taken) {
        if (!m_left.contains(offset))
            return std::min(offset, m_next);
    }
    return m_next;
}

std::string LetterProgress::left() const {
    std::string text(kTitle);
    const std::int64_t end = next();
    std::int64_t at = 0;
    for (auto it = m_left.begin(); it != m_left.end() && *it < end;) {
        const std::int64_t begin = *it;
        std::int64_t length = 0;
        for (; it != m_left.end() && *it < end && *it == begin + length; ++it)
            ++length;
        write(text, begin - at);
        write(text, length);
        at = begin + length;
    }
    return text.size() == kTitle.size() ? std::string() : text;
}

}  // namespace sluice::kafka
