#include <QtTest>

#include "core/incident/causalchain.h"
#include "core/incident/redriveorder.h"
#include "core/query/causes.h"
#include "tests/engine/randomdrawing.h"
#include "tests/engine/simulated.h"

using namespace sluice;

namespace {

/// A run kept in a store, as every consumer of a chain has it.
struct Kept {
    Diagram diagram;
    std::unique_ptr<TraceStore> store;
    Scenario scenario;

    explicit Kept(Diagram drawn) : diagram(std::move(drawn)) {
        auto simulation = Simulation::create(diagram, {});
        if (!simulation)
            qFatal("%s", simulation.error().text().c_str());
        scenario = simulation->scenario();
        store = std::make_unique<TraceStore>(simulation->table());
        simulation->runUntil(TraceTime::max(), *store);
    }
    explicit Kept(const QByteArray& text) : Kept(test::parsed(text.toStdString())) {}

    [[nodiscard]] CausalChain why(MessageId message, const char* place = nullptr) const {
        return causalChain({*store, &diagram, &scenario}, message,
                           place ? store->table().find(place) : kNoEntity);
    }
    /// The first message of which such an event tells.
    [[nodiscard]] MessageId first(EventKind kind) const {
        MessageId found = 0;
        store->visit(0, store->size(), [&](Sequence, const TraceEvent& event) {
            found = event.kind == kind ? event.message : 0;
            return found == 0;
        });
        return found;
    }
};

QStringList textsOf(const CausalChain& chain) {
    QStringList texts;
    for (const CausalStep& step : chain.steps)
        texts << QString::fromStdString(step.text);
    return texts;
}

std::vector<CausalRule> rulesOf(const CausalChain& chain) {
    std::vector<CausalRule> rules;
    for (const CausalStep& step : chain.steps)
        rules.push_back(step.rule);
    return rules;
}

using enum CausalRule;

constexpr auto kOneMessage = R"({"id":"c","kind":"client","name":"Portal","count":1,"workload":"constant",
    "message":"Change","keyCount":1})";
constexpr auto kType = R"("messages":[{"id":"Change","kind":"command","keying":"keyed","key":"userId",
    "fields":[{"name":"userId","type":"id"}]}])";

QByteArray drawing(const QByteArray& nodes, const QByteArray& links, const QByteArray& actions = "[]") {
    return R"({"sluice":1,"nodes":[)" + QByteArray(kOneMessage) + ',' + nodes + R"(],"links":[)" + links +
           "]," + kType + R"(,"scenarios":[{"id":"s","until":"30s","actions":)" + actions + "}]}";
}

}  // namespace

class CausalChainTest : public QObject {
    Q_OBJECT
private slots:
    void badDataIsRejectedAtOnce();
    void aBugIsTriedAgainAndThenGivenUp();
    void anExpiredMessageGoesOverTheDeadLetterExchange();
    void aRoundOverADelayQueueCountsTheDeaths();
    void aCrashGivesBackUntilTheDeliveryLimit();
    void aFullQueueGivesUpItsHead();
    void whatNoBindingMatchesIsDropped();
    void aRecordLeadsBackOverItsTopic();
    void aRefusalNamesTheRoleThatIsMissing();
    void aRedriveByHandNamesWhoDidIt();
    void knowsNothingOfAMessageToCome();
    void everyDeadLetterOfAnyDrawingLeadsBackToAClient();
    void stepsFromCauseToCauseLeadWhereTheChainDoes();
    void everyRuleHasASentenceAndASource();
};

