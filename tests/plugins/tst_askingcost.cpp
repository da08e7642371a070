#include <QtTest>

#include "plugins/rabbitmq/askingcost.h"

using sluice::rabbitmq::AskingCost;
using Time = AskingCost::Time;
using namespace std::chrono_literals;

namespace {

constexpr double kBudget = 0.02;

/// Rounds as a watcher makes them, at the pace that is allowed, of a broker that takes so many seconds for
/// the consumers and for the rest. Gives back the share of a core that the last hour took.
double taken(AskingCost& cost, double consumers, double rest, Time pace, double budget, Time& longest) {
    Time now{};
    Time counted{};
    double spent = 0;
    longest = {};
    for (const Time end = 2h; now < end;) {
        const bool counts = cost.countsConsumers(now, budget);
        if (counts) {
            cost.counted(now);
            longest = std::max(longest, now - counted);
            counted = now;
        }
        const double one = rest + (counts ? consumers : 0);
        cost.measured(counts, one);
        spent += now >= 1h ? one : 0;
        now += std::max(pace, cost.affordable(budget));
    }
    return spent / 3600;
}

}  // namespace

/// How often the dear part of what is asked may be asked for.
class AskingCostTest : public QObject {
    Q_OBJECT

private slots:
    void aSmallBrokerIsAskedForAllEachTime() {
        AskingCost cost;
        Time longest{};
        const double share = taken(cost, 0.003, 0.002, 5s, kBudget, longest);
        QCOMPARE(longest, Time(5s));
        QVERIFY(share < kBudget);
    }
    // Figures of a RabbitMQ 3.10 with 10,000 queues.
    void tenThousandQueuesFitIntoTheBudgetEveryFiveSeconds() {
        AskingCost cost;
        Time longest{};
        const double share = taken(cost, 0.115, 0.08, 5s, kBudget, longest);
        QVERIFY2(share <= kBudget, qPrintable(QString::number(share)));
        QVERIFY(cost.affordable(kBudget) <= Time(5s));
        QVERIFY(longest <= AskingCost::kLongest + 5s);
    }
    void theBudgetHoldsWhateverItTakes() {
        for (const double consumers : {0.0, 0.01, 0.3, 2.0, 30.0}) {
            for (const double rest : {0.001, 0.08, 1.0, 5.0}) {
                AskingCost cost;
                Time longest{};
                const double share = taken(cost, consumers, rest, 5s, kBudget, longest);
                // The first hour is for finding out.
                QVERIFY2(share <= kBudget * 1.1,
                         qPrintable(QStringLiteral("%1 + %2: %3").arg(consumers).arg(rest).arg(share)));
            }
        }
    }
    void whatIsToldIsWhatIsTaken() {
        AskingCost cost;
        Time longest{};
        const double share = taken(cost, 0.115, 0.08, 5s, kBudget, longest);
        const double told = cost.ofCore(std::max(Time(5s), cost.affordable(kBudget)), kBudget);
        QVERIFY2(std::abs(told - share) < 0.1 * share, qPrintable(QString::number(told)));
    }
    void withoutABudgetTheConsumersAreCountedEveryFewSeconds() {
        AskingCost cost;
        Time longest{};
        taken(cost, 0.115, 0.08, 1s, 0, longest);
        QVERIFY(longest >= Time(2s));
        QVERIFY(longest <= Time(10s));
    }
    // The first answer comes late from a broker that was just asked all it has.
    void aGuessIsFoundOutSoon() {
        AskingCost cost;
        cost.guess(0.95);
        QCOMPARE(cost.affordable(kBudget), Time(10s));
        cost.guess(0.05);
        QCOMPARE(cost.affordable(kBudget), Time(2500ms));
        cost.measured(true, 0.95);
        QVERIFY(cost.affordable(kBudget) > Time(20s));
    }
    void afterALossTheyAreCountedAtOnce() {
        AskingCost cost;
        cost.measured(true, 0.5);
        cost.measured(false, 0.1);
        cost.counted(1s);
        QVERIFY(!cost.countsConsumers(6s, kBudget));
        cost.countSoon();
        QVERIFY(cost.countsConsumers(6s, kBudget));
    }
};

QTEST_APPLESS_MAIN(AskingCostTest)
#include "tst_askingcost.moc"
