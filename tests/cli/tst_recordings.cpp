#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/drawings.h"
#include "tests/cli/program.h"

using namespace sluice::test;

/// Runs kept in files: played again, asked why, compared with each other.
class TestRecordings : public QObject {
    Q_OBJECT
private slots:
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
};

QTEST_GUILESS_MAIN(TestRecordings)
#include "tst_recordings.moc"
