#pragma once

// What a large live broker costs the program, whichever it is: it discovers what is there, watches it every
// second, and is used meanwhile. Printed are the figures and, as of_limit, the largest part of its limit that
// one of them takes: above 1 is too much. Holds are processor time of the window's thread in one event
// ("longest_ms", and what it was). SLUICE_BENCH_BROKER='{…}' names a broker that stands already, by what its
// script printed, and SLUICE_BENCH_PICTURES a folder for a picture of the window after each step.

#include <benchmark/benchmark.h>

#include <QAction>
#include <QFile>
#include <QLineEdit>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>
#include <chrono>
#include <deque>

#include "app/commandpalette.h"
#include "app/freedmemory.h"
#include "app/live/livecontroller.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/paneldocks.h"
#include "app/themecontroller.h"
#include "tests/bench/eventstopwatch.h"
#include "tests/plugins/livebroker.h"
#include "widgets/canvas/canvasview.h"

namespace sluice::bench {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr double kMostHold = 50;         // ms
constexpr double kMostDiscovery = 5000;  // ms
constexpr double kMostToPixels = 250;    // ms
constexpr double kMostMemory = 300;      // MB
constexpr int kRounds = 30;

inline EventStopwatch* stopwatch = nullptr;

/// A broker with thousands of things, as the test of its plugin starts it.
struct LargeBroker {
    QString plugin;
    QString script;
    QStringList arguments{};
    /// Once it stands: makes all that it shall have. Empty, or why that is not so.
    std::function<QString(LiveBroker&)> fill{};
    std::function<ConnectionSettings(const LiveBroker&)> connection{};
    double mostParsing = 30;     ///< ms
    double mostAnswering = 1e9;  ///< ms, of a whole round of questions
    QString name{};              ///< of something there, to look for
};

/// MB of the whole program, by the kernel's name for it: Rss, Pss, Private_Dirty.
inline double memory(const char* name) {
    QFile file("/proc/self/smaps_rollup");
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith(QByteArray(name) + ':'))
            return line.mid(line.indexOf(':') + 1).trimmed().split(' ').front().toDouble() / 1024;
    }
    return 0;
}

/// Seconds of processor that the whole program has had.
inline double programTime() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

inline double milliseconds(Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

inline double percentile(std::vector<double> values, double part) {
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(part * double(values.size())))];
}

/// The program, and the broker.
struct Program {
    LargeBroker large;
    LiveBroker broker{large.plugin, large.script, large.arguments};
    QTemporaryDir folder;
    QSettings settings{folder.filePath("settings.ini"), QSettings::IniFormat};
    ThemeController theme{settings};
    MainWindow window{theme, settings, AutosaveFolder(folder.filePath("autosave"))};
    QString problem;

    /// One picture of the drawing that went to the screen.
    struct Picture {
        Clock::time_point at;
        Sequence next = 0;  ///< it shows the events before
    };
    std::deque<Picture> pictures;

    explicit Program(LargeBroker wanted) : large(std::move(wanted)) {
        if (qEnvironmentVariableIsSet("SLUICE_BENCH_BROKER"))
            broker.standsAt(qgetenv("SLUICE_BENCH_BROKER"));
        else if (problem = broker.start(); problem.isEmpty())
            problem = large.fill(broker);
        window.resize(1280, 800);
        window.show();
        if (!QTest::qWaitForWindowExposed(&window))
            std::abort();
        stopwatch->watchPainting(&window.canvas(), [this] {
            pictures.push_back({Clock::now(), window.session().system().next});
        });
    }
    ~Program() {
        stopwatch->watchPainting(nullptr, {});
        window.live().disconnectBroker();
        broker.stop();
    }
    [[nodiscard]] bool until(const std::function<bool()>& done) const {
        return QTest::qWaitFor(done, 120'000);
    }
};

inline Program* program = nullptr;

inline bool isReady(benchmark::State& state) {
    if (!program->problem.isEmpty())
        state.SkipWithError(program->problem.toUtf8().constData());
    return program->problem.isEmpty();
}

inline void tellHold(benchmark::State& state, double ofLimit = 0) {
    if (const QString folder = qEnvironmentVariable("SLUICE_BENCH_PICTURES"); !folder.isEmpty()) {
        static int number = 0;
        letPass(500ms);
        program->window.grab().save(
            QStringLiteral("%1/%2.png").arg(folder).arg(++number, 2, 10, QChar(u'0')));
    }
    state.counters["longest_ms"] = stopwatch->longest();
    state.counters["of_limit"] = std::max(ofLimit, stopwatch->longest() / kMostHold);
    state.SetLabel(stopwatch->what());
}

inline void tellMemory(benchmark::State& state) {
    state.counters["rss_MB"] = memory("Rss");
    state.counters["pss_MB"] = memory("Pss");
    state.counters["private_MB"] = memory("Private_Dirty");
}

/// The program with nothing open: what of the memory is not the queues'.
inline void idle(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state)
        letPass(1s);
    tellMemory(state);
}

