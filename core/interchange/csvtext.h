#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// A cell as CSV has it (RFC 4180): in quotes where it needs them.
std::string csvCell(std::string_view text);

/// Reads CSV row by row. Cells are parted by `separator`; quoted cells may hold it, quotes ("") and line
/// breaks. Empty lines are passed over. The text must outlive it.
class CsvReader {
public:
    CsvReader(std::string_view text, char separator);

    /// The next row; nothing at the end.
    std::optional<std::vector<std::string>> next();
    /// The line on which the last row began, from 1.
    [[nodiscard]] std::size_t line() const { return m_began; }
    /// The last row's quotes did not end before the text did.
    [[nodiscard]] bool isOpen() const { return m_open; }

private:
    std::string_view m_text;
    char m_separator;
    std::size_t m_at = 0;
    std::size_t m_line = 1;
    std::size_t m_began = 1;
    bool m_open = false;
};

}  // namespace sluice
