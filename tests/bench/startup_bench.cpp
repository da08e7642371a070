// From the start of a process to a window that can be used: the welcome page, and an example that is painted.
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QProcess>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include "app/examples.h"
#include "app/launch.h"
#include "app/mainwindow.h"
#include "app/themecontroller.h"
#include "widgets/canvas/canvasview.h"

namespace {

using namespace sluice;

/// Ends the program when the widget has been painted and the events that were waiting have had their turn.
class ExitWhenPainted : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::Paint)
            QTimer::singleShot(0, qApp, &QCoreApplication::quit);
        return false;
    }
};

int openWindow(int argc, char** argv, bool example) {
    QApplication application(argc, argv);
    const QTemporaryDir folder;
    QSettings settings(folder.filePath("settings.ini"), QSettings::IniFormat);
    ThemeController theme(settings);
    MainWindow window(theme, settings, AutosaveFolder(folder.filePath("autosave")));
    window.show();
    LaunchOptions options;
    options.example = example ? loadExamples().value(0).id : QString();
    Launch launch(window, options);
    ExitWhenPainted painted;
    if (example)
        window.canvas().installEventFilter(&painted);
    else
        window.installEventFilter(&painted);
    launch.begin();
    return QApplication::exec();
}

void measure(benchmark::State& state, const char* what) {
    for (auto _ : state) {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {what});
        child.waitForFinished(30'000);
        if (child.exitStatus() != QProcess::NormalExit || child.exitCode() != 0)
            state.SkipWithError("the window did not come up");
    }
}

void startToWelcomePage(benchmark::State& state) {
    measure(state, "--open-welcome");
}

void startToExample(benchmark::State& state) {
    measure(state, "--open-example");
}

BENCHMARK(startToWelcomePage)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(10);
BENCHMARK(startToExample)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(10);

}  // namespace

int main(int argc, char** argv) {
    const QByteArray first = argc > 1 ? argv[1] : "";
    if (first == "--open-welcome" || first == "--open-example")
        return openWindow(argc, argv, first == "--open-example");
    QCoreApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
