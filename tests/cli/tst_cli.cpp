#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/program.h"

using namespace sluice::test;

namespace {

const QStringList kCommands{"run",    "replay",   "compare", "sweep", "check",   "validate", "export",
                            "import", "discover", "watch",   "drift", "redrive", "examples", "new"};

QString example(const QString& id) {
    return SLUICE_SOURCE_DIR "/resources/examples/" + id + ".sluice";
}

QString written(const QTemporaryDir& folder, const QString& name, const QByteArray& content) {
    const QString path = folder.filePath(name);
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(content);
    return path;
}

/// One client, one service; the expectation can be met or not.
QByteArray small(const QByteArray& expectation) {
    return R"({"sluice":1,"name":"Small","nodes":[{"id":"c","kind":"client","workload":"constant","rate":1},)"
           R"({"id":"s","kind":"service","instances":2}],"links":[{"id":"c-s","kind":"call","from":"c","to":"s","timeout":"1s"}],)"
           R"("scenarios":[{"id":"z","until":"10s","expectations":[)" +
           expectation + "]}]}";
}

constexpr const char* kMet = R"({"metric":"lost","is":"==","value":0})";
constexpr const char* kNotMet = R"({"metric":"created","of":"c","is":"==","value":0,"note":"nobody comes"})";

}  // namespace

class TestCli : public QObject {
    Q_OBJECT
private slots:
    void everyExamplePassesItsCheck_data() {
        QTest::addColumn<QString>("path");
        const QDir folder(SLUICE_SOURCE_DIR "/resources/examples");
        for (const QString& file : folder.entryList({"*.sluice"}))
            QTest::newRow(qPrintable(file)) << folder.filePath(file);
    }
    void everyExamplePassesItsCheck() {
        QFETCH(QString, path);
        const Called run = cli({"check", path, "--strict"});
        QVERIFY2(run.status == 0, qPrintable(run.out + run.err));
        QVERIFY(run.err.isEmpty());
    }

    void ratesAreThoseOfTheTimeThatWasPlayed() {
        // One message a second, whether a minute of it is played or five seconds.
        const QTemporaryDir folder;
        const QString file = written(folder, "small.sluice", small(kMet));
        for (const char* until : {"5s", "10s", "50s"}) {
            const Called run = cli({"run", file, "--until", until, "--json"});
            const QJsonObject told = QJsonDocument::fromJson(run.out.toUtf8()).object();
            QCOMPARE(told["until"].toDouble(), QString(until).chopped(1).toDouble());
            const double rate = told["elements"][0]["rate"].toDouble();
            QVERIFY2(rate > 0.75 && rate < 1.25, qPrintable(run.out));
        }
    }

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
        row("no file", {"run"}, 2, "a file is missing; usage: sluice-cli run FILE");
        row("two files", {"run", "a", "b"}, 2, "too many files");
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

