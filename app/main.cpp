#include <QApplication>
#include <QDir>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <cstdio>
#include <memory>

#include "app/brokers/guardedapplication.h"
#include "app/filecontroller.h"
#include "app/freedmemory.h"
#include "app/launch.h"
#include "app/mainwindow.h"
#include "widgets/theme/missingfonts.h"

namespace {

constexpr int kUnusable = 2;

void printTo(FILE* stream, const QString& text) {
    std::fputs(text.toLocal8Bit().constData(), stream);
}

bool hasDisplay() {
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ||
           qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

}  // namespace

int main(int argc, char* argv[]) {
    using namespace sluice;
    keepLittleFreedMemory();
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    const bool picture = arguments.filter("--screenshot").size() > 0;
    const bool words = arguments.contains("-h") || arguments.contains("--help") || arguments.contains("-v") ||
                       arguments.contains("--version");
    // Help and pictures are to be had on a server, too.
    if ((words || picture) && !hasDisplay())
        qputenv("QT_QPA_PLATFORM", "offscreen");

    QApplication::setApplicationName("sluice");
    QApplication::setApplicationDisplayName("Sluice");
    QApplication::setApplicationVersion(SLUICE_VERSION);
    QApplication::setOrganizationName("sluice");
    QApplication::setDesktopFileName("sluice");
    GuardedApplication<QApplication> application(argc, argv);

    Result<LaunchOptions> options = parseLaunchOptions(QApplication::arguments());
    if (!options) {
        printTo(stderr, QString::fromStdString("sluice: " + options.error().text() + "\n"));
        return kUnusable;
    }
    if (!options->print.isEmpty()) {
        printTo(stdout, options->print);
        return 0;
    }

    if (const QString missing = missingFonts(); !missing.isEmpty())
        printTo(stderr, "sluice: " + missing + "\n");

    // A picture shows the program as it is at first, and leaves nothing behind.
    QTemporaryDir fresh;
    std::unique_ptr<QSettings> settings;
    QString autosaves =
        QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).filePath("autosave");
    if (picture) {
        settings = std::make_unique<QSettings>(fresh.filePath("settings.ini"), QSettings::IniFormat);
        autosaves = fresh.filePath("autosave");
    } else {
        settings = std::make_unique<QSettings>();
    }

    ThemeController theme(*settings);
    if (options->theme)
        theme.wear(*options->theme);
    MainWindow window(theme, *settings, AutosaveFolder(autosaves));
    if (options->size)
        window.resize(*options->size);
    window.show();

    Launch launch(window, *options);
    QObject::connect(&launch, &Launch::failed, &application, [&](const QString& sentence) {
        printTo(stderr, "sluice: " + sentence + "\n");
        if (picture)
            QApplication::exit(kUnusable);
    });
    if (picture)
        QObject::connect(&launch, &Launch::finished, &application, [] { QApplication::exit(0); });
    else
        window.files().offerRecovery();
    QMetaObject::invokeMethod(&launch, &Launch::begin, Qt::QueuedConnection);
    return QApplication::exec();
}