void CausalChainTest::badDataIsRejectedAtOnce() {
    const Kept run(drawing(
        R"({"id":"work","kind":"queue","name":"Work"},{"id":"dead","kind":"queue","name":"Dead"},
           {"id":"s","kind":"service","name":"Users","handlers":[{"link":"take","message":"Change","steps":[
              {"do":"work","time":"10ms"},{"do":"validate","field":"email"}]}]})",
        R"({"id":"p","kind":"publish","from":"c","to":"work"},
           {"id":"take","kind":"consume","from":"work","to":"s","retries":3},
           {"id":"dl","kind":"deadLetter","from":"work","to":"dead"})",
        R"([{"at":"0s","do":"poison","target":"c","probability":1}])"));
    const CausalChain chain = run.why(1);
    QVERIFY(chain.complete);
    QCOMPARE(chain.place, run.store->table().find("dead"));
    QCOMPARE(rulesOf(chain),
             (std::vector{Waits, DeadLetterRouting, Rejected, HandlerFailed, ScenarioAction, ClientActed}));
    QCOMPARE(textsOf(chain)[0], "Change waits in Dead, which nobody consumes");
    QCOMPARE(textsOf(chain)[2], "rejected in Work at attempt 1: bad data; x-death count 1");
    QCOMPARE(textsOf(chain)[3],
             "handler step 2 'validate email' of Users, instance 1 failed: bad data, it is malformed");
    QCOMPARE(textsOf(chain)[4], "the scenario makes Portal send malformed messages, from 0s on");
    QCOMPARE(textsOf(chain)[5], "Portal asks for a malformed Change of user-0");
    // Each names the moment and the place to look at.
    QCOMPARE(run.store->at(chain.steps[2].sequence).kind, EventKind::DeadLettered);
    QCOMPARE(run.store->at(chain.steps[3].sequence).kind, EventKind::Failed);
    QCOMPARE(chain.steps[3].place, run.store->table().find("s"));
    QCOMPARE(run.store->at(chain.steps[4].sequence).kind, EventKind::ActionBegan);
    QCOMPARE(run.store->at(chain.steps[5].sequence).kind, EventKind::MessageCreated);
}

void CausalChainTest::aBugIsTriedAgainAndThenGivenUp() {
    const Kept run(drawing(
        R"({"id":"work","kind":"queue","name":"Work"},{"id":"dead","kind":"queue","name":"Dead"},
           {"id":"s","kind":"service","name":"Users","serviceTime":"10ms"})",
        R"({"id":"p","kind":"publish","from":"c","to":"work"},
           {"id":"take","kind":"consume","from":"work","to":"s","retries":2,"backoff":"1s"},
           {"id":"dl","kind":"deadLetter","from":"work","to":"dead"})",
        R"([{"at":"0s","do":"fail","target":"s","failure":"unexpectedError","probability":1}])"));
    const CausalChain chain = run.why(1);
    QVERIFY(chain.complete);
    QCOMPARE(rulesOf(chain), (std::vector{Waits, DeadLetterRouting, Rejected, HandlerFailed, ScenarioAction,
                                          Retried, HandlerFailed, Retried, HandlerFailed, ClientActed}));
    QCOMPARE(textsOf(chain)[2], "rejected in Work at attempt 3: unexpected error; x-death count 1");
    QVERIFY(textsOf(chain)[5].contains("attempt 3, 2.00 s after"));
    QVERIFY(textsOf(chain)[7].contains("attempt 2, 1.00 s after"));
}

void CausalChainTest::anExpiredMessageGoesOverTheDeadLetterExchange() {
    const Kept run(drawing(
        R"({"id":"work","kind":"queue","name":"Work","messageTtl":"2s"},
           {"id":"dlx","kind":"exchange","name":"Deaths","exchangeType":"topic"},
           {"id":"dead","kind":"queue","name":"Dead"},{"id":"other","kind":"queue","name":"Other"})",
        R"({"id":"p","kind":"publish","from":"c","to":"work"},
           {"id":"dl","kind":"deadLetter","from":"work","to":"dlx","routingKey":"work.late"},
           {"id":"b","kind":"bind","from":"dlx","to":"dead","routingKey":"work.*"},
           {"id":"b2","kind":"bind","from":"dlx","to":"other","routingKey":"none"})"));
    const CausalChain chain = run.why(1);
    QVERIFY(chain.complete);
    QCOMPARE(rulesOf(chain), (std::vector{Waits, TopicRouting, DeadLetterRouting, Expired, ClientActed}));
    QCOMPARE(textsOf(chain)[1], "Deaths routed it to Dead by the binding 'work.*'");
    QCOMPARE(textsOf(chain)[2], "→ dead-letter exchange Deaths with key 'work.late'");
    QCOMPARE(textsOf(chain)[3], "expired in Work after 2.00 s; x-death count 1");
    QVERIFY(QString::fromStdString(sentenceOf(chain))
                .startsWith("Portal asks for Change of user-0 → expired in Work after 2.00 s"));
}

