#include "app/launchoptions.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>

namespace sluice {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("sluice::LaunchOptions", text);
}

Error refused(const QString& sentence, const QString& where) {
    return {ErrorCode::InvalidInput, sentence.toStdString(), where.toStdString()};
}

template <class T>
std::optional<T> choose(const QString& name, std::initializer_list<std::pair<const char*, T>> choices) {
    for (const auto& [known, value] : choices) {
        if (name == QLatin1String(known))
            return value;
    }
    return std::nullopt;
}

}  // namespace

Result<LaunchOptions> parseLaunchOptions(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(tr("Draw, run, watch and replay event-driven architectures."));
    parser.addPositionalArgument("FILE", tr("The drawing to open, a .sluice file."), "[FILE]");
    const QCommandLineOption help({"h", "help"}, tr("Print this text and exit."));
    const QCommandLineOption version({"v", "version"}, tr("Print the version and exit."));
    const QCommandLineOption create("new", tr("Begin with an empty drawing."));
    const QCommandLineOption example("example", tr("Begin with that example."), "NAME");
    const QCommandLineOption scenario("scenario", tr("The scenario to run, by name or id."), "NAME");
    const QCommandLineOption mode("mode", tr("The mode to begin in: design, run, live or replay."), "MODE");
    const QCommandLineOption at("at", tr("Put the playhead there, for example 12.5s; implies run."), "TIME");
    const QCommandLineOption select(
        "select", tr("Select the element or link with that id, or show the message m-N."), "ID");
    const QCommandLineOption panel("panel", tr("Bring that panel to the front: events, charts, …"), "NAME");
    const QCommandLineOption theme("theme", tr("system, light, dark or high-contrast."), "NAME");
    const QCommandLineOption size("size", tr("The window's size, for example 1280x800."), "WxH");
    const QCommandLineOption screenshot("screenshot", tr("Write a picture of the window there and exit."),
                                        "OUT.png");
    parser.addOptions(
        {help, version, create, example, scenario, mode, at, select, panel, theme, size, screenshot});
    if (!parser.parse(arguments))
        return refused(parser.errorText(), {});
    LaunchOptions options;
    if (parser.isSet(help)) {
        options.print = parser.helpText();
        return options;
    }
    if (parser.isSet(version)) {
        options.print = QStringLiteral("sluice %1\n").arg(SLUICE_VERSION);
        return options;
    }
    const QStringList files = parser.positionalArguments();
    if (files.size() > 1)
        return refused(tr("one file at a time can be opened"), files.at(1));
    options.file = files.value(0);
    options.newDrawing = parser.isSet(create);
    options.example = parser.value(example);
    if (int(!options.file.isEmpty()) + int(options.newDrawing) + int(!options.example.isEmpty()) > 1)
        return refused(tr("a file, --new and --example exclude each other"), {});
    options.scenario = parser.value(scenario);
    options.select = parser.value(select);
    options.panel = parser.value(panel);
    options.screenshot = parser.value(screenshot);
    if (parser.isSet(mode)) {
        options.mode = choose<Mode>(
            parser.value(mode),
            {{"design", Mode::Design}, {"run", Mode::Run}, {"live", Mode::Live}, {"replay", Mode::Replay}});
        if (!options.mode)
            return refused(tr("must be one of design, run, live or replay"), "--mode");
    }
    if (parser.isSet(theme)) {
        options.theme =
            choose<ThemeChoice>(parser.value(theme), {{"system", ThemeChoice::System},
                                                      {"light", ThemeChoice::Light},
                                                      {"dark", ThemeChoice::Dark},
                                                      {"high-contrast", ThemeChoice::HighContrast}});
        if (!options.theme)
            return refused(tr("must be one of system, light, dark or high-contrast"), "--theme");
    }
    if (parser.isSet(size)) {
        static const QRegularExpression pattern("^(\\d{3,5})x(\\d{3,5})$");
        const auto match = pattern.match(parser.value(size));
        if (!match.hasMatch())
            return refused(tr("must be a width and a height in pixels, for example 1280x800"), "--size");
        options.size = QSize(match.captured(1).toInt(), match.captured(2).toInt());
    }
    if (parser.isSet(at)) {
        const Result<Duration> time = parseDuration(parser.value(at).toStdString());
        if (!time)
            return refused(QString::fromStdString(time.error().sentence), "--at");
        options.at = *time;
    }
    return options;
}

}  // namespace sluice
