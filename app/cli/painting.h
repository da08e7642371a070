#pragma once

#include <QApplication>
#include <memory>

#include "app/cli/arguments.h"
#include "widgets/export/export.h"

namespace sluice::cli {

/// Painting needs fonts, and so an application, but neither a display nor a window: one of these while a
/// command paints. At most one a process.
class Painting {
public:
    Painting();

private:
    int m_count = 1;
    std::string m_name = "sluice-cli";
    char* m_words[2] = {m_name.data(), nullptr};
    std::unique_ptr<QApplication> m_application;
};

/// --theme; light when it was not given.
Result<ThemeName> themeOf(const Arguments& arguments);

/// --theme, --scale, --page, --transparent and --select, with the format that the name after `output` ends
/// in.
Result<ExportOptions> pictureOptions(const Arguments& arguments, std::string_view output);

}  // namespace sluice::cli
