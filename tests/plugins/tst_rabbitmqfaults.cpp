#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "tests/plugins/faultyproxy.h"
#include "tests/plugins/keptmessages.h"
#include "tests/plugins/livebroker.h"
#include "tests/plugins/peakmemory.h"
#include "tests/plugins/publishedmessages.h"
#include "tests/plugins/watched.h"

using namespace sluice;
using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;

/// A real RabbitMQ on a bad day. Each fault is said in a sentence, and what it does not concern goes on.
class RabbitMqFaultsTest : public QObject {
    Q_OBJECT

private:
    static constexpr int kPatience = 3;  // seconds

    /// Whoever is asked directly; a busy machine has time.
    ConnectionSettings direct(const QString& user = "guest", const QString& password = "guest") const {
        ConnectionSettings made = m_broker.asGuest();
        made.values["metricsPort"] = m_broker.port("metrics");
        made.values["patience"] = 30;
        made.values["user"] = user;
        made.secrets["password"] = password;
        return made;
    }
    /// Whoever gives a silent broker up soon.
    ConnectionSettings impatient() const {
        ConnectionSettings made = direct();
        made.values["patience"] = kPatience;
        return made;
    }
    const Diagram& drawing() {
        if (!m_drawing)
            m_drawing = m_broker.discover(direct()).drawing;
        return *m_drawing;
    }

