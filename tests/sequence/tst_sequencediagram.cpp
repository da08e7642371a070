#include "core/sequence/sequencediagram.h"

#include <set>

#include "core/sequence/sequencetext.h"
#include "tests/engine/simulated.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

struct Played {
    std::shared_ptr<TraceStore> store;
    std::vector<TraceEvent> events;

    [[nodiscard]] const EntityTable& table() const { return store->table(); }
    [[nodiscard]] std::optional<TraceEvent> first(EventKind kind) const {
        const auto found = std::ranges::find(events, kind, &TraceEvent::kind);
        return found == events.end() ? std::nullopt : std::optional(*found);
    }
    [[nodiscard]] std::size_t count(EventKind kind, MessageId message) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            events, [&](const TraceEvent& event) { return event.kind == kind && event.message == message; }));
    }
};

Played play(const char* scenario) {
    const auto diagram = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/update-user-email.sluice");
    if (!diagram)
        qFatal("%s", diagram.error().text().c_str());
    RunOptions options;
    options.scenario = scenario;
    const test::Run run = test::run(diagram->diagram, options);
    Played played{std::make_shared<TraceStore>(run.table), run.trace.events};
    played.store->accept(played.events, run.trace.horizon);
    played.store->finish({});
    return played;
}

SequenceDiagram chainOf(const Played& played, MessageId message) {
    SequenceScope scope;
    scope.messages = messagesCausedBy(*played.store, played.store->message(message)->correlation);
    return sequenceOf(*played.store, scope);
}

std::size_t countHops(const SequenceDiagram& diagram, HopKind kind, MessageId message) {
    return static_cast<std::size_t>(std::ranges::count_if(
        diagram.hops, [&](const Hop& hop) { return hop.kind == kind && hop.message == message; }));
}

}  // namespace

class TestSequenceDiagram : public QObject {
    Q_OBJECT

private slots:
    void drawsADeadLetterFromTheClientToTheEnd() {
        const Played played = play("processing-bug");
        const auto death = played.first(EventKind::DeadLettered);
        QVERIFY(death);
        const SequenceDiagram diagram = chainOf(played, death->message);
        const Hop* last = nullptr;
        for (const Hop& hop : diagram.hops) {
            QVERIFY(hop.received >= hop.sent);
            if (hop.kind == HopKind::DeadLetter)
                last = &hop;
        }
        QVERIFY(last);
        QCOMPARE(last->message, death->message);
        QCOMPARE(last->received, death->at);
        QCOMPARE(diagram.lifelines[last->from].entity, death->subject);
        QCOMPARE(diagram.lifelines[last->to].entity, death->peer);
        QCOMPARE(diagram.lifelines.front().entity, played.store->message(death->message)->origin);
    }

    void everyDeliveryIsOneHopWithItsWaitingTime() {
        const Played played = play("all-is-well");
        const SequenceDiagram diagram = sequenceOf(*played.store, {.mostEvents = 10'000'000});
        QVERIFY(!diagram.truncated);
        std::map<Sequence, Duration> waited;
        for (const Hop& hop : diagram.hops) {
            if (hop.kind == HopKind::Delivery)
                waited[hop.sequence] = hop.waited;
        }
        std::size_t deliveries = 0;
        for (Sequence sequence = 0; sequence < played.events.size(); ++sequence) {
            const TraceEvent& event = played.events[sequence];
            // Answers over a reply queue go to who asked, without a consume link.
            if (event.kind != EventKind::Delivered || event.peer == kNoEntity)
                continue;
            ++deliveries;
            QVERIFY(waited.contains(sequence));
            QCOMPARE(waited[sequence].count(), event.value);
        }
        QVERIFY(deliveries > 100);
    }

