#include "core/interchange/csvtext.h"

namespace sluice {

std::string csvCell(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos)
        return std::string(text);
    std::string cell = "\"";
    for (const char c : text) {
        if (c == '"')
            cell += '"';
        cell += c;
    }
    return cell + '"';
}

CsvReader::CsvReader(std::string_view text, char separator) : m_text(text), m_separator(separator) {
    // What Excel puts before UTF-8.
    if (m_text.starts_with("\xEF\xBB\xBF"))
        m_text.remove_prefix(3);
}

std::optional<std::vector<std::string>> CsvReader::next() {
    while (m_at < m_text.size() && (m_text[m_at] == '\n' || m_text[m_at] == '\r')) {
        m_line += m_text[m_at] == '\n' ? 1 : 0;
        ++m_at;
    }
    if (m_at >= m_text.size())
        return std::nullopt;
    m_began = m_line;
    m_open = false;
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (; m_at < m_text.size(); ++m_at) {
        const char c = m_text[m_at];
        if (quoted) {
            if (c == '"' && m_at + 1 < m_text.size() && m_text[m_at + 1] == '"') {
                cells.back() += '"';
                ++m_at;
            } else if (c == '"') {
                quoted = false;
            } else {
                m_line += c == '\n' ? 1 : 0;
                cells.back() += c;
            }
        } else if (c == '"' && cells.back().empty()) {
            quoted = true;
        } else if (c == m_separator) {
            cells.emplace_back();
        } else if (c == '\n') {
            break;
        } else if (c != '\r') {
            cells.back() += c;
        }
    }
    m_open = quoted;
    return cells;
}

}  // namespace sluice
