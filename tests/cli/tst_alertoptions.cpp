#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "tests/cli/drawings.h"
#include "tests/cli/program.h"

using namespace sluice::test;

namespace {

/// A queue that fills faster than it is emptied: ten a second in, one out.
QByteArray filling(const QByteArray& alerts = {}) {
    return R"({"sluice":1,"name":"Filling","nodes":[{"id":"c","kind":"client","workload":"constant","rate":10},)"
           R"({"id":"orders","kind":"queue"},{"id":"s","kind":"service","instances":1,"serviceTime":"1s","concurrency":1}],)"
           R"("links":[{"id":"p","kind":"publish","from":"c","to":"orders"},)"
           R"({"id":"k","kind":"consume","from":"orders","to":"s","prefetch":1}],)"
           R"("scenarios":[{"id":"z","until":"20s","expectations":[]}])" +
           (alerts.isEmpty() ? alerts : ",\"alerts\":[" + alerts + "]") + "}";
}

}  // namespace

class AlertOptionsTest : public QObject {
    Q_OBJECT
private slots:
    void aRunRaisesWhatIsAskedAndFails() {
        const QTemporaryDir folder;
        const QString file = written(folder, "f.sluice", filling());
        const Called quiet = cli({"run", file, "--alert", "queue:orders depth > 100000"});
        QVERIFY2(quiet.status == 0, qPrintable(quiet.err));
        const Called raised =
            cli({"run", file, "--alert", "queue:orders depth > 50 for 2s, critical", "--json"});
        QCOMPARE(raised.status, 1);
        const QJsonArray alerts = QJsonDocument::fromJson(raised.out.toUtf8()).object()["alerts"].toArray();
        QCOMPARE(alerts.size(), 1);
        const QJsonObject alert = alerts[0].toObject();
        QCOMPARE(alert["severity"].toString(), "critical");
        QCOMPARE(alert["subject"].toString(), "orders");
        // Nine a second stay: above 50 after some six seconds, and two more.
        QVERIFY2(alert["raised"].toDouble() > 6.5 && alert["raised"].toDouble() < 10, qPrintable(raised.out));
        QVERIFY(alert["level"].toDouble() > 50);
        // What is only worth knowing fails nothing.
        QCOMPARE(cli({"run", file, "--alert", "queue:orders depth > 50, info"}).status, 0);
    }

    void theDrawingsOwnRulesAreToldAndFailNothing() {
        const QTemporaryDir folder;
        const QString file = written(
            folder, "f.sluice",
            filling(
                R"({"id":"pile","name":"Orders pile up","when":"queue:orders depth > 50","severity":"warning"})"));
        const Called run = cli({"run", file});
        QCOMPARE(run.status, 0);
        QVERIFY2(run.out.contains("warning   Orders pile up, orders: raised at "), qPrintable(run.out));
    }

    void aRecordingHoldsThemAndCanBeAskedOthers() {
        const QTemporaryDir folder;
        const QString file = written(folder, "f.sluice", filling());
        const QString recording = folder.filePath("f.sluicerec");
        const Called run =
            cli({"run", file, "--alert", "queue:orders depth > 50", "--record", recording, "--json"});
        QCOMPARE(run.status, 1);
        const auto object = [](const Called& called) {
            return QJsonDocument::fromJson(called.out.toUtf8()).object();
        };
        const Called replay = cli({"replay", recording, "--json"});
        QCOMPARE(object(replay)["fingerprint"], object(run)["fingerprint"]);
        QCOMPARE(object(replay)["alerts"], object(run)["alerts"]);
        const Called held = cli({"replay", recording, "--alerts", "--json"});
        QCOMPARE(held.status, 0);
        QCOMPARE(QJsonDocument::fromJson(held.out.toUtf8()).array(), object(run)["alerts"].toArray());
        const Called asked = cli({"replay", recording, "--alert", "queue:orders depth > 50", "--json"});
        QCOMPARE(asked.status, 1);
        QCOMPARE(QJsonDocument::fromJson(asked.out.toUtf8()).array(), object(run)["alerts"].toArray());
        QCOMPARE(cli({"replay", recording, "--alert", "queue:orders depth > 5000"}).status, 0);
        const Called events = cli({"replay", recording, "--events", "kind:alert-raised"});
        QVERIFY2(events.out.contains("alert raised") && events.out.contains("queue:orders depth > 50"),
                 qPrintable(events.out));
    }

    void whatIsWrongWithARuleIsSaid() {
        const QTemporaryDir folder;
        const QString file = written(folder, "f.sluice", filling());
        const Called unread = cli({"run", file, "--alert", "queue:orders deep > 3"});
        QCOMPARE(unread.status, 2);
        QVERIFY2(unread.err.contains("--alert: ") && unread.err.contains("column 14") &&
                     unread.err.count('\n') == 1,
                 qPrintable(unread.err));
        const Called nothing = cli({"run", file, "--alert", "queue:oders depth > 3"});
        QCOMPARE(nothing.status, 2);
        QVERIFY2(nothing.err.contains("did you mean 'orders'"), qPrintable(nothing.err));
    }

    void aWebhooksSecretStaysOutOfTheArguments() {
        const auto refused = [](const char* address) {
            return cli({"watch", "kafka://127.0.0.1:1", "--webhook", address});
        };
        for (const char* const secret :
             {"https://hooks.example.org/services/T00000000/B00000000/XXXXXXXXXXXX4XXXXXXXXXXX",
              "https://user:word@hooks.example.org/", "https://example.org/hook?key=1"}) {
            const Called called = refused(secret);
            QCOMPARE(called.status, 2);
            QVERIFY2(called.err.contains("--webhook: ") && called.err.contains("SLUICE_WEBHOOK") &&
                         !called.err.contains("example"),
                     qPrintable(called.err));
        }
        const Called none = refused("example.org");
        QCOMPARE(none.status, 2);
        QVERIFY2(none.err.contains("it begins with https://"), qPrintable(none.err));
    }
};

QTEST_GUILESS_MAIN(AlertOptionsTest)
#include "tst_alertoptions.moc"
