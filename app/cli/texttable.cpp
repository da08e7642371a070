#include "app/cli/texttable.h"

#include <algorithm>

namespace sluice::cli {

std::size_t lengthOf(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string padded(std::string_view text, std::size_t width, bool inFront) {
    const std::size_t length = lengthOf(text);
    const std::string space(width > length ? width - length : 0, ' ');
    return inFront ? space + std::string(text) : std::string(text) + space;
}

std::string TextTable::text() const {
    std::vector<std::size_t> widths(m_columns.size(), 0);
    for (const auto& row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], lengthOf(row[i]));
    }
    const auto line = [&](const auto& cellOf) {
        std::string text;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (widths[i] > 0)
                text += "  " + padded(cellOf(i), std::max(widths[i], lengthOf(m_columns[i].title)),
                                      m_columns[i].figures);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        return text + "\n";
    };
    std::string text = line([&](std::size_t i) { return std::string(m_columns[i].title); });
    for (const auto& row : m_rows)
        text += line([&](std::size_t i) { return row[i]; });
    return text;
}

}  // namespace sluice::cli
