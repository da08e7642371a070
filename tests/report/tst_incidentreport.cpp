#include <QtTest>
#include <set>

#include "core/incident/redriveorder.h"
#include "core/report/incidentreport.h"
#include "tests/engine/examplerun.h"
#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

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
    void redriveLogTellsByWhomAndWithWhichPayload();
    void tellsWhatPeopleSaidOfIncidents();
    void tellsOfOneIncidentAlone();
    void withoutRedrivesThereIsNoLog();
    void withoutDeadLettersItSaysSo();
    void masksValuesEverywhere();
    void tellsOfTheRangeOnly();
    void textIsNeverMarkup();
    void refusesARangeThatEndsBeforeItBegins();
};

void IncidentReportTest::tellsEveryMessageThatDied() {
    const Played run = played(example("update-user-email"), "processing-bug");
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
    const Played run = played(example("update-user-email"), "processing-bug");
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
    Played run = played(example("update-user-email"), "processing-bug");
    for (Action& action : run.scenario.actions) {
        if (action.kind == ActionKind::Redrive)
            action.properties.set("by", "ada");
    }
    QVERIFY(has(markdown(reportOn(run)), "redrive Dead commands, by ada"));
}

void IncidentReportTest::redriveLogTellsByWhomAndWithWhichPayload() {
    Played run = played(example("update-user-email"), "processing-bug");
    QCOMPARE(tableUnder(reportOn(run), "Redrive log").front()[5], std::string("the scenario"));
    std::vector<TraceEvent> redriven;
    run.store->visit(0, run.store->size(), [&](Sequence, const TraceEvent& event) {
        if (event.kind == EventKind::Redriven && event.peer != kNoEntity)
            redriven.push_back(event);
        return true;
    });
    QVERIFY(redriven.size() > 1);
    RedriveOrder order;
    order.queue = run.store->table().entities[redriven.front().subject].id;
    order.at = redriven.front().at;
    order.messages = {redriven.front().message};
    order.edits = {{redriven.front().message, {{"email", "right@example.org"}, {"name", "Ada"}}}};
    order.by = "ada";
    order.when = "2026-11-21T20:00:00Z";
    run.scenario.actions.push_back(actionOf(order));
    ReportScope scope;
    scope.masks = {"email"};
    const ReportDocument report = reportOn(run, scope);
    const auto rows = tableUnder(report, "Redrive log");
    const std::string mine = "m-" + std::to_string(redriven.front().message);
    for (const auto& row : rows) {
        QCOMPARE(row[5], std::string(row[1] == mine ? "ada, 2026-11-21T20:00:00Z" : "the scenario"));
        QCOMPARE(row[6], std::string(row[1] == mine ? "changed" : "as it was"));
    }
    const std::string text = markdown(report);
    QVERIFY(has(text, "changed by ada") && has(text, "\"name\": \"Ada\""));
    QVERIFY(!has(text, "right@example.org"));
}

void IncidentReportTest::tellsWhatPeopleSaidOfIncidents() {
    const Played run = played(example("update-user-email"), "bad-data");
    IncidentCollector collector(run.store->sharedTable());
    run.store->visit(0, run.store->size(), [&](Sequence, const TraceEvent& event) {
        collector.accept({&event, 1}, event.at);
        return true;
    });
    const Incident first = collector.incidents().front();
    QCOMPARE(first.state, IncidentState::Open);
    ReportScope scope;
    scope.states.mark(first, {IncidentState::Acknowledged, first.last, "ada", "2026-11-21T20:00:00Z"});
    const ReportDocument report = reportOn(run, scope);
    QVERIFY(has(markdown(report), "incidents: 1 acknowledged"));
    const auto rows = tableUnder(report, "What people did");
    QCOMPARE(rows.size(), std::size_t(1));
    QCOMPARE(rows.front()[0], std::string("2026-11-21T20:00:00Z"));
    QCOMPARE(rows.front()[1], std::string("ada"));
    QCOMPARE(rows.front()[2], std::string("acknowledged"));
    QVERIFY(!has(markdown(reportOn(run)), "What people did"));
}

void IncidentReportTest::tellsOfOneIncidentAlone() {
    const Played run = played(example("update-user-email"), "processing-bug");
    IncidentCollector collector(run.store->sharedTable());
    run.store->visit(0, run.store->size(), [&](Sequence, const TraceEvent& event) {
        collector.accept({&event, 1}, event.at);
        return true;
    });
    for (const Incident& incident : collector.incidents()) {
        ReportScope scope;
        scope.only = incident;
        const std::string text = markdown(reportOn(run, scope));
        QVERIFY(has(text, "Incident 1: ") && !has(text, "Incident 2: "));
        QVERIFY(has(text, "m-" + std::to_string(incident.messages.front())));
    }
    ReportScope other;
    other.only = collector.incidents().front();
    other.only->opened += 1s;
    QVERIFY(has(markdown(reportOn(run, other)), "No message died"));
    QVERIFY(!has(markdown(reportOn(run, other)), "Redrive log"));
}

void IncidentReportTest::withoutRedrivesThereIsNoLog() {
    QVERIFY(!has(markdown(reportOn(played(example("update-user-email"), "bad-data"))), "Redrive log"));
}

void IncidentReportTest::withoutDeadLettersItSaysSo() {
    const std::string text = markdown(reportOn(played(example("update-user-email"), "all-is-well")));
    QVERIFY(has(text, "No message died"));
    QVERIFY(!has(text, "Incident 1"));
}

void IncidentReportTest::masksValuesEverywhere() {
    const Played run = played(example("update-user-email"), "processing-bug");
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
    const Played run = played(example("update-user-email"), "processing-bug");
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
    const Played run = played(example("update-user-email"), "bad-data");
    ReportScope scope;
    scope.from = 5s;
    scope.to = 4s;
    QCOMPARE(incidentReport(run.diagram, &run.scenario, *run.store, scope).error().code,
             ErrorCode::InvalidInput);
}

QTEST_GUILESS_MAIN(IncidentReportTest)
#include "tst_incidentreport.moc"