void CausalChainTest::aRoundOverADelayQueueCountsTheDeaths() {
    const Kept run(drawing(
        R"({"id":"work","kind":"queue","name":"Work"},{"id":"wait","kind":"queue","name":"Wait","messageTtl":"1s"},
           {"id":"s","kind":"service","name":"Users","serviceTime":"10ms"})",
        R"({"id":"p","kind":"publish","from":"c","to":"work"},
           {"id":"take","kind":"consume","from":"work","to":"s","retries":0},
           {"id":"r","kind":"deadLetter","from":"work","to":"wait"},
           {"id":"b","kind":"deadLetter","from":"wait","to":"work"})",
        R"([{"at":"0s","do":"fail","target":"s","failure":"unexpectedError","probability":1,"duration":"2500ms"}])"));
    const CausalChain chain = run.why(1);
    QVERIFY(chain.complete);
    const QStringList texts = textsOf(chain);
    // It fails after one and two seconds, and succeeds at the third try: two rounds, each with both deaths.
    QCOMPARE(texts.filter("rejected in Work").size(), 2);
    QVERIFY(texts.filter("rejected in Work")[0].endsWith("x-death count 2"));
    QVERIFY(texts.filter("rejected in Work")[1].endsWith("x-death count 1"));
    QVERIFY(texts.filter("expired in Wait")[0].endsWith("after 1.00 s; x-death count 2"));
}

void CausalChainTest::aCrashGivesBackUntilTheDeliveryLimit() {
    const Kept run(drawing(
        R"({"id":"work","kind":"queue","name":"Work","queueType":"quorum","deliveryLimit":1},
           {"id":"dead","kind":"queue","name":"Dead"},
           {"id":"s","kind":"service","name":"Users","serviceTime":"20s","startupTime":"1s"})",
        R"({"id":"p","kind":"publish","from":"c","to":"work"},
           {"id":"take","kind":"consume","from":"work","to":"s","retries":0},
           {"id":"dl","kind":"deadLetter","from":"work","to":"dead"})",
        R"([{"at":"2s","do":"stop","target":"s","duration":"1s"},{"at":"12s","do":"stop","target":"s","duration":"1s"}])"));
    const MessageId dead = run.first(EventKind::DeadLettered);
    QVERIFY(dead != 0);
    const CausalChain chain = run.why(dead);
    QVERIFY(chain.complete);
    const auto rules = rulesOf(chain);
    QCOMPARE(rules[2], DeliveryLimit);
    QVERIFY(std::find(rules.begin(), rules.end(), ChannelClosed) != rules.end());
    QVERIFY(textsOf(chain).filter("the scenario stops Users, from 2s on").size() == 1);
}

void CausalChainTest::aFullQueueGivesUpItsHead() {
    const Kept run(QByteArray(R"({"sluice":1,"nodes":[
        {"id":"c","kind":"client","name":"Portal","workload":"constant","rate":1,"count":3},
        {"id":"work","kind":"queue","name":"Work","maxLength":1},{"id":"dead","kind":"queue","name":"Dead"}],
        "links":[{"id":"p","kind":"publish","from":"c","to":"work"},
        {"id":"dl","kind":"deadLetter","from":"work","to":"dead"}],
        "scenarios":[{"id":"s","until":"10s"}]})"));
    const CausalChain chain = run.why(1);
    QCOMPARE(rulesOf(chain), (std::vector{Waits, DeadLetterRouting, MaxLength, ClientActed}));
    QCOMPARE(textsOf(chain)[2], "Work was full; x-death count 1");
}