    void saysThatThereIsNoFont() {
        QTemporaryDir folder;
        QFile settings(folder.filePath("fonts.conf"));
        QVERIFY(settings.open(QIODevice::WriteOnly));
        settings.write(
            "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
            "<fontconfig><dir>/nowhere</dir></fontconfig>");
        settings.close();
        const QString picture = folder.filePath("picture.png");
        const QStringList line{"export", SLUICE_SOURCE_DIR "/resources/examples/price-change.sluice", "-o",
                               picture};
        QVERIFY(!cli(line).err.contains("font"));
        qputenv("FONTCONFIG_FILE", settings.fileName().toUtf8());
        const Called without = cli(line);
        qunsetenv("FONTCONFIG_FILE");
        QCOMPARE(without.status, 0);
        QVERIFY2(without.err.contains("install one, for example the package fonts-dejavu-core"),
                 qPrintable(without.err));
        QVERIFY(QFile::exists(picture));
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

    void anExpectationThatFailsGivesStatusOne() {
        const QTemporaryDir folder;
        const QString well = written(folder, "well.sluice", small(kMet));
        const QString bad = written(folder, "bad.sluice", small(kNotMet));
        QCOMPARE(cli({"run", well}).status, 0);
        QCOMPARE(cli({"run", bad}).status, 1);
        QCOMPARE(cli({"check", well}).status, 0);
        const Called run = cli({"check", well, bad});
        QCOMPARE(run.status, 1);
        QVERIFY(run.out.contains("created of c: 10, expected == 0 (nobody comes)"));
        QVERIFY(run.out.contains("2 files, 2 scenarios, 1 of 2 expectations met"));
    }

    void aFindingThatIsAnErrorGivesStatusOne() {
        const QTemporaryDir folder;
        const QString path =
            written(folder, "t.sluice",
                    R"({"sluice":1,"nodes":[{"id":"t","kind":"topic","replication":2,"minIsr":3}]})");
        const Called validate = cli({"validate", path});
        QCOMPARE(validate.status, 1);
        QVERIFY(validate.out.contains("nodes[0]: 't' wants 3 copies in sync but has 2"));
        QCOMPARE(cli({"check", path}).status, 1);
        const QString hint =
            written(folder, "h.sluice", R"({"sluice":1,"nodes":[{"id":"g","kind":"gateway"}]})");
        QCOMPARE(cli({"validate", hint}).status, 0);
        QCOMPARE(cli({"validate", hint, "--strict"}).status, 1);
    }

    void unusableInputNamesThePlace() {
        const QTemporaryDir folder;
        const QString path = written(folder, "bad.sluice",
                                     R"({"sluice":1,"nodes":[{"id":"q","kind":"queue","messageTtl":-5}]})");
        for (const char* command : {"run", "check", "validate"}) {
            const Called run = cli({command, path});
            QCOMPARE(run.status, 2);
            QCOMPARE(run.err,
                     QString("sluice-cli: %1: nodes[0].messageTtl: must not be negative, is -5\n").arg(path));
        }
        // What can be checked is checked all the same.
        const Called both = cli({"check", path, written(folder, "well.sluice", small(kMet))});
        QCOMPARE(both.status, 2);
        QVERIFY(both.out.contains("1 of 1 expectations met"));
    }

    void tellsWhyAMessageIsWhereItIs() {
        const QTemporaryDir folder;
        const QString file = folder.filePath("bad.sluicerec");
        QCOMPARE(
            cli({"run", example("update-user-email"), "--scenario", "bad-data", "--record", file}).status, 0);
        const QString dead =
            cli({"replay", file, "--events", "kind:dead-lettered", "--json"}).out.section('\n', 0, 0);
        const QJsonObject death = QJsonDocument::fromJson(dead.toUtf8()).object();
        const QString message = QString("m-%1").arg(death["message"].toInt());

        const Called why = cli({"replay", file, "--why", message});
        QCOMPARE(why.status, 0);
        QVERIFY2(why.out.contains("UpdateUserEmail waits in Dead commands"), qPrintable(why.out));
        QVERIFY(why.out.contains("handler step 1 'validate email' of User repository"));
        QVERIFY(why.out.contains("[RabbitMQ, Dead Letter Exchanges]"));
        QVERIFY(why.out.contains("the scenario makes App send malformed messages, from 5s on"));
        const QStringList lines = why.out.split('\n', Qt::SkipEmptyParts);
        QVERIFY(lines[lines.size() - 2].contains("Portal asks for UpdateUserEmail"));
        // Before it died it stood elsewhere.
        const QString before = QString::number(death["at"].toDouble() - 0.001, 'f', 6) + 's';
        QVERIFY(!cli({"replay", file, "--why", message, "--at", before}).out.contains("Dead commands"));

        const QJsonObject json =
            QJsonDocument::fromJson(cli({"replay", file, "--why", message, "--json"}).out.toUtf8()).object();
        QVERIFY(json["complete"].toBool());
        QCOMPARE(json["steps"].toArray().size() * 2, lines.size());
        QCOMPARE(json["steps"].toArray().first()["element"].toString(), QString("dead-commands"));

        QVERIFY(cli({"replay", file, "--why", "m-99999"}).err.contains("has no message m-99999"));
        QVERIFY(cli({"replay", file, "--why", "this"}).err.contains("a message is named as in m-17"));
        QCOMPARE(cli({"replay", file, "--why", message, "--events", ""}).status, 2);
    }

    void replaysWhatItRecorded() {
        const QTemporaryDir folder;
        const QString file = folder.filePath("a run.sluicerec");
        const Called run = cli({"run", example("update-user-email"), "--record", file});
        QCOMPARE(run.status, 0);
        // From the recording alone the same tables, and of the recorded events the same fingerprint.
        const Called replay = cli({"replay", file});
        QCOMPARE(replay.status, 0);
        QCOMPARE(replay.out, run.out);
        QCOMPARE(cli({"replay", file, "--json"}).out,
                 cli({"run", example("update-user-email"), "--json"}).out);

        const Called state = cli({"replay", file, "--at", "20s"});
        QVERIFY2(state.out.startsWith("At 20s, after "), qPrintable(state.out));
        const QJsonObject json =
            QJsonDocument::fromJson(cli({"replay", file, "--at", "20s", "--json"}).out.toUtf8()).object();
        QCOMPARE(json["at"].toDouble(), 20.0);
        QCOMPARE(json["elements"].toArray().size(), 8 + 9);

        const QStringList all = cli({"replay", file, "--events", ""}).out.split('\n', Qt::SkipEmptyParts);
        const QStringList created = cli({"replay", file, "--events=kind:message-created", "--json"})
                                        .out.split('\n', Qt::SkipEmptyParts);
        QVERIFY(created.size() > 10 && created.size() < all.size());
        for (const QString& line : created)
            QCOMPARE(QJsonDocument::fromJson(line.toUtf8()).object()["kind"].toString(),
                     QString("message created"));
        QCOMPARE(cli({"replay", file, "--events", "colour:red"}).status, 2);

        // Cut off, as by a crash: what is left, and a sentence that says so.
        QFile cut(file);
        QVERIFY(cut.resize(cut.size() / 2));
        const Called part = cli({"replay", file});
        QVERIFY(part.status != 2);
        QVERIFY2(part.err.contains("what can be read of it ends at "), qPrintable(part.err));
        QVERIFY(part.out != run.out);
    }

    void recordingsAreCompared() {
        const QTemporaryDir folder;
        const QString left = folder.filePath("left.sluicerec");
        const QString right = folder.filePath("right.sluicerec");
        cli({"run", example("price-change"), "--until", "5s", "--record", left});
        cli({"run", example("price-change"), "--until", "5s", "--seed", "2", "--record", right});
        const Called same = cli({"compare", left, left});
        QCOMPARE(same.status, 0);
        QVERIFY2(same.out.startsWith("The same in every one of"), qPrintable(same.out));
        const Called other = cli({"compare", left, right, "--json", "--align", "time"});
        QCOMPARE(other.status, 1);
        const QJsonObject json = QJsonDocument::fromJson(other.out.toUtf8()).object();
        QCOMPARE(json["identical"], QJsonValue(false));
        QVERIFY(json["divergence"].toObject()["at"].toDouble() < 5);
        // Each conversation is the same, or among those that are listed.
        const QJsonObject told = json["conversations"].toObject();
        QCOMPARE(told["otherWay"].toInt() + told["onlyLeft"].toInt() + told["onlyRight"].toInt(),
                 json["different"].toArray().size());
        const Called unclear = cli({"compare", left, right, "--align", "luck"});
        QCOMPARE(unclear.status, 2);
        QVERIFY2(unclear.err.contains("--align: must be order or time, is 'luck'"), qPrintable(unclear.err));
        const Called alone = cli({"compare", left});
        QCOMPARE(alone.status, 2);
    }
    void theSameSeedGivesTheSameFingerprint() {
        const auto fingerprint = [](const QStringList& more) {
            const Called run =
                cli(QStringList{"run", example("update-user-email"), "--until", "20s", "--json"} + more);
            return QJsonDocument::fromJson(run.out.toUtf8()).object()["fingerprint"].toString();
        };
        const QString first = fingerprint({});
        QVERIFY(QRegularExpression("^[0-9a-f]{16}$").match(first).hasMatch());
        QCOMPARE(fingerprint({}), first);
        QCOMPARE(fingerprint({"--seed", "1"}), first);
        QVERIFY(fingerprint({"--seed", "2"}) != first);
    }

    void anUnconnectedElementChangesNothing() {
        const QTemporaryDir folder;
        QByteArray more = small(kMet);
        more.replace("\"nodes\":[", R"("nodes":[{"id":"apart","kind":"queue"},)");
        const auto created = [&](const QByteArray& content) {
            const Called run = cli({"run", written(folder, "f.sluice", content), "--json"});
            const QJsonObject system =
                QJsonDocument::fromJson(run.out.toUtf8()).object()["system"].toObject();
            return QPair(system["done"].toInt(), system["roundTrip"].toObject()["mean"].toDouble());
        };
        QCOMPARE(created(more), created(small(kMet)));
    }

    void printsJson() {
        const Called run =
            cli({"run", example("update-user-email"), "--scenario", "The caller's timeout", "--json"});
        QCOMPARE(run.status, 0);
        QJsonParseError error;
        const QJsonObject root = QJsonDocument::fromJson(run.out.toUtf8(), &error).object();
        QCOMPARE(error.error, QJsonParseError::NoError);
        QCOMPARE(root["scenario"].toString(), QString("caller-timeout"));
        QCOMPARE(root["met"].toBool(), true);
        QCOMPARE(root["elements"].toArray().size(), 8);
        QCOMPARE(root["links"].toArray().size(), 9);
        QVERIFY(root["system"].toObject()["timeouts"].toInt() > 0);
        for (const QString& command : {QString("check"), QString("validate")}) {
            const Called list = cli({command, example("price-change"), "--json"});
            QVERIFY(QJsonDocument::fromJson(list.out.toUtf8(), &error).isArray());
            QCOMPARE(error.error, QJsonParseError::NoError);
        }
        QCOMPARE(QJsonDocument::fromJson(cli({"examples", "--json"}).out.toUtf8()).array().size(), 3);
    }

    void printsTablesThatLineUp() {
        const Called run = cli({"run", example("update-user-email")});
        QCOMPARE(run.status, 0);
        const QStringList lines = run.out.split('\n');
        const qsizetype heading = lines.indexOf(QRegularExpression("^  element +kind +in +out.*p99$"));
        QVERIFY(heading > 0);
        for (qsizetype i = heading + 1; !lines[i].isEmpty(); ++i)
            QVERIFY2(lines[i].size() <= lines[heading].size(), qPrintable(lines[i]));
        QVERIFY(run.out.contains(QRegularExpression("\nFingerprint [0-9a-f]{16}\n$")));
        QVERIFY(!run.out.contains('\x1b'));
    }

    void readsStandardInput() {
        const Called run = cli({"run", "-"}, small(kMet));
        QVERIFY2(run.status == 0, qPrintable(run.err));
        QVERIFY(run.out.startsWith("Small: z\n"));
    }

    void writesADrawingToBeginWith() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("a drawing.sluice");
        QCOMPARE(cli({"new", path, "--name", "Mine"}).status, 0);
        QCOMPARE(cli({"check", path}).status, 0);
        QCOMPARE(cli({"new", path}).status, 2);
        QCOMPARE(cli({"new", path, "--force", "--from", "price-change"}).status, 0);
        QVERIFY(cli({"validate", path}).status == 0);
    }