    LiveBroker m_broker{"rabbitmq", "realbroker.py"};
    std::shared_ptr<const Diagram> m_drawing;

private slots:
    void initTestCase() {
        START_OR_SKIP(m_broker);
        QVERIFY(drawing().elements.size() > 5);
    }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }

    void aNetworkThatIsCut() {
        FaultyProxy metrics(m_broker.port("metrics"));
        FaultyProxy management(m_broker.port("management"));
        ConnectionSettings through = impatient();
        through.values["metricsPort"] = metrics.port();
        through.values["port"] = management.port();
        Watched cut(m_broker, drawing(), through);
        Watched other(m_broker, drawing(), direct());
        QTRY_VERIFY_WITH_TIMEOUT(cut.contact() == Contact::Made && other.contact() == Contact::Made, 20'000);
        metrics.cut();
        management.cut();
        QTRY_VERIFY_WITH_TIMEOUT(cut.contact() == Contact::Lost, 30'000);
        QTRY_COMPARE(cut.problem().kind, Kind::Slow);
        QCOMPARE(cut.problem().sentence,
                 QString("127.0.0.1:%1 does not answer within 3 s.").arg(metrics.port()));
        QVERIFY(cut.problem().advice.contains("firewall"));
        QVERIFY(other.goesOn());
        metrics.heal();
        management.heal();
        QTRY_VERIFY_WITH_TIMEOUT(cut.contact() == Contact::Made, 30'000);
        QVERIFY(cut.count(EventKind::ConnectionMade) >= 2);
    }

    void aNetworkThatIsCutWhileMessagesAreLookedAt() {
        QVERIFY(m_broker.command("queue faults.cut {}"));
        QVERIFY(m_broker.command("fill faults.cut 500"));
        FaultyProxy amqp(m_broker.port("amqp"));
        ConnectionSettings through = impatient();
        through.values["amqpPort"] = amqp.port();
        KeptMessages kept;
        kept.onMessage = [&] {
            if (kept.messages.size() == 10)
                amqp.cut();
        };
        const BrowseResult result = m_broker.plugin()->browse(through)->run({.place = "faults.cut"}, kept);
        QCOMPARE(result.problem.kind, Kind::Slow);
        QCOMPARE(result.problem.sentence,
                 QString("127.0.0.1:%1 does not answer within 3 s.").arg(amqp.port()));
        QVERIFY(kept.messages.size() > 10 && kept.messages.size() < 500);
        // The broker hears that nobody is there any more, and all of them are where they were.
        amqp.heal();
        KeptMessages again;
        const auto browse = m_broker.plugin()->browse(direct());
        QTRY_VERIFY_WITH_TIMEOUT((again.messages.clear(), browse->run({.place = "faults.cut"}, again),
                                  again.messages.size() == 500),
                                 60'000);
        QVERIFY(m_broker.command("delete faults.cut"));
    }

    void aSlowBroker() {
        FaultyProxy metrics(m_broker.port("metrics"));
        ConnectionSettings through = impatient();
        through.values["metricsPort"] = metrics.port();
        Watched slow(m_broker, drawing(), through);
        Watched other(m_broker, drawing(), direct());
        QTRY_VERIFY_WITH_TIMEOUT(slow.contact() == Contact::Made, 20'000);
        // Slower than the reports are to follow each other, but in time.
        metrics.delay(1500);
        QTRY_VERIFY_WITH_TIMEOUT(slow.status().roundTripMs >= 1500, 20'000);
        QCOMPARE(slow.status().state, WatchStatus::State::Watching);
        QCOMPARE(slow.count(EventKind::ConnectionLost), 0);
        constexpr int kTooLong = 30'000;  // ms
        metrics.delay(kTooLong);
        QTRY_VERIFY_WITH_TIMEOUT(slow.contact() == Contact::Lost, 30'000);
        QTRY_COMPARE(slow.problem().kind, Kind::Slow);
        QVERIFY2(slow.problem().advice.contains("settings say how long"), qPrintable(slow.problem().text()));
        QVERIFY(other.goesOn());
        // Whoever leaves does not wait for what comes late.
        QElapsedTimer leaving;
        leaving.start();
        slow.leave();
        QVERIFY(leaving.elapsed() < kTooLong / 4);
    }

    void answersOfSomebodyElse_data() {
        QTest::addColumn<QByteArray>("answer");
        const QByteArray cut =
            "[{\"name\":\"orders.new\",\"vhost\":\"/\",\"messages_ready\":3},{\"name\":\"ord";
        QTest::newRow("a page") << FaultyProxy::answer("200 OK", "text/html", "<html>Sign in first</html>");
        QTest::newRow("bad gateway") << FaultyProxy::answer("502 Bad Gateway", "text/html", "<h1>502</h1>");
        QTest::newRow("half of it") << FaultyProxy::answer("200 OK", "application/json", cut);
        QTest::newRow("cut off") << FaultyProxy::answer("200 OK", "application/json", cut, 4000);
        QTest::newRow("nothing") << FaultyProxy::answer("200 OK", "application/json", {});
        QTest::newRow("an object") << FaultyProxy::answer("200 OK", "application/json", R"({"queues":17})");
        QTest::newRow("another list")
            << FaultyProxy::answer("200 OK", "application/json", R"([1,null,{"name":[]},{"name":{}}])");
    }
    void answersOfSomebodyElse() {
        QFETCH(QByteArray, answer);
        FaultyProxy management(m_broker.port("management"));
        FaultyProxy metrics(m_broker.port("metrics"));
        ConnectionSettings through = impatient();
        through.values["port"] = management.port();
        through.values["metricsPort"] = metrics.port();
        ConnectionSettings costly = through;
        costly.values["metricsPort"] = 0;
        Watched cheap(m_broker, drawing(), through);
        Watched other(m_broker, drawing(), direct());
        QTRY_VERIFY_WITH_TIMEOUT(cheap.contact() == Contact::Made, 20'000);
        management.answerWith(answer);
        metrics.answerWith(answer);

        QStringList problems;
        for (const TestStep& step : m_broker.test(through)) {
            if (step.outcome == TestStep::Outcome::Failed)
                problems << step.problem.text();
        }
        QVERIFY2(problems.size() == 1 && problems.front().size() > 20, qPrintable(problems.join("\n")));

        LiveSource source(*m_broker.plugin(), through);
        QSignalSpy failed(&source, &LiveSource::discoveryFailed);
        QSignalSpy found(&source, &LiveSource::discovered);
        source.discover();
        QTRY_VERIFY_WITH_TIMEOUT(failed.count() + found.count() > 0, 20'000);
        // A list of other things is a broker without anything that can be drawn.
        if (failed.isEmpty()) {
            QVERIFY(QByteArray(QTest::currentDataTag()) == "another list");
        } else {
            const auto problem = failed.front().front().value<BrokerProblem>();
            QVERIFY2(problem.kind == Kind::Answer || problem.kind == Kind::Protocol,
                     qPrintable(problem.text()));
            QVERIFY(!problem.advice.isEmpty());
        }

        QTRY_VERIFY_WITH_TIMEOUT(cheap.contact() == Contact::Lost, 20'000);
        QTRY_VERIFY2(cheap.problem().sentence.contains(QString::number(metrics.port())),
                     qPrintable(cheap.problem().text()));
        QVERIFY(!cheap.problem().advice.isEmpty());

        Watched expensive(m_broker, drawing(), costly);
        QTRY_VERIFY_WITH_TIMEOUT(expensive.status().state != WatchStatus::State::Connecting &&
                                     expensive.status().state != WatchStatus::State::Idle,
                                 20'000);
        if (QByteArray(QTest::currentDataTag()) != "another list")
            QVERIFY2(expensive.problem().sentence.contains(QString::number(management.port())),
                     qPrintable(expensive.problem().text()));

        const BrowseForecast forecast = m_broker.plugin()->browse(through)->forecast({.place = "orders.new"});
        QVERIFY(forecast.problem.kind != Kind::None && !forecast.problem.advice.isEmpty());

        QVERIFY(other.goesOn());
        management.heal();
        metrics.heal();
        QTRY_VERIFY_WITH_TIMEOUT(cheap.contact() == Contact::Made, 30'000);
    }

    void aMessageOfAHundredMegabytes() {
        constexpr std::size_t kSize = 100 << 20U;
        QVERIFY(m_broker.command("queue faults.big {}"));
        QVERIFY(m_broker.command("big faults.big " + QByteArray::number(qulonglong(kSize))));
        QVERIFY(m_broker.command("fill faults.big 3"));
        ConnectionSettings connection = direct();
        const std::size_t before = startOfPeak();
        KeptMessages kept;
        const BrowseResult result = m_broker.plugin()->browse(connection)->run({.place = "faults.big"}, kept);
        QCOMPARE(result.problem.text(), QString());
        const std::size_t grown = peak() - before;
        QVERIFY2(grown < kSize / 2, qPrintable(QString("%1 MB").arg(grown >> 20U)));
        QCOMPARE(kept.messages.size(), std::size_t(4));
        const BrokerMessage& big = kept.messages.front();
        QCOMPARE(big.id, std::string("big"));
        QCOMPARE(big.body.size(), kMostBody);
        QCOMPARE(big.bodySize, std::uint64_t(kSize));
        QVERIFY(big.body.starts_with("{\"text\": \"0123456789abcdef0123"));
        QCOMPARE(kept.messages[1].body, std::string("{\"number\": 0}"));
        QCOMPARE(kept.messages[1].bodySize, std::uint64_t(0));
        QVERIFY(m_broker.command("delete faults.big"));
    }

    void aMessageThatIsPublishedIsTooLarge() {
        class Large : public PublishedMessages {
        public:
            explicit Large(std::size_t size) : m_size(size) {}
            BrokerMessage message(qint64 number) override {
                BrokerMessage made = PublishedMessages::message(number);
                made.body.assign(m_size, 'x');
                return made;
            }

        private:
            const std::size_t m_size;
        };
        QVERIFY(m_broker.command("queue faults.large {}"));
        ConnectionSettings connection = direct();
        connection.mayWrite = true;
        const auto changes = m_broker.plugin()->changes(connection);
        Large hundred(100 << 20U);
        const PublishResult sent = changes->publish({.place = "faults.large"}, hundred);
        QCOMPARE(sent.problem.text(), QString());
        QCOMPARE(sent.confirmed, 1);
        // RabbitMQ's own limit is 128 MiB (max_message_size).
        Large more(130 << 20U);
        const PublishResult refused = changes->publish({.place = "faults.large"}, more);
        QCOMPARE(refused.confirmed, 0);
        QVERIFY2(refused.problem.text().contains("larger than configured max size 134217728"),
                 qPrintable(refused.problem.text()));
        // What came before is there, and the next goes on.
        PublishedMessages small;
        QCOMPARE(changes->publish({.place = "faults.large", .count = 5}, small).confirmed, 5);
        QVERIFY(m_broker.command("delete faults.large"));
    }

    void aRightThatIsTakenAway() {
        ConnectionSettings watcher = direct("watcher", "secret");
        watcher.values["metricsPort"] = 0;
        ConnectionSettings untouched = direct();
        untouched.values["metricsPort"] = 0;
        Watched refused(m_broker, drawing(), watcher);
        Watched other(m_broker, drawing(), untouched);
        QTRY_VERIFY_WITH_TIMEOUT(refused.contact() == Contact::Made && other.contact() == Contact::Made,
                                 20'000);
        QVERIFY(m_broker.command("control clear_permissions watcher"));
        QTRY_VERIFY_WITH_TIMEOUT(refused.contact() == Contact::Lost, 30'000);
        QTRY_COMPARE(refused.problem().kind, Kind::Permission);
        QVERIFY2(refused.problem().sentence.contains("may not see this"),
                 qPrintable(refused.problem().text()));
        QVERIFY(refused.problem().advice.contains("rabbitmqctl set_permissions"));
        TraceEvent lost;
        refused.store().visit(0, refused.store().size(), [&](Sequence, const TraceEvent& event) {
            lost = event.kind == EventKind::ConnectionLost ? event : lost;
            return true;
        });
        QCOMPARE(static_cast<ConnectionLoss>(lost.detail), ConnectionLoss::Refused);
        QVERIFY(other.goesOn());
        QVERIFY(m_broker.command("control set_permissions watcher ^$ ^$ ^$"));
        QTRY_VERIFY_WITH_TIMEOUT(refused.contact() == Contact::Made, 40'000);
        QVERIFY(m_broker.command("control change_password watcher other"));
        QTRY_VERIFY_WITH_TIMEOUT(refused.contact() == Contact::Lost, 30'000);
        QTRY_COMPARE(refused.problem().kind, Kind::Credentials);
        QVERIFY(refused.problem().sentence.contains("does not accept the user and password"));
        // The figures of the other endpoint are for everybody: they come, and what is missing is said.
        Watched figures(m_broker, drawing(), direct("watcher", "secret"));
        QTRY_COMPARE_WITH_TIMEOUT(figures.status().besides.kind, Kind::Credentials, 20'000);
        QVERIFY(figures.status().besides.sentence.startsWith("Memory and disk alarms are not known: "));
        QVERIFY(figures.goesOn());
        QVERIFY(m_broker.command("control change_password watcher secret"));
        QTRY_COMPARE_WITH_TIMEOUT(figures.status().besides.kind, Kind::None, 40'000);
    }

    void aBrokerThatIsKilled() {
        Watched watched(m_broker, drawing(), direct());
        QTRY_VERIFY_WITH_TIMEOUT(watched.contact() == Contact::Made, 20'000);
        QVERIFY(m_broker.command("queue faults.kept {}"));
        QVERIFY(m_broker.command("fill faults.kept 2000"));
        // The broker's own database writes a little later; killed before that it would not know the queue.
        QVERIFY(m_broker.command("control eval mnesia:dump_log()."));
        KeptMessages kept;
        bool killed = false;
        kept.onMessage = [&] {
            if (kept.messages.size() == 10)
                killed = m_broker.command("kill");
        };
        const BrowseResult result = m_broker.plugin()->browse(direct())->run({.place = "faults.kept"}, kept);
        QVERIFY(killed);
        QVERIFY2(result.problem.sentence.contains("The connection to 127.0.0.1:"),
                 qPrintable(result.problem.text()));
        QTRY_VERIFY_WITH_TIMEOUT(watched.contact() == Contact::Lost, 30'000);
        QTRY_COMPARE(watched.problem().sentence,
                     QString("Nobody listens on 127.0.0.1:%1.").arg(m_broker.port("metrics")));
        const TraceTime lost = watched.store().horizon();
        QTRY_VERIFY_WITH_TIMEOUT(watched.store().horizon() > lost + 1s, 20'000);
        QVERIFY(m_broker.command("revive"));
        QTRY_VERIFY_WITH_TIMEOUT(watched.contact() == Contact::Made, 60'000);
        QCOMPARE(watched.count(EventKind::ConnectionMade), 2);
        QCOMPARE(QJsonDocument::fromJson(m_broker.ask("drain faults.kept")).object()["different"].toInt(),
                 2000);
    }
};

QTEST_GUILESS_MAIN(RabbitMqFaultsTest)
#include "tst_rabbitmqfaults.moc"
