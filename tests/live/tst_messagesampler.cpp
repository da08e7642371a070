#include <QtTest>
#include <map>

#include "core/live/messagesampler.h"

using namespace sluice;
using namespace std::chrono_literals;

/// Which of many messages are shown.
class MessageSamplerTest : public QObject {
    Q_OBJECT

private:
    struct Outcome {
        std::map<std::string, int> shown;  ///< in the last second
        int all = 0;                       ///< shown in the second that had most
    };
    /// So many messages of each flow a second, evenly mixed, for some seconds.
    static Outcome play(MessageSampler& sampler, const std::map<std::string, int>& rates, int seconds) {
        Outcome outcome;
        for (int second = 0; second < seconds; ++second) {
            outcome.shown.clear();
            int all = 0;
            for (int step = 0; step < 1000; ++step) {
                const TraceTime now = std::chrono::seconds(second) + std::chrono::milliseconds(step);
                for (const auto& [flow, rate] : rates) {
                    const int many = rate * (step + 1) / 1000 - rate * step / 1000;
                    for (int i = 0; i < many; ++i) {
                        const std::string mark = flow + std::to_string(second) + ':' + std::to_string(step) +
                                                 ':' + std::to_string(i);
                        if (sampler.take(flow, mark, now)) {
                            ++outcome.shown[flow];
                            ++all;
                        }
                    }
                }
            }
            outcome.all = std::max(outcome.all, all);
        }
        return outcome;
    }

private slots:
    void showsEverythingWithinTheBudget() {
        MessageSampler sampler(100);
        const Outcome outcome = play(sampler, {{"orders", 60}, {"payments", 30}}, 3);
        QCOMPARE(outcome.shown.at("orders"), 60);
        QCOMPARE(outcome.shown.at("payments"), 30);
        for (const FlowSample& sample : sampler.told(3s))
            QCOMPARE(sample.oneOf(), 1U);
    }
    void neverShowsMoreThanTheBudgetInASecond() {
        MessageSampler sampler(100);
        const Outcome outcome = play(sampler, {{"a", 5000}, {"b", 3000}, {"c", 40}}, 5);
        QVERIFY2(outcome.all <= 100, qPrintable(QString::number(outcome.all)));
        // And uses most of it.
        int last = 0;
        for (const auto& [flow, shown] : outcome.shown)
            last += shown;
        QVERIFY2(last >= 70, qPrintable(QString::number(last)));
    }
    void isFairToTheQuiet() {
        MessageSampler sampler(100);
        const Outcome outcome = play(sampler, {{"loud", 10'000}, {"also loud", 10'000}, {"quiet", 20}}, 4);
        // All of the quiet one; the others share the 80 that are left, each within what chance does to 40.
        QCOMPARE(outcome.shown.at("quiet"), 20);
        for (const char* loud : {"loud", "also loud"})
            QVERIFY2(outcome.shown.at(loud) >= 20 && outcome.shown.at(loud) <= 40,
                     qPrintable(QString::number(outcome.shown.at(loud))));
    }
    void showsConversationsWhole() {
        // The busier flow shows a part of what the quieter one shows, if both go by the same marks.
        MessageSampler sampler(100);
        std::map<std::string, int> seen;
        int pairs = 0;
        int alone = 0;
        for (int second = 0; second < 6; ++second) {
            std::map<std::string, int> shown;
            for (int i = 0; i < 1000; ++i) {
                const std::string mark = "conversation " + std::to_string(second * 1000 + i);
                const TraceTime now = std::chrono::seconds(second) + std::chrono::milliseconds(i);
                if (sampler.take("busy", mark, now))
                    ++shown[mark];
                sampler.take("busy", mark + " more", now);
                if (sampler.take("less busy", mark, now))
                    shown[mark] += 2;
            }
            if (second < 2)
                continue;
            for (const auto& [mark, which] : shown) {
                pairs += which == 3 ? 1 : 0;
                alone += which == 1 ? 1 : 0;
            }
        }
        // By chance a pair would be one in twenty.
        QVERIFY2(pairs > 2 * alone, qPrintable(QString("%1 pairs, %2 alone").arg(pairs).arg(alone)));
    }
    void tellsOneOfHowMany() {
        MessageSampler sampler(50);
        (void)play(sampler, {{"orders", 1000}}, 3);
        std::vector<FlowSample> told = sampler.told(3s);
        QCOMPARE(told.size(), std::size_t(3));
        QCOMPARE(told.back().flow, std::string("orders"));
        QCOMPARE(told.back().seen, std::uint64_t(1000));
        QVERIFY(told.back().oneOf() >= 20 && told.back().oneOf() <= 40);
        QVERIFY(sampler.told(3s).empty());
        QCOMPARE((FlowSample{"x", 1000, 50}.oneOf()), 20U);
        QCOMPARE((FlowSample{"x", 7, 0}.oneOf()), 0U);
    }
};

QTEST_GUILESS_MAIN(MessageSamplerTest)
#include "tst_messagesampler.moc"
