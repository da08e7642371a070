#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/duration.h"

namespace sluice {

/// Rows of a table; how many more there are is told below it.
inline constexpr std::size_t kMostReportRows = 200;

struct ReportHeading {
    int level = 2;  ///< 1 is the report's own
    std::string text;
};
struct ReportParagraph {
    std::string text;
};
struct ReportList {
    std::vector<std::string> items;
    bool numbered = false;
};
struct ReportTable {
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
};
/// As it is, in a fixed-width font.
struct ReportCode {
    std::string text;
};
/// The drawing at an instant.
struct ReportPicture {
    TraceTime at{};
    std::string caption;
};
using ReportBlock =
    std::variant<ReportHeading, ReportParagraph, ReportList, ReportTable, ReportCode, ReportPicture>;

/// What a report says, before it is Markdown, HTML or PDF. All text is plain. A value.
struct ReportDocument {
    std::string title;
    std::vector<ReportBlock> blocks;
};

/// Where a format finds the picture with that number, from 0: a file's name in Markdown, all of an <svg> or
/// <img> in HTML.
using PictureSource = std::function<std::string(std::size_t number, const ReportPicture&)>;

/// GitHub's Markdown; no text of the report can be taken for markup.
std::string markdownOf(const ReportDocument& report, const PictureSource& picture);

/// A whole page, without scripts and without anything that it loads. `style` is CSS.
std::string htmlOf(const ReportDocument& report, const PictureSource& picture, const std::string& style);

}  // namespace sluice
