#include <fmt/format.h>

#include "core/report/reportdocument.h"

namespace sluice {
namespace {

std::string asHtml(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '&':
                result += "&amp;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string row(const std::vector<std::string>& cells, std::string_view element) {
    std::string line = "<tr>";
    for (const std::string& cell : cells)
        line += fmt::format("<{0}>{1}</{0}>", element, asHtml(cell));
    return line + "</tr>\n";
}

struct HtmlWriter {
    const PictureSource& picture;
    std::size_t pictures = 0;
    std::string out{};

    void operator()(const ReportHeading& block) {
        out += fmt::format("<h{0}>{1}</h{0}>\n", block.level, asHtml(block.text));
    }
    void operator()(const ReportParagraph& block) { out += "<p>" + asHtml(block.text) + "</p>\n"; }
    void operator()(const ReportList& block) {
        const std::string_view element = block.numbered ? "ol" : "ul";
        out += fmt::format("<{}>\n", element);
        for (const std::string& item : block.items)
            out += "<li>" + asHtml(item) + "</li>\n";
        out += fmt::format("</{}>\n", element);
    }
    void operator()(const ReportTable& block) {
        out += "<table>\n<thead>" + row(block.head, "th") + "</thead>\n<tbody>\n";
        for (const auto& cells : block.rows)
            out += row(cells, "td");
        out += "</tbody>\n</table>\n";
    }
    void operator()(const ReportCode& block) { out += "<pre>" + asHtml(block.text) + "</pre>\n"; }
    void operator()(const ReportPicture& block) {
        const std::string source = picture ? picture(pictures++, block) : std::string();
        if (!source.empty())
            out += "<figure>" + source + "<figcaption>" + asHtml(block.caption) + "</figcaption></figure>\n";
    }
};

}  // namespace

std::string htmlOf(const ReportDocument& report, const PictureSource& picture, const std::string& style) {
    HtmlWriter writer{picture};
    writer(ReportHeading{1, report.title});
    for (const ReportBlock& block : report.blocks)
        std::visit(writer, block);
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
        "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "img-src "
        "data:\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
        "name=\"generator\" content=\"Sluice\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n"
        "{}</body>\n</html>\n",
        asHtml(report.title), style, writer.out);
}

}  // namespace sluice
