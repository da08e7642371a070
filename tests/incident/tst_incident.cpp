#include <QtTest>

#include "core/incident/incident.h"
#include "core/incident/origins.h"
#include "tests/engine/simulated.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;

namespace {

TraceEvent entry(EventKind kind, EntityId subject, MessageId message, std::int64_t at, std::int64_t value = 0,
                 std::uint32_t peer = 0, std::uint16_t detail = 0, std::uint8_t marks = 0) {
    return TraceEvent{TraceTime(at), value, subject, message, peer, detail, kind, marks};
}

TraceEvent created(MessageId message, std::int64_t key) {
    return entry(EventKind::MessageCreated, sample::kPortal, message, 0, key);
}

TraceEvent died(MessageId message, std::int64_t at, FailureKind cause, EntityId to = sample::kDead) {
    return entry(EventKind::DeadLettered, sample::kQueue, message, at, 1, to, 0, marksOf(0, cause));
}

std::vector<Incident> incidentsOf(const std::vector<TraceEvent>& events,
                                  const std::shared_ptr<const EntityTable>& table = sample::table()) {
    IncidentCollector collector(table);
    collector.accept(events, TraceTime::zero());
    return collector.incidents();
}

}  // namespace

class IncidentTest : public QObject {
    Q_OBJECT
private slots:
    void joinsDeathsOfOneCause();
    void staysOpenUntilTheLastIsRedriven();
    void opensAnewAfterItWasClosed();
    void discardsWhatIsNeverKept();
    void followsThroughAnExchange();
    void aRetryAfterAPauseIsNoIncident_data();
    void aRetryAfterAPauseIsNoIncident();
    void isClosedByAConsumerOfTheDeadLetters();
    void ignoresRepliesThatNobodyWaitsFor();
    void countsEveryDeathOfALongTrace();
    void forgetsTheOldestThatHaveEnded();
    void knowsWhatStandsInAQueueHoweverOld();
};

void IncidentTest::joinsDeathsOfOneCause() {
    const auto all =
        incidentsOf({created(1, 17), created(2, 17), created(3, 5), died(1, 10, FailureKind::UnexpectedError),
                     died(2, 20, FailureKind::BadData), died(3, 30, FailureKind::UnexpectedError)});
    QCOMPARE(all.size(), std::size_t(2));
    QCOMPARE(all[0].count, std::uint64_t(2));
    QCOMPARE(all[0].waiting, std::uint64_t(2));
    QCOMPARE(all[0].messages, (std::vector<MessageId>{1, 3}));
    QCOMPARE(all[0].keys, (std::vector<std::int64_t>{17, 5}));
    QCOMPARE(all[0].opened.count(), 10);
    QCOMPARE(all[0].last.count(), 30);
    QCOMPARE(all[0].deadLetterQueue, sample::kDead);
    QCOMPARE(all[0].sentence, std::string("2 UpdateUserEmail rejected in Commands: unexpected error"));
    QCOMPARE(all[1].sentence, std::string("1 UpdateUserEmail rejected in Commands: bad data"));
}

void IncidentTest::staysOpenUntilTheLastIsRedriven() {
    std::vector<TraceEvent> events{created(1, 1), created(2, 2), died(1, 10, FailureKind::UnexpectedError),
                                   died(2, 11, FailureKind::UnexpectedError),
                                   entry(EventKind::Redriven, sample::kDead, 1, 20, 0, sample::kQueue)};
    auto all = incidentsOf(events);
    QVERIFY(all[0].state == IncidentState::Open);
    QCOMPARE(all[0].waiting, std::uint64_t(1));
    // A verdict that leaves it where it is does not close anything.
    events.push_back(entry(EventKind::Redriven, sample::kDead, 2, 21, 0, kNoEntity, 1));
    QVERIFY(incidentsOf(events)[0].state == IncidentState::Open);
    events.push_back(entry(EventKind::Redriven, sample::kDead, 2, 22, 0, sample::kQueue));
    QVERIFY(incidentsOf(events)[0].state == IncidentState::Redriven);
}

void IncidentTest::opensAnewAfterItWasClosed() {
    const auto all = incidentsOf({created(1, 1), died(1, 10, FailureKind::UnexpectedError),
                                  entry(EventKind::Redriven, sample::kDead, 1, 20, 0, sample::kQueue),
                                  died(1, 30, FailureKind::UnexpectedError)});
    QCOMPARE(all.size(), std::size_t(2));
    QVERIFY(all[0].state == IncidentState::Redriven);
    QVERIFY(all[1].state == IncidentState::Open);
    QCOMPARE(all[1].waiting, std::uint64_t(1));
}

