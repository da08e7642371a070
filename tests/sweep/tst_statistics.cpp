#include <QtTest>

#include "core/base/random.h"
#include "core/sweep/statistics.h"

using namespace sluice;

class StatisticsTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithTheTablesOfStudentsT_data();
    void agreesWithTheTablesOfStudentsT();
    void agreesWithTheClosedForms();
    void summarisesAnExampleWorkedByHand();
    void leavesOutWhatWasNotMeasured();
    void oneValueHasNoInterval();
    void staysExactFarFromZero();
    void theIntervalHoldsTheMeanAsOftenAsItSays();
};

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, critical values of Student's t.
void StatisticsTest::agreesWithTheTablesOfStudentsT_data() {
    QTest::addColumn<double>("p");
    QTest::addColumn<int>("degrees");
    QTest::addColumn<double>("t");
    const auto row = [](double p, int degrees, double t) {
        QTest::addRow("t(%g, %d)", p, degrees) << p << degrees << t;
    };
    row(0.975, 1, 12.706);
    row(0.975, 2, 4.303);
    row(0.975, 3, 3.182);
    row(0.975, 4, 2.776);
    row(0.975, 5, 2.571);
    row(0.975, 9, 2.262);
    row(0.975, 10, 2.228);
    row(0.975, 19, 2.093);
    row(0.975, 29, 2.045);
    row(0.975, 30, 2.042);
    row(0.975, 60, 2.000);
    row(0.975, 100, 1.984);
    row(0.975, 1'000'000, 1.960);
    row(0.95, 1, 6.314);
    row(0.95, 5, 2.015);
    row(0.95, 30, 1.697);
    row(0.995, 1, 63.657);
    row(0.995, 10, 3.169);
    row(0.9, 7, 1.415);
    row(0.025, 9, -2.262);
}

void StatisticsTest::agreesWithTheTablesOfStudentsT() {
    QFETCH(double, p);
    QFETCH(int, degrees);
    QFETCH(double, t);
    const double found = studentQuantile(p, static_cast<std::size_t>(degrees));
    QVERIFY2(std::abs(found - t) <= 0.000501, qPrintable(QString::number(found, 'g', 10)));
}

// One degree of freedom is Cauchy's distribution; for two, Johnson, Kotz and Balakrishnan give the inverse.
void StatisticsTest::agreesWithTheClosedForms() {
    for (const double p : {0.5001, 0.6, 0.75, 0.9, 0.975, 0.999, 0.999999}) {
        const double cauchy = std::tan(M_PI * (p - 0.5));
        QVERIFY(std::abs(studentQuantile(p, 1) - cauchy) < 1e-8 * std::max(1.0, cauchy));
        const double two = 2 * (p - 0.5) * std::sqrt(2 / (4 * p * (1 - p)));
        QVERIFY(std::abs(studentQuantile(p, 2) - two) < 1e-8 * std::max(1.0, two));
    }
}

void StatisticsTest::summarisesAnExampleWorkedByHand() {
    // Mean 40/8; squares of the differences 9+1+1+1+0+0+4+16 = 32; deviation sqrt(32/7); t(0.975, 7)
    // = 2.3646.
    const Summary summary = summarise(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9});
    QCOMPARE(summary.count, std::size_t{8});
    QCOMPARE(summary.mean, 5.0);
    QVERIFY(std::abs(summary.deviation - 2.138090) < 1e-6);
    QVERIFY(std::abs(summary.halfWidth - 2.3646 * 2.138090 / 2.828427) < 1e-4);
    QCOMPARE(summary.minimum, 2.0);
    QCOMPARE(summary.p50, 4.0);
    QCOMPARE(summary.p95, 9.0);
    QCOMPARE(summary.p99, 9.0);
    QCOMPARE(summary.maximum, 9.0);
}

void StatisticsTest::leavesOutWhatWasNotMeasured() {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const Summary summary = summarise(std::vector<double>{none, 3, none, 1});
    QCOMPARE(summary.count, std::size_t{2});
    QCOMPARE(summary.mean, 2.0);
    QCOMPARE(summary.p50, 1.0);
    const Summary empty = summarise(std::vector<double>{none});
    QCOMPARE(empty.count, std::size_t{0});
    QVERIFY(std::isnan(empty.mean) && std::isnan(empty.p99));
}

void StatisticsTest::oneValueHasNoInterval() {
    const Summary summary = summarise(std::vector<double>{7});
    QCOMPARE(summary.mean, 7.0);
    QVERIFY(std::isnan(summary.deviation) && std::isnan(summary.halfWidth));
    QCOMPARE(summary.p95, 7.0);
}

void StatisticsTest::staysExactFarFromZero() {
    const Summary summary = summarise(std::vector<double>{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16});
    QCOMPARE(summary.mean, 1e9 + 10);
    QCOMPARE(summary.deviation * summary.deviation, 30.0);
}

void StatisticsTest::theIntervalHoldsTheMeanAsOftenAsItSays() {
    // Of 2,000 independent intervals 1,900 ± 9.7 hold it; five deviations are 49.
    RandomStream stream(1, 2);
    int held = 0;
    for (int experiment = 0; experiment < 2000; ++experiment) {
        std::vector<double> values(6);
        for (double& value : values)
            value = 10 + 3 * stream.normal();
        const Summary summary = summarise(values);
        held += std::abs(summary.mean - 10) <= summary.halfWidth ? 1 : 0;
    }
    QVERIFY2(held >= 1851 && held <= 1949, qPrintable(QString::number(held)));
}

QTEST_GUILESS_MAIN(StatisticsTest)
#include "tst_statistics.moc"
