#include <QtTest>

#include "core/alerts/alertrules.h"
#include "core/diagram/file.h"
#include "core/review/finding.h"

using namespace sluice;
using Test = AlertCondition::Test;
using namespace std::chrono_literals;

namespace {

AlertCondition conditionOf(const char* text) {
    const auto condition = AlertCondition::parse(text);
    if (!condition)
        qFatal("%s: %s", text, condition.error().text().c_str());
    return *condition;
}

Diagram drawing() {
    auto loaded = parseDiagram(R"({"sluice":1,"nodes":[
        {"id":"orders","kind":"queue","name":"Orders to bill"},{"id":"orders-dead","kind":"queue"},
        {"id":"prices","kind":"topic"},{"id":"billing","kind":"service"},{"id":"catalogue","kind":"service"}],
        "links":[{"id":"c","kind":"consume","from":"orders","to":"billing"},
                 {"id":"g","kind":"consume","from":"prices","to":"catalogue"}]})");
    if (!loaded)
        qFatal("%s", loaded.error().text().c_str());
    return std::move(loaded->diagram);
}

}  // namespace

class AlertConditionTest : public QObject {
    Q_OBJECT
private slots:
    void readsThresholdsWithHysteresis() {
        const AlertCondition condition = conditionOf("queue:orders depth > 1k for 30s, clear < 500 for 1min");
        QVERIFY(condition.target == (AlertTarget{AlertTarget::Kind::Element, ElementKind::Queue, "orders"}));
        QVERIFY(condition.metric == AlertMetric::Depth && condition.test == Test::Above);
        QCOMPARE(condition.level, 1000.0);
        QVERIFY(condition.hold == 30s && condition.clearHold == 1min);
        QVERIFY(condition.clearing == (AlertCondition::Clearing{Test::Below, 500}));
    }

    void readsEveryShape_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("metric");
        QTest::addColumn<int>("test");
        QTest::addColumn<double>("level");
        QTest::addColumn<double>("window");
        QTest::addColumn<double>("hold");
        const auto row = [](const char* text, AlertMetric metric, Test test, double level, double window,
                            double hold) {
            QTest::newRow(text) << text << int(metric) << int(test) << level << window << hold;
        };
        row("queue:* depth rises by 500 in 5min", AlertMetric::Depth, Test::Rises, 500, 300, 0);
        row("orders depth falls by 1 within 1s for 2s", AlertMetric::Depth, Test::Falls, 1, 1, 2);
        row("topic:prices silent for 30s", AlertMetric::Arrivals, Test::Silent, 0, 0, 30);
        row("prices no messages for 1h", AlertMetric::Arrivals, Test::Silent, 0, 0, 3600);
        row("queue:orders no consumer for 10s", AlertMetric::Consumers, Test::Below, 1, 0, 10);
        row("queue:orders no consumers", AlertMetric::Consumers, Test::Below, 1, 0, 0);
        row("queue:*-dead any dead letter", AlertMetric::DeadLetters, Test::Above, 0, 60, 0);
        row("queue:orders dead-letters>5 in 10min", AlertMetric::DeadLetters, Test::Above, 5, 600, 0);
        row("queue:orders dead letters >= 2", AlertMetric::DeadLetters, Test::AtLeast, 2, 60, 0);
        row("topic:prices late-arrivals", AlertMetric::LateArrivals, Test::Above, 0, 60, 0);
        row("service:catalogue lag > 30s for 1min", AlertMetric::TimeLag, Test::Above, 30, 0, 60);
        row("service:catalogue lag > 10k", AlertMetric::Lag, Test::Above, 10'000, 0, 0);
        row("prices time-lag >= 1.5s", AlertMetric::TimeLag, Test::AtLeast, 1.5, 0, 0);
        row("orders rate in < 5/s", AlertMetric::InRate, Test::Below, 5, 10, 0);
        row("orders out-rate above 2M in 1min", AlertMetric::OutRate, Test::Above, 2e6, 60, 0);
        row("orders memory > 500MB", AlertMetric::Memory, Test::Above, 5e8, 0, 0);
        row("orders memory > 1MiB", AlertMetric::Memory, Test::Above, 1048576, 0, 0);
        row("broker unreachable for 1min", AlertMetric::Unreachable, Test::AtLeast, 1, 0, 60);
        row("\"Orders to bill\" depth > 3", AlertMetric::Depth, Test::Above, 3, 0, 0);
        row("queue:\"Orders to bill\" depth below 3", AlertMetric::Depth, Test::Below, 3, 0, 0);
    }
    void readsEveryShape() {
        QFETCH(QString, text);
        const AlertCondition condition = conditionOf(text.toUtf8().constData());
        QTEST(int(condition.metric), "metric");
        QTEST(int(condition.test), "test");
        QTEST(condition.level, "level");
        QTEST(seconds(condition.window), "window");
        QTEST(seconds(condition.hold), "hold");
    }

