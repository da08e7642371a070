#include "tests/engine/randomdrawing.h"
#include "tests/engine/simulated.h"
#include "tests/engine/traceoracle.h"

using namespace sluice;
using namespace sluice::test;

/// Random drawings under random faults: the trace tells of no message that is lost without a reason, in two
/// places, out of its turn, or with a consumer that has no room for it.
class EngineInvariantsTest : public QObject {
    Q_OBJECT
private slots:
    void holdInRandomDrawings();
    void areBrokenByATraceThatLies();
};

namespace {

/// The last events before the one at `end`, and itself, that `concerns` says yes to.
template <class Concerns>
std::string before(const Run& run, std::size_t end, const Concerns& concerns) {
    std::string lines;
    for (int shown = 0; end < run.trace.events.size() && shown < 15; --end) {
        const TraceEvent& event = run.trace.events[end];
        if (!concerns(event))
            continue;
        ++shown;
        lines += fmt::format(
            "\n  {} {} m{} {} detail {} value {}", formatDuration(event.at), kindName(event.kind),
            event.message, event.subject == kNoEntity ? std::string() : run.table->entities[event.subject].id,
            event.detail, event.value);
    }
    return lines;
}

std::string follow(const Diagram& diagram, const Run& run, TraceOracle& oracle) {
    for (std::size_t i = 0; i < run.trace.events.size(); ++i) {
        const TraceEvent& event = run.trace.events[i];
        const std::string broken = oracle.apply(event);
        if (broken.empty())
            continue;
        return fmt::format("{}\nthere{}\nto it{}", broken,
                           before(run, i, [&](const TraceEvent& e) { return e.subject == event.subject; }),
                           before(run, i, [&](const TraceEvent& e) { return e.message == event.message; }));
    }
    for (std::uint32_t i = 0; i < diagram.elements.size(); ++i) {
        if (diagram.elements[i].kind == ElementKind::Queue &&
            run.outcome.elements[i].depth != oracle.ready(i))
            return fmt::format("'{}' ends with {} ready messages, and the outcome says {}{}",
                               diagram.elements[i].id, oracle.ready(i), run.outcome.elements[i].depth,
                               before(run, run.trace.events.size() - 1,
                                      [i](const TraceEvent& e) { return e.subject == i; }));
    }
    return oracle.finish(run.trace.horizon);
}

}  // namespace

void EngineInvariantsTest::holdInRandomDrawings() {
    std::uint64_t deliveries = 0;
    std::uint64_t deaths = 0;
    std::uint64_t standstills = 0;
    // SLUICE_DRAWINGS: more of them, by hand; SLUICE_DRAWING: the first.
    const int more = qEnvironmentVariableIntValue("SLUICE_DRAWINGS");
    const std::uint64_t drawings = more > 0 ? static_cast<std::uint64_t>(more) : 400;
    const int first = qEnvironmentVariableIntValue("SLUICE_DRAWING");
    for (std::uint64_t seed = first > 0 ? static_cast<std::uint64_t>(first) : 1; seed <= drawings; ++seed) {
        const std::string text = RandomDrawing(seed).text();
        const Diagram diagram = parsed(text);
        RunOptions options;
        options.seed = seed;
        const Run r = run(diagram, options);
        if (!r.trace.ok) {
            // The one reason for which a run may fail; its events up to there are millions.
            QVERIFY2(r.trace.error.find("without taking any time") != std::string::npos,
                     r.trace.error.c_str());
            ++standstills;
            continue;
        }
        TraceOracle oracle(diagram, *r.table);
        const std::string broken = follow(diagram, r, oracle);
        if (!broken.empty())
            qWarning("%s\n%s", text.c_str(), broken.c_str());
        QVERIFY2(broken.empty(), fmt::format("seed {}", seed).c_str());
        deliveries += oracle.deliveries();
        deaths += oracle.deaths();
    }
    // The drawings are worth the effort, and few of them go round in no time.
    QVERIFY(standstills > 0 && standstills < drawings / 20);
    QVERIFY(deliveries > 10'000);
    QVERIFY(deaths > 1'000);
}

void EngineInvariantsTest::areBrokenByATraceThatLies() {
    const Diagram diagram = parsed(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":10,"count":5},
 {"id":"q","kind":"queue"},{"id":"s","kind":"service","serviceTime":"100ms"}],
"links":[{"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s","prefetch":1}],
"scenarios":[{"id":"s1","until":"5s"}]})");
    const Run truth = run(diagram);
    const auto lie = [&](EventKind kind,
                         const std::function<void(std::vector<TraceEvent>&, std::size_t)>& change) {
        Run told = truth;
        const auto it = std::find_if(told.trace.events.begin(), told.trace.events.end(),
                                     [kind](const TraceEvent& event) { return event.kind == kind; });
        change(told.trace.events, static_cast<std::size_t>(it - told.trace.events.begin()));
        TraceOracle oracle(diagram, *truth.table);
        return !follow(diagram, told, oracle).empty();
    };
    const auto leaveOut = [](std::vector<TraceEvent>& events, std::size_t i) {
        events.erase(events.begin() + static_cast<std::ptrdiff_t>(i));
    };
    const auto twice = [](std::vector<TraceEvent>& events, std::size_t i) {
        events.insert(events.begin() + static_cast<std::ptrdiff_t>(i), events[i]);
    };
    const auto another = [](std::vector<TraceEvent>& events, std::size_t i) { ++events[i].message; };
    for (const EventKind kind : {EventKind::Enqueued, EventKind::Delivered, EventKind::Acknowledged}) {
        QVERIFY(lie(kind, leaveOut));
        QVERIFY(lie(kind, twice));
        QVERIFY(lie(kind, another));
    }
}

QTEST_APPLESS_MAIN(EngineInvariantsTest)
#include "tst_engineinvariants.moc"
