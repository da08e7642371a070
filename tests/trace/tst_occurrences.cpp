#include <QtTest>
#include <cmath>

#include "core/base/random.h"
#include "core/trace/occurrences.h"

using namespace sluice;
using namespace std::chrono_literals;

/// Counts over time in bounded memory, against counting one by one.
class OccurrencesTest : public QObject {
    Q_OBJECT
private slots:
    void countsNothing();
    void countsExactlyWhileGroupsAreOfOne();
    void staysWithinAGroupOfTheTruth_data();
    void staysWithinAGroupOfTheTruth();
    void losesAndInventsNothing();
    void knowsGaps();
};

namespace {

std::vector<TraceTime> times(int count, std::uint64_t seed) {
    RandomStream random(seed, 7);
    std::vector<TraceTime> made;
    TraceTime at{};
    for (int i = 0; i < count; ++i) {
        // Bursts at one time, steady stretches and long silences.
        const std::uint64_t what = random.below(100);
        at += TraceTime(what < 30 ? 0 : what < 98 ? random.below(1000) : random.below(1'000'000));
        made.push_back(at);
    }
    return made;
}

double counted(const std::vector<TraceTime>& all, TraceTime before) {
    return static_cast<double>(std::lower_bound(all.begin(), all.end(), before) - all.begin());
}

}  // namespace

void OccurrencesTest::countsNothing() {
    const Occurrences none;
    std::array<double, 3> parts{1, 1, 1};
    none.spread(0s, 1s, parts);
    QCOMPARE(parts, (std::array<double, 3>{}));
    QVERIFY(!none.first() && !none.last());
    QCOMPARE(none.before(1h), 0.0);
}

void OccurrencesTest::countsExactlyWhileGroupsAreOfOne() {
    const auto all = times(5000, 1);
    Occurrences some(8192);
    for (const TraceTime at : all)
        some.add(at);
    QCOMPARE(some.groupSize(), 1U);
    QCOMPARE(some.count(), 5000U);
    QVERIFY(some.first() == all.front() && some.last() == all.back());
    RandomStream random(3, 3);
    for (int i = 0; i < 3000; ++i) {
        const TraceTime at(random.below(static_cast<std::uint64_t>(all.back().count()) + 1000));
        QCOMPARE(some.before(at), counted(all, at));
        const TraceTime exactly = all[random.below(all.size())];
        QCOMPARE(some.before(exactly), counted(all, exactly));
    }
    std::vector<double> parts(700);
    some.spread(all[100], all[4000], parts);
    double sum = 0;
    for (const double part : parts) {
        QCOMPARE(part, std::round(part));
        sum += part;
    }
    QCOMPARE(sum, counted(all, all[4000]) - counted(all, all[100]));
}

void OccurrencesTest::staysWithinAGroupOfTheTruth_data() {
    QTest::addColumn<int>("groups");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("count");
    QTest::newRow("merged once") << 64 << 1 << 65;
    QTest::newRow("merged often") << 64 << 1 << 10'000;
    QTest::newRow("groups from the beginning") << 1024 << 64 << 50'000;
    QTest::newRow("both") << 16 << 64 << 50'001;
}

void OccurrencesTest::staysWithinAGroupOfTheTruth() {
    QFETCH(int, groups);
    QFETCH(int, first);
    QFETCH(int, count);
    const auto all = times(count, 5);
    Occurrences some{static_cast<std::size_t>(groups), static_cast<std::uint64_t>(first)};
    for (const TraceTime at : all)
        some.add(at);
    QCOMPARE(some.count(), std::uint64_t(count));
    QVERIFY(some.first() == all.front() && some.last() == all.back());
    double before = 0;
    for (int i = 0; i <= 2000; ++i) {
        const TraceTime at(all.back().count() / 2000 * i);
        const double now = some.before(at);
        QVERIFY(std::abs(now - counted(all, at)) <= double(some.groupSize()));
        QVERIFY(now >= before);
        before = now;
    }
}

void OccurrencesTest::losesAndInventsNothing() {
    const auto all = times(30'000, 9);
    Occurrences some(256);
    for (const TraceTime at : all)
        some.add(at);
    for (const std::size_t size : {1U, 3U, 1000U, 4096U}) {
        std::vector<double> parts(size);
        some.spread(0s, all.back() + 1ns, parts);
        double sum = 0;
        for (const double part : parts) {
            QVERIFY(part >= 0);
            sum += part;
        }
        QVERIFY(std::abs(sum - 30'000) < 1e-6);
    }
}

void OccurrencesTest::knowsGaps() {
    // Two bursts far apart, each of many groups: nothing lies between them.
    Occurrences some(64);
    for (int i = 0; i < 4096; ++i)
        some.add(TraceTime(i));
    for (int i = 0; i < 4096; ++i)
        some.add(1h + TraceTime(i));
    std::vector<double> parts(100);
    some.spread(0s, 1h + 1s, parts);
    QCOMPARE(parts.front(), 4096.0);
    QCOMPARE(parts.back(), 4096.0);
    for (std::size_t i = 1; i + 1 < parts.size(); ++i)
        QCOMPARE(parts[i], 0.0);
}

QTEST_APPLESS_MAIN(OccurrencesTest)
#include "tst_occurrences.moc"
