#include <QTemporaryDir>
#include <QtTest>

#include "core/interchange/eventjson.h"
#include "core/live/watchtable.h"
#include "core/record/recording.h"
#include "core/record/recordingwriter.h"
#include "core/trace/payload.h"
#include "tests/diagram/drawn.h"
#include "tests/plugins/kafkatraffic.h"
#include "tests/plugins/livebroker.h"
#include "tests/plugins/shownmessages.h"

using namespace sluice;
using test::element;
using test::link;
using namespace std::chrono_literals;

/// Single records of a real Kafka as tokens of the trace.
class KafkaMessagesTest : public QObject {
    Q_OBJECT

private:
    ConnectionSettings settings() const {
        ConnectionSettings made;
        made.plugin = "kafka";
        made.name = "Test";
        made.values = {{"servers", QString("127.0.0.1:%1").arg(m_broker.port("plain"))}};
        return made;
    }
    /// shop → orders → billing, which reads in its group.
    static Diagram drawing() {
        Diagram diagram;
        diagram.elements = {element("shop", ElementKind::Service), element("billing", ElementKind::Service),
                            element("orders", ElementKind::Topic), element("quiet", ElementKind::Topic)};
        diagram.elements[2].properties.set("partitions", 2);
        diagram.elements[3].properties.set("partitions", 1);
        diagram.links = {link("publishes", LinkKind::Publish, "shop", "orders"),
                         link("bills", LinkKind::Consume, "orders", "billing")};
        return diagram;
    }

    LiveBroker m_broker{"kafka", "realkafka.py", {SLUICE_BIN_DIR "/../../kafka"}};
    std::unique_ptr<KafkaTraffic> m_shop;

private slots:
    void initTestCase() {
        START_OR_SKIP(m_broker);
        m_shop = std::make_unique<KafkaTraffic>(m_broker.port("plain"));
        QVERIFY(m_shop->makeTopics({{"orders", 2}, {"quiet", 1}}));
        QVERIFY(m_shop->publish("orders", 0, 5, 0, R"({"before":true})", "old"));
        QVERIFY(m_shop->commit("billing", "orders", {5, 0}));
        // Watched at once: its groups have no coordinator yet, which ended the process.
    }
    void cleanupTestCase() {
        m_shop.reset();
        QVERIFY(m_broker.stop());
    }

