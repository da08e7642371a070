#include <QtTest>

#include "core/incident/incidentimpact.h"
#include "core/incident/incidentstates.h"
#include "tests/engine/simulated.h"

using namespace sluice;
using namespace std::chrono_literals;

class IncidentStatesTest : public QObject {
    Q_OBJECT
private slots:
    void anAcknowledgedIncidentStaysSo();
    void aDiscardedOneOpensAnewWhenAnotherJoins();
    void theTraceDecidesFirst();
    void tellsUsersKeysAndWhatIsOutOfOrder();
};

namespace {

Incident opened(TraceTime at, TraceTime last) {
    Incident incident;
    incident.queue = 1;
    incident.cause = FailureKind::BadData;
    incident.opened = at;
    incident.last = last;
    return incident;
}

IncidentState stateOf(const IncidentStates& states, const Incident& incident) {
    std::vector<Incident> all{incident};
    states.apply(all);
    return all.front().state;
}

}  // namespace

void IncidentStatesTest::anAcknowledgedIncidentStaysSo() {
    IncidentStates states;
    states.mark(opened(1s, 2s), {IncidentState::Acknowledged, 3s, "ada", "now"});
    QCOMPARE(stateOf(states, opened(1s, 9s)), IncidentState::Acknowledged);
    QCOMPARE(states.marksOf(opened(1s, 2s)).front().by, std::string("ada"));
    // Another one of the same cause is another incident.
    QCOMPARE(stateOf(states, opened(10s, 11s)), IncidentState::Open);
    QVERIFY(states.marksOf(opened(10s, 11s)).empty());
    states.mark(opened(1s, 2s), {IncidentState::Open, 4s, "bob", "later"});
    QCOMPARE(stateOf(states, opened(1s, 9s)), IncidentState::Open);
    QCOMPARE(states.marksOf(opened(1s, 2s)).size(), std::size_t(2));
}

void IncidentStatesTest::aDiscardedOneOpensAnewWhenAnotherJoins() {
    IncidentStates states;
    states.mark(opened(1s, 2s), {IncidentState::Discarded, 3s, "ada", "now"});
    QCOMPARE(stateOf(states, opened(1s, 3s)), IncidentState::Discarded);
    QCOMPARE(stateOf(states, opened(1s, 3s + 1ns)), IncidentState::Open);
}

void IncidentStatesTest::theTraceDecidesFirst() {
    IncidentStates states;
    Incident incident = opened(1s, 2s);
    states.mark(incident, {IncidentState::Acknowledged, 3s, "ada", "now"});
    states.mark(incident, {IncidentState::Redriven, 4s, "ada", "now"});
    QCOMPARE(stateOf(states, incident), IncidentState::Acknowledged);
    incident.state = IncidentState::Redriven;
    QCOMPARE(stateOf(states, incident), IncidentState::Redriven);
}

/// Keys 0, 1, 2, 0 die at 1, 2, 3 and 4 s; the same keys come again from 5 s on and are worked off.
void IncidentStatesTest::tellsUsersKeysAndWhatIsOutOfOrder() {
    const Diagram drawn = test::parsed(R"({"sluice":1,"nodes":[
        {"id":"c","kind":"client","workload":"constant","rate":1,"keys":"sequence","keyCount":3,"message":"Change",
         "users":3},
        {"id":"work","kind":"queue"},{"id":"dead","kind":"queue"},
        {"id":"s","kind":"service","serviceTime":"10ms"}],"links":[
        {"id":"p","kind":"publish","from":"c","to":"work"},
        {"id":"t","kind":"consume","from":"work","to":"s","retries":0},
        {"id":"d","kind":"deadLetter","from":"work","to":"dead"}],
        "messages":[{"id":"Change","kind":"command","keying":"keyed","key":"userId"}],
        "scenarios":[{"id":"s","until":"7500ms","actions":[
        {"at":"0s","do":"fail","target":"s","failure":"unexpectedError","probability":1,"duration":"4500ms"}]}]})");
    auto simulation = Simulation::create(drawn, {});
    QVERIFY(simulation);
    TraceStore store(simulation->table());
    simulation->runUntil(TraceTime::max(), store);
    IncidentCollector collector(simulation->table());
    collector.accept(store.read(0, store.size()), store.horizon());
    const auto incidents = collector.incidents();
    QCOMPARE(incidents.size(), std::size_t(1));
    const IncidentImpact impact = impactOf(incidents[0], store, store.size());
    QCOMPARE(impact.users, (std::vector<std::string>{"user-0", "user-1", "user-2"}));
    QCOMPARE(impact.keys, impact.users);
    QCOMPARE(impact.types, std::vector<std::string>{"Change"});
    // Three more in the three seconds after the first.
    QVERIFY(std::abs(impact.perSecond - 1.0) < 1e-6);
    // Message 5 (key 1) came before letter 2, 6 (key 2) before 3, and 7 (key 0) before 1 and 4.
    std::vector<std::pair<MessageId, MessageId>> pairs;
    for (const Overtaking& one : impact.outOfOrder) {
        pairs.emplace_back(one.later, one.letter);
        QCOMPARE(store.at(one.sequence).kind, EventKind::WorkFinished);
    }
    QCOMPARE(pairs, (std::vector<std::pair<MessageId, MessageId>>{{5, 2}, {6, 3}, {7, 1}, {7, 4}}));
    // Nothing of it has happened yet at 4.9 s.
    QVERIFY(impactOf(incidents[0], store, store.lowerBound(4900ms)).outOfOrder.empty());
    const std::string text = textOf(incidents, store, store.size());
    QVERIFY(text.starts_with("4 Change rejected in work: unexpected error (open)\n"));
    QVERIFY(text.find("m-7 was worked off at 7.0") != std::string::npos);
}

QTEST_APPLESS_MAIN(IncidentStatesTest)
#include "tst_incidentstates.moc"
