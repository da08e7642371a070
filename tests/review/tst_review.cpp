#include <QtTest>

#include "core/diagram/document.h"
#include "core/diagram/file.h"
#include "core/review/cycles.h"
#include "core/review/finding.h"
#include "tests/review/reviewcases.h"

using namespace sluice;

namespace {

Diagram diagramOf(const QByteArray& content) {
    const auto loaded = parseDiagram(("{\"sluice\":1,\"name\":\"t\"," + content + "}").toStdString());
    if (!loaded.ok())
        qFatal("%s", loaded.error().text().c_str());
    return loaded->diagram;
}

const Finding* find(const std::vector<Finding>& findings, const QByteArray& rule) {
    for (const Finding& finding : findings) {
        if (finding.rule == rule.toStdString())
            return &finding;
    }
    return nullptr;
}

}  // namespace

class TestReview : public QObject {
    Q_OBJECT
private slots:
    void finds_data() { addReviewCases(); }
    void finds() {
        QFETCH(QByteArray, bad);
        QFETCH(QByteArray, good);
        const QByteArray rule = QTest::currentDataTag();
        const Diagram diagram = diagramOf(bad);
        const auto findings = review(diagram);
        const Finding* finding = find(findings, rule);
        QVERIFY2(finding, "not found");
        QVERIFY(!finding->sentence.empty() && !finding->mend.empty());
        QVERIFY(!find(review(diagramOf(good)), rule));
        if (!finding->fix)
            return;
        // The mend can be applied, and the finding is gone.
        Document document(diagram);
        const auto applied = document.apply(*finding->fix);
        QVERIFY2(applied.ok(), applied.ok() ? "" : applied.error().text().c_str());
        QVERIFY(!find(review(document.diagram()), rule));
    }

    void followsAMessageThatTakesNoTime_data() { addCircleCases(); }
    void followsAMessageThatTakesNoTime() {
        QFETCH(QByteArray, drawing);
        QFETCH(QString, severity);
        const auto findings = review(diagramOf(drawing));
        const Finding* finding = find(findings, "circle-without-time");
        const QString found = !finding                               ? QString()
                              : finding->severity == Severity::Error ? QStringLiteral("error")
                                                                     : QStringLiteral("warning");
        QCOMPARE(found, severity);
        if (finding)
            QVERIFY2(finding->sentence.find("'q' → 's' → 'q'") != std::string::npos,
                     finding->sentence.c_str());
    }

    void saysWhereAndWithWhichFigures() {
        const auto findings = review(diagramOf(
            nodes({kTopic, R"("id":"s","kind":"service","name":"Cart","instances":5,"idempotent":true)"},
                  R"({"id":"t-s","kind":"consume","from":"t","to":"s"})")));
        const Finding* finding = find(findings, "partitions-below-instances");
        QVERIFY(finding);
        QCOMPARE(finding->sentence,
                 std::string("'t' has 3 partitions, group 's' has 5 instances: 2 never get a record"));
        QCOMPARE(finding->where, std::string("links[0]"));
        QCOMPARE(finding->subject, std::string("t-s"));
    }

    void theGravestComeFirstThenTheFilesOrder() {
        const auto findings =
            review(diagramOf(nodes({R"("id":"a","kind":"topic")", R"("id":"b","kind":"gateway")",
                                    R"("id":"d","kind":"topic","minIsr":3)"})));
        QVERIFY(findings.size() >= 4);
        QCOMPARE(findings.front().rule, std::string("min-isr-above-replication"));
        for (std::size_t i = 1; i < findings.size(); ++i)
            QVERIFY(findings[i - 1].severity <= findings[i].severity);
    }

    void findsEveryCircleOnce() {
        // 0 → 1 → 2 → 0 with a short cut 1 → 0, 3 by itself, 4 ⇄ 5, and 6 that only leads into a circle.
        const auto cycles = cyclesOf({{1}, {2, 0}, {0}, {3}, {5}, {4}, {4}});
        QCOMPARE(cycles, (std::vector<std::vector<std::size_t>>{{0, 1}, {3}, {4, 5}}));
        QVERIFY(cyclesOf({{1}, {2}, {}}).empty());
    }

    void aChainOfAHundredThousandIsReviewed() {
        std::vector<std::vector<std::size_t>> chain(100'000);
        for (std::size_t i = 0; i + 1 < chain.size(); ++i)
            chain[i].push_back(i + 1);
        QVERIFY(cyclesOf(chain).empty());
        chain.back().push_back(0);
        QCOMPARE(cyclesOf(chain).front().size(), chain.size());
    }

    void theExamplesAreGoodDesigns() {
        const QDir folder(SLUICE_SOURCE_DIR "/resources/examples");
        const QStringList files = folder.entryList({"*.sluice"});
        QVERIFY(files.size() >= 3);
        for (const QString& file : files) {
            const auto loaded = loadDiagram(folder.filePath(file).toStdString());
            QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
            QVERIFY(loaded->warnings.empty());
            for (const Finding& finding : review(loaded->diagram))
                QVERIFY2(finding.severity == Severity::Hint, finding.sentence.c_str());
        }
    }

    void anEmptyDrawingHasNoFindings() { QVERIFY(review(Diagram()).empty()); }
};

QTEST_GUILESS_MAIN(TestReview)
#include "tst_review.moc"
