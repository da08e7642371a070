#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/drawings.h"
#include "tests/cli/program.h"

using namespace sluice::test;

/// What is run, checked and printed.
class TestRunAndCheck : public QObject {
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
};

QTEST_GUILESS_MAIN(TestRunAndCheck)
#include "tst_runandcheck.moc"
