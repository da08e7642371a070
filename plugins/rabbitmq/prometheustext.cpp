#include "plugins/rabbitmq/prometheustext.h"

#include <charconv>
#include <deque>
#include <limits>

namespace sluice::rabbitmq {
namespace {

/// Kept from line to line, so that its memory is used again.
class LineReader {
public:
    /// Finds the name alone; false when there is none.
    bool readName(std::string_view line, PrometheusSample& into) {
        m_rest = line;
        std::size_t end = m_rest.find('{');
        // A brace may come later, in a line without labels.
        if (end == std::string_view::npos ||
            m_rest.substr(0, end).find_first_of(" \t") != std::string_view::npos)
            end = m_rest.find_first_of("{ \t");
        if (end == 0 || end == std::string_view::npos)
            return false;
        into.name = m_rest.substr(0, end);
        m_rest.remove_prefix(end);
        return true;
    }
    /// Goes on after the name.
    bool readRest(PrometheusSample& into) {
        if (!m_unescaped.empty())
            m_unescaped.clear();
        into.labels.clear();
        if (m_rest.front() == '{' && !readLabels(into))
            return false;
        skipBlanks();
        return readValue(into.value);
    }

private:
    bool readLabels(PrometheusSample& into) {
        m_rest.remove_prefix(1);
        while (!m_rest.empty() && m_rest.front() != '}') {
            const std::size_t equals = m_rest.find("=\"");
            if (equals == std::string_view::npos)
                return false;
            PrometheusSample::Label label{m_rest.substr(0, equals), {}};
            m_rest.remove_prefix(equals + 2);
            if (!readQuoted(label.value))
                return false;
            into.labels.push_back(label);
            if (!m_rest.empty() && m_rest.front() == ',')
                m_rest.remove_prefix(1);
        }
        if (m_rest.empty())
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    /// Up to the closing quote; a backslash stands before a quote, a backslash and, as n, a new line.
    bool readQuoted(std::string_view& value) {
        const std::size_t end = m_rest.find('"');
        if (end == std::string_view::npos)
            return false;
        if (m_rest.substr(0, end).find('\\') == std::string_view::npos) {
            value = m_rest.substr(0, end);
            m_rest.remove_prefix(end + 1);
            return true;
        }
        std::string& text = m_unescaped.emplace_back();
        for (std::size_t i = 0; i < m_rest.size(); ++i) {
            if (m_rest[i] == '"') {
                m_rest.remove_prefix(i + 1);
                value = text;
                return true;
            }
            if (m_rest[i] == '\\' && i + 1 < m_rest.size())
                text += m_rest[++i] == 'n' ? '\n' : m_rest[i];
            else
                text += m_rest[i];
        }
        return false;
    }

    bool readValue(double& value) {
        const std::string_view text = m_rest.substr(0, m_rest.find_first_of(" \t\r"));
        if (text == "NaN" || text == "+Inf" || text == "-Inf") {
            value = std::numeric_limits<double>::quiet_NaN();
            return true;
        }
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        return failure == std::errc() && end == text.data() + text.size();
    }

    void skipBlanks() {
        while (!m_rest.empty() && (m_rest.front() == ' ' || m_rest.front() == '\t'))
            m_rest.remove_prefix(1);
    }

    std::string_view m_rest;
    std::deque<std::string> m_unescaped;  ///< a deque, so that views of them stay
};

}  // namespace

std::string_view PrometheusSample::label(std::string_view wanted) const {
    for (const Label& one : labels) {
        if (one.name == wanted)
            return one.value;
    }
    return {};
}

bool readPrometheus(std::string_view text, const std::function<void(const PrometheusSample&)>& visit,
                    bool (*wanted)(std::string_view)) {
    PrometheusSample sample;
    LineReader reader;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.front() == '#' || line == "\r")
            continue;
        if (!reader.readName(line, sample))
            return false;
        if (wanted && !wanted(sample.name))
            continue;
        if (!reader.readRest(sample))
            return false;
        visit(sample);
    }
    return true;
}

}  // namespace sluice::rabbitmq
