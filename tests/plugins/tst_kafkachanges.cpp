#include <QtTest>

#include "core/live/drift.h"
#include "core/live/founddrawing.h"
#include "tests/plugins/kafkatraffic.h"
#include "tests/plugins/keptmessages.h"
#include "tests/plugins/livebroker.h"
#include "tests/plugins/publishedmessages.h"

using namespace sluice;
using Kind = ElementKind;
using Act = BrokerStep::Act;
using Thing = BrokerStep::Thing;

/// A real Kafka is made to have what is drawn, and written to.
class KafkaChangesTest : public QObject {
    Q_OBJECT

private:
    static constexpr qint64 kFirst = 1'700'000'000'000;  ///< ms since 1970, of the first record

    ConnectionSettings settings(bool mayWrite = true) const {
        ConnectionSettings made;
        made.plugin = "kafka";
        made.values = {{"servers", QString("127.0.0.1:%1").arg(m_broker.port("plain"))}};
        made.mayWrite = mayWrite;
        return made;
    }
    std::unique_ptr<BrokerChanges> changes(bool mayWrite = true) {
        return m_broker.plugin()->changes(settings(mayWrite));
    }
    Diagram found() { return *m_broker.discover(settings(false)).drawing; }
    const Element* topic(const char* name) {
        m_found = found();
        for (const Element& element : m_found.elements) {
            if (element.kind == Kind::Topic && element.name == name)
                return &element;
        }
        return nullptr;
    }
    BrokerPlan planFor(const Diagram& drawing, bool deletes = false) {
        return brokerPlan(drawing, found(), {.kinds = changes()->kinds(), .deletes = deletes});
    }
    QString take(const BrokerPlan& plan) {
        for (const BrokerStep& step : plan.steps) {
            const QString problem = changes()->apply(step).text();
            if (!problem.isEmpty())
                return QString::fromStdString(nameOf(step) + ": ") + problem;
        }
        return {};
    }
    static Diagram drawing() {
        FoundDrawing drawn("repair");
        const auto set = [&](const char* name, const char* key, const Json& value) {
            drawn.at(drawn.element(Kind::Topic, name)).properties.set(key, value);
        };
        set("repair.plain", "partitions", 3);
        set("repair.short", "partitions", 2);
        set("repair.short", "retention", "90m");
        set("repair.short", "retentionBytes", 5'000'000);
        set("repair.newest", "partitions", 1);
        set("repair.newest", "compacted", true);
        set("repair.both", "partitions", 1);
        set("repair.both", "compacted", true);
        set("repair.both", "retention", "1d");
        set("repair.ever", "partitions", 1);
        set("repair.ever", "retention", "32850d");
        return drawn.take();
    }
    OffsetsResult move(OffsetsWish wish, bool mayWrite = true) {
        return changes(mayWrite)->moveOffsets(wish);
    }
    /// 20 and 30 records. The first commit of all may find the cluster making its topic for them.
    bool auditHasRead() {
        return QTest::qWaitFor(
            [this] {
                return m_shop->commit("audit", "orders", {20, 30}) &&
                       now(move({.group = "audit", .topic = "orders"})) == QList<qint64>({20, 30});
            },
            30'000);
    }
    static QList<qint64> now(const OffsetsResult& result) {
        QList<qint64> offsets;
        for (const OffsetsMove& one : result.moves)
            offsets << one.now;
        return offsets;
    }

    LiveBroker m_broker{"kafka", "realkafka.py", {SLUICE_BIN_DIR "/../../kafka"}};
    std::unique_ptr<KafkaTraffic> m_shop;
    Diagram m_found;

private slots:
    void initTestCase() {
        START_OR_SKIP(m_broker);
        m_shop = std::make_unique<KafkaTraffic>(m_broker.port("plain"));
        QVERIFY(m_shop->makeTopics({{"orders", 2, {{"retention.ms", "-1"}}}, {"inbox", 3}, {"kept", 2}}));
        for (int i = 0; i < 100; ++i)
            QVERIFY(m_shop->publish("orders", i % 2, 1, kFirst + i * 1000LL));
        QVERIFY(m_shop->publish("kept", 0, 5));
        QVERIFY(m_shop->publish("kept", 1, 2));
    }
    void cleanupTestCase() {
        m_shop.reset();
        QVERIFY(m_broker.stop());
    }

    void aReadOnlyConnectionChangesNothing() {
        const BrokerPlan plan = planFor(drawing());
        QCOMPARE(plan.steps.size(), 5);
        for (const BrokerStep& step : plan.steps)
            QCOMPARE(changes(false)->apply(step).kind, BrokerProblem::Kind::Permission);
        const BrokerStep gone{.act = Act::Delete, .thing = Thing::Topic, .name = "inbox"};
        QCOMPARE(changes(false)->apply(gone).kind, BrokerProblem::Kind::Permission);
        QVERIFY(!topic("repair.plain"));
        QVERIFY(topic("inbox"));
        PublishedMessages messages;
        QCOMPARE(changes(false)->publish({.place = "kept"}, messages).problem.kind,
                 BrokerProblem::Kind::Permission);
        QCOMPARE(changes(false)->purge("kept", false).problem.kind, BrokerProblem::Kind::Permission);
        QCOMPARE(changes(false)->purge("kept", true).messages, 7);
    }

    /// Drawn, applied, discovered: the same. Once more: nothing to do.
    void whatIsDrawnIsThere() {
        const Diagram drawn = drawing();
        QCOMPARE(take(planFor(drawn)), QString());
        for (const Drift& drift : driftOf(drawn, found())) {
            const bool ours = drift.kind != Drift::Kind::Extra || drift.name.starts_with("repair");
            QVERIFY2(!ours, (drift.name + " " + drift.property + " " + drift.actual.dump()).c_str());
        }
        QVERIFY(planFor(drawn).steps.empty());
    }

    void changesInPlaceAndKeepsTheRest() {
        QVERIFY(m_shop->makeTopics(
            {{"change.me", 2, {{"max.message.bytes", "2000"}, {"retention.ms", "1000000"}}}}));
        FoundDrawing drawn("");
        Properties& wanted = drawn.at(drawn.element(Kind::Topic, "change.me")).properties;
        wanted.set("partitions", 5);
        wanted.set("retention", "2h");
        wanted.set("compacted", true);
        const Diagram diagram = drawn.take();
        QCOMPARE(take(planFor(diagram)), QString());
        const BrokerPlan again = planFor(diagram);
        QVERIFY2(again.steps.empty(), again.steps.empty() ? "" : settings().name.toUtf8().constData());
        const Element* there = topic("change.me");
        QCOMPARE(*there->properties.find("partitions"), Json(5));
        QCOMPARE(there->properties.text("retention"), "2h");
        // The setting that is not ours still holds: a record beyond it is refused.
        PublishedMessages messages;
        messages.key = std::string(3000, 'k');
        const PublishResult refused = changes()->publish({.place = "change.me"}, messages);
        QCOMPARE(refused.confirmed, 0);
        QCOMPARE(refused.refused, 1);
        QVERIFY(!refused.problem.text().isEmpty());
    }

    void keepsWhatHoldsRecords() {
        BrokerStep step{.act = Act::Delete, .thing = Thing::Topic, .name = "kept"};
        const BrokerProblem problem = changes()->apply(step);
        QVERIFY2(problem.text().contains("7 records"), qPrintable(problem.text()));
        QVERIFY(topic("kept"));
        QVERIFY(m_shop->makeTopics({{"full", 1}}));
        QVERIFY(m_shop->publish("full", 0, 1));
        step.name = "full";
        step.withMessages = true;
        QCOMPARE(changes()->apply(step).text(), QString());
        QTRY_VERIFY_WITH_TIMEOUT(!topic("full"), 30'000);
    }

    void saysWhyTheClusterRefuses() {
        const BrokerProblem name = changes()->apply({.thing = Thing::Topic, .name = "not a name"});
        QVERIFY2(name.kind == BrokerProblem::Kind::Settings, qPrintable(name.text()));
        BrokerStep copies{.thing = Thing::Topic, .name = "copies"};
        copies.settings.set("replication", 3);
        const BrokerProblem many = changes()->apply(copies);
        QVERIFY2(many.text().contains("eplication"), qPrintable(many.text()));
        QVERIFY(!changes()->apply({.thing = Thing::Queue, .name = "queue"}).text().isEmpty());
    }

    void publishesToWhereTheKeyBelongs() {
        PublishedMessages messages;
        const PublishResult result = changes()->publish({.place = "inbox", .count = 2000}, messages);
        QCOMPARE(result.problem.text(), QString());
        QCOMPARE(result.confirmed, 2000);
        PublishedMessages chosen;
        QCOMPARE(changes()->publish({.place = "inbox", .partition = 0, .count = 3}, chosen).confirmed, 3);
        KeptMessages kept;
        (void)m_broker.plugin()->browse(settings(false))->run({.place = "inbox"}, kept);
        QCOMPARE(kept.messages.size(), std::size_t(2003));
        // Where Java's clients put it: its murmur2 of "key" is 1 of three.
        std::map<int, int> counts;
        for (const BrokerMessage& message : kept.messages) {
            ++counts[message.partition];
            QCOMPARE(*message.key, "key");
            QCOMPARE(message.headers.front().name, "tenant");
        }
        QCOMPARE(counts, (std::map<int, int>{{0, 3}, {1, 2000}}));
        QCOMPARE(changes()->publish({.place = "no.such.topic"}, messages).problem.kind,
                 BrokerProblem::Kind::Settings);
        QVERIFY(!topic("no.such.topic"));
        QCOMPARE(changes()->publish({.place = "inbox", .partition = 9}, messages).problem.kind,
                 BrokerProblem::Kind::Settings);
    }

    void purgesUpToTheEnd() {
        QVERIFY(m_shop->makeTopics({{"waste", 2}}));
        QVERIFY(m_shop->publish("waste", 0, 40));
        QVERIFY(m_shop->publish("waste", 1, 2));
        QCOMPARE(changes()->purge("waste", true).messages, 42);
        QCOMPARE(changes()->purge("waste", true).messages, 42);
        const PurgeResult purged = changes()->purge("waste", false);
        QCOMPARE(purged.problem.text(), QString());
        QCOMPARE(purged.messages, 42);
        QCOMPARE(changes()->purge("waste", true).messages, 0);
        QVERIFY(m_shop->publish("waste", 0, 1));
        QCOMPARE(changes()->purge("waste", true).messages, 1);
    }

    void movesOffsets_data() {
        QTest::addColumn<int>("to");
        QTest::addColumn<qint64>("value");
        QTest::addColumn<QList<qint64>>("then");
        using To = OffsetsWish::To;
        // Two partitions of fifty, one record of each every two seconds; 20 and 30 are read.
        QTest::newRow("beginning") << int(To::Beginning) << qint64(0) << QList<qint64>{0, 0};
        QTest::newRow("end") << int(To::End) << qint64(0) << QList<qint64>{50, 50};
        QTest::newRow("offset") << int(To::Offset) << qint64(7) << QList<qint64>{7, 7};
        QTest::newRow("beyond") << int(To::Offset) << qint64(700) << QList<qint64>{50, 50};
        QTest::newRow("time") << int(To::Time) << kFirst + 61'000 << QList<qint64>{31, 30};
        QTest::newRow("after all") << int(To::Time) << kFirst + 999'000 << QList<qint64>{50, 50};
        QTest::newRow("back") << int(To::By) << qint64(-25) << QList<qint64>{0, 5};
        QTest::newRow("on") << int(To::By) << qint64(5) << QList<qint64>{25, 35};
    }
    void movesOffsets() {
        QFETCH(int, to);
        QFETCH(qint64, value);
        QFETCH(QList<qint64>, then);
        QVERIFY(auditHasRead());
        OffsetsWish wish{.group = "audit", .topic = "orders", .to = OffsetsWish::To(to), .value = value};
        const OffsetsResult dry = move(wish, false);
        QCOMPARE(dry.problem.text(), QString());
        QCOMPARE(now(dry), QList<qint64>({20, 30}));
        QVERIFY(dry.known);
        QList<qint64> would;
        for (const OffsetsMove& one : dry.moves)
            would << one.then;
        QCOMPARE(would, then);
        wish.dryRun = false;
        QCOMPARE(move(wish, false).problem.kind, BrokerProblem::Kind::Permission);
        wish.dryRun = true;
        QCOMPARE(now(move(wish)), QList<qint64>({20, 30}));
        wish.dryRun = false;
        QCOMPARE(move(wish).problem.text(), QString());
        wish.dryRun = true;
        wish.to = OffsetsWish::To::End;
        QCOMPARE(now(move(wish)), then);
    }

    void movesOnePartitionOnly() {
        QVERIFY(auditHasRead());
        OffsetsWish wish{.group = "audit", .topic = "orders", .to = OffsetsWish::To::Beginning};
        wish.partitions = {1};
        wish.dryRun = false;
        QCOMPARE(move(wish).problem.text(), QString());
        QCOMPARE(now(move({.group = "audit", .topic = "orders"})), QList<qint64>({20, 0}));
        wish.partitions = {1, 5};
        QCOMPARE(move(wish).problem.kind, BrokerProblem::Kind::Settings);
    }

    void refusesWhileSomebodyReads() {
        auto& reader = m_shop->join("billing", "billing-1", "orders");
        QTRY_COMPARE_WITH_TIMEOUT(reader.read(), 100, 60'000);
        OffsetsWish wish{.group = "billing", .topic = "orders", .to = OffsetsWish::To::Beginning};
        QCOMPARE(move(wish).members, 1);
        wish.dryRun = false;
        const OffsetsResult refused = move(wish);
        QVERIFY2(refused.problem.text().contains("a member that reads now"),
                 qPrintable(refused.problem.text()));
        QVERIFY(!move({.group = "nobody", .topic = "orders"}).known);
        QCOMPARE(move({.group = "audit", .topic = "nothing"}).problem.kind, BrokerProblem::Kind::Settings);
        QVERIFY(!move({.group = "nobody", .topic = "orders", .to = OffsetsWish::To::By, .value = 1})
                     .problem.text()
                     .isEmpty());
    }
};

QTEST_GUILESS_MAIN(KafkaChangesTest)
#include "tst_kafkachanges.moc"
