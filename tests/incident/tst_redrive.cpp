#include <QtTest>

#include "core/incident/causalchain.h"
#include "core/incident/discardorder.h"
#include "core/incident/incident.h"
#include "core/incident/redriveorder.h"
#include "core/incident/redriveplan.h"
#include "core/trace/messagepath.h"
#include "tests/engine/randomdrawing.h"
#include "tests/engine/simulated.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

struct Kept {
    std::unique_ptr<TraceStore> store;
    explicit Kept(const Diagram& diagram) {
        auto simulation = Simulation::create(diagram, {});
        if (!simulation)
            qFatal("%s", simulation.error().text().c_str());
        store = std::make_unique<TraceStore>(simulation->table());
        simulation->runUntil(TraceTime::max(), *store);
    }
    [[nodiscard]] std::vector<TraceEvent> events() const { return store->read(0, store->size()); }
    [[nodiscard]] EntityId entity(const char* id) const { return store->table().find(id); }
    [[nodiscard]] std::vector<RedriveCandidate> plan(const char* queue, TraceTime at) const {
        return planRedrive(*store, store->stateAt(at), entity(queue));
    }
    [[nodiscard]] std::vector<TraceEvent> redriven() const {
        std::vector<TraceEvent> found;
        for (const TraceEvent& event : events()) {
            if (event.kind == EventKind::Redriven)
                found.push_back(event);
        }
        return found;
    }
};

std::vector<MessageId> messagesOf(const std::vector<RedriveCandidate>& plan) {
    std::vector<MessageId> messages;
    for (const RedriveCandidate& one : plan)
        messages.push_back(one.message);
    return messages;
}

std::ptrdiff_t copiesIn(const TraceStore& store, MessageId message, EntityId queue) {
    std::vector<TraceEvent> events;
    for (const Sequence sequence : store.eventsOf(message))
        events.push_back(store.at(sequence));
    const MessageHistory history = historyOf(message, events, store.table());
    return std::count_if(history.paths.begin(), history.paths.end(), [&](const MessagePath& path) {
        return std::any_of(path.stays.begin(), path.stays.end(),
                           [&](const Stay& stay) { return stay.queue == queue; });
    });
}

Diagram with(Diagram diagram, const RedriveOrder& order) {
    diagram.scenarios.front().actions.push_back(actionOf(order));
    return diagram;
}

/// Three keys, a message each every second; what fails until 4.5 s dies at once, in order.
Diagram bug(const char* more = "") {
    return test::parsed(std::string(R"({"sluice":1,"nodes":[
        {"id":"c","kind":"client","workload":"constant","rate":1,"keys":"sequence","keyCount":3,"message":"Change"},
        {"id":"work","kind":"queue"},{"id":"dead","kind":"queue"},
        {"id":"s","kind":"service","serviceTime":"10ms"}],"links":[
        {"id":"p","kind":"publish","from":"c","to":"work"},
        {"id":"t","kind":"consume","from":"work","to":"s","retries":0},
        {"id":"d","kind":"deadLetter","from":"work","to":"dead"}],
        "messages":[{"id":"Change","kind":"command","keying":"keyed","key":"userId"}],
        "scenarios":[{"id":"s","until":"20s","actions":[
        {"at":"0s","do":"fail","target":"s","failure":"unexpectedError","probability":1,"duration":"4500ms"}]}]})") +
                        more);
}

}  // namespace

class RedriveTest : public QObject {
    Q_OBJECT
private slots:
    void whatANewerOneOvertookIsSuperseded();
    void onlyWhoTakesFromTheQueueSupersedes();
    void theRunIsTheSameUpToTheRedrive();
    void aDiscardTakesTheChosenLettersOut();
    void aDiscardOfTheScenarioTakesAllThatWait();
    void keepsTheOrderOfTheQueueAndTheRate();
    void leavesWhatIsNotSafeAndTellsIt();
    void anExpiredLetterIsExpired();
    void anEditedPayloadIsReadAgain();
    void isPlayedLongAfterTheWorkload();
    void whatNeverDiedHasNoWayBack();
    void anOrderStandsInTheScenario();
    void theDryRunSaysWhatTheEngineDoes();
};