/// From the wish to the whole drawing on the screen.
inline void discover(benchmark::State& state) {
    if (!isReady(state))
        return;
    MainWindow& window = program->window;
    stopwatch->reset();
    const auto began = Clock::now();
    for ([[maybe_unused]] auto _ : state) {
        window.setMode(Mode::Live);
        QMetaObject::invokeMethod(
            &window, [&] { window.live().discover(program->large.connection(program->broker)); },
            Qt::QueuedConnection);
        const bool drawn = program->until([&] {
            return window.documents().isOpen() && window.live().isWatching() && window.canvas().isPainted() &&
                   !program->pictures.empty();
        });
        if (!drawn)
            return state.SkipWithError("nothing was drawn");
    }
    const double taken = milliseconds(Clock::now() - began);
    letPass(3s);
    const Diagram& diagram = window.documents().document().diagram();
    state.counters["elements"] = static_cast<double>(diagram.elements.size());
    state.counters["links"] = static_cast<double>(diagram.links.size());
    tellMemory(state);
    tellHold(state, taken / kMostDiscovery);
}

/// Answers that came while somebody did something else with the window, or nothing.
class Rounds {
public:
    Rounds() {
        program->pictures.clear();
        m_connection = QObject::connect(
            program->window.live().watched(), &LiveSource::statusChanged, [this](const WatchStatus& status) {
                if (status.state != WatchStatus::State::Watching || status.answered == m_last)
                    return;
                m_last = status.answered;
                m_rounds.push_back({status, program->window.session().store()->size()});
            });
    }
    ~Rounds() { QObject::disconnect(m_connection); }
    [[nodiscard]] std::size_t count() const { return m_rounds.size(); }

    void tell(benchmark::State& state) const {
        std::vector<double> parsing;
        std::vector<double> toPixels;
        std::vector<double> asked;
        for (const Round& round : m_rounds) {
            parsing.push_back(round.status.parseMs);
            asked.push_back(static_cast<double>(round.status.roundTripMs));
            // The gauges of the broker itself may have come after the round's.
            constexpr Sequence kOwn = 3;
            const auto shown =
                std::find_if(program->pictures.begin(), program->pictures.end(), [&](const auto& picture) {
                    return picture.at > round.status.answered && picture.next + kOwn >= round.size;
                });
            if (shown != program->pictures.end())
                toPixels.push_back(milliseconds(shown->at - round.status.answered));
        }
        state.counters["rounds"] = static_cast<double>(m_rounds.size());
        state.counters["answered_ms"] = percentile(asked, 0.5);
        state.counters["parsed_ms"] = percentile(parsing, 0.5);
        state.counters["parsed_most"] = percentile(parsing, 1);
        state.counters["shown_ms"] = percentile(toPixels, 0.5);
        state.counters["shown_p95"] = percentile(toPixels, 0.95);
        state.counters["shown"] = static_cast<double>(toPixels.size());
        state.counters["broker_%"] = m_rounds.empty() ? 0 : m_rounds.back().status.costOfCore * 100;
        tellHold(state, std::max({percentile(parsing, 0.95) / program->large.mostParsing,
                                  percentile(asked, 0.95) / program->large.mostAnswering,
                                  percentile(toPixels, 0.95) / kMostToPixels, memory("Rss") / kMostMemory}));
    }

private:
    struct Round {
        WatchStatus status;
        Sequence size = 0;
    };
    std::vector<Round> m_rounds;
    Clock::time_point m_last{};
    QMetaObject::Connection m_connection;
};

/// In percent; 0: all of the drawing.
inline void zoomTo(std::int64_t percent) {
    CanvasView& canvas = program->window.canvas();
    if (percent == 0)
        canvas.fitAll();
    else
        canvas.setZoom(static_cast<double>(percent) / 100);
}

/// Every second, whatever it costs the broker, at that zoom.
inline void watch(benchmark::State& state) {
    if (!isReady(state) || !program->window.live().isWatching())
        return state.SkipWithError("nothing is watched");
    zoomTo(state.range(0));
    program->window.live().setPace({1000, 0});
    letPass(3s);
    stopwatch->reset();
    const Rounds rounds;
    const double before = programTime();
    const double busyBefore = busyTime();
    const auto began = Clock::now();
    for ([[maybe_unused]] auto _ : state) {
        if (!program->until([&] { return rounds.count() >= kRounds; }))
            return state.SkipWithError("the broker does not answer every second");
    }
    const double passed = milliseconds(Clock::now() - began);
    letPass(1s);
    rounds.tell(state);
    state.counters["cpu_%"] = (programTime() - before) / passed * 1e5;
    state.counters["window_%"] = (busyTime() - busyBefore) / passed * 1e2;
    tellMemory(state);
}

