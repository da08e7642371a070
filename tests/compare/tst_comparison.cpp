#include "core/compare/comparison.h"

#include <QtTest>

#include "core/compare/followedmessage.h"
#include "tests/engine/examplerun.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

constexpr EntityId kClient = 0;
constexpr EntityId kOrders = 1;
constexpr EntityId kDead = 2;

std::shared_ptr<EntityTable> table(bool turned = false) {
    auto table = std::make_shared<EntityTable>();
    const auto add = [&](const char* id, ElementKind kind) {
        Entity entity;
        entity.id = id;
        entity.name = id;
        entity.elementKind = kind;
        table->entities.push_back(entity);
    };
    if (turned)
        add("note", ElementKind::Note);
    add("portal", ElementKind::Client);
    add("orders", ElementKind::Queue);
    add("dead", ElementKind::Queue);
    TracedType type;
    type.id = "PlaceOrder";
    type.keyField = "order";
    table->types.push_back(type);
    return table;
}

struct Trace {
    explicit Trace(bool turned = false) : shift(turned ? 1 : 0), store(table(turned)) {}

    void add(TraceTime at, EventKind kind, EntityId subject, MessageId message, std::uint32_t peer = 0,
             std::uint16_t detail = 0, std::int64_t value = 0, FailureKind cause = FailureKind::None) {
        const bool target = kind == EventKind::DeadLettered;
        const TraceEvent event{at,     value, subject + shift,  message, target ? peer + shift : peer,
                               detail, kind,  marksOf(0, cause)};
        store.accept(std::span(&event, 1), at);
    }
    /// A client's order that stands in the queue for 100 ms and is handled, or dies.
    void order(TraceTime at, MessageId id, std::int64_t key, bool dies = false) {
        add(at, EventKind::MessageCreated, kClient, id, 0, 0, key);
        add(at, EventKind::Enqueued, kOrders, id, 0, 0, 1);
        if (dies)
            add(at + 50ms, EventKind::DeadLettered, kOrders, id, kDead,
                static_cast<std::uint16_t>(DeathReason::Rejected), 1, FailureKind::BadData);
        else
            add(at + 100ms, EventKind::Acknowledged, kOrders, id);
    }
    Comparison with(Trace& other, Alignment alignment = Alignment::ByOrder) {
        store.finish({});
        other.store.finish({});
        auto result = compare(store, other.store, {alignment, {}});
        Q_ASSERT(result.ok());
        return std::move(*result);
    }

    EntityId shift;
    TraceStore store;
};

Diagram flagship() {
    return example("update-user-email");
}

std::unique_ptr<TraceStore> runOf(const Diagram& diagram, const std::string& scenario) {
    auto simulation = Simulation::create(diagram, {.scenario = scenario});
    Q_ASSERT(simulation.ok());
    auto store = std::make_unique<TraceStore>(simulation->table());
    while (!simulation->runUntil(simulation->end() * 4, *store).finished) {
    }
    return store;
}

}  // namespace

class TestComparison : public QObject {
    Q_OBJECT

private slots:
    void aTraceIsAsItself() {
        Trace left;
        Trace right;
        for (Trace* trace : {&left, &right}) {
            trace->order(0s, 1, 7);
            trace->order(1s, 2, 8, true);
        }
        const Comparison comparison = left.with(right);
        QVERIFY(comparison.identical());
        QCOMPARE(comparison.same, 2U);
        QVERIFY(comparison.different.empty());
        QVERIFY(changesOf(comparison.left, comparison.right).empty());
    }

    void numbersOfTheTableDoNotMatter() {
        Trace left;
        Trace right(true);
        for (Trace* trace : {&left, &right})
            trace->order(1s, 1, 8, true);
        const Comparison comparison = left.with(right);
        QVERIFY(comparison.identical());
        QCOMPARE(comparison.same, 1U);
        QCOMPARE(comparison.onlyRight, std::vector<std::string>{"note"});
        QVERIFY(comparison.onlyLeft.empty());
    }

