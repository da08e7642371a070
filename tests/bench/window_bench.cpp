// How long the window's thread is held up by what a person does with a drawing of 2,000 elements and 3,000
// links. Each figure is the longest single event ("longest_ms", processor time of the window's thread) and
// what it was; nothing may take more than 50 ms. With --write FILE [PARTS] it only writes such a drawing.
// Without a display it runs with QT_QPA_PLATFORM=offscreen.
#include <benchmark/benchmark.h>
#include <time.h>

#include <QApplication>
#include <QMetaEnum>
#include <QMouseEvent>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <functional>

#include "app/filecontroller.h"
#include "app/mainwindow.h"
#include "app/themecontroller.h"
#include "core/diagram/file.h"
#include "tests/bench/largediagram.h"
#include "widgets/canvas/canvasview.h"

using namespace sluice;

namespace {

constexpr int kParts = 250;

/// Milliseconds of processor that this thread has had: other programs do not count.
double busyTime() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Measures how long each event takes that the event loop delivers.
class Stopwatch : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (m_inside)
            return QApplication::notify(receiver, event);
        m_inside = true;
        // The receiver may be gone afterwards.
        const char* name = receiver->metaObject()->className();
        const QEvent::Type type = event->type();
        const double before = busyTime();
        const bool result = QApplication::notify(receiver, event);
        const double spent = busyTime() - before;
        m_inside = false;
        ++m_count;
        m_total += spent;
        if (spent > m_longest) {
            m_longest = spent;
            const char* key = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
            m_what = std::string(name) + " " + (key ? key : "?");
        }
        return result;
    }

    void reset() {
        m_longest = m_total = 0;
        m_count = 0;
        m_what.clear();
    }
    [[nodiscard]] double longest() const { return m_longest; }
    [[nodiscard]] double total() const { return m_total; }
    [[nodiscard]] const std::string& what() const { return m_what; }

private:
    bool m_inside = false;
    double m_longest = 0;
    double m_total = 0;
    int m_count = 0;
    std::string m_what;
};

Stopwatch* stopwatch = nullptr;

/// The program with one drawing on the disk.
struct Program {
    QTemporaryDir folder;
    QSettings settings{folder.filePath("settings.ini"), QSettings::IniFormat};
    ThemeController theme{settings};
    MainWindow window{theme, settings, AutosaveFolder(folder.filePath("autosave"))};

    Program() {
        if (!saveDiagram(largeDiagram(kParts), path().toStdString()))
            std::abort();
        window.resize(1600, 1000);
        window.show();
        wait(500);
    }
    [[nodiscard]] QString path() const { return folder.filePath("large.sluice"); }
    void wait(int milliseconds) const { QTest::qWait(milliseconds); }
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
    one.wait(1500);
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
    one.wait(1000);
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

/// A frame while one element is dragged.
void dragElement(benchmark::State& state) {
    Program& one = program();
    CanvasView& canvas = one.window.canvas();
    canvas.setSelection({"orders-0"});
    canvas.fitSelection();
    canvas.setZoom(static_cast<double>(state.range(0)) / 100);
    canvas.setSelection({});
    canvas.reveal("orders-0");
    one.wait(500);
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
    state.counters["longest_ms"] = longest;
}

/// What the event loop is held up by while something goes on.
void during(benchmark::State& state, const std::function<void(Program&)>& act) {
    Program& one = program();
    for (auto _ : state) {
        stopwatch->reset();
        // From the event loop, as a click would do it.
        QMetaObject::invokeMethod(
            &one.window, [&] { act(one); }, Qt::QueuedConnection);
        one.wait(2500);
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

void arrange(benchmark::State& state) {
    during(state, [](Program& one) {
        one.window.canvas().setSelection({});
        one.window.canvas().action("arrange.layout")->trigger();
        one.until([&] { return one.window.canvas().action("arrange.layout")->isEnabled(); });
    });
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

BENCHMARK(open)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(pan)->Arg(0)->Arg(20)->Arg(50)->Arg(100)->Unit(benchmark::kMillisecond)->Iterations(100);
BENCHMARK(dragElement)->Arg(20)->Arg(100)->Unit(benchmark::kMillisecond)->Iterations(50);
BENCHMARK(selectAndNudge)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(selectAll)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(nudgeAll)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(undo)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(duplicateAll)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(undo)->Name("undoDuplicateAll")->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(startRun)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(play)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(seekFar)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(seekBack)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(copyAsImage)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(stopRun)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(save)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(arrange)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && QByteArray(argv[1]) == "--write")
        return saveDiagram(largeDiagram(kParts), argv[2]).ok() ? 0 : 1;
    if (argc == 4 && QByteArray(argv[1]) == "--write")
        return saveDiagram(largeDiagram(std::atoi(argv[3])), argv[2]).ok() ? 0 : 1;
    Stopwatch application(argc, argv);
    stopwatch = &application;
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
