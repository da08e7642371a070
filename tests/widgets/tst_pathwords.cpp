#include <QtTest>

#include "widgets/message/pathwords.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

constexpr EntityId kWork = 0;
constexpr EntityId kDelay = 1;
constexpr EntityId kDead = 2;
constexpr EntityId kExchange = 3;

EntityTable table() {
    EntityTable made;
    for (const char* name : {"work", "delay", "dead", "orders"}) {
        Entity entity;
        entity.id = name;
        entity.name = name;
        entity.elementKind = ElementKind::Queue;
        made.entities.push_back(entity);
    }
    made.entities[kExchange].elementKind = ElementKind::Exchange;
    return made;
}

Stay stay(EntityId queue, TraceTime from, TraceTime to, Stay::End end) {
    Stay made;
    made.queue = queue;
    made.arrived = from;
    made.ended = to;
    made.end = end;
    return made;
}

Stay death(EntityId queue, TraceTime from, TraceTime to, DeathReason reason, EntityId next,
           std::uint32_t count, FailureKind cause = FailureKind::None) {
    Stay made = stay(queue, from, to, Stay::End::DeadLettered);
    made.reason = reason;
    made.next = next;
    made.deathCount = count;
    made.cause = cause;
    return made;
}

}  // namespace

class PathWordsTest : public QObject {
    Q_OBJECT
private slots:
    void tellsTheWholeChain();
    void tellsOfTheEnd_data();
    void tellsOfTheEnd();
    void tellsWhatHappenedElsewhere();
    void longWaysAreCutInTheMiddle();
    void namesTheBrokersHeaders();
};

// The sentence of issue 3.
void PathWordsTest::tellsTheWholeChain() {
    const MessagePath path{{death(kWork, 0s, 1s, DeathReason::Rejected, kDelay, 1),
                            death(kDelay, 1s, 31s, DeathReason::Expired, kWork, 1),
                            death(kWork, 31s, 32s, DeathReason::Rejected, kDead, 2),
                            stay(kDead, 32s, 32s, Stay::End::None)}};
    QCOMPARE(pathwords::chain(path, table()),
             QString("rejected in work → delay, expired after 30 s → work, rejected again: count 2 → dead"));
}

void PathWordsTest::tellsOfTheEnd_data() {
    QTest::addColumn<MessagePath>("path");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const Stay& one, const char* words) {
        QTest::newRow(name) << MessagePath{{one}} << QString(words);
    };
    row("waits", stay(kWork, 0s, 0s, Stay::End::None), "work, waits there");
    row("taken", stay(kWork, 0s, 0s, Stay::End::Taken), "work, in work");
    row("done", stay(kWork, 0s, 0s, Stay::End::Acknowledged), "work, acknowledged");
    row("cause", death(kWork, 0s, 1s, DeathReason::Rejected, kDead, 1, FailureKind::BadData),
        "rejected in work (bad data)");
    row("limit", death(kWork, 0s, 1s, DeathReason::DeliveryLimit, kDead, 1), "delivered too often in work");
    Stay retried = stay(kWork, 0s, 0s, Stay::End::Retried);
    retried.attempt = 2;
    retried.backoff = 4s;
    retried.cause = FailureKind::UnexpectedError;
    row("retried", retried, "work, failed (unexpected error), attempt 2 after 4 s");
    retried.backoff = 2500ms;
    row("half", retried, "work, failed (unexpected error), attempt 2 after 2.5 s");
    Stay requeued = stay(kWork, 0s, 0s, Stay::End::None);
    requeued.requeues = 2;
    row("requeued", requeued, "work, requeued 2 times (its consumer is gone), waits there");
    requeued.requeues = 1;
    requeued.requeue = RequeueReason::Nacked;
    requeued.end = Stay::End::Taken;
    row("given back", requeued, "work, requeued (given back by its consumer), in work");
    Stay dropped = death(kWork, 0s, 2s, DeathReason::Expired, kDelay, 1);
    dropped.dropped = DeathReason::Cycle;
    row("cycle", dropped, "expired after 2 s in work → dropped, dead-letter cycle");
    Stay gone = death(kWork, 0s, 2s, DeathReason::MaxLength, kNoEntity, 1);
    gone.end = Stay::End::Discarded;
    row("discarded", gone, "work, queue full: dropped, no dead-letter queue");
}

void PathWordsTest::tellsOfTheEnd() {
    QFETCH(MessagePath, path);
    QFETCH(QString, words);
    QCOMPARE(pathwords::chain(path, table()), words);
}

void PathWordsTest::tellsWhatHappenedElsewhere() {
    MessageHistory history;
    history.paths.push_back({{stay(kWork, 5s, 5s, Stay::End::None)}});
    Mishap returned;
    returned.at = 2s;
    returned.kind = EventKind::Returned;
    returned.subject = kExchange;
    Mishap refused = returned;
    refused.kind = EventKind::Nacked;
    refused.subject = kWork;
    refused.reason = DeathReason::MaxLength;
    Mishap late = returned;
    late.kind = EventKind::LateArrival;
    history.mishaps = {returned, refused, late};
    QCOMPARE(pathwords::lines(history, table()),
             (QStringList{"returned by orders, unroutable", "refused by work, queue full",
                          "late at orders, rejected", "work, waits there"}));
}

void PathWordsTest::longWaysAreCutInTheMiddle() {
    MessagePath path;
    for (std::uint32_t i = 1; i <= 100; ++i)
        path.stays.push_back(death(kWork, 0s, 1s, DeathReason::Rejected, kWork, i));
    const QString words = pathwords::chain(path, table());
    QVERIFY(words.contains("… 82 more …"));
    QVERIFY(words.endsWith("rejected again: count 100"));
    QVERIFY(words.size() < 800);
}

// RabbitMQ 3.10 turns the entries round at each death (core/engine/queuebroker/deathlog.h).
void PathWordsTest::namesTheBrokersHeaders() {
    const MessagePath path{{death(kWork, 0s, 1s, DeathReason::Rejected, kDelay, 1),
                            death(kDelay, 1s, 31s, DeathReason::Expired, kWork, 1),
                            death(kWork, 31s, 32s, DeathReason::MaxLength, kDead, 1)}};
    QCOMPARE(pathwords::deathHeaders(path, table()),
             (QStringList{"x-death: work maxlen 1, work rejected 1, delay expired 1",
                          "x-first-death-queue: work", "x-first-death-reason: rejected"}));
    QVERIFY(pathwords::deathHeaders({}, table()).isEmpty());
}

QTEST_GUILESS_MAIN(PathWordsTest)
#include "tst_pathwords.moc"