    void exportsPictures_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("magic");
        QTest::addColumn<QStringList>("more");
        QTest::newRow("svg") << "drawing.svg" << QByteArray("<?xml") << QStringList{};
        QTest::newRow("png") << "drawing.png" << QByteArray("\x89PNG") << QStringList{"--scale", "0.5"};
        QTest::newRow("pdf") << "drawing.pdf" << QByteArray("%PDF") << QStringList{"--page", "a4"};
        QTest::newRow("dark, with the state")
            << "state.svg" << QByteArray("<?xml") << QStringList{"--theme", "dark", "--at", "3s"};
    }
    void exportsPictures() {
        QFETCH(QString, name);
        QFETCH(QByteArray, magic);
        QFETCH(QStringList, more);
        const QTemporaryDir folder;
        const QString out = folder.filePath(name);
        const Called run = cli(QStringList{"export", example("price-change"), "-o", out} + more);
        QVERIFY2(run.status == 0 && run.err.isEmpty(), qPrintable(run.err));
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        QVERIFY(content.startsWith(magic));
        if (name == "drawing.svg")
            QVERIFY(content.contains("Price changes"));
    }

    void refusesToExportWithTheReason_data() {
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("ending") << QStringList{"-o", "x.gif"} << "-o: ";
        QTest::newRow("theme") << QStringList{"-o", "x.svg", "--theme", "pink"}
                               << "--theme: must be one of light, dark, contrast, is 'pink'";
        QTest::newRow("scale") << QStringList{"-o", "x.png", "--scale", "0"}
                               << "--scale: must be a number from 0.05 to 16, is '0'";
        QTest::newRow("moment") << QStringList{"-o", "x.svg", "--at", "then"} << "'then' is not a duration";
        QTest::newRow("folder") << QStringList{"-o", "/no/such/folder/x.svg"} << "No such file or directory";
    }
    void refusesToExportWithTheReason() {
        QFETCH(QStringList, more);
        QFETCH(QString, sentence);
        const Called run = cli(QStringList{"export", example("price-change")} + more);
        QCOMPARE(run.status, 2);
        QVERIFY2(run.err.contains(sentence), qPrintable(run.err));
        QCOMPARE(run.err.count('\n'), 1);
    }

    void aFullDiskIsNoSuccess() {
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        process.start(SLUICE_BIN_DIR "/sluice-cli", {"examples"});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 2);
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