    void theFirstEventThatDiffersIsTold() {
        Trace left;
        Trace right;
        left.order(0s, 1, 7);
        right.order(0s, 1, 7);
        left.order(1s, 2, 8);
        right.order(1s, 2, 8, true);
        const Comparison comparison = left.with(right);
        QVERIFY(comparison.divergence);
        QCOMPARE(comparison.divergence->sequence, 5U);  // after three of the first and two of the second
        QCOMPARE(comparison.divergence->at, TraceTime(1050ms));
        QCOMPARE(comparison.divergence->left->kind, EventKind::Acknowledged);
        QCOMPARE(comparison.divergence->right->kind, EventKind::DeadLettered);
        QCOMPARE(comparison.same, 1U);
        QCOMPARE(comparison.otherWay, 1U);
        const auto done = static_cast<std::size_t>(Fate::Done);
        const auto dead = static_cast<std::size_t>(Fate::DeadLettered);
        QCOMPARE(comparison.fates[done][dead], 1U);
        QCOMPARE(comparison.fates[done][done], 1U);
        QCOMPARE(comparison.faster, 1U);  // 50 ms instead of 100 ms
        QCOMPARE(comparison.slower, 0U);
    }

    void aTraceThatGoesOnDiffersFromOneThatEnds() {
        Trace left;
        Trace right;
        left.order(0s, 1, 7);
        right.order(0s, 1, 7);
        right.order(1s, 2, 8);
        const Comparison comparison = left.with(right);
        QVERIFY(comparison.divergence);
        QCOMPARE(comparison.divergence->at, TraceTime(1s));
        QVERIFY(!comparison.divergence->left);
        QVERIFY(comparison.divergence->right);
        QCOMPARE(comparison.missingLeft, 1U);
        QCOMPARE(comparison.missingRight, 0U);
    }

    // The same key five times, and the second of them missing on the right: by order all after it are
    // shifted, by time only the one is missing.
    void alignmentByTimeBearsAMissingOne() {
        Trace left;
        Trace right;
        MessageId id = 0;
        for (int i = 0; i < 5; ++i) {
            left.order(i * 10s, static_cast<MessageId>(i + 1), 7, i == 3);
            if (i != 1)
                right.order(i * 10s + 1s, ++id, 7, i == 3);
        }
        const Comparison byTime = left.with(right, Alignment::ByTime);
        QCOMPARE(byTime.same, 4U);
        QCOMPARE(byTime.missingRight, 1U);
        QCOMPARE(byTime.different.size(), 1U);
        QCOMPARE(byTime.leftConversations[byTime.different.front().left].began, TraceTime(10s));
        const Comparison byOrder = left.with(right, Alignment::ByOrder);
        QCOMPARE(byOrder.otherWay, 2U);  // the dead one has moved from the fourth place to the third
        QCOMPARE(byOrder.missingRight, 1U);
    }

    void aRedrivenDeadLetterIsJudgedByWhatFollows() {
        Trace trace;
        trace.order(0s, 1, 7, true);
        trace.add(1s, EventKind::Redriven, kDead, 1, kOrders);
        trace.add(1s, EventKind::Enqueued, kOrders, 1, 0, 0, 1);
        trace.add(2s, EventKind::Acknowledged, kOrders, 1);
        ConversationCollector collector;
        collector.accept(trace.store.read(0, trace.store.size()), 2s);
        QCOMPARE(collector.conversations().size(), 1U);
        QCOMPARE(fateName(collector.conversations().front().fate), fateName(Fate::Done));
        QCOMPARE(collector.conversations().front().ended, TraceTime(2s));
    }

    void stepsStandSideBySide() {
        Trace left;
        Trace right;
        left.order(0s, 1, 7);
        right.order(0s, 1, 7, true);
        const auto rows = compareSteps(left.store, 1, right.store, 1);
        const std::vector<ComparedStep> expected{{0, 0}, {1, 1}, {2, std::nullopt}, {std::nullopt, 2}};
        QVERIFY(rows == expected);
        const auto alone = compareSteps(left.store, 1, right.store, 0);
        QCOMPARE(alone.size(), 3U);
        QVERIFY(!alone.front().right);
    }