    void hopsGoAlongTheDrawing() {
        for (const char* scenario :
             {"all-is-well", "processing-bug", "late-arrival-coarse", "caller-timeout"}) {
            const Played played = play(scenario);
            std::set<std::pair<EntityId, EntityId>> joined;
            for (const Entity& entity : played.table().entities) {
                if (entity.isLink) {
                    joined.emplace(entity.from, entity.to);
                    joined.emplace(entity.to, entity.from);
                }
            }
            const SequenceDiagram diagram = sequenceOf(*played.store, {.mostEvents = 10'000'000});
            for (const Hop& hop : diagram.hops) {
                if (hop.to == Hop::kNowhere || hop.kind == HopKind::Redrive || hop.kind == HopKind::Retry)
                    continue;
                const EntityId from = diagram.lifelines[hop.from].entity;
                const EntityId to = diagram.lifelines[hop.to].entity;
                QVERIFY2(
                    joined.contains({from, to}),
                    qPrintable(QStringLiteral("%1: %2 to %3, %4")
                                   .arg(scenario, QString::fromStdString(diagram.lifelines[hop.from].name),
                                        QString::fromStdString(diagram.lifelines[hop.to].name),
                                        QString::fromStdString(describe(hop, played.table())))));
            }
        }
    }

    void workBeginsAndEndsAsTheTraceSays() {
        const Played played = play("processing-bug");
        const auto failed = played.first(EventKind::Failed);
        QVERIFY(failed);
        const SequenceDiagram diagram = chainOf(played, failed->message);
        const auto activities = std::ranges::count_if(diagram.activities, [&](const Activity& activity) {
            return activity.message == failed->message;
        });
        QCOMPARE(static_cast<std::size_t>(activities), played.count(EventKind::WorkStarted, failed->message));
        QCOMPARE(countHops(diagram, HopKind::Retry, failed->message),
                 played.count(EventKind::RetryScheduled, failed->message));
    }

    void foldedParticipantsShareALifeline() {
        const Played played = play("all-is-well");
        SequenceScope scope{.mostEvents = 2'000};
        const SequenceDiagram whole = sequenceOf(*played.store, scope);
        scope.folds.assign(played.table().entities.size(), "Everything");
        const SequenceDiagram folded = sequenceOf(*played.store, scope);
        QVERIFY(whole.truncated && whole.lifelines.size() > 3);
        QCOMPARE(folded.lifelines.size(), std::size_t{1});
        QCOMPARE(folded.lifelines.front().name, std::string("Everything"));
        QVERIFY(std::ranges::all_of(folded.hops, [](const Hop& hop) { return hop.from == hop.to; }));
    }

    void writesWhatMermaidAndPlantUmlRead() {
        // By hand, from the two languages' descriptions.
        EntityTable table;
        table.types.push_back({.id = "PlaceOrder", .operation = "", .keyField = "", .fields = {}});
        table.entities.resize(2);
        table.entities[1].elementKind = ElementKind::Queue;
        SequenceDiagram diagram;
        diagram.lifelines = {{"Portal; \"new\"", 0}, {"Orders", 1}};
        diagram.hops.push_back({.kind = HopKind::Publish,
                                .from = 0,
                                .to = 1,
                                .sent = 1ms,
                                .received = 2ms,
                                .message = 3,
                                .reason = "",
                                .sequence = 1});
        diagram.hops.push_back({.kind = HopKind::Publish,
                                .from = 0,
                                .to = Hop::kNowhere,
                                .sent = 3ms,
                                .received = 3ms,
                                .message = 4,
                                .reason = "lost",
                                .sequence = 5});
        diagram.marks.push_back({.lifeline = 1,
                                 .at = 2ms,
                                 .kind = EventKind::Discarded,
                                 .message = 3,
                                 .reason = "expired",
                                 .sequence = 2});
        QCOMPARE(toMermaid(diagram, table), std::string("sequenceDiagram\n"
                                                        "    participant p1 as Portal   new \n"
                                                        "    participant p2 as Orders\n"
                                                        "    p1-)p2: 2.00 ms PlaceOrder m-3\n"
                                                        "    Note over p2: 2.00 ms discarded m-3: expired\n"
                                                        "    p1-xp1: 3.00 ms PlaceOrder m-4, lost\n"));
        QCOMPARE(toPlantUml(diagram, table), std::string("@startuml\n"
                                                         "participant \"Portal   new \" as p1\n"
                                                         "queue \"Orders\" as p2\n"
                                                         "p1 ->> p2 : 2.00 ms PlaceOrder m-3\n"
                                                         "note over p2: 2.00 ms discarded m-3: expired\n"
                                                         "p1 ->x] : 3.00 ms PlaceOrder m-4, lost\n"
                                                         "@enduml\n"));
    }
};

QTEST_APPLESS_MAIN(TestSequenceDiagram)
#include "tst_sequencediagram.moc"
