#include <QPdfWriter>
#include <QProcess>
#include <QStandardPaths>
#include <QTextDocument>
#include <QtTest>

#include "tests/engine/examplerun.h"
#include "widgets/share/keptheadings.h"
#include "widgets/share/reportfile.h"
#include "widgets/theme/theme.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

class ReportFileTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void markdownHasItsPicturesBeside();
    void htmlIsOneFile();
    void pdfCanBeRead();
    void noHeadingStandsAloneAtAPagesFoot();
    void refusesAnotherEnding();
    void cancellingLeavesNoFile();

private:
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    Result<void> write(const QString& file, const std::function<bool(double)>& progress = {}) const {
        return exportReport(m_run.diagram, &m_run.scenario, *m_run.store, {}, file, progress);
    }
    static QByteArray contentOf(const QString& file) {
        QFile opened(file);
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    Played m_run;
};

void ReportFileTest::initTestCase() {
    m_run = played(example("update-user-email"), "processing-bug");
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

void ReportFileTest::noHeadingStandsAloneAtAPagesFoot() {
    if (QStandardPaths::findExecutable("pdftotext").isEmpty())
        QSKIP("pdftotext is not installed");
    // The heading comes to the foot of a page for one of these numbers of lines before it.
    struct Printed {
        bool alone = false;
        qsizetype pages = 0;
    };
    const auto printed = [this](int lines, bool kept) {
        QTextDocument document;
        document.setDefaultFont(textFont(9));
        document.setHtml(QStringLiteral("<p>line</p>").repeated(lines) +
                         "<h2>Above</h2><h3>Heading</h3><table><tr><td>after</td></tr></table>");
        QPdfWriter writer(path("heading.pdf"));
        writer.setPageSize(QPageSize(QPageSize::A6));
        writer.setPageMargins(QMarginsF(1, 1, 1, 1), QPageLayout::Millimeter);
        if (kept)
            keepHeadingsWithText(document, writer);
        document.print(&writer);
        QProcess process;
        process.start("pdftotext", {path("heading.pdf"), "-"});
        process.waitForFinished();
        const QString text = QString::fromUtf8(process.readAllStandardOutput());
        Printed found;
        found.pages = text.count(u'\f');
        for (const QString& page : text.split(u'\f'))
            found.alone |= (page.contains("Above") || page.contains("Heading")) && !page.contains("after");
        return found;
    };
    int found = 0;
    for (int lines = 0; lines < 40; ++lines) {
        const Printed before = printed(lines, false);
        const Printed after = printed(lines, true);
        QVERIFY2(!after.alone, qPrintable(QString::number(lines)));
        // Nor does a page begin where none has to.
        QCOMPARE(after.pages, before.pages);
        found += before.alone ? 1 : 0;
    }
    QVERIFY(found > 0);
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