void RedriveTest::whatANewerOneOvertookIsSuperseded() {
    const Kept run(bug());
    // Before the fix nothing was worked off: all are safe. Then the keys come again, one a second.
    const auto early = run.plan("dead", 4400ms);
    QCOMPARE(messagesOf(early), (std::vector<MessageId>{1, 2, 3, 4}));
    for (const RedriveCandidate& one : early) {
        QCOMPARE(one.verdict, RedriveVerdict::Safe);
        QCOMPARE(one.backTo, run.entity("work"));
        QCOMPARE(one.cause, FailureKind::UnexpectedError);
    }
    // Keys 0, 1, 2, 0 died; message 5 (key 1) was worked off since, and neither 6 (key 2) nor 7 (key 0).
    const auto later = run.plan("dead", 5500ms);
    QCOMPARE(later[0].verdict, RedriveVerdict::Safe);
    QCOMPARE(later[1].verdict, RedriveVerdict::Superseded);
    QCOMPARE(later[1].newer, MessageId(5));
    const TraceEvent because = run.store->at(later[1].because);
    QCOMPARE(because.kind, EventKind::WorkFinished);
    QCOMPARE(because.message, MessageId(5));
    QCOMPARE(later[2].verdict, RedriveVerdict::Safe);
    for (const RedriveCandidate& one : run.plan("dead", 10s))
        QCOMPARE(one.verdict, RedriveVerdict::Superseded);
}

/// The application that passes every change on has worked off its request; the change itself has not been
/// made.
void RedriveTest::onlyWhoTakesFromTheQueueSupersedes() {
    const Diagram drawn = test::parsed(R"({"sluice":1,"nodes":[
        {"id":"c","kind":"client","workload":"constant","rate":1,"keyCount":1,"message":"Change"},
        {"id":"app","kind":"service","serviceTime":"1ms"},
        {"id":"work","kind":"queue"},{"id":"dead","kind":"queue"},
        {"id":"s","kind":"service","serviceTime":"10ms"}],"links":[
        {"id":"call","kind":"call","from":"c","to":"app"},
        {"id":"p","kind":"publish","from":"app","to":"work"},
        {"id":"t","kind":"consume","from":"work","to":"s","retries":0},
        {"id":"d","kind":"deadLetter","from":"work","to":"dead"}],
        "messages":[{"id":"Change","kind":"command","keying":"keyed","key":"userId"}],
        "scenarios":[{"id":"s","until":"3500ms","actions":[
        {"at":"0s","do":"fail","target":"s","failure":"unexpectedError","probability":1,"duration":"9s"}]}]})");
    const Kept run(drawn);
    const auto plan = run.plan("dead", 10s);
    QVERIFY(plan.size() >= 3);
    for (const RedriveCandidate& one : plan)
        QCOMPARE(one.verdict, RedriveVerdict::Safe);
    const Kept again(with(drawn, {"dead", 10s, messagesOf(plan), {}, false, 0, "ada", ""}));
    for (const TraceEvent& event : again.redriven())
        QCOMPARE(event.peer, again.entity("work"));
    QCOMPARE(again.redriven().size(), plan.size());
}

void RedriveTest::theRunIsTheSameUpToTheRedrive() {
    const Kept before(bug());
    const RedriveOrder order{"dead", 4600ms, {1, 2, 3, 4}, {}, false, 0, "ada", "2026-01-01T10:00:00Z"};
    const Kept after(with(bug(), order));
    const Sequence same = before.store->lowerBound(order.at);
    QCOMPARE(after.store->lowerBound(order.at), same);
    QCOMPARE(after.store->read(0, same), before.store->read(0, same));
    QCOMPARE(after.redriven().size(), std::size_t(4));
    // They are handled, and stay no dead letters.
    QVERIFY(after.store->stateAt(6s).entities[after.entity("dead")].messages.empty());
    QCOMPARE(Kept(with(bug(), order)).events(), after.events());
}

