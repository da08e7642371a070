#include <QTemporaryDir>
#include <QtTest>

#include "core/interchange/importtrace.h"
#include "core/record/recording.h"
#include "widgets/share/importedrecording.h"

using namespace sluice;
using namespace std::chrono_literals;

class ImportedRecordingTest : public QObject {
    Q_OBJECT
private slots:
    void lastsAsLongAsItsTrace();
};

// Rates are told of the scenario's time: that of a trace from elsewhere is the trace's.
void ImportedRecordingTest::lastsAsLongAsItsTrace() {
    const QTemporaryDir folder;
    auto trace = importTrace(
        "time,kind,element,message\n"
        "0,enqueued,q,m-1\n"
        "7200,delivered,q,m-1\n",
        "two hours");
    QVERIFY(trace.ok());
    const std::string path = folder.filePath("imported.sluicerec").toStdString();
    const auto counts = recordImported(std::move(*trace), path);
    QVERIFY(counts.ok());
    QCOMPARE(counts->messages, std::size_t(1));
    const auto opened = openRecording(path);
    QVERIFY(opened.ok());
    QVERIFY(opened->header.scenario.until == 2h);
    QVERIFY(opened->store->horizon() == 2h);
}

QTEST_GUILESS_MAIN(ImportedRecordingTest)
#include "tst_importedrecording.moc"
