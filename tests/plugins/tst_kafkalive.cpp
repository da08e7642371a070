#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QtTest>

#include "core/alerts/alertrules.h"
#include "core/live/watchtable.h"
#include "core/record/recording.h"
#include "tests/plugins/kafkatraffic.h"
#include "tests/plugins/livebroker.h"

using namespace sluice;
using namespace std::chrono_literals;

/// The plugin as the program uses it, loaded from its shared library, against a real Kafka.
class KafkaLiveTest : public QObject {
    Q_OBJECT

private:
    ConnectionSettings settings(const char* listener = "plain", const QVariantMap& more = {},
                                const QVariantMap& secrets = {}) const {
        ConnectionSettings made;
        made.plugin = "kafka";
        made.name = "Test";
        made.values = {{"servers", QString("127.0.0.1:%1").arg(m_broker.port(listener))}};
        made.values.insert(more);
        made.secrets = secrets;
        return made;
    }
    [[nodiscard]] QString file(const char* name) const { return m_broker.text("folder") + "/" + name; }
    static EntityId find(const EntityTable& table, const QString& name) {
        for (std::size_t i = 0; i < table.entities.size(); ++i) {
            if (QString::fromStdString(table.entities[i].name) == name)
                return static_cast<EntityId>(i);
        }
        return kNoEntity;
    }
    static const Element* named(const Discovery& found, const char* name) {
        for (const Element& element : found.drawing->elements) {
            if (element.name == name)
                return &element;
        }
        return nullptr;
    }
    static QString tokenFor(const char* user, qint64 expires) {
        const auto part = [](const QJsonObject& json) {
            return QString::fromLatin1(
                QJsonDocument(json)
                    .toJson(QJsonDocument::Compact)
                    .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
        };
        const auto now = double(QDateTime::currentSecsSinceEpoch());
        return part({{"alg", "none"}}) + "." +
               part({{"sub", user}, {"iat", now - 60}, {"exp", now + double(expires)}}) + ".";
    }

    LiveBroker m_broker{"kafka", "realkafka.py", {SLUICE_BIN_DIR "/../../kafka"}};
    std::unique_ptr<KafkaTraffic> m_shop;

private slots:
    void initTestCase() {
        START_OR_SKIP(m_broker);
        m_shop = std::make_unique<KafkaTraffic>(m_broker.port("plain"));
        QVERIFY(
            m_shop->makeTopics({{"orders", 4, {{"retention.ms", "3600000"}}},
                                {"customers", 2, {{"cleanup.policy", "compact"}}},
                                {"payments", 3, {{"retention.ms", "-1"}, {"retention.bytes", "1000000"}}}}));
        QVERIFY(m_shop->letLook("watcher"));
        for (int partition = 0; partition < 4; ++partition)
            QVERIFY(m_shop->publish("orders", partition, 25));
        auto& first = m_shop->join("billing", "billing-1", "orders");
        auto& second = m_shop->join("billing", "billing-2", "orders");
        QTRY_COMPARE_WITH_TIMEOUT(first.read() + second.read(), 100, 60'000);
        QVERIFY(m_shop->publish("payments", 0, 50));
        QVERIFY(m_shop->commit("audit", "payments", {20}));
    }
    void cleanupTestCase() {
        m_shop.reset();
        QVERIFY(m_broker.stop());
    }

    void saysThatAllIsWell_data() {
        QTest::addColumn<QString>("listener");
        QTest::addColumn<QVariantMap>("values");
        QTest::addColumn<QVariantMap>("secrets");
        const QVariantMap authority{{"tls", true}, {"caFile", file("ca.crt")}};
        const auto with = [](QVariantMap values, const QVariantMap& more) {
            values.insert(more);
            return values;
        };
        QTest::newRow("plain") << "plain" << QVariantMap() << QVariantMap();
        QTest::newRow("TLS") << "tls" << authority << QVariantMap();
        QTest::newRow("own certificate") << "mutual"
                                         << with(authority, {{"certificateFile", file("client.crt")},
                                                             {"keyFile", file("client.protected.key")}})
                                         << QVariantMap{{"keyPassphrase", "secret"}};
        for (const char* mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
            QTest::newRow(mechanism) << "sasl" << QVariantMap{{"sasl", mechanism}, {"user", "admin"}}
                                     << QVariantMap{{"password", "secret"}};
        QTest::newRow("token") << "sasl" << QVariantMap{{"sasl", "OAUTHBEARER"}}
                               << QVariantMap{{"token", tokenFor("admin", 3600)}};
        QTest::newRow("TLS and login")
            << "sasltls" << with(authority, {{"sasl", "SCRAM-SHA-512"}, {"user", "admin"}})
            << QVariantMap{{"password", "secret"}};
        QTest::newRow("who may look") << "sasl" << QVariantMap{{"sasl", "PLAIN"}, {"user", "watcher"}}
                                      << QVariantMap{{"password", "secret"}};
    }
    void saysThatAllIsWell() {
        QFETCH(QString, listener);
        QFETCH(QVariantMap, values);
        QFETCH(QVariantMap, secrets);
        const QList<TestStep> steps = m_broker.test(settings(listener.toLatin1(), values, secrets));
        QVERIFY(steps.size() >= 7);
        for (const TestStep& step : steps)
            QVERIFY2(step.outcome == TestStep::Outcome::Passed,
                     qPrintable(step.name + ": " + step.problem.text()));
    }
    void saysExactlyWhatFails_data() {
        QTest::addColumn<QString>("listener");
        QTest::addColumn<QVariantMap>("values");
        QTest::addColumn<QVariantMap>("secrets");
        QTest::addColumn<QString>("step");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        using Kind = BrokerProblem::Kind;
        const auto row = [](const char* name, const char* listener, const QVariantMap& values,
                            const QVariantMap& secrets, const char* step, Kind kind, const char* words) {
            QTest::newRow(name) << listener << values << secrets << step << int(kind) << words;
        };
        QTcpServer unused;
        unused.listen(QHostAddress::LocalHost);
        const QString nobody = QString("127.0.0.1:%1").arg(unused.serverPort());
        unused.close();
        const QVariantMap tls{{"tls", true}, {"caFile", file("ca.crt")}};
        const QVariantMap secret{{"password", "secret"}};
        const QVariantMap wrong{{"password", "wrong"}};
        const auto with = [](QVariantMap values, const QVariantMap& more) {
            values.insert(more);
            return values;
        };
        const auto login = [](const char* mechanism, const char* user) {
            return QVariantMap{{"sasl", mechanism}, {"user", user}};
        };
        row("no server", "plain", {{"servers", ""}}, {}, "Settings", Kind::Settings, "bootstrap server");
        row("no port", "plain", {{"servers", "localhost:kafka"}}, {}, "Settings", Kind::Settings,
            "host:9092");
        row("name", "plain", {{"servers", "no-such-host.invalid:9092"}}, {}, "Host name", Kind::Name,
            "no-such-host.invalid");
        row("port", "plain", {{"servers", nobody}}, {}, "Port", Kind::Port, "Nobody listens");
        row("TLS wanted", "tls", {}, {}, "Kafka's protocol", Kind::Protocol, "TLS");
        row("no TLS there", "plain", tls, {}, "TLS", Kind::Tls, "does not speak TLS");
        row("another authority", "tls", {{"tls", true}, {"caFile", file("other-ca.crt")}}, {}, "TLS",
            Kind::Tls, "not trusted");
        row("no authority", "tls", {{"tls", true}, {"caFile", "/no/such/file"}}, {}, "Settings",
            Kind::Settings, "/no/such/file");
        row("certificate wanted", "mutual", tls, {}, "TLS", Kind::Tls, "own certificate");
        row("wrong passphrase", "mutual",
            with(tls, {{"certificateFile", file("client.crt")}, {"keyFile", file("client.protected.key")}}),
            {{"keyPassphrase", "wrong"}}, "Settings", Kind::Settings, "passphrase");
        row("certificate without key", "mutual", with(tls, {{"certificateFile", file("client.crt")}}), {},
            "Settings", Kind::Settings, "key");
        row("login wanted", "sasl", {}, {}, "Kafka's protocol", Kind::Protocol, "login");
        row("wrong password, PLAIN", "sasl", login("PLAIN", "admin"), wrong, "Login", Kind::Credentials,
            "user and password");
        row("wrong password, SCRAM", "sasl", login("SCRAM-SHA-256", "admin"), wrong, "Login",
            Kind::Credentials, "user and password");
        row("no user", "sasl", {{"sasl", "PLAIN"}}, secret, "Settings", Kind::Settings, "No user");
        row("no token", "sasl", {{"sasl", "OAUTHBEARER"}}, {}, "Settings", Kind::Settings, "token");
        row("an old token", "sasl", {{"sasl", "OAUTHBEARER"}}, {{"token", tokenFor("admin", -5)}}, "Login",
            Kind::Credentials, "expired");
        row("no token at all", "sasl", {{"sasl", "OAUTHBEARER"}}, {{"token", "secret"}}, "Settings",
            Kind::Settings, "no JSON web token");
        row("no rights", "sasl", login("PLAIN", "stranger"), secret, "Topics", Kind::Permission,
            "--allow-principal User:stranger");
        row("advertised astray", "astray", {}, {}, "Brokers as they call themselves", Kind::Name,
            "advertised.listeners");
    }
    void saysExactlyWhatFails() {
        QFETCH(QString, listener);
        QFETCH(QVariantMap, values);
        QFETCH(QVariantMap, secrets);
        QFETCH(QString, step);
        QFETCH(int, kind);
        QFETCH(QString, words);
        QStringList problems;
        int failedWith = 0;
        for (const TestStep& taken : m_broker.test(settings(listener.toLatin1(), values, secrets))) {
            if (taken.outcome == TestStep::Outcome::Passed)
                continue;
            problems << taken.name + ": " + taken.problem.text();
            failedWith = failedWith == 0 ? int(taken.problem.kind) : failedWith;
        }
        QVERIFY2(problems.size() == 1, qPrintable(problems.join("\n")));
        QVERIFY2(problems.front().startsWith(step + ": "), qPrintable(problems.front()));
        QVERIFY2(problems.front().contains(words), qPrintable(problems.front()));
        QVERIFY2(failedWith == kind, qPrintable(problems.front()));
    }
    void drawsWhatIsThere() {
        const Discovery found = m_broker.discover(
            settings("sasl", {{"sasl", "PLAIN"}, {"user", "watcher"}}, {{"password", "secret"}}));
        QVERIFY(found.drawing);
        QStringList names;
        for (const Element& element : found.drawing->elements)
            names << QString::fromStdString(element.name);
        names.sort();
        QCOMPARE(names, QStringList({"audit", "billing", "customers", "orders", "payments"}));
        QCOMPARE(found.drawing->links.size(), 2U);
        const auto property = [&](const char* element, const char* key) {
            const Element* one = named(found, element);
            const Json* value = one ? one->properties.find(key) : nullptr;
            return value ? QString::fromStdString(value->dump()) : QString();
        };
        QCOMPARE(property("orders", "partitions"), "4");
        QCOMPARE(property("orders", "retention"), "\"1h\"");
        QCOMPARE(property("customers", "compacted"), "true");
        QCOMPARE(property("payments", "retentionBytes"), "1000000");
        QCOMPARE(property("billing", "instances"), "2");
        QCOMPARE(property("audit", "instances"), "0");
        QVERIFY(found.notes.join(' ').contains("for ever"));
    }
    void drawsInternalTopicsWhenAsked() {
        const Discovery found = m_broker.discover(settings("plain", {{"internalTopics", true}}));
        QVERIFY(found.drawing && named(found, "__consumer_offsets"));
    }
    void drawsTopicsWithoutTheRightToMore() {
        const Discovery found = m_broker.discover(
            settings("sasl", {{"sasl", "PLAIN"}, {"user", "stranger"}}, {{"password", "secret"}}));
        QVERIFY(found.drawing);
        QVERIFY(found.drawing->elements.empty());
    }
    void watchesOffsetsAndRates() {
        const Discovery found = m_broker.discover(settings());
        QVERIFY(found.drawing);
        const auto table = watchTable(*found.drawing);
        LiveSource source(*m_broker.plugin(), settings());
        QSignalSpy statuses(&source, &LiveSource::statusChanged);
        const auto store = source.watch(*found.drawing, 500);
        const auto state = [&] { return store->stateAt(store->horizon()); };
        const EntityId orders = find(*table, "orders");
        const EntityId payments = find(*table, "payments");
        const EntityId reads = find(*table, "orders → billing");
        QTRY_VERIFY_WITH_TIMEOUT(state().contact == Contact::Made, 20'000);
        const auto ends = [](const EntityState& topic) {
            std::vector<std::int64_t> offsets;
            for (const PartitionState& partition : topic.partitions)
                offsets.push_back(partition.end);
            return offsets;
        };
        QCOMPARE(ends(state().entities[orders]), std::vector<std::int64_t>(4, 25));
        QCOMPARE(ends(state().entities[payments]), (std::vector<std::int64_t>{50, 0, 0}));
        QCOMPARE(state().entities[payments].groups.size(), 1U);
        QCOMPARE(state().entities[payments].groups[0].committed[0], 20);
        QTRY_COMPARE_WITH_TIMEOUT(state().observed[reads].consumers, 2U, 20'000);
        const auto watched = [&] { return statuses.back().front().value<WatchStatus>().watched; };
        QTRY_COMPARE(watched(), "3 topics, 2 groups");
        // What is published and read from now on is counted, once.
        QVERIFY(m_shop->publish("orders", 2, 40));
        const auto told = [&](EntityId subject, Flow flow) {
            std::int64_t many = 0;
            store->visit(0, store->size(), [&](Sequence, const TraceEvent& event) {
                if (event.kind == EventKind::Counted && event.subject == subject &&
                    event.detail == std::uint16_t(flow))
                    many += event.value;
                return true;
            });
            return many;
        };
        QTRY_COMPARE_WITH_TIMEOUT(told(orders, Flow::In), 40, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(told(reads, Flow::Out), 40, 20'000);
        QCOMPARE(ends(state().entities[orders]), (std::vector<std::int64_t>{25, 25, 65, 25}));
        QTRY_COMPARE_WITH_TIMEOUT(state().observed[orders].inRate, 0U, 20'000);
        source.stopWatching();
        QTRY_VERIFY(store->finished());
        QCOMPARE(store->at(store->size() - 1).kind, EventKind::ConnectionLost);
    }
    void aGroupThatIsTooFarBehindInTimeRaisesAnAlert() {
        Discovery found = m_broker.discover(settings());
        Diagram drawing = *found.drawing;
        addAlertRules(drawing, {*parseAlertRule("topic:payments lag > 2s for 1s"),
                                *parseAlertRule("topic:orders lag > 2s for 1s"),
                                *parseAlertRule("topic:payments lag > 20")});
        LiveSource source(*m_broker.plugin(), settings());
        const auto store = source.watch(drawing, 500);
        const auto raised = [&] {
            QStringList rules;
            store->visit(0, store->size(), [&](Sequence, const TraceEvent& event) {
                if (event.kind == EventKind::AlertRaised)
                    rules << QString::number(event.peer);
                return true;
            });
            rules.sort();
            return rules.join(' ');
        };
        // The audit has read 20 of 50, and nobody reads on; billing has read everything.
        QTRY_COMPARE_WITH_TIMEOUT(raised(), "0 2", 30'000);
        source.stopWatching();
        QTRY_VERIFY(store->finished());
    }
    void theCommandLineDrawsComparesAndWatches() {
        const QString address =
            QString("kafka://admin@127.0.0.1:%1?sasl=SCRAM-SHA-256").arg(m_broker.port("sasl"));
        const QTemporaryDir folder;
        const QString drawing = folder.filePath("found.sluice");
        const QString recording = folder.filePath("watched.sluicerec");
        const auto call = [](const QStringList& words) {
            QProcess program;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("SLUICE_PASSWORD", "secret");
            program.setProcessEnvironment(environment);
            program.start(SLUICE_BIN_DIR "/sluice-cli", words);
            if (!program.waitForFinished(60'000))
                return QJsonObject();
            QJsonObject said = QJsonDocument::fromJson(program.readAllStandardOutput()).object();
            said["status"] = program.exitCode();
            said["err"] = QString::fromUtf8(program.readAllStandardError());
            return said;
        };
        const QJsonObject found = call({"discover", address, "-o", drawing, "--json"});
        QCOMPARE(found["status"].toInt(), 0);
        QCOMPARE(found["elements"]["topic"].toInt(), 3);
        QCOMPARE(call({"drift", drawing, address, "--json"})["status"].toInt(), 0);
        QVERIFY(m_shop->makeTopics({{"returns", 1}}));
        const QJsonObject differs = call({"drift", drawing, address, "--json"});
        QCOMPARE(differs["status"].toInt(), 1);
        QCOMPARE(differs["drift"].toArray().size(), 1);
        QCOMPARE(differs["drift"][0]["name"].toString(), "returns");
        QVERIFY(m_shop->deleteTopic("returns"));
        const QJsonObject watched = call({"watch", address, "--for", "4s", "--every", "500ms", "--drawing",
                                          drawing, "--record", recording, "--json"});
        QVERIFY2(watched["status"].toInt() == 0, qPrintable(watched["err"].toString()));
        QVERIFY(watched["connected"].toBool());
        for (const QJsonValue& element : watched["elements"].toArray()) {
            if (element["name"] != "payments")
                continue;
            QCOMPARE(element["ends"][0].toInt(), 50);
            QCOMPARE(element["groups"][0]["name"].toString(), "audit");
            QCOMPARE(element["groups"][0]["behind"].toInt(), 30);
            // Nobody has read on since before anybody looked.
            QVERIFY(element["groups"][0]["ageIsAtLeast"].toBool());
        }
        // Of the recording the same is told, not that something was simulated.
        const QJsonObject replayed = call({"replay", recording, "--json"});
        QVERIFY2(replayed["status"].toInt() == 0, qPrintable(replayed["err"].toString()));
        QVERIFY(replayed["connected"].toBool());
        QCOMPARE(replayed["elements"].toArray().size(), watched["elements"].toArray().size());
        for (const QJsonValue& element : watched["elements"].toArray())
            QVERIFY(element["name"] != "payments" || replayed["elements"].toArray().contains(element));
        const auto opened = openRecording(recording.toStdString());
        QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().text().c_str());
        const SystemState state = opened->store->stateAt(opened->store->horizon());
        const EntityId payments = find(opened->store->table(), "payments");
        QCOMPARE(state.entities[payments].partitions[0].end, 50);
    }
    void aTopicThatGoesAwayTakesNobodyWithIt() {
        QVERIFY(m_shop->makeTopics({{"passing", 2}}));
        QTRY_VERIFY_WITH_TIMEOUT(named(m_broker.discover(settings()), "passing"), 20'000);
        const Discovery found = m_broker.discover(settings());
        const auto table = watchTable(*found.drawing);
        LiveSource source(*m_broker.plugin(), settings());
        QSignalSpy statuses(&source, &LiveSource::statusChanged);
        const auto store = source.watch(*found.drawing, 500);
        const auto watched = [&] { return statuses.back().front().value<WatchStatus>().watched; };
        QTRY_VERIFY_WITH_TIMEOUT(!statuses.empty() && watched().startsWith("4 topics"), 20'000);
        QVERIFY(m_shop->deleteTopic("passing"));
        QVERIFY(m_shop->publish("payments", 1, 5));
        const EntityId payments = find(*table, "payments");
        const auto state = [&] { return store->stateAt(store->horizon()); };
        QTRY_COMPARE_WITH_TIMEOUT(state().entities[payments].partitions[1].end, 5, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(watched().startsWith("3 topics"), 20'000);
        QStringList problems;
        for (const auto& status : std::as_const(statuses))
            problems << status.front().value<WatchStatus>().problem.text();
        QVERIFY2(countOf(*store, EventKind::ConnectionLost) == 0, qPrintable(problems.join(u' ')));
    }
    void showsAGapAndComesBack() {
        const Discovery found = m_broker.discover(settings());
        QVERIFY(found.drawing);
        LiveSource source(*m_broker.plugin(), settings());
        QSignalSpy statuses(&source, &LiveSource::statusChanged);
        const auto store = source.watch(*found.drawing, 500);
        const auto contact = [&] { return store->stateAt(store->horizon()).contact; };
        const auto problem = [&] { return statuses.back().front().value<WatchStatus>().problem; };
        QTRY_COMPARE_WITH_TIMEOUT(contact(), Contact::Made, 20'000);
        QVERIFY(m_broker.command("stop"));
        QTRY_COMPARE_WITH_TIMEOUT(contact(), Contact::Lost, 30'000);
        QTRY_VERIFY(!problem().sentence.isEmpty());
        QVERIFY2(problem().sentence.contains("Nobody listens") ||
                     problem().sentence.contains("ended the connection"),
                 qPrintable(problem().text()));
        // Time goes on, and nothing is told meanwhile.
        const Sequence events = store->size();
        const TraceTime lost = store->horizon();
        QTRY_VERIFY_WITH_TIMEOUT(store->horizon() > lost + 1s, 10'000);
        QCOMPARE(store->size(), events);
        QVERIFY(m_broker.command("start"));
        QTRY_COMPARE_WITH_TIMEOUT(contact(), Contact::Made, 60'000);
        QCOMPARE(countOf(*store, EventKind::ConnectionMade), 2);
    }
    void aSlowBrokerKeepsNobodyWaiting() {
        const Discovery found = m_broker.discover(settings());
        QVERIFY(found.drawing);
        auto source = std::make_unique<LiveSource>(*m_broker.plugin(), settings());
        QSignalSpy statuses(source.get(), &LiveSource::statusChanged);
        const auto store = source->watch(*found.drawing, 500);
        QTRY_VERIFY_WITH_TIMEOUT(store->stateAt(store->horizon()).contact == Contact::Made, 20'000);
        QVERIFY(m_broker.command("freeze"));
        QTRY_VERIFY_WITH_TIMEOUT(store->stateAt(store->horizon()).contact == Contact::Lost, 60'000);
        const auto problem = [&] { return statuses.back().front().value<WatchStatus>().problem; };
        QTRY_COMPARE(problem().kind, BrokerProblem::Kind::Slow);
        // Whoever leaves does not wait for the answer that does not come.
        QElapsedTimer leaving;
        leaving.start();
        source.reset();
        QVERIFY(leaving.elapsed() < 2000);
        QVERIFY(m_broker.command("thaw"));
    }
};

QTEST_MAIN(KafkaLiveTest)
#include "tst_kafkalive.moc"