void RedriveTest::aDiscardTakesTheChosenLettersOut() {
    const Kept before(bug());
    const DiscardOrder order{"dead", 4600ms, {3, 1}, "ada", "2026-01-01T10:00:00Z", "test data"};
    Diagram drawn = bug();
    drawn.scenarios.front().actions.push_back(actionOf(order));
    QVERIFY(*discardOrderOf(drawn.scenarios.front().actions.back()) == order);
    QVERIFY(!redriveOrderOf(drawn.scenarios.front().actions.back()));
    QVERIFY(withoutInterventions(drawn) == bug());
    const Kept after(drawn);
    const Sequence same = before.store->lowerBound(order.at);
    QCOMPARE(after.store->read(0, same), before.store->read(0, same));
    const EntityId dead = after.entity("dead");
    const SystemState state = after.store->stateAt(4600ms);
    QCOMPARE(state.entities[dead].messages.all(), (std::vector<MessageId>{2, 4}));
    QCOMPARE(state.entities[dead].ready, std::uint64_t(2));
    // Each is told once, in the order of the queue; nothing else comes of it.
    std::vector<MessageId> discarded;
    for (const TraceEvent& event : after.events()) {
        if (event.at != TraceTime(4600ms) || event.subject != dead || event.message == 0)
            continue;
        QCOMPARE(event.kind, EventKind::Discarded);
        QCOMPARE(static_cast<DeathReason>(event.detail), DeathReason::Purged);
        discarded.push_back(event.message);
    }
    QCOMPARE(discarded, (std::vector<MessageId>{1, 3}));
    // The others wait as before, and who did it is told with the reason.
    IncidentCollector incidents(after.store->sharedTable());
    incidents.accept(after.events(), after.store->horizon());
    QCOMPARE(incidents.incidents().size(), std::size_t(1));
    QCOMPARE(incidents.incidents().front().waiting, std::uint64_t(2));
    const CausalContext context{*after.store, &drawn, &drawn.scenarios.front()};
    const CausalChain chain = causalChain(context, 1, kNoEntity, after.store->size());
    QVERIFY(std::any_of(chain.steps.begin(), chain.steps.end(), [](const CausalStep& step) {
        return step.text.find("ada discards letters of") != std::string::npos &&
               step.text.find("test data") != std::string::npos;
    }));
}

void RedriveTest::aDiscardOfTheScenarioTakesAllThatWait() {
    Diagram drawn = bug();
    Action action;
    action.kind = ActionKind::Discard;
    action.target = "dead";
    action.at = 4600ms;
    drawn.scenarios.front().actions.push_back(action);
    QVERIFY(withoutInterventions(drawn) == drawn);
    const Kept run(drawn);
    QVERIFY(run.store->stateAt(4600ms).entities[run.entity("dead")].messages.empty());
    IncidentCollector incidents(run.store->sharedTable());
    incidents.accept(run.events(), run.store->horizon());
    QVERIFY(incidents.incidents().front().state == IncidentState::Discarded);
}

void RedriveTest::keepsTheOrderOfTheQueueAndTheRate() {
    // Chosen in any order, and not all.
    const Kept run(with(bug(), {"dead", 4600ms, {4, 1, 3}, {}, true, 2, "ada", ""}));
    const auto went = run.redriven();
    QCOMPARE(went.size(), std::size_t(3));
    QCOMPARE(went[0].message, MessageId(1));
    QCOMPARE(went[1].message, MessageId(3));
    QCOMPARE(went[2].message, MessageId(4));
    QCOMPARE(went[0].at, TraceTime(4600ms));
    QCOMPARE(went[1].at - went[0].at, TraceTime(500ms));
    QCOMPARE(went[2].at - went[1].at, TraceTime(500ms));
    const MessageLine line = run.store->stateAt(20s).entities[run.entity("dead")].messages;
    QCOMPARE(line.all(), std::vector<MessageId>{2});
}