void IncidentTest::discardsWhatIsNeverKept() {
    const auto expired = static_cast<std::uint16_t>(DeathReason::Expired);
    const auto all = incidentsOf({created(1, 1), created(2, 1),
                                  entry(EventKind::Discarded, sample::kQueue, 1, 5, 0, 0, expired),
                                  entry(EventKind::Discarded, sample::kQueue, 2, 6, 0, 0, expired)});
    QCOMPARE(all.size(), std::size_t(1));
    QCOMPARE(all[0].count, std::uint64_t(2));
    QCOMPARE(all[0].waiting, std::uint64_t(0));
    QVERIFY(all[0].state == IncidentState::Discarded);
    QCOMPARE(all[0].deadLetterQueue, kNoEntity);
    QCOMPARE(all[0].sentence, std::string("2 UpdateUserEmail expired in Commands"));
}

void IncidentTest::followsThroughAnExchange() {
    auto table = std::make_shared<EntityTable>(*sample::table());
    table->entities.push_back(sample::element("dlx", "Dead letters", ElementKind::Exchange));
    const auto exchange = static_cast<EntityId>(table->entities.size() - 1);
    const auto all = incidentsOf({created(1, 1), died(1, 10, FailureKind::BadData, exchange),
                                  entry(EventKind::Enqueued, sample::kDead, 1, 12, 1)},
                                 table);
    QCOMPARE(all[0].deadLetterQueue, sample::kDead);
    QCOMPARE(all[0].waiting, std::uint64_t(1));
}

void IncidentTest::aRetryAfterAPauseIsNoIncident_data() {
    QTest::addColumn<QByteArray>("nodes");
    QTest::addColumn<QByteArray>("links");
    QTest::addColumn<qulonglong>("deadLetters");
    const QByteArray wait = R"(,{"id":"wait","kind":"queue","messageTtl":"1s"})";
    const QByteArray exchange = R"(,{"id":"x","kind":"exchange","exchangeType":"fanout"})";
    QTest::newRow("straight") << wait
                              << QByteArray(R"(,{"id":"r","kind":"deadLetter","from":"work","to":"wait"},
                                               {"id":"b","kind":"deadLetter","from":"wait","to":"work"})")
                              << 0ULL;
    QTest::newRow("through an exchange")
        << wait + exchange << QByteArray(R"(,{"id":"r","kind":"deadLetter","from":"work","to":"x"},
                          {"id":"xw","kind":"bind","from":"x","to":"wait"},
                          {"id":"b","kind":"deadLetter","from":"wait","to":"work"})")
        << 0ULL;
    // Five messages fail at each of their tries at 0, 1 and 2 s, and each failure is put on record.
    QTest::newRow("with a record of each failure")
        << wait + exchange + R"(,{"id":"record","kind":"queue"})"
        << QByteArray(R"(,{"id":"r","kind":"deadLetter","from":"work","to":"x"},
                          {"id":"xw","kind":"bind","from":"x","to":"wait"},
                          {"id":"xr","kind":"bind","from":"x","to":"record"},
                          {"id":"b","kind":"deadLetter","from":"wait","to":"work"})")
        << 15ULL;
}

void IncidentTest::aRetryAfterAPauseIsNoIncident() {
    QFETCH(QByteArray, nodes);
    QFETCH(QByteArray, links);
    QFETCH(qulonglong, deadLetters);
    const QByteArray text = R"({"sluice":1,"nodes":[
        {"id":"c","kind":"client","workload":"burst","burstSize":5,"count":5},{"id":"work","kind":"queue"},
        {"id":"s","kind":"service","serviceTime":"1ms"})" +
                            nodes + R"(],"links":[
        {"id":"p","kind":"publish","from":"c","to":"work"},
        {"id":"t","kind":"consume","from":"work","to":"s","retries":0})" +
                            links + R"(],
        "scenarios":[{"id":"bug","until":"30s","actions":[
        {"at":"0s","do":"fail","target":"s","failure":"unexpectedError","duration":"2500ms"}]}]})";
    const test::Run run = test::run(text.toStdString());
    IncidentCollector collector(run.table);
    collector.accept(run.trace.events, run.trace.horizon);
    QCOMPARE(run.trace.count(EventKind::DeadLettered), std::size_t(5 * 3 * 2));
    QCOMPARE(run.of("s").out, std::uint64_t(5 * 4));
    QCOMPARE(collector.incidents().size(), std::size_t(deadLetters > 0 ? 1 : 0));
    QCOMPARE(run.outcome.system.deadLettersTotal(), std::uint64_t(deadLetters));
    QCOMPARE(run.of("work").deadLettersTotal(), std::uint64_t(deadLetters));
    QCOMPARE(run.of("wait").deadLettersTotal(), std::uint64_t(0));
    if (deadLetters == 0)
        return;
    QCOMPARE(collector.incidents()[0].count, std::uint64_t(deadLetters));
    QCOMPARE(collector.incidents()[0].waiting, std::uint64_t(deadLetters));
    QCOMPARE(run.of("record").deadLettersTotal(), std::uint64_t(deadLetters));
}