    // The same seed: until the moment of another action nothing differs, and what it changes is told.
    void aMessageIsFollowedOnBothSides() {
        Trace left;
        left.order(1s, 1, 0);
        left.order(2s, 2, 1);
        left.order(3s, 3, 5);
        Trace right;
        right.order(1s, 1, 0);
        right.order(1500ms, 2, 9);
        right.order(2s, 3, 1, true);
        const Comparison both = left.with(right);
        // By its key it is another number there.
        const auto found = followMessage(both, left.store, right.store, 2, true);
        QVERIFY(found);
        QCOMPARE(found->left, MessageId(2));
        QCOMPARE(found->right, MessageId(3));
        QCOMPARE(found->steps.size(), std::size_t(4));
        QVERIFY(found->steps[0].left && found->steps[0].right);
        QVERIFY(found->steps[1].left && found->steps[1].right);
        int onlyLeft = 0;
        int onlyRight = 0;
        for (std::size_t i = 2; i < 4; ++i) {
            const ComparedStep& step = found->steps[i];
            QVERIFY(step.left.has_value() != step.right.has_value());
            if (step.left)
                onlyLeft += left.store.at(*step.left).kind == EventKind::Acknowledged ? 1 : 0;
            else
                onlyRight += right.store.at(*step.right).kind == EventKind::DeadLettered ? 1 : 0;
        }
        QCOMPARE(onlyLeft, 1);
        QCOMPARE(onlyRight, 1);
        // One that only one side has, on either side; and one that nobody has.
        const auto without = followMessage(both, left.store, right.store, 3, false);
        QVERIFY(without && without->left == 3 && without->right == 0);
        QCOMPARE(without->steps.size(), std::size_t(3));
        QVERIFY(!followMessage(both, left.store, right.store, 99, true));
    }

    void theCorrelationIsFollowedWithAllThatItCaused() {
        const auto left = runOf(flagship(), "all-is-well");
        const auto right = runOf(flagship(), "processing-bug");
        const auto both = compare(*left, *right, {});
        QVERIFY(both.ok());
        MessageId caused = 0;
        for (MessageId id = 1; caused == 0 && left->message(id); ++id) {
            if (left->message(id)->causation != 0)
                caused = id;
        }
        QVERIFY(caused != 0);
        const auto all = followMessage(*both, *left, *right, caused, false);
        QVERIFY(all);
        QCOMPARE(all->left, left->message(caused)->correlation);
        const auto alone = followMessage(*both, *left, *right, caused, true);
        QVERIFY(alone && alone->left == caused);
        QVERIFY(!alone->steps.empty() && alone->steps.size() < all->steps.size());
        for (const ComparedStep& step : alone->steps)
            QVERIFY(!step.left || left->at(*step.left).message == caused);
    }

    void aForkPartsAtItsAction() {
        const Diagram diagram = flagship();
        Diagram forked = diagram;
        Scenario& scenario = forked.scenarios.front();
        Action action;
        action.at = 20s;
        action.kind = ActionKind::Stop;
        action.target = "users";
        scenario.actions.push_back(action);
        const auto left = runOf(diagram, scenario.id);
        const auto right = runOf(forked, scenario.id);
        const auto comparison = compare(*left, *right, {});
        QVERIFY(comparison.ok());
        QVERIFY(comparison->divergence);
        QCOMPARE(comparison->divergence->at, TraceTime(20s));
        QCOMPARE(comparison->divergence->right->kind, EventKind::ActionBegan);
        for (const ConversationPair& pair : comparison->different) {
            QVERIFY(pair.left != ConversationPair::kNone);
            QVERIFY(comparison->leftConversations[pair.left].ended >= 20s);
        }
        QVERIFY(comparison->otherWay > 0);
        const auto changes = changesOf(comparison->left, comparison->right);
        const auto depth = std::find_if(changes.begin(), changes.end(), [](const FigureChange& change) {
            return change.subject == "commands" && change.metric == "depth";
        });
        QVERIFY(depth != changes.end());
        QCOMPARE(depth->left, std::optional(0.0));
        QVERIFY(*depth->right > 0);  // nobody takes the commands any more
    }

    void cancelledIsTold() {
        Trace left;
        Trace right;
        left.order(0s, 1, 7);
        right.order(0s, 1, 7);
        std::stop_source stop;
        stop.request_stop();
        const auto result = compare(left.store, right.store, {}, {}, stop.get_token());
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"