void RedriveTest::leavesWhatIsNotSafeAndTellsIt() {
    const Kept run(with(bug(), {"dead", 5500ms, {1, 2, 3}, {}, false, 0, "ada", ""}));
    const auto went = run.redriven();
    QCOMPARE(went.size(), std::size_t(3));
    QCOMPARE(went[2].message, MessageId(2));
    QCOMPARE(went[2].peer, kNoEntity);
    QCOMPARE(went[2].detail, static_cast<std::uint16_t>(RedriveVerdict::Superseded));
    QCOMPARE(run.store->stateAt(20s).entities[run.entity("dead")].messages.all(),
             (std::vector<MessageId>{2, 4}));
}

void RedriveTest::anExpiredLetterIsExpired() {
    const Diagram drawn = test::parsed(R"({"sluice":1,"nodes":[
        {"id":"c","kind":"client","workload":"constant","rate":1},
        {"id":"work","kind":"queue","messageTtl":"2s"},{"id":"dead","kind":"queue"}],"links":[
        {"id":"p","kind":"publish","from":"c","to":"work"},
        {"id":"d","kind":"deadLetter","from":"work","to":"dead"}],
        "scenarios":[{"id":"s","until":"10s"}]})");
    const Kept run(drawn);
    const auto plan = run.plan("dead", 9s);
    QVERIFY(!plan.empty());
    for (const RedriveCandidate& one : plan) {
        QCOMPARE(one.verdict, RedriveVerdict::Expired);
        QCOMPARE(run.store->at(one.because).kind, EventKind::DeadLettered);
    }
    const Kept left(with(drawn, {"dead", 9s, messagesOf(plan), {}, false, 0, "ada", ""}));
    for (const TraceEvent& event : left.redriven())
        QCOMPARE(event.peer, kNoEntity);
    const Kept all(with(drawn, {"dead", 9s, messagesOf(plan), {}, true, 0, "ada", ""}));
    for (const TraceEvent& event : all.redriven())
        QCOMPARE(event.peer, all.entity("work"));
}

void RedriveTest::anEditedPayloadIsReadAgain() {
    Diagram drawn = bug();
    drawn.scenarios.front().actions.front().kind = ActionKind::Poison;
    drawn.scenarios.front().actions.front().target = "c";
    const Kept died(with(drawn, {"dead", 4600ms, {1, 2}, {}, true, 0, "ada", ""}));
    // Malformed it is rejected again; edited it is worked off.
    QCOMPARE(died.store->stateAt(6s).entities[died.entity("dead")].messages.length(), std::size_t(4));
    const RedriveOrder order{"dead", 4600ms, {1, 2}, {{1, {{"userId", "user-1"}}}}, true, 0, "ada", "now"};
    const Kept edited(with(drawn, order));
    QCOMPARE(edited.store->stateAt(6s).entities[edited.entity("dead")].messages.all(),
             (std::vector<MessageId>{3, 4, 2}));
    const auto changes = payloadChanges(with(drawn, order).scenarios.front(), 1);
    QCOMPARE(changes.size(), std::size_t(1));
    QCOMPARE(changes[0].edit.body["userId"], "user-1");
    QCOMPARE(changes[0].by, std::string("ada"));
    QCOMPARE(changes[0].at, TraceTime(4600ms));
    QVERIFY(payloadChanges(with(drawn, order).scenarios.front(), 2).empty());
}

void RedriveTest::isPlayedLongAfterTheWorkload() {
    const Kept run(with(bug(), {"dead", 300s, {1, 2, 3, 4}, {}, true, 0, "ada", ""}));
    QCOMPARE(run.redriven().size(), std::size_t(4));
    QVERIFY(run.store->stateAt(400s).entities[run.entity("dead")].messages.empty());
}

