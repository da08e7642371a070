#include <QtTest>

#include "core/sweep/sweep.h"
#include "tests/engine/simulated.h"

using namespace sluice;

namespace {

// Orders come every two seconds on average; one clerk takes one at a time.
constexpr const char* kClerk = R"drawing({"sluice":1,"nodes":[
{"id":"customers","kind":"client","workload":"poisson","rate":0.5},
{"id":"orders","kind":"queue"},
{"id":"clerk","kind":"service","instances":1,"concurrency":1,"serviceTime":"exp(1s)"
}],
"links":[
{"id":"order","kind":"publish","from":"customers","to":"orders","latency":"0s"},
{"id":"take","kind":"consume","from":"orders","to":"clerk","prefetch":1,"latency":"0s"}],
"scenarios":[{"id":"day","until":"20m","seed":1,"expectations":[
{"metric":"lost","is":"==","value":0},
{"metric":"wait.mean","of":"orders","is":"<","value":"2s"}]}]
})drawing";

SweepPlan planOf(const std::vector<std::string>& vary, std::vector<std::uint64_t> seeds) {
    SweepPlan plan;
    plan.diagram = test::parsed(kClerk);
    plan.seeds = std::move(seeds);
    for (const std::string& text : vary) {
        auto variation = parseVariation(plan.diagram, text);
        if (!variation)
            qFatal("%s", variation.error().text().c_str());
        plan.variations.push_back(*variation);
    }
    return plan;
}

SweepResult swept(const SweepPlan& plan, unsigned jobs = 2) {
    auto result = runSweep(plan, jobs, {}, {});
    if (!result)
        qFatal("%s", result.error().text().c_str());
    return *std::move(result);
}

std::size_t columnOf(const SweepResult& result, const std::string& subject, const std::string& metric) {
    for (std::size_t i = 0; i < result.columns.size(); ++i) {
        if (result.columns[i].subject == subject && result.columns[i].metric == metric)
            return i;
    }
    qFatal("there is no column %s of %s", metric.c_str(), subject.c_str());
}

