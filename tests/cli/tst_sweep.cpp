#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/program.h"

using namespace sluice::test;

namespace {

const QString kDrawing = SLUICE_SOURCE_DIR "/resources/examples/update-user-email.sluice";

Called sweep(const QStringList& arguments) {
    return cli(QStringList{"sweep", kDrawing, "--until", "10s"} + arguments);
}

/// A terminal without a person: what a program writes to its other end can be read here.
class Terminal {
public:
    Terminal() : m_descriptor(::posix_openpt(O_RDWR | O_NOCTTY)) {
        if (m_descriptor >= 0 && ::grantpt(m_descriptor) == 0 && ::unlockpt(m_descriptor) == 0) {
            m_name = QString::fromLocal8Bit(::ptsname(m_descriptor));
            ::fcntl(m_descriptor, F_SETFL, O_NONBLOCK);
            m_keptOpen = ::open(::ptsname(m_descriptor), O_RDWR | O_NOCTTY);
        }
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal() {
        ::close(m_keptOpen);
        ::close(m_descriptor);
    }
    [[nodiscard]] const QString& name() const { return m_name; }
    /// All that was written so far.
    QString text() {
        char chunk[4096];
        for (ssize_t count = 0; (count = ::read(m_descriptor, chunk, sizeof chunk)) > 0;)
            m_text += QByteArray(chunk, static_cast<qsizetype>(count));
        return QString::fromUtf8(m_text);
    }

private:
    int m_descriptor = -1;
    int m_keptOpen = -1;
    QString m_name;
    QByteArray m_text;
};

QJsonObject parsed(const QString& text) {
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

QJsonObject outcomeIn(const QJsonObject& setting, const QString& of, const QString& outcome) {
    for (const QJsonValue& one : setting["outcomes"].toArray()) {
        if (one["of"].toString() == of && one["outcome"].toString() == outcome)
            return one.toObject();
    }
    return {};
}

}  // namespace

class SweepCommandTest : public QObject {
    Q_OBJECT
private slots:
    void printsATable();
    void printsJsonThatAgreesWithRun();
    void printsCsv();
    void resultsDoNotDependOnTheNumberOfJobs();
    void writesAFile();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void failedExpectationsAreAnOutcome();
    void interruptedItPrintsWhatFinished_data();
    void interruptedItPrintsWhatFinished();
    void showsProgressOnATerminal_data();
    void showsProgressOnATerminal();
    void isSilentWithoutATerminal();
};

void SweepCommandTest::printsATable() {
    const Called run = sweep(
        {"--vary", "queue.commands.prefetch=1,5,20", "--seeds", "1..3", "--vary", "app.instances=1..2"});
    QVERIFY2(run.status == 0 && run.err.isEmpty(), qPrintable(run.err));
    QVERIFY(
        run.out.startsWith("Update a user's e-mail: All is well\n"
                           "  6 settings, 3 seeds, 10.0 s simulated each: 18 replicas\n"));
    QVERIFY(run.out.contains(QRegularExpression(
        "\nUser commands \\(queue\\)\n  outcome +prefetch +instances +mean +± 95 % +p50 +p95 +p99\n")));
    QVERIFY(run.out.contains(QRegularExpression("\n +20 +2 +\\d")));
    QVERIFY(run.out.contains("\nExpectations, share of replicas that met them\n"));
    QVERIFY(run.out.endsWith('\n') && !run.out.endsWith("\n\n"));
    QVERIFY(!run.out.contains('\x1b'));
}

void SweepCommandTest::printsJsonThatAgreesWithRun() {
    const Called run = sweep({"--json", "--seeds", "4,9", "--vary", "portal.rate=1,3"});
    QVERIFY2(run.status == 0, qPrintable(run.err));
    const QJsonObject root = parsed(run.out);
    QCOMPARE(root["planned"].toInt(), 4);
    QCOMPARE(root["finished"].toInt(), 4);
    QCOMPARE(root["settings"].toArray().size(), 2);
    QCOMPARE(root["settings"][1]["values"]["portal.rate"].toDouble(), 3.0);

    // The drawing has the rate of the first setting.
    double sum = 0;
    for (const QString seed : {"4", "9"}) {
        const QJsonObject alone =
            parsed(cli({"run", kDrawing, "--until", "10s", "--seed", seed, "--json"}).out);
        sum += alone["system"]["created"].toDouble();
        bool found = false;
        for (const QJsonValue& replica : root["replicas"].toArray())
            found = found || (replica["setting"].toInt() == 0 && replica["seed"].toInt() == seed.toInt() &&
                              replica["fingerprint"] == alone["fingerprint"]);
        QVERIFY(found);
    }
    const QJsonObject created = outcomeIn(root["settings"][0].toObject(), "", "created");
    QCOMPARE(created["replicas"].toInt(), 2);
    QCOMPARE(created["mean"].toDouble(), sum / 2);
    QVERIFY(outcomeIn(root["settings"][1].toObject(), "portal", "created")["mean"].toDouble() >
            outcomeIn(root["settings"][0].toObject(), "portal", "created")["mean"].toDouble());
    // Two values: t(0.975, 1) is 12.706, and the deviation over sqrt(2) is half their distance.
    const double distance = created["max"].toDouble() - created["min"].toDouble();
    QVERIFY(std::abs(created["high"].toDouble() - created["mean"].toDouble() - 12.706 * distance / 2) <
            0.001 * distance);
}

void SweepCommandTest::printsCsv() {
    const Called run = sweep({"--csv", "--seeds", "1..2", "--vary", "app.instances=1,2", "--vary",
                              "users-to-replies.latency=10ms,uniform(5ms, 9ms)"});
    QVERIFY2(run.status == 0, qPrintable(run.err));
    const QStringList lines = run.out.split("\r\n");
    QCOMPARE(lines.front(),
             QString("app.instances,users-to-replies.latency,of,name,kind,outcome,unit,replicas,mean,"
                     "deviation,low,high,min,p50,p95,p99,max"));
    QVERIFY(lines.back().isEmpty());
    QVERIFY(lines
                .filter(QRegularExpression("^2,\"uniform\\(5ms, 9ms\\)\",commands,User commands,queue,"
                                           "wait\\.p95,s,2,"))
                .size() == 1);
    for (const QString& line : lines.mid(0, lines.size() - 1))
        QCOMPARE(QString(line).remove(QRegularExpression("\"[^\"]*\"")).count(','), 16);
}

void SweepCommandTest::resultsDoNotDependOnTheNumberOfJobs() {
    const QStringList study{"--json", "--seeds", "1..4", "--vary", "commands.prefetch=1,5"};
    const Called one = sweep(study + QStringList{"--jobs", "1"});
    QCOMPARE(one.status, 0);
    for (const QString jobs : {"2", "5"})
        QCOMPARE(sweep(study + QStringList{"--jobs", jobs}).out, one.out);
}

void SweepCommandTest::writesAFile() {
    const QTemporaryDir folder;
    const QString path = folder.filePath("a study.csv");
    const Called run = sweep({"--seeds", "1..2", "-o", path});
    QCOMPARE(run.status, 0);
    QVERIFY(run.out.isEmpty());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), sweep({"--seeds", "1..2", "--csv"}).out);
    const Called nowhere = sweep({"--seeds", "1", "-o", folder.filePath("no/such.csv")});
    QCOMPARE(nowhere.status, 2);
    QVERIFY(nowhere.err.contains("cannot write the file: No such file or directory"));
    const Called full = sweep({"--seeds", "1", "-o", "/dev/full"});
    QCOMPARE(full.status, 2);
    QVERIFY(full.err.contains("cannot write the file: No space left on device"));
}

