#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

#include "app/brokers/loggedchanges.h"
#include "tests/plugins/publishedmessages.h"

using namespace sluice;

namespace {

/// A broker that does all it is asked, or nothing.
class Obedient : public BrokerChanges {
public:
    explicit Obedient(bool obeys) : m_obeys(obeys) {}
    [[nodiscard]] std::vector<ElementKind> kinds() const override { return {ElementKind::Queue}; }
    BrokerProblem apply(const BrokerStep& /*step*/) override { return problem(); }
    PublishResult publish(const PublishWish& wish, PublishSource& /*source*/) override {
        return {.confirmed = m_obeys ? wish.count : 0, .problem = problem()};
    }
    PurgeResult purge(const QString& /*place*/, bool /*dryRun*/) override {
        return {.messages = 5, .problem = problem()};
    }
    OffsetsResult moveOffsets(const OffsetsWish& /*wish*/) override {
        OffsetsResult result;
        result.moves << OffsetsMove{.partition = 2, .now = 7, .then = 3};
        result.problem = problem();
        return result;
    }

private:
    [[nodiscard]] BrokerProblem problem() const {
        return m_obeys ? BrokerProblem() : BrokerProblem{BrokerProblem::Kind::Permission, "No.", "Ask."};
    }
    bool m_obeys;
};

}  // namespace

class LoggedChangesTest : public QObject {
    Q_OBJECT

private:
    static LoggedChanges changes(bool obeys = true, const QString& connection = "amqp://shop/v?x") {
        return {std::make_unique<Obedient>(obeys), WritingLog(connection, {})};
    }
    static QList<QJsonObject> lines(const QString& connection = "amqp://shop/v?x") {
        QFile file(writingLogFile(connection));
        QList<QJsonObject> all;
        if (file.open(QIODevice::ReadOnly)) {
            for (const QByteArray& line : file.readAll().split('\n')) {
                if (!line.isEmpty())
                    all << QJsonDocument::fromJson(line).object();
            }
        }
        return all;
    }

private slots:
    void initTestCase() { qputenv("USER", "somebody"); }
    void init() { QFile::remove(writingLogFile("amqp://shop/v?x")); }

    void writesDownWhatWasDone() {
        LoggedChanges log = changes();
        BrokerStep step{.name = "orders.new"};
        step.settings.set("messageTtl", "1m");
        PublishedMessages messages;
        (void)log.apply(step);
        (void)log.publish({.place = "orders.new", .count = 3}, messages);
        (void)log.purge("orders.new", false);
        (void)log.moveOffsets({.group = "audit", .topic = "orders", .dryRun = false});
        const QList<QJsonObject> all = lines();
        QCOMPARE(all.size(), 4);
        QCOMPARE(all[0]["act"].toString(), QString("create queue orders.new {\"messageTtl\":\"1m\"}"));
        QCOMPARE(all[0]["result"].toString(), QString("done"));
        QCOMPARE(all[0]["connection"].toString(), QString("amqp://shop/v?x"));
        // Who it is, not who the environment says it is.
        QProcess who;
        who.start("id", {"-un"});
        QVERIFY(who.waitForFinished());
        QCOMPARE(all[0]["user"].toString(), QString::fromLocal8Bit(who.readAllStandardOutput()).trimmed());
        QVERIFY(QDateTime::fromString(all[0]["time"].toString(), Qt::ISODateWithMs).isValid());
        QCOMPARE(all[1]["result"].toString(), QString("3 confirmed, 0 unroutable, 0 refused"));
        QCOMPARE(all[2]["act"].toString(), QString("purge orders.new"));
        QCOMPARE(all[3]["result"].toString(), QString("2: 7 to 3"));
    }
    void dryRunsAreNotWrittenDown() {
        LoggedChanges log = changes();
        (void)log.purge("orders.new", true);
        (void)log.moveOffsets({.group = "audit", .topic = "orders"});
        QVERIFY(lines().isEmpty());
    }
    void refusalsAreWrittenDownToo() {
        LoggedChanges log = changes(false);
        QCOMPARE(log.apply({.name = "orders.new"}).kind, BrokerProblem::Kind::Permission);
        QCOMPARE(lines().front()["result"].toString(), QString("No. Ask."));
    }
    void onlyItsOwnerReadsIt() {
        LoggedChanges log = changes();
        (void)log.apply({.name = "orders.new"});
        const auto others = QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther;
        QVERIFY(!(QFile::permissions(writingLogFile("amqp://shop/v?x")) & others));
    }
    void eachConnectionHasItsOwn() {
        QVERIFY(writingLogFile("a/b") != writingLogFile("a?b"));
        QVERIFY(!QFileInfo(writingLogFile("../../x")).fileName().contains('/'));
        QCOMPARE(QFileInfo(writingLogFile("../../x")).path(), QFileInfo(writingLogFile("y")).path());
    }
    void saysWhenItCannot() {
        // A folder where the log should be.
        const QString name = writingLogFile("blocked");
        QVERIFY(QDir().mkpath(name));
        QStringList told;
        LoggedChanges log(std::make_unique<Obedient>(true),
                          WritingLog("blocked", [&](const QString& file) { told << file; }));
        QCOMPARE(log.apply({.name = "orders.new"}).text(), QString());
        (void)log.apply({.name = "orders.old"});
        QCOMPARE(told, QStringList{name});
    }
};

QTEST_GUILESS_MAIN(LoggedChangesTest)
#include "tst_loggedchanges.moc"
