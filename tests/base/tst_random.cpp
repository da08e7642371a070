#include <QtTest>
#include <cmath>

#include "core/base/distribution.h"
#include "core/base/exponential.h"
#include "core/base/random.h"
#include "tests/base/commalocale.h"

using namespace sluice;

namespace {

/// The greatest error of many, and where it was.
struct Worst {
    double error = 0;
    double at = 0;

    void take(double x, double wrong) {
        // Written so that a NaN counts as the worst.
        if (!(wrong <= error)) {
            error = wrong;
            at = x;
        }
    }
    [[nodiscard]] QString text() const { return QString("%1 at %2").arg(error).arg(at, 0, 'g', 17); }
};

}  // namespace

class RandomTest : public QObject {
    Q_OBJECT
private slots:
    void logarithmAgreesWithTheCLibrary();
    void exponentialAgreesWithTheCLibrary();
    void powerAgreesWithTheCLibrary();
    void streamsOfElementsDiffer();
    void constantsAreExact();
    void distributionsHaveTheirMeans_data();
    void distributionsHaveTheirMeans();
    void lognormalHasItsPercentile();
    void readsADecimalPointInEveryLocale();
    void refusesWhatIsNoDistribution_data();
    void refusesWhatIsNoDistribution();
};

void RandomTest::logarithmAgreesWithTheCLibrary() {
    RandomStream random(1, 2);
    Worst worst;
    for (int i = 0; i < 1'000'000; ++i) {
        const double x = std::ldexp(1 + random.uniform(), static_cast<int>(random.below(120)) - 60);
        const double expected = std::log(x);
        worst.take(x, std::abs(logarithm(x) - expected) / (1 + std::abs(expected)));
    }
    QVERIFY2(worst.error <= 1e-15, qPrintable(worst.text()));
    QCOMPARE(logarithm(1.0) + 1, 1.0);
}

void RandomTest::exponentialAgreesWithTheCLibrary() {
    RandomStream random(1, 3);
    Worst worst;
    for (int i = 0; i < 1'000'000; ++i) {
        const double x = (i % 2 == 0 ? 1400 : 2) * (random.uniform() - 0.5);
        worst.take(x, std::abs(exponentialOf(x) / std::exp(x) - 1));
    }
    QVERIFY2(worst.error <= 1e-15, qPrintable(worst.text()));
    QCOMPARE(exponentialOf(0), 1.0);
    QCOMPARE(exponentialOf(-1e9), 0.0);
    QCOMPARE(exponentialOf(1e9), exponentialOf(700));
}

void RandomTest::powerAgreesWithTheCLibrary() {
    RandomStream random(1, 4);
    Worst worst;
    for (int i = 0; i < 100'000; ++i) {
        const double x = random.uniform() * 1000 + 1e-9;
        const double y = random.uniform() * 6 - 3;
        worst.take(x, std::abs(power(x, y) / std::pow(x, y) - 1));
    }
    QVERIFY2(worst.error <= 1e-14, qPrintable(worst.text()));
    QCOMPARE(power(1, -7.5), 1.0);
}

void RandomTest::constantsAreExact() {
    for (int milliseconds = 1; milliseconds <= 5'000; ++milliseconds) {
        RandomStream random(1, 1);
        const auto length = Distribution::parse(std::to_string(milliseconds) + "ms");
        QCOMPARE(length->sample(random), Duration(std::chrono::milliseconds(milliseconds)));
    }
}

void RandomTest::streamsOfElementsDiffer() {
    RandomStream a(1, hashOf("a"));
    RandomStream b(1, hashOf("b"));
    RandomStream again(1, hashOf("a"));
    QVERIFY(a.next() != b.next());
    again.next();
    QCOMPARE(a.next(), again.next());
}

void RandomTest::distributionsHaveTheirMeans_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("mean");
    QTest::addColumn<double>("deviation");
    QTest::newRow("constant") << "20ms" << 0.02 << 0.0;
    QTest::newRow("exponential") << "exp(20ms)" << 0.02 << 0.02;
    QTest::newRow("uniform") << "uniform(10ms, 30ms)" << 0.02 << 0.02 / std::sqrt(12.0);
    QTest::newRow("normal") << "normal(20ms, 2ms)" << 0.02 << 0.002;
    QTest::newRow("erlang") << "erlang(4, 20ms)" << 0.02 << 0.01;
    // Mean shape * minimum / (shape - 1), variance minimum^2 * shape / ((shape-1)^2 (shape-2)).
    QTest::newRow("pareto") << "pareto(10ms, 5)" << 0.0125 << 0.01 * std::sqrt(5.0 / (16 * 3));
}

void RandomTest::distributionsHaveTheirMeans() {
    QFETCH(QString, text);
    QFETCH(double, mean);
    QFETCH(double, deviation);
    const auto distribution = Distribution::parse(text.toStdString());
    QVERIFY(distribution.ok());
    QVERIFY(std::abs(seconds(distribution->mean()) - mean) < 1e-6);
    QCOMPARE(QString::fromStdString(distribution->text()), text);
    RandomStream random(3, 4);
    constexpr int count = 200'000;
    double sum = 0;
    for (int i = 0; i < count; ++i) {
        const Duration sample = distribution->sample(random);
        QVERIFY(sample >= Duration::zero());
        sum += seconds(sample);
    }
    QVERIFY(std::abs(sum / count - mean) <= 4 * deviation / std::sqrt(double(count)) + 1e-9);
}

void RandomTest::lognormalHasItsPercentile() {
    const auto distribution = Distribution::parse("lognormal(20ms, 60ms)");
    RandomStream random(3, 4);
    std::vector<double> samples;
    for (int i = 0; i < 100'000; ++i)
        samples.push_back(seconds(distribution->sample(random)));
    std::sort(samples.begin(), samples.end());
    QVERIFY(std::abs(samples[50'000] - 0.02) < 0.0004);
    QVERIFY(std::abs(samples[99'000] - 0.06) < 0.003);
}

void RandomTest::readsADecimalPointInEveryLocale() {
    const test::CommaLocale comma;
    QVERIFY2(comma.holds(), "no French locale could be made; is the package locales installed?");
    const auto distribution = Distribution::parse("pareto(10ms, 2.5)");
    QVERIFY(distribution.ok());
    QCOMPARE(QString::fromStdString(distribution->text()), QString("pareto(10ms, 2.5)"));
}

void RandomTest::refusesWhatIsNoDistribution_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("unknown") << "gauss(1ms)";
    QTest::newRow("too few") << "uniform(1ms)";
    QTest::newRow("too many") << "exp(1ms, 2ms)";
    QTest::newRow("open") << "exp(1ms";
    QTest::newRow("upside down") << "uniform(3ms, 1ms)";
    QTest::newRow("negative") << "exp(-1ms)";
    QTest::newRow("not a number") << "erlang(nan, 1ms)";
    QTest::newRow("empty") << "";
}

void RandomTest::refusesWhatIsNoDistribution() {
    QFETCH(QString, text);
    const auto distribution = Distribution::parse(text.toStdString());
    QVERIFY(!distribution.ok());
    QVERIFY(!distribution.error().sentence.empty());
}

QTEST_APPLESS_MAIN(RandomTest)
#include "tst_random.moc"
