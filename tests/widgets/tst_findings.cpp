#include <QAbstractButton>
#include <QtTest>

#include "core/diagram/document.h"
#include "widgets/findings/findinglines.h"
#include "widgets/findings/findingrow.h"
#include "widgets/findings/findingspanel.h"
#include "widgets/theme/theme.h"

using namespace sluice;

namespace {

Finding finding(Severity severity, const char* rule, std::string subject) {
    return {severity, rule, std::move(subject), "", "is not as it should be", "Mend it"};
}

/// Twenty services that may do a thing twice, and between them one queue that nobody reads.
std::vector<Finding> manyAndOne() {
    std::vector<Finding> findings;
    for (int i = 0; i < 20; ++i)
        findings.push_back(finding(Severity::Warning, "not-idempotent", "s" + std::to_string(i)));
    findings.insert(findings.begin() + 10, finding(Severity::Warning, "queue-without-consumer", "q"));
    findings.push_back(finding(Severity::Hint, "single-copy", "t"));
    return findings;
}

QString listed(const std::vector<FindingLine>& lines) {
    QStringList texts;
    for (const FindingLine& line : lines)
        texts << (line.folded > 0 ? QStringLiteral("+%1").arg(line.folded)
                                  : QString::fromStdString(line.finding.subject));
    return texts.join(' ');
}

}  // namespace

/// What a reviewer says must be found, also when there is much of it.
class FindingsTest : public QObject {
    Q_OBJECT

private slots:
    void theManyDoNotHideTheOne();
    void graverFirst();
    void fewAreNotFolded();
    void listsWhatWasChosen();
    void thePanelUnfoldsAndLeavesOut();
};

void FindingsTest::theManyDoNotHideTheOne() {
    QCOMPARE(listed(findingLines(manyAndOne(), {})), QString("s0 s1 s2 +17 q t"));
    QCOMPARE(findingLines(manyAndOne(), {{}, {}, {"not-idempotent"}}).size(), std::size_t(22));
}

void FindingsTest::graverFirst() {
    std::vector<Finding> findings = manyAndOne();
    findings.push_back(finding(Severity::Error, "single-copy", "e"));
    QCOMPARE(listed(findingLines(findings, {})), QString("e s0 s1 s2 +17 q t"));
}

void FindingsTest::fewAreNotFolded() {
    // A line that says "1 more" takes as much room as the one.
    std::vector<Finding> findings = manyAndOne();
    findings.resize(5);
    QCOMPARE(listed(findingLines(findings, {})), QString("s0 s1 s2 s3 s4"));
}

void FindingsTest::listsWhatWasChosen() {
    QCOMPARE(listed(findingLines(manyAndOne(), {{"s12", "q"}, {}, {}})), QString("q s12"));
    QCOMPARE(listed(findingLines(manyAndOne(), {{}, {Severity::Warning}, {}})), QString("t"));
}

void FindingsTest::thePanelUnfoldsAndLeavesOut() {
    // Clients that nothing waits for: each is said to lead nowhere.
    Diagram diagram;
    for (int i = 0; i < 30; ++i) {
        Element client;
        client.id = "c" + std::to_string(i);
        client.kind = ElementKind::Client;
        diagram.elements.push_back(client);
    }
    Document document(diagram);
    History history(document);
    FindingsPanel panel(theme(ThemeName::Light));
    panel.resize(600, 400);
    panel.show();
    panel.setHistory(&history);
    QTRY_VERIFY(panel.findings().size() >= 30);
    const auto rows = [&] { return panel.findChildren<FindingRow*>().size(); };
    QTRY_COMPARE(rows(), kFindingsOfARule);
    const auto press = [&](const QString& text) {
        for (auto* button : panel.findChildren<QAbstractButton*>()) {
            if (button->text().startsWith(text) && button->isVisible()) {
                button->click();
                return true;
            }
        }
        return false;
    };
    QVERIFY(press("Show 27 more"));
    QTRY_COMPARE(rows(), 30);
    // All that there is to say is of one severity.
    QVERIFY(press("Errors 30") || press("Warnings 30") || press("Hints 30"));
    QTRY_COMPARE(rows(), 0);
}

QTEST_MAIN(FindingsTest)
#include "tst_findings.moc"