void CausalChainTest::whatNoBindingMatchesIsDropped() {
    const Kept run(drawing(
        R"({"id":"x","kind":"exchange","name":"Orders","exchangeType":"direct"},{"id":"work","kind":"queue"})",
        R"({"id":"p","kind":"publish","from":"c","to":"x","routingKey":"a"},
           {"id":"b","kind":"bind","from":"x","to":"work","routingKey":"b"})"));
    const CausalChain chain = run.why(1);
    QCOMPARE(rulesOf(chain), (std::vector{Unroutable, ClientActed}));
    QCOMPARE(textsOf(chain)[0], "dropped at Orders: no queue is bound for it");
    QCOMPARE(chain.place, run.store->table().find("x"));
}

void CausalChainTest::aRecordLeadsBackOverItsTopic() {
    const Kept run(drawing(
        R"({"id":"t","kind":"topic","name":"Events","partitions":1},{"id":"work","kind":"queue","name":"Work"},
           {"id":"dead","kind":"queue","name":"Dead"},
           {"id":"a","kind":"service","name":"Relay","serviceTime":"1ms"},
           {"id":"s","kind":"service","name":"Users","handlers":[{"message":"Change","steps":[
              {"do":"fail","failure":"badData","probability":1}]}]})",
        R"({"id":"p","kind":"publish","from":"c","to":"t"},{"id":"f","kind":"consume","from":"t","to":"a"},
           {"id":"q","kind":"publish","from":"a","to":"work"},
           {"id":"take","kind":"consume","from":"work","to":"s"},
           {"id":"dl","kind":"deadLetter","from":"work","to":"dead"})"));
    const CausalChain chain = run.why(run.first(EventKind::DeadLettered));
    QVERIFY(chain.complete);
    QCOMPARE(rulesOf(chain), (std::vector{Waits, DeadLetterRouting, Rejected, HandlerFailed, HandlerPublished,
                                          Fetched, Partitioned, ClientActed}));
    QCOMPARE(textsOf(chain)[3], "handler step 1 'fail' of Users, instance 1 failed: bad data");
    QVERIFY(textsOf(chain)[4].startsWith("Relay sends Change of user-0"));
    QVERIFY(textsOf(chain)[5].contains("fetched by Relay from partition 0 of Events, offset 0"));
    QCOMPARE(chain.steps[4].message, MessageId(2));
    QCOMPARE(chain.steps[5].message, MessageId(1));
}

void CausalChainTest::aRefusalNamesTheRoleThatIsMissing() {
    const Kept run(drawing(
        R"({"id":"work","kind":"queue","name":"Work"},
           {"id":"s","kind":"service","name":"Users","handlers":[{"message":"Change","steps":[
              {"do":"work","time":"1ms","role":"admin"}]}]})",
        R"({"id":"p","kind":"publish","from":"c","to":"work"},
           {"id":"take","kind":"consume","from":"work","to":"s"})"));
    const QStringList texts = textsOf(run.why(1));
    QVERIFY2(texts.filter("the user has not the role 'admin'").size() == 1, qPrintable(texts.join('\n')));
}

void CausalChainTest::aRedriveByHandNamesWhoDidIt() {
    Diagram drawn = test::parsed(
        drawing(
            R"({"id":"work","kind":"queue","name":"Work"},{"id":"dead","kind":"queue","name":"Dead"},
               {"id":"s","kind":"service","name":"Users","serviceTime":"10ms"})",
            R"({"id":"p","kind":"publish","from":"c","to":"work"},
               {"id":"take","kind":"consume","from":"work","to":"s","retries":0},
               {"id":"dl","kind":"deadLetter","from":"work","to":"dead"})",
            R"([{"at":"0s","do":"fail","target":"s","failure":"unexpectedError","probability":1}])")
            .toStdString());
    drawn.scenarios.front().actions.push_back(
        actionOf({"dead", std::chrono::seconds(5), {1}, {}, true, 0, "Ada", "2026-01-01T10:00:00Z"}));
    const Kept run(drawn);
    // It dies again, for the first time since it was published anew.
    const CausalChain chain = run.why(1, "dead");
    QVERIFY(chain.complete);
    const QStringList texts = textsOf(chain);
    QVERIFY2(texts.contains("Ada redrives Dead, at 5s"), qPrintable(texts.join('\n')));
    QVERIFY(texts.contains("redriven from Dead to Work"));
    QCOMPARE(texts.filter("x-death count 1").size(), 2);
    // Another letter's redrive is none of its business.
    QVERIFY(!textsOf(run.why(2, "dead")).join(' ').contains("Ada"));
}