void SweepCommandTest::saysWhatIsWrong_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const QStringList& arguments, const char* sentence) {
        QTest::newRow(name) << arguments << QString(sentence);
    };
    row("id", {"--vary", "queue.comands.prefetch=1"},
        "sluice-cli: --vary queue.comands.prefetch: there is no queue 'comands'; did you mean "
        "'commands'?");
    row("property", {"--vary", "commands.prefech=1"}, "did you mean 'prefetch'?");
    row("value", {"--vary", "commands.prefetch=-1"},
        "sluice-cli: --vary commands.prefetch: must not be negative, is -1");
    row("twice", {"--vary", "commands.prefetch=1", "--vary", "queue.commands.prefetch=2"},
        "--vary: commands.prefetch and queue.commands.prefetch are the same property");
    row("seeds", {"--seeds", "one"}, "--seeds: must be whole numbers as in 1..20 or 1,5,9, is 'one'");
    row("jobs", {"--jobs", "0"}, "--jobs: must be a whole number from 1 to 1024, is '0'");
    row("formats", {"--csv", "--json"}, "--csv and --json exclude each other");
    row("scenario", {"--scenario", "x"}, "there is no scenario 'x'");
}

void SweepCommandTest::saysWhatIsWrong() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, sentence);
    const Called run = sweep(arguments);
    QCOMPARE(run.status, 2);
    QVERIFY2(run.err.contains(sentence), qPrintable(run.err));
    QCOMPARE(run.err.count('\n'), 1);
    QVERIFY(run.out.isEmpty());
}

