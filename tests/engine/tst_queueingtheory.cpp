#include <cmath>

#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;

namespace {

constexpr int kSeeds = 24;
// Student's t for 23 degrees of freedom, two-sided 99.9 %: with six waits, one run of the tests in some 170
// would fail if the seeds were not fixed.
constexpr double kT = 3.768;

/// Clients, stages of queue and service in a row, links that take no time.
std::string tandem(double rate, const std::vector<std::pair<int, std::string>>& stages) {
    std::string nodes = fmt::format(R"({{"id":"source","kind":"client","rate":{},"keyCount":1000}})", rate);
    std::string links;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        nodes += fmt::format(
            R"(,{{"id":"q{0}","kind":"queue"}},{{"id":"s{0}","kind":"service","instances":{1},"serviceTime":"{2}"}})",
            i, stages[i].first, stages[i].second);
        const std::string from = i == 0 ? "source" : fmt::format("s{}", i - 1);
        links += fmt::format(R"({3}{{"id":"in{0}","kind":"publish","from":"{1}","to":"q{0}","latency":"0s"}},
            {{"id":"out{0}","kind":"consume","from":"q{0}","to":"s{0}","prefetch":1,"latency":"{2}"}})",
                             i, from, "0s", i == 0 ? "" : ",");
    }
    return fmt::format(
        R"({{"sluice":1,"nodes":[{}],"links":[{}],"scenarios":[{{"id":"run","until":"12000s"}}]}})", nodes,
        links);
}

struct Estimate {
    double mean = 0;
    double halfWidth = 0;
};

/// Mean wait in a queue over independent seeds, and the half width of its confidence interval, in seconds.
Estimate waitIn(const char* queue, const Diagram& diagram) {
    double sum = 0;
    double squares = 0;
    for (int seed = 1; seed <= kSeeds; ++seed) {
        RunOptions options;
        options.seed = static_cast<std::uint64_t>(seed);
        const double wait = seconds(run(diagram, options).of(queue).wait.mean());
        sum += wait;
        squares += wait * wait;
    }
    const double mean = sum / kSeeds;
    const double variance = (squares - kSeeds * mean * mean) / (kSeeds - 1);
    return {mean, kT * std::sqrt(variance / kSeeds)};
}

/// Erlang's C formula: the probability that one who arrives must wait. `load` is lambda / mu, below
/// `servers`.
double erlangC(int servers, double load) {
    double term = 1;
    double sum = 1;
    for (int k = 1; k < servers; ++k) {
        term *= load / k;
        sum += term;
    }
    const double last = term * load / servers / (1 - load / servers);
    return last / (sum + last);
}

}  // namespace

class QueueingTheoryTest : public QObject {
    Q_OBJECT
private slots:
    void waitsAsTheoryPredicts_data();
    void waitsAsTheoryPredicts();
};

void QueueingTheoryTest::waitsAsTheoryPredicts_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("queue");
    QTest::addColumn<double>("wait");
    const auto row = [](const char* name, const std::string& text, const char* queue, double wait) {
        QTest::newRow(name) << QString::fromStdString(text) << queue << wait;
    };
    // Kleinrock, Queueing Systems I: M/M/1 (3.2), M/M/m (3.5), M/G/1 (5.6); Burke's theorem for the tandem.
    row("M/M/1 at 0.5", tandem(0.5, {{1, "exp(1s)"}}), "q0", 0.5 / (1 - 0.5));
    row("M/M/1 at 0.8", tandem(0.8, {{1, "exp(1s)"}}), "q0", 0.8 / (1 - 0.8));
    row("M/D/1 at 0.7", tandem(0.7, {{1, "1s"}}), "q0", 0.7 / (2 * (1 - 0.7)));
    row("M/M/3 at 0.8", tandem(2.4, {{3, "exp(1s)"}}), "q0", erlangC(3, 2.4) / (3 - 2.4));
    const std::string two = tandem(0.6, {{1, "exp(1s)"}, {1, "exp(800ms)"}});
    row("tandem, first", two, "q0", 0.6 / (1 - 0.6));
    row("tandem, second", two, "q1", 0.8 * 0.48 / (1 - 0.48));
}

void QueueingTheoryTest::waitsAsTheoryPredicts() {
    QFETCH(QString, text);
    QFETCH(QString, queue);
    QFETCH(double, wait);
    const Estimate estimate = waitIn(qPrintable(queue), parsed(text.toStdString()));
    const QString told =
        QString("theory %1 s, measured %2 ± %3 s").arg(wait).arg(estimate.mean).arg(estimate.halfWidth);
    QVERIFY2(std::abs(estimate.mean - wait) <= estimate.halfWidth, qPrintable(told));
    // An interval so wide that it proves nothing is a failure too.
    QVERIFY2(estimate.halfWidth < 0.15 * wait, qPrintable(told));
}

QTEST_APPLESS_MAIN(QueueingTheoryTest)
#include "tst_queueingtheory.moc"