void RedriveTest::whatNeverDiedHasNoWayBack() {
    const Diagram drawn = test::parsed(R"({"sluice":1,"nodes":[{"id":"c","kind":"client"},
        {"id":"q","kind":"queue"}],"links":[{"id":"p","kind":"publish","from":"c","to":"q"}],
        "scenarios":[{"id":"s","until":"5s"}]})");
    const Kept run(drawn);
    const auto plan = run.plan("q", 5s);
    QVERIFY(!plan.empty());
    QCOMPARE(plan.front().backTo, kNoEntity);
    QVERIFY(planRedrive(*run.store, run.store->stateAt(5s), kNoEntity).empty());
}

void RedriveTest::anOrderStandsInTheScenario() {
    const RedriveOrder order{"dead", 1500ms, {7, 3}, {{3, {{"b", 1}, {"a", "text"}}}},
                             true,   2.5,    "Ada",  "2026-11-21T10:00:00Z"};
    const auto read = redriveOrderOf(actionOf(order));
    QVERIFY(read);
    QVERIFY(*read == order);
    QCOMPARE(read->edits[0].body.dump(), std::string(R"({"b":1,"a":"text"})"));
    // A file keeps it.
    const Diagram written = with(bug(), order);
    const Diagram again = test::parsed(writeDiagram(written));
    QVERIFY(*redriveOrderOf(again.scenarios.front().actions.back()) == order);
    // What a scenario redrives by itself nobody did by hand.
    Action plain;
    plain.kind = ActionKind::Redrive;
    QVERIFY(!redriveOrderOf(plain));
    QVERIFY(withoutInterventions(written) == bug());
}

void RedriveTest::theDryRunSaysWhatTheEngineDoes() {
    std::size_t judged = 0;
    std::size_t stayed = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        Diagram drawn = test::parsed(test::RandomDrawing(seed).text());
        std::erase_if(drawn.scenarios.front().actions,
                      [](const Action& action) { return action.kind == ActionKind::Redrive; });
        const Kept before(drawn);
        constexpr TraceTime at = 15s + 1ns;
        for (const Element& element : drawn.elements) {
            const EntityId queue = before.entity(element.id.c_str());
            if (!before.store->table().entities[queue].deadLetters)
                continue;
            const auto plan = before.plan(element.id.c_str(), 15s);
            if (plan.empty())
                continue;
            const Kept after(with(drawn, {element.id, at, messagesOf(plan), {}, false, 0, "ada", ""}));
            std::multimap<MessageId, std::pair<EntityId, RedriveVerdict>> done;
            for (const TraceEvent& event : after.redriven()) {
                if (event.at == at)
                    done.emplace(event.message,
                                 std::pair(event.peer, static_cast<RedriveVerdict>(event.detail)));
            }
            // The broker may be down, or the queue gone, at that moment.
            if (done.empty())
                continue;
            for (const RedriveCandidate& one : plan) {
                if (one.backTo == kNoEntity)
                    continue;
                // Of two copies in one queue the trace does not tell which was which.
                if (copiesIn(*before.store, one.message, queue) > 1)
                    continue;
                const auto [begin, end] = done.equal_range(one.message);
                QVERIFY2(begin != end, qPrintable(QString("seed %1, m-%2").arg(seed).arg(one.message)));
                if (std::next(begin) != end)
                    continue;  // several copies of one message
                QVERIFY2(begin->second.second == one.verdict,
                         qPrintable(QString("seed %1, m-%2").arg(seed).arg(one.message)));
                const bool goes = one.verdict == RedriveVerdict::Safe;
                QCOMPARE(begin->second.first, goes ? one.backTo : kNoEntity);
                ++judged;
                stayed += goes ? 0 : 1;
            }
        }
    }
    QVERIFY(judged > 100);
    QVERIFY(stayed > 10);
}

QTEST_APPLESS_MAIN(RedriveTest)
#include "tst_redrive.moc"
