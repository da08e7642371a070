#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/drawings.h"
#include "tests/cli/program.h"

using namespace sluice::test;

namespace {

const QStringList kCommands{"run",    "replay",   "compare", "sweep",    "check", "validate", "export",
                            "import", "discover", "watch",   "drift",    "apply", "browse",   "publish",
                            "purge",  "offsets",  "redrive", "examples", "new"};

}  // namespace

/// What every command shares: exit statuses, help, manual, completions, and addresses of brokers.
class TestCommandLine : public QObject {
    Q_OBJECT
private slots:
    void theExitStatusTellsWhatHappened_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const QStringList& arguments, int status,
                            const char* sentence) {
            QTest::newRow(name) << arguments << status << QString(sentence);
        };
        row("nothing", {}, 2, "Usage: sluice-cli COMMAND");
        row("help", {"--help"}, 0, "Exit status: 0 all is well");
        row("version", {"--version"}, 0, "sluice-cli ");
        row("unknown command", {"chekc"}, 2, "there is no command 'chekc'; did you mean 'check'?");
        row("unknown option", {"run", "x.sluice", "--sead", "3"}, 2,
            "unknown option --sead; did you mean '--seed'?");
        row("option without value", {"run", "x.sluice", "--seed"}, 2, "--seed needs a value: --seed N");
        row("switch with value", {"run", "x.sluice", "--json=1"}, 2, "--json takes no value");
        row("no file", {"run"}, 2, "FILE is missing; usage: sluice-cli run FILE");
        row("two files", {"run", "a", "b"}, 2, "'b' is one too many; usage: sluice-cli run FILE");
        row("no address", {"drift", "a"}, 2,
            "ADDRESS is missing; usage: sluice-cli drift FILE.sluice ADDRESS");
        row("asked too often", {"watch", "kafka://x", "--every", "0s"}, 2,
            "--every: must be from 500ms to 1h, is '0s'");
        row("missing file", {"run", "none.sluice"}, 2,
            "none.sluice: cannot open the file: No such file or directory");
        row("a folder", {"run", "/"}, 2, "/: cannot read the file: Is a directory");
        row("bad seed", {"run", example("price-change"), "--seed", "-1"}, 2,
            "--seed: must be a whole number from 0 to 18446744073709551615, is '-1'");
        row("bad duration", {"run", example("price-change"), "--until", "soon"}, 2,
            "--until: 'soon' is not a duration");
        row("no such scenario", {"run", example("price-change"), "--scenario", "x"}, 2,
            "there is no scenario 'x'");
        row("run", {"run", example("price-change"), "--until=5s"}, 0, "Fingerprint ");
        row("record nowhere", {"run", example("price-change"), "--record", "none/x.sluicerec"}, 2,
            "none/x.sluicerec: cannot make the recording: No such file or directory");
        row("replay of a drawing", {"replay", example("price-change")}, 2, "is no recording of Sluice");
        row("replay of nothing", {"replay", "none.sluicerec"}, 2,
            "none.sluicerec: cannot open the recording: No such file or directory");
        row("replay at no time", {"replay", example("price-change"), "--at", "noon"}, 2,
            "--at: 'noon' is not a duration");
        row("new over a file", {"new", example("price-change")}, 2, "exists already; --force replaces it");
        row("new from nothing", {"new", "x.sluice", "--from", "price-chnge"}, 2,
            "did you mean 'price-change'?");
        row("export to nowhere", {"export", example("price-change")}, 2, "-o");
        row("a place that there is not", {"publish", "kafka://x", "t", "--body", "{{nubmer}}"}, 2,
            "--body: there is no {{nubmer}}, only number, uuid, now and random 1..100; did you mean "
            "'number'?");
        row("published to nowhere", {"publish", "amqp://x"}, 2, "name the queue or topic, or --exchange");
        row("published to two places", {"publish", "amqp://x", "q", "--exchange", "e"}, 2,
            "name one of them");
        row("a header of nothing", {"publish", "amqp://x", "q", "--header", "tenant"}, 2,
            "--header: must be NAME=VALUE, is 'tenant'");
        row("two bodies", {"publish", "amqp://x", "q", "--body", "a", "--body-file", "-"}, 2,
            "say --body or --body-file");
        row("what would be published", {"publish", "amqp://x", "q", "--body", "n{{number}}", "--count", "9"},
            0, "Nothing was sent, and the broker was not asked: this would be the first of 9");
        row("what would be published to what is no broker", {"publish", "ftp://x", "q", "--body", "a"}, 2,
            "this is no broker's address");
        row("offsets to nowhere", {"offsets", "kafka://x", "g", "t"}, 2, "--to: is missing");
        row("offsets to a word", {"offsets", "kafka://x", "g", "t", "--to", "tomorrow"}, 2,
            "--to: must be beginning, end, an offset");
        row("applied to nothing", {"apply", example("price-change"), "ftp://x"}, 2,
            "this is no broker's address");
        row("purged where nobody is", {"purge", "amqp://127.0.0.1:1", "q"}, 2,
            "Nobody listens at 127.0.0.1:1.");
        for (const QString& command : kCommands)
            row(("help of " + command).toUtf8(), {command, "--help"}, 0, "Usage: sluice-cli");
    }

    void theExitStatusTellsWhatHappened() {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, sentence);
        const Called run = cli(arguments);
        QVERIFY2((run.out + run.err).contains(sentence), qPrintable(run.out + run.err));
        QCOMPARE(run.status, status);
        if (status == 2 && !arguments.isEmpty()) {
            QVERIFY(run.out.isEmpty());
            QCOMPARE(run.err.count('\n'), 1);
        }
    }

    void manualAndCompletionsNameEveryCommandAndOption() {
        const auto read = [](const QString& path) {
            QFile file(SLUICE_SOURCE_DIR "/resources/" + path);
            return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
        };
        const QString manual = read("man/sluice-cli.1").remove('\\');
        const QString bash = read("completion/sluice-cli.bash");
        const QString zsh = read("completion/_sluice-cli");
        const QRegularExpression option("^  (-[-a-z]+)", QRegularExpression::MultilineOption);
        for (const QString& command : kCommands) {
            QVERIFY2(manual.contains("\n.B " + command + "\n"), qPrintable(command));
            for (const QString& text : {bash, zsh})
                QVERIFY2(text.contains(QRegularExpression("\\b" + command + "\\b")), qPrintable(command));
            auto options = option.globalMatch(cli({command, "--help"}).out);
            QVERIFY(options.hasNext());
            while (options.hasNext()) {
                const QString name = options.next().captured(1);
                if (name == "--help")
                    continue;
                for (const QString& text : {manual, bash, zsh})
                    QVERIFY2(text.contains(QRegularExpression("(?<![-a-z])" + name + "(?![-a-z])")),
                             qPrintable(command + ' ' + name));
            }
        }
    }

    void addressesOfBrokersAreRead_data() {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("words");
        QTest::newRow("no scheme") << "localhost:9092"
                                   << "kafka://";
        QTest::newRow("another scheme") << "redis://localhost"
                                        << "kafka://";
        QTest::newRow("password") << "kafka://me:secret@localhost"
                                  << "SLUICE_PASSWORD";
        QTest::newRow("no host") << "kafka://me@"
                                 << "no host";
        QTest::newRow("no host, RabbitMQ") << "http:///shop"
                                           << "no host";
        QTest::newRow("parameter") << "kafka://localhost?sals=PLAIN"
                                   << "'sals'";
        QTest::newRow("nobody is asked for a password") << "kafka://me@127.0.0.1:1"
                                                        << "the password of me is not known";
        QTest::newRow("mechanism") << "kafka://127.0.0.1:1?sasl=NTLM"
                                   << "there is no 'NTLM', only";
        QTest::newRow("port") << "http://127.0.0.1:99999"
                              << "a port is from 1 to 65535";
        QTest::newRow("port of a parameter") << "http://127.0.0.1:1?amqp=abc"
                                             << "amqp must be a port";
        QTest::newRow("nobody there") << "kafka://127.0.0.1:1"
                                      << "Nobody listens on 127.0.0.1:1";
        QTest::newRow("nobody there, RabbitMQ") << "http://127.0.0.1:1"
                                                << "127.0.0.1:1";
    }

    void addressesOfBrokersAreRead() {
        QFETCH(QString, address);
        QFETCH(QString, words);
        const QTemporaryDir folder;
        const QString drawing = written(folder, "small.sluice", small(kMet));
        const QString out = folder.filePath("out.sluice");
        for (const QStringList& line :
             {QStringList{"discover", address, "-o", out}, QStringList{"watch", address, "--for", "1s"},
              QStringList{"drift", drawing, address}}) {
            const Called run = cli(line);
            QCOMPARE(run.status, 2);
            QVERIFY(run.out.isEmpty());
        }
        const Called run = cli({"discover", address, "-o", out});
        QVERIFY2(run.err.contains(words), qPrintable(run.err));
        QVERIFY2(!run.err.contains("secret"), qPrintable(run.err));
        QVERIFY(!QFile::exists(out));
    }

    void watchRefusesWhatIsAboutMessagesWithoutThem_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("words");
        for (const QStringList& options :
             {QStringList{"--mask", "password"}, QStringList{"--at-most", "5"}, QStringList{"--make-queues"}})
            QTest::newRow(qPrintable(options.front()))
                << options << options.front() + ": is about single messages";
        QTest::newRow("none a second") << QStringList{"--messages", "--at-most", "0"} << "from 1 to 10000";
        QTest::newRow("no number") << QStringList{"--messages", "--at-most", "many"} << "is 'many'";
    }
    void watchRefusesWhatIsAboutMessagesWithoutThem() {
        QFETCH(QStringList, options);
        QFETCH(QString, words);
        const Called run = cli(QStringList{"watch", "kafka://127.0.0.1:1", "--for", "1s"} + options);
        QCOMPARE(run.status, 2);
        QVERIFY(run.out.isEmpty());
        QVERIFY2(run.err.contains(words), qPrintable(run.err));
    }

    void aFullDiskIsNoSuccess() {
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        process.start(SLUICE_BIN_DIR "/sluice-cli", {"examples"});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 2);
    }
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
