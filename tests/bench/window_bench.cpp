// How long the window's thread is held up by what a person does with a drawing of 2,000 elements and 3,000
// links. Each figure is the longest single event ("longest_ms", processor time of the window's thread) and
// what it was; nothing may take more than 50 ms. With --write FILE [PARTS] it only writes such a drawing.
// Without a display it runs with QT_QPA_PLATFORM=offscreen.
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QMouseEvent>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>
#include <functional>

#include "app/commandpalette.h"
#include "app/filecontroller.h"
#include "app/mainwindow.h"
#include "app/paneldocks.h"
#include "app/runcontroller.h"
#include "app/themecontroller.h"
#include "core/diagram/file.h"
#include "tests/bench/eventstopwatch.h"
#include "tests/bench/largediagram.h"
#include "widgets/canvas/canvasview.h"

using namespace sluice;
using namespace sluice::bench;

namespace {

constexpr int kParts = 250;

EventStopwatch* stopwatch = nullptr;

/// The program with one drawing on the disk.
struct Program {
    QTemporaryDir folder;
    QSettings settings{folder.filePath("settings.ini"), QSettings::IniFormat};
    ThemeController theme{settings};
    MainWindow window{theme, settings, AutosaveFolder(folder.filePath("autosave"))};

    Program() {
        Diagram diagram = largeDiagram(kParts);
        for (const char* id : {"calm", "busy"}) {
            Scenario scenario;
            scenario.id = scenario.name = id;
            diagram.scenarios.push_back(scenario);
        }
        if (!saveDiagram(diagram, path().toStdString()))
            std::abort();
        window.resize(1600, 1000);
        window.show();
        if (!QTest::qWaitForWindowExposed(&window))
            std::abort();
    }
    [[nodiscard]] QString path() const { return folder.filePath("large.sluice"); }
    bool until(const std::function<bool()>& done) const { return QTest::qWaitFor(done, 60'000); }

    void open() {
        window.files().openPath(path());
        until([this] { return window.documents().isOpen() && !window.canvas().size().isEmpty(); });
    }
};

Program& program() {
    static auto* one = new Program;
    return *one;
}

void report(benchmark::State& state) {
    state.counters["longest_ms"] = stopwatch->longest();
    state.SetLabel(stopwatch->what());
}

/// From the wish to open to the first picture of the drawing.
void open(benchmark::State& state) {
    Program& one = program();
    for (auto _ : state) {
        stopwatch->reset();
        one.open();
        one.window.canvas().repaint();
    }
    letPass(std::chrono::milliseconds(1500));
    report(state);
}

/// A frame while the pointer drags the drawing, at the zoom given in percent; 0: all of it.
void pan(benchmark::State& state) {
    Program& one = program();
    CanvasView& canvas = one.window.canvas();
    if (state.range(0) == 0)
        canvas.fitAll();
    else
        canvas.setZoom(static_cast<double>(state.range(0)) / 100);
    letPass(std::chrono::milliseconds(1000));
    stopwatch->reset();
    int step = 0;
    double longest = 0;
    for (auto _ : state) {
        const QPointF by(step++ % 200 < 100 ? -24 : 24, 0);
        QWheelEvent wheel(QPointF(300, 300), canvas.mapToGlobal(QPointF(300, 300)), by.toPoint(), QPoint(),
                          Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        const double before = busyTime();
        QApplication::sendEvent(&canvas, &wheel);
        canvas.repaint();
        longest = std::max(longest, busyTime() - before);
    }
    state.counters["longest_ms"] = longest;
    state.counters["zoom"] = canvas.zoom();
}

/// A frame while something is dragged: one element, a group of eight, or everything.
void drag(benchmark::State& state, const std::function<void(CanvasView&)>& select, double zoom) {
    Program& one = program();
    CanvasView& canvas = one.window.canvas();
    canvas.setSelection({"orders-0"});
    canvas.fitSelection();
    canvas.setZoom(zoom);
    canvas.setSelection({});
    canvas.reveal("orders-0");
    select(canvas);
    letPass(std::chrono::milliseconds(500));
    const QPoint start = canvas.placeOf("orders-0").center();
    QTest::mousePress(&canvas, Qt::LeftButton, {}, start);
    int step = 0;
    double longest = 0;
    for (auto _ : state) {
        ++step;
        const QPointF at = start + QPoint(12 + step % 40, 12);
        QMouseEvent move(QEvent::MouseMove, at, canvas.mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                         Qt::NoModifier);
        const double before = busyTime();
        QApplication::sendEvent(&canvas, &move);
        canvas.repaint();
        longest = std::max(longest, busyTime() - before);
    }
    QTest::keyClick(&canvas, Qt::Key_Escape);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, start);
    canvas.setSelection({});
    state.counters["longest_ms"] = longest;
}

void dragElement(benchmark::State& state) {
    drag(
        state, [](CanvasView&) {}, static_cast<double>(state.range(0)) / 100);
}

void dragGroup(benchmark::State& state) {
    drag(
        state,
        [](CanvasView& canvas) {
            canvas.setSelection({"context-0", "orders-0"});
        },
        1);
}

void dragAll(benchmark::State& state) {
    drag(
        state, [](CanvasView& canvas) { canvas.action("edit.selectAll")->trigger(); }, 0.2);
}

/// What the event loop is held up by while something goes on: `act` begins it, as one event, and may not wait
/// for it; it is over when `done` says so, and what follows has had two seconds.
void during(
    benchmark::State& state, const std::function<void(Program&)>& act,
    const std::function<bool(Program&)>& done = [](Program&) { return true; }) {
    Program& one = program();
    for (auto _ : state) {
        stopwatch->reset();
        // From the event loop, as a click would do it.
        QMetaObject::invokeMethod(
            &one.window, [&] { act(one); }, Qt::QueuedConnection);
        letPass(std::chrono::milliseconds(500));
        if (!one.until([&] { return done(one); }))
            state.SkipWithError("it did not come to its end");
        letPass(std::chrono::milliseconds(2000));
    }
    report(state);
}

void selectAndNudge(benchmark::State& state) {
    during(state, [](Program& one) {
        one.window.canvas().setSelection({"orders-3"});
        QTest::keyClick(&one.window.canvas(), Qt::Key_Right);
    });
}

void selectAll(benchmark::State& state) {
    during(state, [](Program& one) { one.window.canvas().action("edit.selectAll")->trigger(); });
}

void nudgeAll(benchmark::State& state) {
    during(state, [](Program& one) { QTest::keyClick(&one.window.canvas(), Qt::Key_Right); });
}

void undo(benchmark::State& state) {
    during(state, [](Program& one) { one.window.canvas().action("edit.undo")->trigger(); });
}

void duplicateAll(benchmark::State& state) {
    during(state, [](Program& one) { one.window.canvas().action("edit.duplicate")->trigger(); });
}

void redo(benchmark::State& state) {
    during(state, [](Program& one) { one.window.canvas().action("edit.redo")->trigger(); });
}

void cutAll(benchmark::State& state) {
    during(state, [](Program& one) {
        one.window.canvas().action("edit.selectAll")->trigger();
        one.window.canvas().action("edit.cut")->trigger();
    });
}

void paste(benchmark::State& state) {
    during(state, [](Program& one) { one.window.canvas().action("edit.paste")->trigger(); });
}

void deleteAll(benchmark::State& state) {
    during(state, [](Program& one) {
        one.window.canvas().action("edit.selectAll")->trigger();
        one.window.canvas().action("edit.delete")->trigger();
    });
}

/// Every second one: none of the lists keeps its order.
void deleteHalf(benchmark::State& state) {
    during(state, [](Program& one) {
        std::vector<Id> ids;
        const auto& elements = one.window.documents().document().diagram().elements;
        for (std::size_t i = 0; i < elements.size(); i += 2)
            ids.push_back(elements[i].id);
        one.window.canvas().setSelection(ids);
        one.window.canvas().action("edit.delete")->trigger();
    });
}

void switchTheme(benchmark::State& state) {
    during(state, [](Program& one) {
        const bool dark = one.theme.theme().dark;
        one.theme.choose(dark ? ThemeChoice::Light : ThemeChoice::Dark);
    });
}

void chooseScenario(benchmark::State& state) {
    during(state, [](Program& one) {
        one.window.runs().chooseScenario(one.window.runs().scenarioId() == "busy" ? "calm" : "busy");
    });
}

void fitAll(benchmark::State& state) {
    during(state, [](Program& one) { one.window.canvas().fitAll(); });
}

void zoomIn(benchmark::State& state) {
    during(state, [](Program& one) { one.window.canvas().setZoom(1); });
}

/// Each panel in turn is brought to the front.
void openPanel(benchmark::State& state) {
    static constexpr std::array kPanels{"palette", "inspector", "messages", "scenarios", "findings",
                                        "events",  "incidents", "charts",   "message",   "outcome"};
    const char* id = kPanels.at(static_cast<std::size_t>(state.range(0)));
    during(state, [id](Program& one) { one.window.panels().reveal(id); });
    state.SetLabel(std::string(id) + ": " + stopwatch->what());
}

void search(benchmark::State& state) {
    during(state, [](Program& one) {
        one.window.findChild<QAction*>("edit.search")->trigger();
        for (auto* dialog : one.window.findChildren<CommandPalette*>())
            dialog->reject();
    });
}

void arrange(benchmark::State& state) {
    during(
        state,
        [](Program& one) {
            one.window.canvas().setSelection({});
            one.window.canvas().action("arrange.layout")->trigger();
        },
        [](Program& one) { return one.window.canvas().action("arrange.layout")->isEnabled(); });
}

void startRun(benchmark::State& state) {
    during(state, [](Program& one) { one.window.setMode(Mode::Run); });
}

void play(benchmark::State& state) {
    during(state, [](Program& one) { one.window.session().play(); });
}

void seekFar(benchmark::State& state) {
    during(state, [](Program& one) {
        one.window.session().pause();
        one.window.session().seek(std::chrono::seconds(40));
    });
}

void seekBack(benchmark::State& state) {
    during(state, [](Program& one) { one.window.session().seek(std::chrono::seconds(20)); });
}

void stopRun(benchmark::State& state) {
    during(state, [](Program& one) { one.window.setMode(Mode::Design); });
}

void save(benchmark::State& state) {
    during(state, [](Program& one) { one.window.files().save(); });
}

void copyAsImage(benchmark::State& state) {
    during(state, [](Program& one) { one.window.findChild<QAction*>("file.copyImage")->trigger(); });
}

constexpr auto kMs = benchmark::kMillisecond;
BENCHMARK(open)->UseRealTime()->Unit(kMs)->Iterations(3);
BENCHMARK(pan)->Arg(0)->Arg(20)->Arg(50)->Arg(100)->Unit(kMs)->Iterations(100);
BENCHMARK(fitAll)->Unit(kMs)->Iterations(1);
BENCHMARK(zoomIn)->Unit(kMs)->Iterations(1);
BENCHMARK(dragElement)->Arg(20)->Arg(100)->Unit(kMs)->Iterations(50);
BENCHMARK(dragGroup)->Unit(kMs)->Iterations(50);
BENCHMARK(dragAll)->Unit(kMs)->Iterations(20);
BENCHMARK(selectAndNudge)->Unit(kMs)->Iterations(1);
BENCHMARK(selectAll)->Unit(kMs)->Iterations(1);
BENCHMARK(nudgeAll)->Unit(kMs)->Iterations(1);
BENCHMARK(undo)->Name("undoNudgeAll")->Unit(kMs)->Iterations(1);
BENCHMARK(duplicateAll)->Unit(kMs)->Iterations(1);
BENCHMARK(undo)->Name("undoDuplicateAll")->Unit(kMs)->Iterations(1);
BENCHMARK(redo)->Name("redoDuplicateAll")->Unit(kMs)->Iterations(1);
BENCHMARK(undo)->Name("undoDuplicateAllAgain")->Unit(kMs)->Iterations(1);
BENCHMARK(deleteAll)->Unit(kMs)->Iterations(1);
BENCHMARK(undo)->Name("undoDeleteAll")->Unit(kMs)->Iterations(1);
BENCHMARK(deleteHalf)->Unit(kMs)->Iterations(1);
BENCHMARK(undo)->Name("undoDeleteHalf")->Unit(kMs)->Iterations(1);
BENCHMARK(cutAll)->Unit(kMs)->Iterations(1);
BENCHMARK(paste)->Unit(kMs)->Iterations(1);
BENCHMARK(undo)->Name("undoPaste")->Unit(kMs)->Iterations(1);
BENCHMARK(undo)->Name("undoCutAll")->Unit(kMs)->Iterations(1);
BENCHMARK(switchTheme)->Unit(kMs)->Iterations(2);
BENCHMARK(search)->Unit(kMs)->Iterations(1);
BENCHMARK(startRun)->Unit(kMs)->Iterations(1);
BENCHMARK(openPanel)->DenseRange(0, 9)->Unit(kMs)->Iterations(1);
BENCHMARK(play)->Unit(kMs)->Iterations(1);
BENCHMARK(seekFar)->Unit(kMs)->Iterations(1);
BENCHMARK(seekBack)->Unit(kMs)->Iterations(1);
BENCHMARK(openPanel)->Name("openPanelWithARun")->DenseRange(0, 9)->Unit(kMs)->Iterations(1);
BENCHMARK(switchTheme)->Name("switchThemeWithARun")->Unit(kMs)->Iterations(2);
BENCHMARK(chooseScenario)->Unit(kMs)->Iterations(2);
BENCHMARK(copyAsImage)->Unit(kMs)->Iterations(1);
BENCHMARK(stopRun)->Unit(kMs)->Iterations(1);
BENCHMARK(save)->Unit(kMs)->Iterations(1);
BENCHMARK(arrange)->Unit(kMs)->Iterations(1);

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && QByteArray(argv[1]) == "--write")
        return saveDiagram(largeDiagram(kParts), argv[2]).ok() ? 0 : 1;
    if (argc == 4 && QByteArray(argv[1]) == "--write")
        return saveDiagram(largeDiagram(std::atoi(argv[3])), argv[2]).ok() ? 0 : 1;
    EventStopwatch application(argc, argv);
    stopwatch = &application;
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
