#include <QtTest>
#include <set>

#include "core/report/incidentreport.h"
#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

struct Played {
    Diagram diagram;
    Scenario scenario;
    std::unique_ptr<TraceStore> store;
};

Played played(const char* name) {
    auto loaded = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/update-user-email.sluice");
    if (!loaded)
        qFatal("%s", loaded.error().text().c_str());
    RunOptions options;
    options.scenario = name;
    auto simulation = Simulation::create(loaded->diagram, options);
    if (!simulation)
        qFatal("%s", simulation.error().text().c_str());
    Played run{loaded->diagram, simulation->scenario(), std::make_unique<TraceStore>(simulation->table())};
    simulation->runUntil(TraceTime::max(), *run.store);
    return run;
}

ReportDocument reportOn(const Played& run, const ReportScope& scope = {}) {
    auto report = incidentReport(run.diagram, &run.scenario, *run.store, scope);
    if (!report)
        qFatal("%s", report.error().text().c_str());
    return std::move(report).value();
}

std::string markdown(const ReportDocument& report) {
    return markdownOf(report,
                      [](std::size_t number, const ReportPicture&) { return std::to_string(number); });
}

/// The rows below a heading, of its first table.
std::vector<std::vector<std::string>> tableUnder(const ReportDocument& report, std::string_view heading) {
    bool under = false;
    for (const ReportBlock& block : report.blocks) {
        if (const auto* head = std::get_if<ReportHeading>(&block))
            under = head->text == heading;
        const auto* table = std::get_if<ReportTable>(&block);
        if (under && table)
            return table->rows;
    }
    return {};
}

bool has(const std::string& text, std::string_view what) {
    return text.find(what) != std::string::npos;
}

}  // namespace

class IncidentReportTest : public QObject {
    Q_OBJECT
private slots:
    void tellsEveryMessageThatDied();
    void redriveLogHoldsEveryRedrive();
    void tellsWhoRedroveByHand();
    void withoutRedrivesThereIsNoLog();
    void withoutDeadLettersItSaysSo();
    void masksValuesEverywhere();
    void tellsOfTheRangeOnly();
    void textIsNeverMarkup();
    void refusesARangeThatEndsBeforeItBegins();
};

void IncidentReportTest::tellsEveryMessageThatDied() {
    const Played run = played("processing-bug");
    std::set<std::string> died;
    run.store->visit(0, run.store->size(), [&](Sequence, const TraceEvent& event) {
        if (event.kind == EventKind::DeadLettered)
            died.insert("m-" + std::to_string(event.message));
        return true;
    });
    QVERIFY(died.size() > 3);
    std::set<std::string> told;
    for (const auto& row : tableUnder(reportOn(run), "Messages"))
        told.insert(row.front());
    QVERIFY(told == died);
    // The bug that the scenario has is in the cause.
    QVERIFY(has(markdown(reportOn(run)), "the scenario makes User repository fail"));
}

void IncidentReportTest::redriveLogHoldsEveryRedrive() {
    const Played run = played("processing-bug");
    std::size_t redriven = 0;
    run.store->visit(0, run.store->size(), [&](Sequence, const TraceEvent& event) {
        redriven += event.kind == EventKind::Redriven ? 1 : 0;
        return true;
    });
    const auto rows = tableUnder(reportOn(run), "Redrive log");
    QCOMPARE(rows.size(), redriven);
    QCOMPARE(rows.front()[2], std::string("Dead commands"));
    QCOMPARE(rows.front()[3], std::string("User commands"));
    QCOMPARE(rows.front()[4], std::string("safe"));
}

void IncidentReportTest::tellsWhoRedroveByHand() {
    Played run = played("processing-bug");
    for (Action& action : run.scenario.actions) {
        if (action.kind == ActionKind::Redrive)
            action.properties.set("by", "ada");
    }
    QVERIFY(has(markdown(reportOn(run)), "redrive Dead commands, by ada"));
}

void IncidentReportTest::withoutRedrivesThereIsNoLog() {
    QVERIFY(!has(markdown(reportOn(played("bad-data"))), "Redrive log"));
}

void IncidentReportTest::withoutDeadLettersItSaysSo() {
    const std::string text = markdown(reportOn(played("all-is-well")));
    QVERIFY(has(text, "No message died"));
    QVERIFY(!has(text, "Incident 1"));
}

void IncidentReportTest::masksValuesEverywhere() {
    const Played run = played("processing-bug");
    const std::string plain = markdown(reportOn(run));
    // Fields, the key that is made of one, and the header that has it.
    QVERIFY(has(plain, "@example.org") && has(plain, "user-3"));
    ReportScope scope;
    scope.masks = {"email", "userId", "user-id"};
    const std::string masked = markdown(reportOn(run, scope));
    QVERIFY(!has(masked, "@example.org"));
    QVERIFY(!has(masked, "user-3"));
    QVERIFY(has(masked, "Messages"));
}

void IncidentReportTest::tellsOfTheRangeOnly() {
    const Played run = played("processing-bug");
    ReportScope scope;
    scope.to = 10s;
    scope.notes = {{5s, "inside", ""}, {12s, "outside", ""}};
    const std::string early = markdown(reportOn(run, scope));
    QVERIFY(has(early, "No message died"));
    QVERIFY(has(early, "inside") && !has(early, "outside"));
    scope.from = 30s;
    scope.to = TraceTime::max();
    QVERIFY(has(markdown(reportOn(run, scope)), "No message died"));
}

void IncidentReportTest::textIsNeverMarkup() {
    ReportDocument report;
    report.title = "# <b>*x*</b>";
    report.blocks.emplace_back(ReportTable{{"a|b"}, {{"c | d\ne"}}});
    report.blocks.emplace_back(ReportCode{"```\n</pre><script>"});
    report.blocks.emplace_back(ReportParagraph{"- no list"});
    const std::string text = markdown(report);
    QVERIFY(has(text, "# \\# \\<b\\>\\*x\\*\\</b\\>\n"));
    QVERIFY(has(text, "| c \\| d e |"));
    QVERIFY(has(text, "````\n```\n"));
    QVERIFY(has(text, "\n\\- no list\n"));
    const std::string html = htmlOf(report, {}, {});
    QVERIFY(!has(html, "<b>") && !has(html, "<script>") && !has(html, "</pre><"));
    QVERIFY(has(html, "<title># &lt;b&gt;"));
}

void IncidentReportTest::refusesARangeThatEndsBeforeItBegins() {
    const Played run = played("bad-data");
    ReportScope scope;
    scope.from = 5s;
    scope.to = 4s;
    QCOMPARE(incidentReport(run.diagram, &run.scenario, *run.store, scope).error().code,
             ErrorCode::InvalidInput);
}

QTEST_GUILESS_MAIN(IncidentReportTest)
#include "tst_incidentreport.moc"