    void saysWhatIsWrongAndWhere_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* text, const char* where, const char* part) {
            QTest::newRow(text) << text << where << part;
        };
        row("", "column 1", "say what it is about");
        row("queue:orders", "column 13", "say when");
        row("queue: depth > 3", "column 1", "name one after 'queue:'");
        row("kueue:orders depth > 3", "column 1", "no kind of element 'kueue'");
        row("queue:orders dephth > 3", "column 14", "did you mean 'depth'");
        row("queue:orders depth", "column 19", "compare depth with a number");
        row("queue:orders depth >", "column 21", "a number is missing");
        row("queue:orders depth > many", "column 22", "'many' is no number");
        row("queue:orders depth > -1", "column 22", "below zero");
        row("queue:orders depth > nan", "column 22", "no number");
        row("queue:orders depth > 3 for ever", "column 28", "a length of time");
        row("queue:orders depth > 3 for 30", "column 28", "a length of time");
        row("queue:orders depth > 3 in 5min", "column 24", "said with for");
        row("queue:orders depth rises by 5", "column 30", "in which time");
        row("queue:orders dead-letters rises by 5 in 1s", "column 33", "compare it with a number");
        row("topic:prices silent", "column 20", "silent for 30s");
        row("topic:prices time-lag > 30", "column 25", "with its unit");
        row("queue:orders depth > 3, clear > 2", "column 31", "clears below");
        row("queue:orders depth > 3, clear < 5", "column 31", "the wrong way round");
        row("queue:orders depth < 3, clear > 2", "column 31", "the wrong way round");
        row("topic:prices silent for 3s, clear < 5", "column 35", "clear by themselves");
        row("queue:orders depth > 3, clear", "column 30", "say when it is cleared");
        row("queue:orders depth > 3 4", "column 24", "not expected");
        row("queue:orders unreachable", "column 14", "broker unreachable");
        row("broker depth > 3", "column 8", "unreachable and alarm");
        row("queue:\"orders depth > 3", "column 7", "not closed");
    }
    void saysWhatIsWrongAndWhere() {
        QFETCH(QString, text);
        const auto condition = AlertCondition::parse(text.toStdString());
        QVERIFY(!condition.ok());
        QTEST(QString::fromStdString(condition.error().where), "where");
        QFETCH(QString, part);
        QVERIFY2(condition.error().sentence.find(part.toStdString()) != std::string::npos,
                 condition.error().sentence.c_str());
    }

    void aRuleInOneLineHasItAll() {
        const auto rule = parseAlertRule(
            "queue:orders depth > 1000 for 30s, clear < 500, critical, record, quiet 22:00-07:00, named "
            "\"Too "
            "many, by far\"");
        QVERIFY2(rule.ok(), rule.ok() ? "" : rule.error().text().c_str());
        QCOMPARE(rule->when, std::string("queue:orders depth > 1000 for 30s, clear < 500"));
        QVERIFY(rule->severity == AlertSeverity::Critical && rule->record && rule->enabled);
        QVERIFY(rule->quiet == std::vector<std::string>{"22:00-07:00"});
        QCOMPARE(rule->name, std::string("Too many, by far"));
        QCOMPARE(rule->id, std::string("too-many-by-far"));
        const auto wrong = parseAlertRule("queue:orders depth > 1000, urgent");
        QVERIFY(!wrong.ok());
        QCOMPARE(wrong.error().where, std::string("column 28"));
    }

    void quietTimesGoOverMidnight() {
        AlertRule rule;
        rule.quiet = {"22:00-07:00", "12:00-13:30"};
        for (const auto& [hour, minute, quiet] :
             {std::tuple(22, 0, true), std::tuple(23, 59, true), std::tuple(0, 0, true),
              std::tuple(6, 59, true), std::tuple(7, 0, false), std::tuple(11, 59, false),
              std::tuple(13, 29, true), std::tuple(13, 30, false), std::tuple(21, 59, false)})
            QCOMPARE(isQuiet(rule, hour * 60 + minute), quiet);
        for (const char* const wrong : {"", "22-7", "25:00-07:00", "22:00", "22:60-07:00", "7:00-7:00"})
            QVERIFY2(!QuietTime::parse(wrong).ok(), wrong);
    }

    void theReviewFindsRulesThatNothingMeets() {
        Diagram diagram = drawing();
        const auto add = [&](const char* id, const char* when) {
            AlertRule rule;
            rule.id = id;
            rule.when = when;
            diagram.alerts.push_back(rule);
        };
        add("good", "queue:orders depth > 3");
        add("by name", "\"orders to BILL\" depth > 3");
        add("typo", "queue:ordrs depth > 3");
        add("figure", "service:billing depth > 3");
        add("nonsense", "queue:orders deep");
        QStringList found;
        for (const Finding& finding : review(diagram)) {
            if (finding.where.starts_with("alerts["))
                found << QString::fromStdString(finding.where + " " + finding.rule);
        }
        found.sort();
        QCOMPARE(found,
                 (QStringList{"alerts[2].when alert-about-nothing", "alerts[3].when alert-about-nothing",
                              "alerts[4].when unreadable-alert"}));
        const auto wrong = checkAlertRule(diagram.alerts[2], diagram);
        QVERIFY2(wrong.error().sentence.find("did you mean 'orders'") != std::string::npos,
                 wrong.error().sentence.c_str());
    }

    void filesKeepRulesAndWhatTheyDoNotKnow() {
        const char* const text =
            R"({"sluice":1,"name":"a","groups":[],"nodes":[],"links":[],"messages":[],"scenarios":[],)"
            R"("alerts":[{"id":"a","when":"broker alarm","severity":"info","quiet":["1:00-2:00"],)"
            R"("record":true,"enabled":false,"escalate":{"after":"5min"}}]})";
        const auto loaded = parseDiagram(text);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded->warnings.size(), std::size_t{1});
        QCOMPARE(loaded->warnings.front().where, std::string("alerts[0].escalate"));
        const std::string again = writeDiagram(loaded->diagram);
        QVERIFY2(again.find(R"("enabled":false,"escalate":{"after":"5min"}})") != std::string::npos,
                 again.c_str());
        QVERIFY(parseDiagram(again)->diagram == loaded->diagram);
        const auto wrong = parseDiagram(R"({"sluice":1,"alerts":[{"id":"a","when":"x","severity":"loud"}]})");
        QVERIFY(!wrong.ok());
        QCOMPARE(wrong.error().where, std::string("alerts[0].severity"));
    }
};

QTEST_GUILESS_MAIN(AlertConditionTest)
#include "tst_alertcondition.moc"