    void makesTokensOfRecordsAndLeavesTheClusterAsItWas() {
        LiveSource source(*m_broker.plugin(), settings());
        ShownMessages shown(source);
        const auto store = source.watch(drawing(), 500);
        QTRY_VERIFY_WITH_TIMEOUT(countOf(*store, EventKind::ConnectionMade) > 0, 30'000);
        source.showMessages({});
        QTRY_VERIFY_WITH_TIMEOUT(shown.areThere(*store), 30'000);
        QVERIFY(m_shop->publish("orders", 1, 1, 0, R"({"total":12})", "user-7"));
        QTRY_COMPARE_WITH_TIMEOUT(countOf(*store, EventKind::Appended), 1, 20'000);
        const TraceEvent appended = firstOf(*store, EventKind::Appended);
        QCOMPARE(appended.peer, 1U);
        QCOMPARE(appended.value, 0);
        QCOMPARE(store->table().entities[appended.subject].name, std::string("orders"));
        const auto info = store->message(appended.message);
        QVERIFY(info);
        QCOMPARE(store->table().keyText(info->type, info->key), std::string("user-7"));
        QCOMPARE(payloadOf(*info, store->table()).body.at("total").get<int>(), 12);
        const TraceEvent moved = firstOf(*store, EventKind::Moved);
        QCOMPARE(store->table().entities[moved.subject].id, std::string("publishes"));
        QVERIFY(!store->stateAt(moved.at).transits.empty());
        // Nothing but what came since.
        QCOMPARE(countOf(*store, EventKind::MessageCreated), 1);
        // Billing has it when it has committed it, and not before.
        QCOMPARE(countOf(*store, EventKind::Committed), 0);
        QVERIFY(m_shop->commit("billing", "orders", {5, 1}));
        QTRY_COMPARE_WITH_TIMEOUT(countOf(*store, EventKind::Committed), 1, 20'000);
        const TraceEvent committed = firstOf(*store, EventKind::Committed);
        QCOMPARE(committed.message, appended.message);
        QCOMPARE(store->table().entities[committed.subject].id, std::string("bills"));
        // No group was made for looking, and nobody's offsets moved.
        const Discovery found = m_broker.discover(settings());
        int groups = 0;
        for (const Link& link : found.drawing->links)
            groups += link.kind == LinkKind::Consume ? 1 : 0;
        QCOMPARE(groups, 1);  // the shop's own
        const SystemState state = store->stateAt(store->horizon());
        const EntityState& orders = state.entities[store->table().find("orders")];
        QCOMPARE(orders.groups.front().committed, (std::vector<std::int64_t>{5, 1}));
        source.hideMessages();
        QVERIFY(m_shop->publish("orders", 1, 1));
        QTRY_COMPARE_WITH_TIMEOUT(
            store->stateAt(store->horizon()).entities[store->table().find("orders")].partitions[1].end, 2,
            20'000);
        QCOMPARE(countOf(*store, EventKind::Appended), 1);
        source.stopWatching();
        QTRY_VERIFY(store->finished());
    }
    void masksBeforeAnythingIsKept() {
        const QTemporaryDir folder;
        const std::string path = (folder.path() + "/watch.sluicerec").toStdString();
        LiveSource source(*m_broker.plugin(), settings());
        ShownMessages shown(source);
        const auto store = source.watch(drawing(), 500);
        QTRY_VERIFY_WITH_TIMEOUT(countOf(*store, EventKind::ConnectionMade) > 0, 30'000);
        const auto writer = RecordingWriter::create(
            path, {.diagram = drawing(), .scenario = {}, .table = store->sharedTable()});
        QVERIFY(writer);
        source.record(*writer);
        MessageWish wish;
        wish.masked = {"password"};
        source.showMessages(wish);
        QTRY_VERIFY_WITH_TIMEOUT(shown.areThere(*store), 30'000);
        QVERIFY(m_shop->publish("orders", 0, 1, 0, R"({"user":"ada","password":"Geheim-4711"})", "user-7"));
        QVERIFY(m_shop->publish("orders", 0, 1, 0, "password: Geheim-4711", "user-7"));
        QTRY_COMPARE_WITH_TIMEOUT(countOf(*store, EventKind::Appended), 2, 20'000);
        MessageTexts::Place place;
        const std::string kept = store->table().texts->since(place);
        QVERIFY(kept.find("ada") != std::string::npos);
        QVERIFY2(kept.find("Geheim") == std::string::npos, kept.c_str());
        source.stopWatching();
        QTRY_VERIFY(store->finished());
        // What is in the file, and what comes out of it.
        const auto recording = openRecording(path);
        QVERIFY(recording);
        const auto& table = *recording->header.table;
        int seen = 0;
        std::string exported;
        recording->store->visit(0, recording->store->size(), [&](Sequence sequence, const TraceEvent& event) {
            exported += eventJson(sequence, event, table);
            if (event.kind != EventKind::MessageCreated)
                return true;
            const Payload payload = payloadOf(*recording->store->message(event.message), table);
            exported += payload.body.dump() + payload.headers.dump();
            ++seen;
            return true;
        });
        QCOMPARE(seen, 2);
        QVERIFY(exported.find("ada") != std::string::npos);
        QVERIFY(exported.find("user-7") != std::string::npos);
        QVERIFY(exported.find("Geheim") == std::string::npos);
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("Geheim"));
    }
    void theCommandLinePrintsThem() {
        QProcess process;
        process.start(SLUICE_BIN_DIR "/sluice-cli",
                      {"watch", QString("kafka://127.0.0.1:%1").arg(m_broker.port("plain")), "--for", "15s",
                       "--every", "500ms", "--messages", "--mask", "password", "--json"});
        QByteArray said;
        const auto hears = [&](const char* words) {
            process.waitForReadyRead(20);
            said += process.readAllStandardError();
            return said.contains(words);
        };
        QTRY_VERIFY_WITH_TIMEOUT(hears("nothing is committed"), 60'000);
        QVERIFY(m_shop->publish("orders", 1, 1, 0, R"({"user":"grace","password":"Geheim-4711"})", "user-8"));
        QTRY_VERIFY_WITH_TIMEOUT(hears("user-8"), 20'000);
        QVERIFY(said.contains("grace"));
        QVERIFY(process.waitForFinished(60'000));
        said += process.readAllStandardError();
        QVERIFY(!said.contains("Geheim"));
        QCOMPARE(process.exitCode(), 0);
        const QJsonObject report = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        QCOMPARE(report["messages"].toObject()["shown"].toInt(), 1);
    }
    void samplesBeyondTheBudget() {
        LiveSource source(*m_broker.plugin(), settings());
        ShownMessages shown(source);
        const auto store = source.watch(drawing(), 500);
        QTRY_VERIFY_WITH_TIMEOUT(countOf(*store, EventKind::ConnectionMade) > 0, 30'000);
        MessageWish wish;
        wish.mostASecond = 20;
        source.showMessages(wish);
        QTRY_VERIFY_WITH_TIMEOUT(shown.areThere(*store), 30'000);
        for (int i = 0; i < 4; ++i) {
            for (int k = 0; k < 250; ++k)
                QVERIFY(m_shop->publish("orders", k % 2, 1, 0, "{}", "key-" + std::to_string(k)));
        }
        QVERIFY(m_shop->publish("quiet", 0, 1, 0, "{}", "last"));
        const EntityId quiet = store->table().find("quiet");
        QTRY_VERIFY_WITH_TIMEOUT(seenAt(*store, EventKind::Appended, quiet) == 1, 20'000);
        // Twenty a second, in the seconds that it took, of a thousand.
        const int tokens = countOf(*store, EventKind::Appended);
        const double seconds = std::chrono::duration<double>(store->horizon()).count();
        QVERIFY2(tokens <= 20 * (seconds + 1) && tokens < 700, qPrintable(QString::number(tokens)));
        // And it is said, of each topic for itself.
        QTRY_VERIFY_WITH_TIMEOUT(shown.leastShare(*store, "orders") > 1, 20'000);
        QCOMPARE(shown.leastShare(*store, "quiet"), 0);
        QVERIFY(shown.status().state == MessagesStatus::State::Showing);
    }
};

QTEST_GUILESS_MAIN(KafkaMessagesTest)
#include "tst_kafkamessages.moc"