// NaN equals NaN here: nothing was measured in either.
bool same(const Replica& a, const Replica& b) {
    return a.setting == b.setting && a.seed == b.seed && a.fingerprint == b.fingerprint &&
           std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
                      [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace

class SweepTest : public QObject {
    Q_OBJECT
private slots:
    void playsEveryCombinationWithEverySeed();
    void doesNotDependOnTheNumberOfThreads();
    void aReplicaIsTheRunOfThatDrawingAndSeed();
    void agreesWithQueueingTheory();
    void judgesTheExpectations();
    void keepsWhatWasFinishedWhenStopped();
    void reportsHowFarItIs();
    void refusesWhatCannotRun();
};

void SweepTest::playsEveryCombinationWithEverySeed() {
    SweepPlan plan = planOf({"clerk.instances=1,2", "customers.rate=0.1,0.2,0.3"}, {5, 3});
    plan.until = std::chrono::seconds(30);
    QCOMPARE(plan.settings(), std::size_t{6});
    QCOMPARE(plan.valuesIn(0), (std::vector<std::size_t>{0, 0}));
    QCOMPARE(plan.valuesIn(4), (std::vector<std::size_t>{1, 1}));
    const SweepResult result = swept(plan);
    QCOMPARE(result.planned, std::size_t{12});
    QCOMPARE(result.replicas.size(), std::size_t{12});
    for (std::size_t i = 0; i < 12; ++i) {
        QCOMPARE(result.replicas[i].setting, i % 6);
        QCOMPARE(result.replicas[i].seed, std::uint64_t{i < 6 ? 5U : 3U});
        QCOMPARE(result.replicas[i].values.size(), result.columns.size());
    }
}

void SweepTest::doesNotDependOnTheNumberOfThreads() {
    const SweepPlan plan =
        planOf({"clerk.serviceTime=exp(500ms),exp(1s)", "take.prefetch=1..3"}, {1, 2, 3, 4});
    const SweepResult one = swept(plan, 1);
    for (const unsigned jobs : {2U, 3U, 8U, 64U}) {
        const SweepResult many = swept(plan, jobs);
        QCOMPARE(many.replicas.size(), one.replicas.size());
        for (std::size_t i = 0; i < one.replicas.size(); ++i)
            QVERIFY(same(many.replicas[i], one.replicas[i]));
    }
}

void SweepTest::aReplicaIsTheRunOfThatDrawingAndSeed() {
    const SweepPlan plan = planOf({"queue.orders.prefetch=1,7"}, {11, 12});
    const SweepResult result = swept(plan);
    Diagram byHand = test::parsed(kClerk);
    byHand.links[1].properties.set("prefetch", 7);
    RunOptions options;
    options.seed = 12;
    const test::Run alone = test::run(byHand, options);
    const Replica& replica = result.replicas.back();
    QCOMPARE(replica.fingerprint, alone.fingerprint);
    QCOMPARE(replica.events, alone.outcome.events);
    QCOMPARE(replica.values[columnOf(result, "clerk", "out")], double(alone.of("clerk").out));
    QCOMPARE(replica.values[columnOf(result, "orders", "wait.p95")],
             seconds(alone.of("orders").wait.percentile(0.95)));
    QCOMPARE(replica.values[columnOf(result, "customers", "rate")],
             double(alone.of("customers").created) / 1200);
}

// M/M/1: the mean wait in the queue is rho / (mu - lambda).
void SweepTest::agreesWithQueueingTheory() {
    SweepPlan plan = planOf({"clerk.serviceTime=exp(500ms),exp(1s),exp(1400ms)"}, {});
    plan.until = std::chrono::hours(3);
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        plan.seeds.push_back(seed);
    const SweepResult result = swept(plan);
    const std::vector<double> service{0.5, 1.0, 1.4};
    for (std::size_t setting = 0; setting < service.size(); ++setting) {
        const double rate = 1 / service[setting];
        const double theory = 0.5 / rate / (rate - 0.5);
        const Summary wait = result.summary(setting, columnOf(result, "orders", "wait.mean"));
        QCOMPARE(wait.count, std::size_t{20});
        QVERIFY2(std::abs(wait.mean - theory) < 2 * wait.halfWidth && wait.halfWidth < 0.15 * theory,
                 qPrintable(QString("%1 ± %2, theory %3").arg(wait.mean).arg(wait.halfWidth).arg(theory)));
        const Summary busy = result.summary(setting, columnOf(result, "clerk", "busy"));
        QVERIFY(std::abs(busy.mean - 0.5 * service[setting]) < 2 * busy.halfWidth);
    }
}

void SweepTest::judgesTheExpectations() {
    const SweepResult result =
        swept(planOf({"clerk.serviceTime=exp(100ms),exp(1900ms)"}, {1, 2, 3, 4, 5, 6}));
    std::vector<std::size_t> met;
    for (std::size_t i = 0; i < result.columns.size(); ++i) {
        if (result.columns[i].metric == "met")
            met.push_back(i);
    }
    QCOMPARE(met.size(), std::size_t{3});
    QCOMPARE(result.columns[met[1]].name, std::string("wait.mean of orders < 2s"));
    QCOMPARE(result.summary(0, met[1]).mean, 1.0);
    QCOMPARE(result.summary(0, met[2]).mean, 1.0);
    // A clerk who is busy for 95 % of the time has people wait for half a minute.
    QCOMPARE(result.summary(1, met[0]).mean, 1.0);
    QVERIFY(result.summary(1, met[1]).mean < 0.5);
    QCOMPARE(result.summary(1, met[2]).mean, result.summary(1, met[1]).mean);
}

void SweepTest::keepsWhatWasFinishedWhenStopped() {
    const SweepPlan plan = planOf({"take.prefetch=1..5"}, {1, 2, 3, 4});
    const SweepResult whole = swept(plan);
    const auto stoppedAfterSeven = [&plan](unsigned jobs) {
        std::stop_source stop;
        auto result = runSweep(plan, jobs, stop.get_token(), [&stop](const SweepProgress& progress) {
            if (progress.finished >= 7)
                stop.request_stop();
        });
        return result ? *std::move(result) : SweepResult();
    };
    const SweepResult one = stoppedAfterSeven(1);
    QCOMPARE(one.planned, std::size_t{20});
    QCOMPARE(one.replicas.size(), std::size_t{7});
    for (std::size_t setting = 0; setting < 5; ++setting)
        QCOMPARE(one.summary(setting, 0).count, std::size_t{setting < 2 ? 2U : 1U});
    // Of several threads the others may finish what they were about to.
    const SweepResult several = stoppedAfterSeven(4);
    QVERIFY(several.replicas.size() >= 7 && several.replicas.size() <= 10);
    for (const Replica& replica : several.replicas) {
        QVERIFY(std::any_of(whole.replicas.begin(), whole.replicas.end(),
                            [&](const Replica& other) { return same(replica, other); }));
    }

    std::stop_source before;
    before.request_stop();
    const auto nothing = runSweep(plan, 2, before.get_token(), {});
    QVERIFY(nothing.ok() && nothing->replicas.empty());
}

void SweepTest::reportsHowFarItIs() {
    std::size_t finished = 0;
    double share = 0;
    const auto result =
        runSweep(planOf({"take.prefetch=1..2"}, {1, 2}), 2, {}, [&](const SweepProgress& progress) {
            QVERIFY(progress.finished >= finished && progress.share >= share - 1e-9);
            QCOMPARE(progress.replicas, std::size_t{4});
            finished = progress.finished;
            share = progress.share;
        });
    QVERIFY(result.ok());
    QCOMPARE(finished, std::size_t{4});
    QVERIFY(std::abs(share - 1) < 1e-9);
}

void SweepTest::refusesWhatCannotRun() {
    SweepPlan plan = planOf({"take.prefetch=1,2"}, {1});
    plan.scenario = "night";
    const auto scenario = runSweep(plan, 2, {}, {});
    QVERIFY(!scenario.ok());
    QVERIFY(QString::fromStdString(scenario.error().text())
                .startsWith("scenarios: there is no scenario 'night'"));

    plan = planOf({"take.prefetch=1..1000", "clerk.instances=1..200"}, {1});
    QCOMPARE(runSweep(plan, 2, {}, {}).error().sentence,
             std::string("more than 100000 replicas: vary less, or use fewer seeds"));

    plan = planOf({"orders.queueType=classic,quorum", "orders.maxPriority=5"}, {1});
    const auto setting = runSweep(plan, 2, {}, {});
    QVERIFY(!setting.ok());
    const QString sentence = QString::fromStdString(setting.error().sentence);
    QVERIFY2(sentence.startsWith("with orders.queueType=quorum, orders.maxPriority=5: "),
             qPrintable(sentence));
}

QTEST_GUILESS_MAIN(SweepTest)
#include "tst_sweep.moc"
