#include <QDateTime>
#include <QRandomGenerator>
#include <QtTest>

#include "core/browse/messageexport.h"
#include "plugins/kafka/letterprogress.h"
#include "tests/plugins/kafkatraffic.h"
#include "tests/plugins/keptletters.h"
#include "tests/plugins/keptmessages.h"
#include "tests/plugins/livebroker.h"

using namespace sluice;
using kafka::LetterProgress;
using Verdict = LetterVerdict;

/// Records of dead-letter topics of a real Kafka, as other programs mark them, sent back.
class KafkaRedriveTest : public QObject {
    Q_OBJECT

private:
    static constexpr std::int64_t kFirst = 1'790'000'000'000;  ///< ms since 1970

    struct Header {
        std::string name, value;
    };
    /// As Spring for Apache Kafka writes them: numbers with the most significant byte first.
    static std::vector<Header> spring(const std::string& topic, int partition, std::int64_t time) {
        const auto number = [](std::int64_t value, int bytes) {
            std::string text;
            for (int i = bytes - 1; i >= 0; --i)
                text += static_cast<char>(value >> (8 * i) & 0xFF);
            return text;
        };
        return {{"tenant", "a"},
                {"kafka_dlt-original-topic", topic},
                {"kafka_dlt-original-partition", number(partition, 4)},
                {"kafka_dlt-original-offset", number(12, 8)},
                {"kafka_dlt-original-timestamp", number(time, 8)},
                {"kafka_dlt-exception-fqcn",
                 "org.springframework.kafka.listener.ListenerExecutionFailedException"},
                {"kafka_dlt-exception-cause-fqcn", "org.acme.BadOrder"}};
    }
    struct Record {
        std::string key;
        std::optional<std::string> value;
        std::vector<Header> headers;
        std::int64_t time = kFirst;
    };
    bool publish(const std::string& topic, int partition, const Record& record) {
        rd_kafka_headers_t* headers = rd_kafka_headers_new(4);
        for (const Header& one : record.headers)
            rd_kafka_header_add(headers, one.name.data(), -1, one.value.data(), ssize_t(one.value.size()));
        void* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
        const std::size_t size = record.value ? record.value->size() : 0;
        const auto error = rd_kafka_producev(
            m_producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
            RD_KAFKA_V_VALUE(value, size), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_TIMESTAMP(record.time),
            RD_KAFKA_V_END);
        return error == RD_KAFKA_RESP_ERR_NO_ERROR &&
               rd_kafka_flush(m_producer, 30'000) == RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    /// Kafka would throw away what is as old as this.
    bool makeTopics(std::vector<KafkaTraffic::NewTopic> topics) {
        for (KafkaTraffic::NewTopic& one : topics)
            one.settings.emplace("retention.ms", "-1");
        return m_shop->makeTopics(topics);
    }
    ConnectionSettings settings(bool mayWrite = true) const {
        ConnectionSettings made;
        made.plugin = "kafka";
        made.values = {{"servers", QString("127.0.0.1:%1").arg(m_broker.port("plain"))}};
        made.mayWrite = mayWrite;
        return made;
    }
    RedriveResult redrive(const RedriveWish& wish, bool mayWrite = true) {
        m_kept = {};
        return m_broker.plugin()->redrive(settings(mayWrite))->run(wish, m_kept);
    }
    /// Letters of the topic `to`, as many in each of its two partitions.
    bool fill(const std::string& from, const std::string& to) {
        for (int i = 0; i < kLetters; ++i) {
            const std::string value = std::to_string(i);
            auto error = RD_KAFKA_RESP_ERR__QUEUE_FULL;
            while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
                rd_kafka_headers_t* headers = rd_kafka_headers_new(4);
                for (const Header& one : spring(to, i % 2, kFirst + i))
                    rd_kafka_header_add(headers, one.name.data(), -1, one.value.data(),
                                        ssize_t(one.value.size()));
                error =
                    rd_kafka_producev(m_producer, RD_KAFKA_V_TOPIC(from.c_str()), RD_KAFKA_V_PARTITION(i % 2),
                                      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                      RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                                      RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
                if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
                    rd_kafka_headers_destroy(headers);
                    rd_kafka_poll(m_producer, 50);
                }
            }
            if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
                return false;
        }
        return rd_kafka_flush(m_producer, 60'000) == RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    /// Records of a topic with two partitions, once what a killed program has sent last is there too.
    int standingIn(const std::string& topic) {
        const auto now = [&] {
            std::int64_t all = 0;
            for (int partition = 0; partition < 2; ++partition) {
                std::int64_t low = 0;
                std::int64_t high = 0;
                if (rd_kafka_query_watermark_offsets(m_producer, topic.c_str(), partition, &low, &high,
                                                     10'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
                    return -1;
                all += high - low;
            }
            return int(all);
        };
        int seen = -1;
        int times = 0;
        const auto stands = [&] {
            const int next = now();
            times = next == seen ? times + 1 : 0;
            seen = next;
            return times == 4;
        };
        return QTest::qWaitFor(stands, 30'000) ? seen : -1;
    }
    std::vector<BrokerMessage> recordsOf(const QString& topic) {
        KeptMessages kept;
        (void)m_broker.plugin()->browse(settings(false))->run({.place = topic}, kept);
        return kept.messages;
    }

    static constexpr int kLetters = 20'000;  // of a redrive that is killed
    static constexpr int kWindow = 50;
    LiveBroker m_broker{"kafka", "realkafka.py", {SLUICE_SOURCE_DIR "/build/kafka"}};
    std::unique_ptr<KafkaTraffic> m_shop;
    rd_kafka_t* m_producer = nullptr;
    KeptLetters m_kept;

private slots:
    void initTestCase() {
        START_OR_SKIP(m_broker);
        m_shop = std::make_unique<KafkaTraffic>(m_broker.port("plain"));
        char said[256];
        auto* conf = rd_kafka_conf_new();
        const std::string servers = "127.0.0.1:" + std::to_string(m_broker.port("plain"));
        rd_kafka_conf_set(conf, "bootstrap.servers", servers.c_str(), said, sizeof said);
        m_producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, said, sizeof said);
        QVERIFY(m_producer);
    }
    void cleanupTestCase() {
        if (m_producer)
            rd_kafka_destroy(m_producer);
        m_shop.reset();
        QVERIFY(m_broker.stop());
    }

    void remembersWhatStays() {
        LetterProgress progress;
        for (std::int64_t offset = 0; offset < 100; ++offset) {
            progress.take(offset);
            progress.settle(offset, offset % 10 != 3 && offset < 90);
        }
        const LetterProgress again(progress.next(), progress.left());
        QCOMPARE(again.next(), 100);
        QCOMPARE(again.first(), 3);
        QCOMPARE(again.waiting(0, 110), 9 + 10 + 10);
        QCOMPARE(again.waiting(50, 110), 4 + 10 + 10);
        for (std::int64_t offset = 0; offset < 110; ++offset)
            QCOMPARE(again.isOpen(offset), offset >= 90 || offset % 10 == 3);
        for (const char* nonsense : {"left:", "left:zz,zz,zz", "left:1", "left:0,zzzzzzzzz", "other"})
            QCOMPARE(LetterProgress(5, nonsense).first(), 5);
    }
    /// What is under way is not remembered as done.
    void remembersNothingThatIsNotSettled() {
        LetterProgress progress(10, {});
        for (std::int64_t offset = 10; offset < 20; ++offset)
            progress.take(offset);
        progress.settle(10, true);
        progress.settle(12, true);
        progress.settle(13, false);
        QCOMPARE(progress.next(), 11);
        QCOMPARE(progress.left(), "");
        progress.settle(11, true);
        QCOMPARE(progress.next(), 14);
        QCOMPARE(LetterProgress(14, progress.left()).first(), 13);
    }

    void sendsThemBackToWhereTheyWere() {
        QVERIFY(makeTopics({{"orders", 3}, {"orders.DLT", 2}}));
        for (int i = 0; i < 20; ++i)
            QVERIFY(publish("orders.DLT", i % 2,
                            {"user-" + std::to_string(i), "{\"number\":" + std::to_string(i) + "}",
                             spring("orders", 1, kFirst + i), kFirst + 1000 + i}));
        QVERIFY(publish("orders.DLT", 0,
                        {"gone", std::nullopt, spring("orders", 1, kFirst + 20), kFirst + 2000}));
        QVERIFY(publish("orders.DLT", 1, {"lost", "{}", {{"tenant", "a"}}}));
        const RedriveResult dry = redrive({.queue = "orders.DLT"}, false);
        QCOMPARE(dry.problem.text(), QString());
        QCOMPARE(dry.waiting, 22);
        QCOMPARE(dry.sent, 21);
        QCOMPARE(m_kept.letters.front().origin, QString("orders"));
        QCOMPARE(m_kept.letters.front().reason, QString("BadOrder"));
        QCOMPARE(recordsOf("orders").size(), std::size_t(0));
        QCOMPARE(redrive({.queue = "orders.DLT", .dryRun = false}, false).problem.kind,
                 BrokerProblem::Kind::Permission);
        const RedriveResult sent = redrive({.queue = "orders.DLT", .dryRun = false});
        QCOMPARE(sent.problem.text(), QString());
        QCOMPARE(sent.sent, 21);
        QCOMPARE(m_kept.verdicts().count(int(Verdict::NoOrigin)), 1);
        const auto back = recordsOf("orders");
        QCOMPARE(back.size(), std::size_t(21));
        for (std::size_t i = 0; i < back.size(); ++i) {
            QCOMPARE(back[i].partition, 1);
            QVERIFY(back[i].time == TraceTime(std::chrono::milliseconds(kFirst + qint64(i))));
            const auto headers = headersJson(back[i]);
            QCOMPARE(headers["tenant"], "a");
            QCOMPARE(headers["x-sluice-redriven"], "1");
            QVERIFY(!headers.contains("kafka_dlt-original-topic"));
            QVERIFY(!headers.contains("kafka_dlt-exception-fqcn"));
        }
        QCOMPARE(back[7].body, "{\"number\":7}");
        QVERIFY(back[20].tombstone);
        // What went does not go again; what stayed is still there.
        const RedriveResult again = redrive({.queue = "orders.DLT", .dryRun = false});
        QCOMPARE(again.waiting, 1);
        QCOMPARE(again.sent, 0);
        QCOMPARE(m_kept.verdicts(), QList<int>{int(Verdict::NoOrigin)});
        const RedriveResult elsewhere = redrive({.queue = "orders.DLT", .to = "orders", .dryRun = false});
        QCOMPARE(elsewhere.sent, 1);
        QCOMPARE(redrive({.queue = "orders.DLT", .dryRun = false}).waiting, 0);
    }
    void readsWhatConnectWrites() {
        QVERIFY(makeTopics({{"sink", 1}, {"sink.dead", 1}}));
        QVERIFY(publish(
            "sink.dead", 0,
            {"k",
             "{}",
             {{"__connect.errors.topic", "sink"},
              {"__connect.errors.partition", "0"},
              {"__connect.errors.exception.class.name", "org.apache.kafka.connect.errors.DataException"}}}));
        QCOMPARE(redrive({.queue = "sink.dead", .dryRun = false, .reason = "Timeout"}).sent, 0);
        QCOMPARE(redrive({.queue = "sink.dead", .dryRun = false, .reason = "dataexception"}).sent, 1);
        QCOMPARE(m_kept.letters.front().reason, QString("DataException"));
        QVERIFY(!headersJson(recordsOf("sink").front()).contains("__connect.errors.topic"));
    }
    /// A newer record of that operation and key stands in the topic that it goes to.
    void whatIsSupersededStays() {
        QVERIFY(makeTopics({{"users", 1}, {"users.DLT", 1}}));
        const auto letter = [&](const char* key, const char* type, std::int64_t at) {
            auto headers = spring("users", 0, at);
            headers.push_back({"type", type});
            return publish("users.DLT", 0, {key, "{}", headers, at + 500});
        };
        QVERIFY(letter("ada", "Update", kFirst + 10));
        QVERIFY(letter("bob", "Update", kFirst + 10));
        QVERIFY(letter("bob", "Update", kFirst + 20));
        QVERIFY(letter("eve", "Update", kFirst + 10));
        QVERIFY(publish("users", 0, {"ada", "{}", {{"type", "Update"}}, kFirst + 11}));
        QVERIFY(publish("users", 0, {"eve", "{}", {{"type", "Delete"}}, kFirst + 11}));
        QVERIFY(publish("users", 0, {"eve", "{}", {{"type", "Update"}}, kFirst + 9}));
        const RedriveResult sent = redrive({.queue = "users.DLT", .dryRun = false});
        QCOMPARE(sent.problem.text(), QString());
        QCOMPARE(sent.notes, QStringList());
        std::map<qint64, RedrivenLetter> letters;
        for (const RedrivenLetter& one : m_kept.letters)
            letters[one.number] = one;
        QCOMPARE(letters[1].verdict, Verdict::Superseded);
        QVERIFY2(letters[1].why.startsWith("users, partition 0, offset 0"), qPrintable(letters[1].why));
        QCOMPARE(letters[2].verdict, Verdict::Superseded);
        QVERIFY2(letters[2].why.startsWith("letter 3"), qPrintable(letters[2].why));
        QCOMPARE(letters[3].verdict, Verdict::Sent);
        QCOMPARE(letters[4].verdict, Verdict::Sent);
        RedriveWish all{.queue = "users.DLT", .dryRun = false};
        all.rule.superseded = true;
        QCOMPARE(redrive(all).sent, 2);
    }
    /// With the time that it had, the cluster would throw it away before anybody reads it.
    void whatIsOlderThanItsTopicKeepsGetsANewTime() {
        QVERIFY(makeTopics({{"short", 1, {{"retention.ms", "3600000"}}}, {"short.DLT", 1}}));
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        QVERIFY(publish("short.DLT", 0, {"old", "{}", spring("short", 0, now - 3'000'000), now}));
        QVERIFY(publish("short.DLT", 0, {"new", "{}", spring("short", 0, now - 60'000), now}));
        const RedriveResult sent = redrive({.queue = "short.DLT", .dryRun = false});
        QCOMPARE(sent.sent, 2);
        QVERIFY2(sent.notes.value(0).startsWith("1 "), qPrintable(sent.notes.join(u' ')));
        const auto back = recordsOf("short");
        QVERIFY(*back[0].time >= TraceTime(std::chrono::milliseconds(now)));
        QVERIFY(*back[1].time == TraceTime(std::chrono::milliseconds(now - 60'000)));
    }
    void doesNotSendInCircles() {
        QVERIFY(makeTopics({{"circle.DLT", 1}}));
        QVERIFY(publish("circle.DLT", 0, {"k", "{}", {}}));
        for (int time = 0; time < 3; ++time)
            QCOMPARE(redrive({.queue = "circle.DLT", .to = "circle.DLT", .dryRun = false}).sent, 1);
        QCOMPARE(redrive({.queue = "circle.DLT", .to = "circle.DLT", .dryRun = false}).sent, 0);
        QCOMPARE(m_kept.letters.front().verdict, Verdict::TooOften);
    }
    void saysWhatIsWrong() {
        QVERIFY(makeTopics({{"wrong.DLT", 1}}));
        QVERIFY(publish("wrong.DLT", 0, {"k", "{}", spring("no.such.topic", 0, kFirst)}));
        QCOMPARE(redrive({.queue = "wrong.DLT", .dryRun = false}).sent, 0);
        QCOMPARE(m_kept.letters.front().verdict, Verdict::Unroutable);
        QCOMPARE(redrive({.queue = "no.such.topic"}).problem.kind, BrokerProblem::Kind::Settings);
    }
    /// Killed at any moment it loses nothing, and doubles no more than its window: its producer is
    /// idempotent, and what is confirmed counts as under way until the cluster has said that its offset is
    /// committed. (A transaction would double nothing; but readers that do not ask for committed records
    /// alone would read those of a killed one all the same.)
    void aKillLosesNothing() {
        constexpr int kKills = 100;
        QRandomGenerator random(4711);
        int redrives = 0;
        int wholeTime = 0;  // ms that nobody disturbs it
        int most = 0;
        int doubledInAll = 0;
        for (int killed = 0; killed < kKills; ++redrives) {
            const std::string to = "killed" + std::to_string(redrives);
            const std::string from = to + ".DLT";
            QVERIFY(makeTopics({{to, 2}, {from, 2}}));
            QVERIFY(fill(from, to));
            const QStringList words{"redrive",
                                    QString("kafka://127.0.0.1:%1").arg(m_broker.port("plain")),
                                    QString::fromStdString(from),
                                    "--send",
                                    "--window",
                                    QString::number(kWindow)};
            // What stands in both topics beyond the letters there are stands there twice.
            int doubled = 0;
            bool finished = false;
            while (!finished && killed < kKills) {
                QProcess program;
                QElapsedTimer clock;
                clock.start();
                program.start(QStringLiteral(SLUICE_BIN_DIR "/sluice-cli"), words);
                QVERIFY(program.waitForStarted());
                // While it connects, while it reads them, and while it sends: what is left grows less, so
                // each comes further. All of it each time would take longer than a test may.
                finished = program.waitForFinished(
                    wholeTime == 0 ? 120'000
                                   : 30 + int(random.bounded(std::clamp(wholeTime / 3, 1200, 2500))));
                if (finished && wholeTime == 0)
                    wholeTime = int(clock.elapsed());
                if (finished)
                    break;
                program.kill();
                program.waitForFinished();
                ++killed;
                const RedriveResult left = redrive({.queue = QString::fromStdString(from), .most = 1}, false);
                QCOMPARE(left.problem.text(), QString());
                const int before = std::exchange(doubled, int(left.waiting) + standingIn(to) - kLetters);
                most = std::max(most, doubled - before);
                QVERIFY2(doubled >= before, "letters are lost");
                QVERIFY2(doubled - before <= kWindow, qPrintable(QString::number(doubled - before)));
            }
            QProcess program;
            program.start(QStringLiteral(SLUICE_BIN_DIR "/sluice-cli"), words);
            QVERIFY(program.waitForFinished(120'000));
            QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());
            const auto back = recordsOf(QString::fromStdString(to));
            std::set<std::string> different;
            for (const BrokerMessage& one : back)
                different.insert(one.body);
            QCOMPARE(int(different.size()), kLetters);
            QCOMPARE(int(back.size()), kLetters + doubled);
            doubledInAll += doubled;
        }
        qInfo("killed %d times in %d redrives, %d doubled, %d by one kill at most", kKills, redrives,
              doubledInAll, most);
    }
};

QTEST_GUILESS_MAIN(KafkaRedriveTest)
#include "tst_kafkaredrive.moc"