void SweepCommandTest::failedExpectationsAreAnOutcome() {
    const Called run =
        cli({"sweep", kDrawing, "--seeds", "1..2", "--vary", "portal-to-app.timeout=1ms", "--json"});
    QCOMPARE(run.status, 0);
    bool failed = false;
    for (const QJsonValue& one : parsed(run.out)["settings"][0]["outcomes"].toArray())
        failed = failed || (one["name"].toString() == "all expectations" && one["mean"].toDouble() == 0);
    QVERIFY(failed);
}

void SweepCommandTest::interruptedItPrintsWhatFinished_data() {
    QTest::addColumn<int>("signal");
    QTest::newRow("Ctrl-C") << SIGINT;
    QTest::newRow("terminated") << SIGTERM;
}

void SweepCommandTest::interruptedItPrintsWhatFinished() {
    QFETCH(int, signal);
    Terminal terminal;
    QProcess process;
    process.setStandardErrorFile(terminal.name());
    process.start(kProgram, {"sweep", kDrawing, "--until", "1h", "--seeds", "1..50000", "--json"});
    QVERIFY(process.waitForStarted());
    const QRegularExpression some("(\\d\\d+) of 50000 replicas");
    QTRY_VERIFY_WITH_TIMEOUT(some.match(terminal.text()).hasMatch(), 120'000);
    const int before = some.match(terminal.text()).captured(1).toInt();
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), signal), 0);
    const Called run = finished(process);
    QCOMPARE(run.status, 130);
    const QJsonObject root = parsed(run.out);
    const int kept = root["finished"].toInt();
    QVERIFY(kept >= before && kept < 50'000);
    QCOMPARE(root["planned"].toInt(), 50'000);
    QCOMPARE(outcomeIn(root["settings"][0].toObject(), "", "created")["replicas"].toInt(), kept);
    QVERIFY(terminal.text().contains(QString("sluice-cli: stopped after %1 of 50000 replicas").arg(kept)));
}

void SweepCommandTest::showsProgressOnATerminal_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("pattern");
    QTest::newRow("run")
        << QStringList{"run", kDrawing, "--until", "200h"}
        << "\\[#*\\.+\\] +\\d+ %  [^\r]+ simulated, [0-9.]+ [kM] events/s, [0-9.]+ [kM]? ?messages, "
           "[0-9dhms]+ left";
    QTest::newRow("sweep") << QStringList{"sweep", kDrawing, "--until", "10h", "--seeds", "1..40"}
                           << "\\[#*\\.+\\] +\\d+ %  \\d+ of 40 replicas, [0-9dhms]+ left";
}

void SweepCommandTest::showsProgressOnATerminal() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, pattern);
    Terminal terminal;
    QProcess process;
    process.setStandardErrorFile(terminal.name());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.start(kProgram, arguments);
    QVERIFY(process.waitForStarted());
    const QRegularExpression line(pattern);
    QTRY_VERIFY2_WITH_TIMEOUT(line.match(terminal.text()).hasMatch(), qPrintable(terminal.text()), 120'000);
    // Never wider than the terminal, which is 80 where it has no size.
    for (const QString& shown : terminal.text().split(QRegularExpression("\r\x1b\\[K")))
        QVERIFY2(shown.size() < 80, qPrintable(shown));
    process.kill();
    process.waitForFinished();
}

void SweepCommandTest::isSilentWithoutATerminal() {
    const Called run = cli({"run", kDrawing, "--until", "10h"});
    QVERIFY(run.status == 0 || run.status == 1);
    QVERIFY2(run.err.isEmpty(), qPrintable(run.err));
    QVERIFY(!run.out.contains('\r') && !run.out.contains('\x1b'));
}

QTEST_GUILESS_MAIN(SweepCommandTest)
#include "tst_sweep.moc"
