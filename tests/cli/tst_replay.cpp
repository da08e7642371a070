#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "core/record/recording.h"
#include "core/record/recordingnotes.h"
#include "tests/cli/program.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

/// A run of the flagship example in which messages die and are redriven.
QString recorded(const QTemporaryDir& folder) {
    const QString file = folder.filePath("bug.sluicerec");
    const Called run = cli({"run", SLUICE_SOURCE_DIR "/resources/examples/update-user-email.sluice",
                            "--scenario", "processing-bug", "--record", file});
    return run.status == 2 ? QString() : file;
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

/// What `sluice-cli replay` tells of a recording without a window.
class TestReplay : public QObject {
    Q_OBJECT
private slots:
    void notesArePrinted() {
        const QTemporaryDir folder;
        const QString file = recorded(folder);
        QVERIFY(cli({"replay", file, "--notes"}).out.startsWith("Nobody has added notes"));
        const auto recording = openRecording(file.toStdString());
        QVERIFY(recording.ok());
        RunNotes notes;
        const BookmarkId id = addBookmark(notes, {0, 12'500ms, {}, "The retry", "Look at\nthe backoff"});
        notes.story.push_back({id, "It began here", {}});
        notes.watches.push_back({"dead", "kind:dead-lettered"});
        const EntityId queue = recording->store->table().find("commands");
        QVERIFY(queue != kNoEntity);
        notes.incidents.push_back({queue, FailureKind::UnexpectedError, DeathReason::Rejected, 11s,
                                   "acknowledged", 20s, "ada", "2026-11-21T20:00:00Z"});
        QVERIFY(saveNotes(file.toStdString(), notes).ok());

        const QString out = cli({"replay", file, "--notes"}).out;
        QVERIFY2(out.contains(" 12.5s  The retry: Look at\n"), qPrintable(out));
        QVERIFY(out.contains("\n                the backoff\n"));
        QVERIFY(out.contains(" 12.5s  The retry: It began here\n"));
        QVERIFY(out.contains("dead: kind:dead-lettered\n"));
        QVERIFY(out.contains("rejected in commands: acknowledged by ada at 20s, 2026-11-21T20:00:00Z\n"));
        const QJsonObject json =
            QJsonDocument::fromJson(cli({"replay", file, "--notes", "--json"}).out.toUtf8()).object();
        QCOMPARE(json["bookmarks"].toArray().first()["name"].toString(), QString("The retry"));
    }

    void incidentsHaveTheStateThatPeopleGaveThem() {
        const QTemporaryDir folder;
        const QString file = recorded(folder);
        // Before anything is redriven.
        const QStringList asked{"replay", file, "--incidents", "--at", "25s"};
        const QJsonArray before =
            QJsonDocument::fromJson(cli(asked + QStringList("--json")).out.toUtf8()).array();
        QVERIFY(!before.isEmpty());
        const QJsonObject first = before.first().toObject();
        QCOMPARE(first["state"].toString(), QString("open"));
        QCOMPARE(first["count"].toInt(), first["messages"].toArray().size());
        QCOMPARE(first["queue"].toString(), QString("commands"));

        const auto recording = openRecording(file.toStdString());
        RunNotes notes;
        notes.incidents.push_back(
            {recording->store->table().find("commands"), FailureKind::UnexpectedError, DeathReason::Rejected,
             std::chrono::round<TraceTime>(std::chrono::duration<double>(first["opened"].toDouble())),
             "acknowledged", 25s, "ada", ""});
        QVERIFY(saveNotes(file.toStdString(), notes).ok());
        const QJsonObject after = QJsonDocument::fromJson(cli(asked + QStringList("--json")).out.toUtf8())
                                      .array()
                                      .first()
                                      .toObject();
        QCOMPARE(after["state"].toString(), QString("acknowledged"));
        QCOMPARE(after["marks"].toArray().first()["by"].toString(), QString("ada"));
        QVERIFY(cli(asked).out.contains("(acknowledged)"));
        // At the end the trace itself says that they were redriven.
        QVERIFY(cli({"replay", file, "--incidents"}).out.contains("(redriven)"));
        QVERIFY(cli({"replay", file, "--incidents", "--at", "1s"}).out.startsWith("No message died"));
        // The report says the same.
        QCOMPARE(cli({"replay", file, "--report", folder.filePath("r.md"), "--to", "25s"}).status, 0);
        QVERIFY(contents(folder.filePath("r.md")).contains("acknowledged | 25s |"));
    }

    void sequenceDiagramsAreWritten_data() {
        QTest::addColumn<QString>("ending");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("picture") << ".svg" << QByteArray("<?xml");
        QTest::newRow("Mermaid") << ".mmd" << QByteArray("sequenceDiagram");
        QTest::newRow("PlantUML") << ".puml" << QByteArray("@startuml");
    }

    void sequenceDiagramsAreWritten() {
        QFETCH(QString, ending);
        QFETCH(QByteArray, begins);
        const QTemporaryDir folder;
        const QString file = recorded(folder);
        const QString dead =
            QJsonDocument::fromJson(cli({"replay", file, "--events", "kind:dead-lettered", "--json"})
                                        .out.section('\n', 0, 0)
                                        .toUtf8())
                .object()["message"]
                .toVariant()
                .toString();
        const QString out = folder.filePath("way" + ending);
        const Called one = cli({"replay", file, "--sequence", out, "--message", "m-" + dead});
        QVERIFY2(one.status == 0, qPrintable(one.err));
        const QByteArray text = contents(out);
        QVERIFY(text.startsWith(begins));
        QVERIFY(text.contains("Dead commands"));
        // Less of the run is less of the diagram.
        const QString part = folder.filePath("part" + ending);
        QCOMPARE(cli({"replay", file, "--sequence", part, "--from", "0s", "--to", "2s"}).status, 0);
        QVERIFY(!contents(part).contains("Dead commands"));
        QVERIFY(contents(part).startsWith(begins));
        QVERIFY(cli({"replay", file, "--sequence", out, "--message", "m-999999"}).err.contains("no message"));
        QVERIFY(cli({"replay", file, "--sequence", folder.filePath("x.txt"), "--to", "2s"})
                    .err.contains(".mmd (Mermaid)"));
    }

    // Of a recording above 128 MB not every part is read when it is opened: a block in the middle is bad.
    void damageThatIsFoundLaterIsTold() {
        const QTemporaryDir folder;
        const QString drawing = folder.filePath("busy.sluice");
        QFile source(drawing);
        QVERIFY(source.open(QIODevice::WriteOnly));
        source.write(R"({"sluice":1,"name":"Busy","nodes":[)"
                     R"({"id":"c","kind":"client","workload":"constant","rate":2000},)"
                     R"({"id":"s","kind":"service","instances":2}],)"
                     R"("links":[{"id":"c-s","kind":"call","from":"c","to":"s","timeout":"1s"}],)"
                     R"("scenarios":[{"id":"z","until":"10s"}]})");
        source.close();
        const QString file = folder.filePath("busy.sluicerec");
        QCOMPARE(cli({"run", drawing, "--record", file}).status, 0);
        const Called whole = cli({"replay", file});
        QCOMPARE(whole.status, 0);
        QVERIFY(whole.err.isEmpty());

        QFile damaged(file);
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        const qint64 size = damaged.size();
        QVERIFY(size > 100'000);
        QVERIFY(damaged.seek(size / 2));
        damaged.write("????????");
        // With nothing between what it holds and the end mark.
        constexpr qint64 kEndMark = 16;
        QVERIFY(damaged.seek(size - kEndMark));
        const QByteArray end = damaged.read(kEndMark);
        QVERIFY(damaged.seek(qint64(130) << 20));
        QCOMPARE(damaged.write(end), kEndMark);
        damaged.close();
        const Called part = cli({"replay", file});
        QVERIFY2(part.err.contains("the recording is damaged: what happened from "), qPrintable(part.err));
        QVERIFY(part.out != whole.out);
        QCOMPARE(part.err.count('\n'), 1);
    }
};

QTEST_GUILESS_MAIN(TestReplay)
#include "tst_replay.moc"
