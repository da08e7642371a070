#pragma once

#include <QSize>
#include <QString>
#include <QStringList>
#include <optional>

#include "app/headbar.h"
#include "app/themecontroller.h"
#include "core/base/duration.h"
#include "core/base/result.h"

namespace sluice {

/// What the program was asked for on its command line.
struct LaunchOptions {
    QString file;
    bool newDrawing = false;
    QString example;
    QString scenario;
    std::optional<Mode> mode{};
    std::optional<ThemeChoice> theme{};
    std::optional<QSize> size{};
    std::optional<TraceTime> at{};  ///< where the playhead is put; implies Run
    QString select;                 ///< id of an element to select, or a message: m-17
    QString panel;                  ///< id of a panel to bring to the front
    QString screenshot;             ///< a picture of the window is written there, and the program ends
    QString print;                  ///< text to print instead of opening a window: help, version
};

/// `arguments` with the program's name first. Errors: an unknown option, a value that cannot be read.
Result<LaunchOptions> parseLaunchOptions(const QStringList& arguments);

}  // namespace sluice