void CausalChainTest::knowsNothingOfAMessageToCome() {
    const Kept run(
        drawing(R"({"id":"work","kind":"queue"})", R"({"id":"p","kind":"publish","from":"c","to":"work"})"));
    QVERIFY(run.why(2).steps.empty());
    QVERIFY(causalChain({*run.store, nullptr, nullptr}, 1, kNoEntity, 0).steps.empty());
    // Without a drawing the rules are still named.
    QCOMPARE(rulesOf(causalChain({*run.store, nullptr, nullptr}, 1)), (std::vector{Waits, ClientActed}));
}

void CausalChainTest::everyDeadLetterOfAnyDrawingLeadsBackToAClient() {
    std::size_t told = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Kept run(QByteArray::fromStdString(test::RandomDrawing(seed).text()));
        std::vector<MessageId> dead;
        run.store->visit(0, run.store->size(), [&](Sequence, const TraceEvent& event) {
            if (event.kind == EventKind::DeadLettered && dead.size() < 50)
                dead.push_back(event.message);
            return true;
        });
        for (const MessageId message : dead) {
            const CausalChain chain = run.why(message);
            QVERIFY(!chain.steps.empty());
            QVERIFY2(chain.complete, qPrintable(QString("seed %1\n").arg(seed) + textsOf(chain).join('\n')));
            TraceTime before = TraceTime::max();
            for (const CausalStep& step : chain.steps) {
                if (step.rule == ScenarioAction)
                    continue;
                QVERIFY(step.at <= before);
                before = step.at;
                QCOMPARE(run.store->at(step.sequence).at, step.at);
            }
            ++told;
        }
    }
    QVERIFY(told > 200);
}

// Going back event by event, as the transport does, ends at what the chain ends with.
void CausalChainTest::stepsFromCauseToCauseLeadWhereTheChainDoes() {
    int walked = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const Kept run(QByteArray::fromStdString(test::RandomDrawing(seed).text()));
        const std::shared_ptr<const TraceStore> store(std::shared_ptr<void>(), run.store.get());
        Causes causes(store);
        std::vector<Sequence> deaths;
        store->visit(0, store->size(), [&](Sequence sequence, const TraceEvent& event) {
            if (event.kind == EventKind::DeadLettered && deaths.size() < 20)
                deaths.push_back(sequence);
            return true;
        });
        for (const Sequence death : deaths) {
            const CausalChain chain = run.why(store->at(death).message);
            QVERIFY(chain.complete);
            Sequence at = death;
            while (const auto before = causes.causeOf(at)) {
                QVERIFY(*before < at);
                at = *before;
            }
            const TraceEvent first = store->at(at);
            QCOMPARE(first.kind, EventKind::MessageCreated);
            const auto told =
                std::find_if(chain.steps.rbegin(), chain.steps.rend(),
                             [](const CausalStep& step) { return step.rule != CausalRule::ScenarioAction; });
            QVERIFY2(first.message == store->at(told->sequence).message,
                     qPrintable(QString("seed %1: m-%2\n").arg(seed).arg(first.message) +
                                textsOf(chain).join('\n')));
            ++walked;
        }
    }
    QVERIFY(walked > 100);
}

void CausalChainTest::everyRuleHasASentenceAndASource() {
    for (int i = 0; i < kCausalRuleCount; ++i) {
        QVERIFY(!textOf(static_cast<CausalRule>(i)).sentence.empty());
        QVERIFY(!textOf(static_cast<CausalRule>(i)).source.empty());
    }
}

QTEST_APPLESS_MAIN(CausalChainTest)
#include "tst_causalchain.moc"
