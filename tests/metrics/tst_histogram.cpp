#include <QtTest>

#include "core/base/random.h"
#include "core/metrics/histogram.h"

using namespace sluice;

class HistogramTest : public QObject {
    Q_OBJECT
private slots:
    void isZeroWhenEmpty();
    void keepsSmallValuesExactly();
    void agreesWithSorting_data();
    void agreesWithSorting();
    void mergesLikeAdding();
    void takesTheWholeRange();
};

void HistogramTest::isZeroWhenEmpty() {
    const Histogram histogram;
    QCOMPARE(histogram.percentile(0.99).count(), 0);
    QCOMPARE(histogram.mean().count(), 0);
    QCOMPARE(histogram.minimum().count(), 0);
    QCOMPARE(histogram.maximum().count(), 0);
}

void HistogramTest::keepsSmallValuesExactly() {
    Histogram histogram;
    for (int i = 1; i <= 100; ++i)
        histogram.add(Duration(i));
    QCOMPARE(histogram.percentile(0.5).count(), 50);
    QCOMPARE(histogram.percentile(0.99).count(), 99);
    QCOMPARE(histogram.percentile(1).count(), 100);
    QCOMPARE(histogram.percentile(0).count(), 1);
    QCOMPARE(histogram.mean().count(), 51);  // 50.5 rounded
}

void HistogramTest::agreesWithSorting_data() {
    QTest::addColumn<double>("scale");
    QTest::newRow("microseconds") << 1e3;
    QTest::newRow("seconds") << 1e9;
    QTest::newRow("days") << 1e14;
}

void HistogramTest::agreesWithSorting() {
    QFETCH(double, scale);
    RandomStream random(7, 7);
    std::vector<std::int64_t> values;
    Histogram histogram;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(static_cast<std::int64_t>(random.exponential() * scale));
        histogram.add(Duration(values.back()));
    }
    std::sort(values.begin(), values.end());
    QCOMPARE(histogram.minimum().count(), values.front());
    QCOMPARE(histogram.maximum().count(), values.back());
    for (const double fraction : {0.5, 0.95, 0.99}) {
        const auto exact = static_cast<double>(values[static_cast<std::size_t>(fraction * 20'000) - 1]);
        const auto found = static_cast<double>(histogram.percentile(fraction).count());
        QVERIFY(std::abs(found - exact) <= 0.008 * exact + 1);
    }
}

void HistogramTest::mergesLikeAdding() {
    Histogram all, left, right;
    RandomStream random(3, 3);
    for (int i = 0; i < 1000; ++i) {
        const Duration value(static_cast<std::int64_t>(random.below(1'000'000)));
        all.add(value);
        (i % 2 ? left : right).add(value);
    }
    left.merge(right);
    QCOMPARE(left.count(), all.count());
    QCOMPARE(left.mean().count(), all.mean().count());
    QCOMPARE(left.percentile(0.95).count(), all.percentile(0.95).count());
    QCOMPARE(left.maximum().count(), all.maximum().count());
}

void HistogramTest::takesTheWholeRange() {
    Histogram histogram;
    histogram.add(Duration::max());
    histogram.add(Duration(-5));
    QCOMPARE(histogram.minimum().count(), 0);
    QCOMPARE(histogram.percentile(1).count(), Duration::max().count());
    QCOMPARE(histogram.percentile(0.1).count(), 0);
}

QTEST_APPLESS_MAIN(HistogramTest)
#include "tst_histogram.moc"
