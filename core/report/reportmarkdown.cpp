#include <fmt/format.h>

#include <algorithm>

#include "core/report/reportdocument.h"

namespace sluice {
namespace {

/// Plain text as Markdown: what would be markup is escaped, and a line break is a space.
std::string asMarkdown(std::string_view text) {
    constexpr std::string_view special = "\\`*_{}[]<>|#~!&";
    std::string result;
    for (const char c : text) {
        if (c == '\n' || c == '\r') {
            result += ' ';
            continue;
        }
        if (special.find(c) != std::string_view::npos)
            result += '\\';
        result += c;
    }
    // At the beginning of a line these make lists, headings and rules.
    if (!result.empty() && (result[0] == '-' || result[0] == '+' || result[0] == '='))
        result.insert(0, 1, '\\');
    return result;
}

std::string row(const std::vector<std::string>& cells) {
    std::string line = "|";
    for (const std::string& cell : cells)
        line += ' ' + (cell.empty() ? std::string() : asMarkdown(cell)) + " |";
    return line + '\n';
}

/// A fence longer than any that the text has.
std::string fenceFor(std::string_view text) {
    std::size_t longest = 2;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return std::string(longest + 1, '`');
}

struct MarkdownWriter {
    const PictureSource& picture;
    std::size_t pictures = 0;
    std::string out{};

    void operator()(const ReportHeading& block) {
        out +=
            std::string(static_cast<std::size_t>(block.level), '#') + ' ' + asMarkdown(block.text) + "\n\n";
    }
    void operator()(const ReportParagraph& block) { out += asMarkdown(block.text) + "\n\n"; }
    void operator()(const ReportList& block) {
        for (std::size_t i = 0; i < block.items.size(); ++i)
            out += (block.numbered ? fmt::format("{}. ", i + 1) : std::string("- ")) +
                   asMarkdown(block.items[i]) + '\n';
        out += '\n';
    }
    void operator()(const ReportTable& block) {
        out += row(block.head) + '|';
        for (std::size_t i = 0; i < block.head.size(); ++i)
            out += " --- |";
        out += '\n';
        for (const auto& cells : block.rows)
            out += row(cells);
        out += '\n';
    }
    void operator()(const ReportCode& block) {
        const std::string fence = fenceFor(block.text);
        out += fence + '\n' + block.text + '\n' + fence + "\n\n";
    }
    void operator()(const ReportPicture& block) {
        std::string source = picture ? picture(pictures++, block) : std::string();
        if (source.empty())
            return;
        // In angle brackets a name may have spaces and brackets.
        std::erase_if(source, [](char c) { return c == '<' || c == '>' || c == '\n'; });
        out += fmt::format("![{}](<{}>)\n\n", asMarkdown(block.caption), source);
    }
};

}  // namespace

std::string markdownOf(const ReportDocument& report, const PictureSource& picture) {
    MarkdownWriter writer{picture};
    writer(ReportHeading{1, report.title});
    for (const ReportBlock& block : report.blocks)
        std::visit(writer, block);
    // One line break at the end.
    while (writer.out.ends_with("\n\n"))
        writer.out.pop_back();
    return writer.out;
}

}  // namespace sluice