/// A frame while the pointer drags the drawing that is watched, at that zoom.
inline void pan(benchmark::State& state) {
    if (!isReady(state) || !program->window.live().isWatching())
        return state.SkipWithError("nothing is watched");
    CanvasView& canvas = program->window.canvas();
    zoomTo(state.range(0));
    letPass(1500ms);
    int step = 0;
    std::vector<double> frames;
    for ([[maybe_unused]] auto _ : state) {
        const QPoint by(step++ % 200 < 100 ? -24 : 24, 0);
        QWheelEvent wheel(QPointF(300, 300), canvas.mapToGlobal(QPointF(300, 300)), by, QPoint(),
                          Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        const double before = busyTime();
        QApplication::sendEvent(&canvas, &wheel);
        canvas.repaint();
        frames.push_back(busyTime() - before);
    }
    state.counters["frame_p95"] = percentile(frames, 0.95);
    state.counters["longest_ms"] = percentile(frames, 1);
    state.counters["of_limit"] = percentile(frames, 1) / kMostHold;
}

/// What the window is held up by in the two seconds after something was done to it.
inline void during(
    benchmark::State& state, const std::function<void(MainWindow&)>& act,
    const std::function<bool()>& done = [] { return true; }) {
    if (!isReady(state) || !program->window.live().isWatching())
        return state.SkipWithError("nothing is watched");
    for ([[maybe_unused]] auto _ : state) {
        stopwatch->reset();
        QMetaObject::invokeMethod(
            &program->window, [&] { act(program->window); }, Qt::QueuedConnection);
        letPass(300ms);
        if (!program->until(done))
            return state.SkipWithError("it did not come to its end");
    }
    letPass(2500ms);
    tellHold(state);
    tellMemory(state);
}

inline void openPanel(benchmark::State& state) {
    static constexpr std::array kPanels{"inspector", "events",  "incidents", "alerts", "charts",
                                        "findings",  "outcome", "drift",     "watches"};
    const char* id = kPanels.at(static_cast<std::size_t>(state.range(0)));
    during(state, [id](MainWindow& window) { window.panels().reveal(id); });
    state.SetLabel(std::string(id) + ": " + stopwatch->what());
}

inline void selectOne(benchmark::State& state) {
    during(state, [](MainWindow& window) {
        window.reveal(window.documents()
                          .document()
                          .diagram()
                          .elements[window.documents().document().diagram().elements.size() / 2]
                          .id);
    });
}

/// What both have, asked and laid beside each other.
inline void compare(benchmark::State& state) {
    QObject context;
    bool answered = false;
    QObject::connect(&program->window.live(), &LiveController::answered, &context, [&] { answered = true; });
    during(
        state, [](MainWindow& window) { window.live().compare(); }, [&] { return answered; });
}

/// Ctrl+K, and a name letter by letter.
inline void search(benchmark::State& state) {
    during(state, [](MainWindow& window) {
        window.findChild<QAction*>("edit.search")->trigger();
        for (auto* dialog : window.findChildren<CommandPalette*>()) {
            if (auto* field = dialog->findChild<QLineEdit*>())
                QTest::keyClicks(field, program->large.name);
        }
    });
    for (auto* dialog : program->window.findChildren<CommandPalette*>())
        dialog->reject();
}

inline void switchTheme(benchmark::State& state) {
    during(state, [](MainWindow&) {
        const bool dark = program->theme.theme().dark;
        program->theme.choose(dark ? ThemeChoice::Light : ThemeChoice::Dark);
    });
}

inline void disconnect(benchmark::State& state) {
    during(state, [](MainWindow& window) { window.live().disconnectBroker(); });
}

/// All of them, in this order: one window.
inline int measure(int argc, char** argv, const LargeBroker& large) {
    using namespace benchmark;
    const auto add = [](const char* name, void (*what)(State&)) {
        return RegisterBenchmark(name, what)->Unit(kMillisecond)->Iterations(1);
    };
    add("idle", idle);
    add("discover", discover)->UseRealTime();
    add("watch", watch)->Arg(0)->Arg(100)->UseRealTime();
    RegisterBenchmark("pan", pan)->Arg(0)->Arg(20)->Arg(100)->Unit(kMillisecond)->Iterations(200);
    add("selectOne", selectOne);
    add("openPanel", openPanel)->DenseRange(0, 8);
    add("compare", compare);
    add("search", search);
    add("switchTheme", switchTheme)->Iterations(2);
    add("watchLater", watch)->Arg(0)->UseRealTime();
    add("disconnect", disconnect);
    qputenv("SLUICE_KEYCHAIN", "off");
    keepLittleFreedMemory();  // as main() does
    EventStopwatch application(argc, argv);
    stopwatch = &application;
    Initialize(&argc, argv);
    Program one(large);
    program = &one;
    RunSpecifiedBenchmarks();
    return 0;
}

}  // namespace sluice::bench
