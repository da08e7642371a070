#include <QProcess>
#include <QtTest>

#include "core/diagram/file.h"
#include "core/engine/simulation.h"
#include "widgets/share/reportfile.h"

using namespace sluice;
using namespace std::chrono_literals;

class ReportFileTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void markdownHasItsPicturesBeside();
    void htmlIsOneFile();
    void pdfCanBeRead();
    void refusesAnotherEnding();
    void cancellingLeavesNoFile();

private:
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    Result<void> write(const QString& file, const std::function<bool(double)>& progress = {}) const {
        return exportReport(m_diagram, &m_scenario, *m_store, {}, file, progress);
    }
    static QByteArray contentOf(const QString& file) {
        QFile opened(file);
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    Diagram m_diagram;
    Scenario m_scenario;
    std::unique_ptr<TraceStore> m_store;
};

void ReportFileTest::initTestCase() {
    auto loaded = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/update-user-email.sluice");
    QVERIFY(loaded.ok());
    m_diagram = loaded->diagram;
    RunOptions options;
    options.scenario = "processing-bug";
    auto simulation = Simulation::create(m_diagram, options);
    QVERIFY(simulation.ok());
    m_scenario = simulation->scenario();
    m_store = std::make_unique<TraceStore>(simulation->table());
    simulation->runUntil(TraceTime::max(), *m_store);
}

void ReportFileTest::markdownHasItsPicturesBeside() {
    QVERIFY(write(path("my report.md")).ok());
    QVERIFY(contentOf(path("my report.md")).contains("](<my report-1.png>)"));
    QVERIFY(!QImage(path("my report-1.png")).isNull());
}

void ReportFileTest::htmlIsOneFile() {
    QVERIFY(write(path("report.html")).ok());
    const QByteArray html = contentOf(path("report.html"));
    QCOMPARE(html.count("<svg"), 1);
    QVERIFY(html.contains("default-src 'none'") && !html.contains("<script") && !html.contains(" src="));
    QCOMPARE(QDir(m_folder.path()).entryList({"report*"}, QDir::Files), QStringList{"report.html"});
}

void ReportFileTest::pdfCanBeRead() {
    QVERIFY(write(path("report.pdf")).ok());
    QProcess process;
    process.start("pdftotext", {path("report.pdf"), "-"});
    if (!process.waitForStarted())
        QSKIP("pdftotext is not installed");
    QVERIFY(process.waitForFinished());
    const QString text = QString::fromUtf8(process.readAllStandardOutput());
    for (const char* word : {"Summary", "Timeline", "Cause", "Impact", "Messages", "Redrive log"})
        QVERIFY2(text.contains(QLatin1String(word)), word);
}

void ReportFileTest::refusesAnotherEnding() {
    const auto written = write(path("report.doc"));
    QVERIFY(!written.ok());
    QCOMPARE(written.error().code, ErrorCode::InvalidInput);
}

void ReportFileTest::cancellingLeavesNoFile() {
    for (const char* name : {"stopped.md", "stopped.html", "stopped.pdf"}) {
        const auto written = write(path(name), [](double) { return false; });
        QVERIFY(!written.ok());
        QCOMPARE(written.error().code, ErrorCode::Cancelled);
    }
    QVERIFY(QDir(m_folder.path()).entryList({"stopped*"}, QDir::Files).isEmpty());
}

QTEST_MAIN(ReportFileTest)
#include "tst_reportfile.moc"
