#include <filesystem>

#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;

class ExamplesTest : public QObject {
    Q_OBJECT
private slots:
    void meetTheirExpectations_data();
    void meetTheirExpectations();
};

void ExamplesTest::meetTheirExpectations_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("scenario");
    for (const auto& entry : std::filesystem::directory_iterator(SLUICE_SOURCE_DIR "/resources/examples")) {
        if (entry.path().extension() != ".sluice")
            continue;
        const auto loaded = loadDiagram(entry.path().string());
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
        for (const Scenario& scenario : loaded->diagram.scenarios) {
            QVERIFY2(!scenario.expectations.empty(), scenario.id.c_str());
            QTest::newRow((entry.path().stem().string() + ": " + scenario.id).c_str())
                << QString::fromStdString(entry.path().string()) << QString::fromStdString(scenario.id);
        }
    }
}

void ExamplesTest::meetTheirExpectations() {
    QFETCH(QString, file);
    QFETCH(QString, scenario);
    const auto loaded = loadDiagram(file.toStdString());
    QVERIFY(loaded.ok());
    RunOptions options;
    options.scenario = scenario.toStdString();
    const Run r = run(loaded->diagram, options);
    QVERIFY(r.trace.finished && r.trace.ok);
    for (const Judgement& judgement :
         judge(r.outcome, loaded->diagram.findScenario(options.scenario)->expectations))
        QVERIFY2(judgement.met, judgement.sentence.c_str());
}

QTEST_APPLESS_MAIN(ExamplesTest)
#include "tst_examples.moc"
