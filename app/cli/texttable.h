#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::cli {

/// Columns that line up on a terminal: text to the left, figures to the right. Columns that are empty in
/// every row are left out.
class TextTable {
public:
    struct Column {
        std::string_view title;
        bool figures = true;
    };

    explicit TextTable(std::vector<Column> columns) : m_columns(std::move(columns)) {}
    /// As many cells as there are columns.
    void add(std::vector<std::string> cells) { m_rows.push_back(std::move(cells)); }
    [[nodiscard]] bool empty() const { return m_rows.empty(); }
    /// With a heading and a newline after each row, indented by two.
    [[nodiscard]] std::string text() const;

private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

/// Characters, not bytes, of a UTF-8 text.
std::size_t lengthOf(std::string_view text);

/// As many spaces in front (figures) or behind as bring the text to that many characters.
std::string padded(std::string_view text, std::size_t width, bool inFront);

}  // namespace sluice::cli