void IncidentTest::isClosedByAConsumerOfTheDeadLetters() {
    const auto all = incidentsOf({created(1, 1), died(1, 10, FailureKind::BadData),
                                  entry(EventKind::Delivered, sample::kDead, 1, 12),
                                  entry(EventKind::Acknowledged, sample::kDead, 1, 13)});
    QVERIFY(all[0].state == IncidentState::Discarded);
}

void IncidentTest::ignoresRepliesThatNobodyWaitsFor() {
    auto table = std::make_shared<EntityTable>(*sample::table());
    table->entities[sample::kQueue].temporary = true;
    QVERIFY(incidentsOf({entry(EventKind::Discarded, sample::kQueue, 1, 5)}, table).empty());
}

void IncidentTest::countsEveryDeathOfALongTrace() {
    const auto events = sample::trace(50'000, 3);
    const auto all = incidentsOf(events);
    const auto deaths = std::count_if(events.begin(), events.end(), [](const TraceEvent& one) {
        return one.kind == EventKind::DeadLettered;
    });
    QVERIFY(deaths > 5);
    QCOMPARE(all.size(), std::size_t(1));
    QCOMPARE(all[0].count, std::uint64_t(deaths));
    QCOMPARE(all[0].messages.size(), std::size_t(deaths));
}

/// Dead letters that are taken at once: each opens an incident that has ended with it.
void IncidentTest::forgetsTheOldestThatHaveEnded() {
    IncidentCollector collector(sample::table());
    const auto play = [&](MessageId message, FailureKind cause) {
        std::vector<TraceEvent> events{created(message, 1), died(message, message, cause)};
        if (cause == FailureKind::BadData)
            events.push_back(entry(EventKind::Acknowledged, sample::kDead, message, message));
        collector.accept(events, TraceTime::zero());
    };
    play(1, FailureKind::UnexpectedError);
    for (MessageId message = 2; message <= 30'000; ++message)
        play(message, FailureKind::BadData);
    const auto all = collector.incidents();
    QCOMPARE(all.size(), std::size_t(10'000));
    QVERIFY(all.front().cause == FailureKind::UnexpectedError);
    QVERIFY(all.front().state == IncidentState::Open);
    QCOMPARE(all.back().opened.count(), 30'000);
    QCOMPARE(collector.openCount(), std::size_t(1));
}

void IncidentTest::knowsWhatStandsInAQueueHoweverOld() {
    const auto table = sample::table();
    Origins origins;
    const auto apply = [&](const TraceEvent& event) { origins.apply(event, *table); };
    const auto comesAndGoes = [&](MessageId message) {
        apply(created(message, message));
        apply(entry(EventKind::Enqueued, sample::kQueue, message, 0));
        apply(entry(EventKind::Acknowledged, sample::kQueue, message, 0));
    };
    // One that stays in its queue, one in two queues, one that waits for its retry, one that died, and one
    // that goes.
    for (MessageId message = 1; message <= 5; ++message) {
        apply(created(message, 100 + message));
        apply(entry(EventKind::Enqueued, sample::kQueue, message, 0));
    }
    apply(entry(EventKind::Enqueued, sample::kDead, 2, 0));
    apply(entry(EventKind::Acknowledged, sample::kQueue, 2, 0));
    apply(entry(EventKind::RetryScheduled, sample::kQueue, 3, 0));
    apply(entry(EventKind::Acknowledged, sample::kQueue, 3, 0));
    apply(died(4, 0, FailureKind::BadData));
    apply(entry(EventKind::Acknowledged, sample::kQueue, 5, 0));
    constexpr auto kLast = static_cast<MessageId>(3 * Origins::kWindow);
    for (MessageId message = 6; message <= kLast; ++message)
        comesAndGoes(message);
    QCOMPARE(origins.count(), Origins::kWindow + 4);
    for (MessageId message = 1; message <= 4; ++message) {
        QVERIFY(origins.find(message));
        QCOMPARE(origins.find(message)->key, 100 + std::int64_t{message});
    }
    QVERIFY(!origins.find(5));
    QVERIFY(!origins.find(kLast - Origins::kWindow));
    QVERIFY(origins.find(kLast - Origins::kWindow + 1));
    // They are forgotten once they have gone.
    apply(entry(EventKind::Acknowledged, sample::kQueue, 1, 0));
    apply(entry(EventKind::Discarded, sample::kDead, 2, 0));
    apply(entry(EventKind::Enqueued, sample::kQueue, 3, 0));
    apply(entry(EventKind::Acknowledged, sample::kQueue, 3, 0));
    apply(entry(EventKind::Enqueued, sample::kDead, 4, 0));
    QVERIFY(origins.find(4));
    apply(entry(EventKind::Redriven, sample::kDead, 4, 0, 0, sample::kQueue));
    QVERIFY(origins.find(4));
    apply(entry(EventKind::Enqueued, sample::kQueue, 4, 0));
    apply(entry(EventKind::Acknowledged, sample::kQueue, 4, 0));
    QCOMPARE(origins.count(), Origins::kWindow);
}

QTEST_APPLESS_MAIN(IncidentTest)
#include "tst_incident.moc"
