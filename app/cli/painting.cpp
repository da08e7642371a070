#include "app/cli/painting.h"

#include <fmt/format.h>

#include "app/cli/optionvalues.h"
#include "widgets/theme/missingfonts.h"

namespace sluice::cli {
namespace {

/// What Qt remarks about the surroundings (no runtime folder, no input method) is nothing to whoever exports.
void keepQuiet(QtMsgType type, const QMessageLogContext&, const QString& message) {
    if (type == QtFatalMsg)
        fmt::print(stderr, "sluice-cli: {}\n", message.toStdString());
}

}  // namespace

Painting::Painting() {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qInstallMessageHandler(keepQuiet);
    m_application = std::make_unique<QApplication>(m_count, m_words);
    if (const QString missing = missingFonts(); !missing.isEmpty())
        fmt::print(stderr, "sluice-cli: {}\n", missing.toStdString());
}

Result<ThemeName> themeOf(const Arguments& arguments) {
    return chosen<ThemeName, 3>(
        arguments, "--theme", ThemeName::Light,
        {{{"light", ThemeName::Light}, {"dark", ThemeName::Dark}, {"contrast", ThemeName::HighContrast}}});
}

Result<ExportOptions> pictureOptions(const Arguments& arguments, std::string_view output) {
    ExportOptions options;
    const auto format = pictureFormatOf(QString::fromStdString(arguments.value(output)));
    if (!format)
        return Error{ErrorCode::InvalidInput, format.error().sentence, std::string(output)};
    options.format = *format;
    const auto theme = themeOf(arguments);
    if (!theme)
        return theme.error();
    options.theme = *theme;
    const auto page = chosen<PictureSize, 4>(arguments, "--page", PictureSize::Fit,
                                             {{{"fit", PictureSize::Fit},
                                               {"a4", PictureSize::A4},
                                               {"a3", PictureSize::A3},
                                               {"letter", PictureSize::Letter}}});
    if (!page)
        return page.error();
    options.size = *page;
    options.transparent = arguments.has("--transparent");
    options.selection = idsIn(arguments.value("--select"));
    const auto scale = numberOf(arguments, "--scale", 0.05, 16.0);
    if (!scale)
        return scale.error();
    options.scale = scale->value_or(options.scale);
    return options;
}

}  // namespace sluice::cli
