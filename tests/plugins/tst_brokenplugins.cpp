#include <QtTest>

#include "app/brokers/guardedapplication.h"
#include "app/brokers/livesource.h"
#include "app/brokers/messagesearch.h"
#include "app/brokers/pluginregistry.h"
#include "core/trace/tracestore.h"
#include "tests/plugins/keptletters.h"
#include "tests/plugins/keptmessages.h"

using namespace sluice;

/// Plugins that throw, that cannot be made, or that are for another version: each costs a sentence, and the
/// others go on.
class BrokenPluginsTest : public QObject {
    Q_OBJECT

private:
    static ConnectionSettings throwing(const char* where) {
        ConnectionSettings settings;
        settings.plugin = "throwing";
        settings.name = "Test";
        settings.values.insert("throws", where);
        return settings;
    }
    const BrokerPlugin& plugin() { return *m_registry.plugin("throwing"); }
    static Diagram something() {
        Diagram diagram;
        Element queue;
        queue.id = "a";
        queue.kind = ElementKind::Queue;
        queue.name = "a";
        diagram.elements.push_back(queue);
        return diagram;
    }

    PluginRegistry m_registry{{QStringLiteral(SLUICE_BIN_DIR "/../tests/brokenplugins"),
                               QStringLiteral(SLUICE_BIN_DIR "/../lib/plugins")}};

private slots:
    void aPluginForAnotherVersionIsNotLoaded() {
        QStringList ids;
        for (const PluginRegistry::Entry& entry : m_registry.entries())
            ids << entry.id;
        ids.sort();
        QCOMPARE(ids, QStringList({"kafka", "rabbitmq", "stillborn", "throwing"}));
        QVERIFY2(m_registry.problems().size() == 1, qPrintable(m_registry.problems().join('\n')));
        QVERIFY(m_registry.problems().front().contains("outdated"));
        QVERIFY(m_registry.problems().front().contains("is a plugin for another version of Sluice."));
        QVERIFY(!m_registry.plugin("outdated"));
    }
    void onePluginThatCannotBeMade() {
        PluginRegistry registry({QStringLiteral(SLUICE_BIN_DIR "/../tests/brokenplugins")});
        const qsizetype before = registry.problems().size();
        QVERIFY(!registry.plugin("stillborn"));
        QVERIFY(!registry.plugin("stillborn"));
        QCOMPARE(registry.problems().size(), before + 1);
        QVERIFY2(registry.problems().back().contains("Stillborn has failed: no library of that name."),
                 qPrintable(registry.problems().back()));
        QVERIFY(registry.plugin("throwing"));
    }
    void theOthersSayWhatTheyAre() {
        QCOMPARE(m_registry.plugin("rabbitmq")->description().name, QString("RabbitMQ"));
        QVERIFY(m_registry.plugin("kafka")->description().fields.size() > 5);
        const PluginDescription description = plugin().description();
        QCOMPARE(description.id, QString("throwing"));
        QCOMPARE(description.name, QString("Thrower"));
        QVERIFY(description.summary.contains("The plugin for Thrower has failed: nothing to say."));
    }
    void aConnectionThatThrows_data() {
        QTest::addColumn<QString>("words");
        QTest::newRow("connection") << "out of order in connection";
        QTest::newRow("test") << "out of order in test";
        QTest::newRow("discover") << "out of order in discover";
        QTest::newRow("a number") << "something that is no exception";
    }
    void aConnectionThatThrows() {
        QFETCH(QString, words);
        LiveSource source(plugin(), throwing(QTest::currentDataTag()));
        QSignalSpy tested(&source, &LiveSource::tested);
        QSignalSpy failed(&source, &LiveSource::discoveryFailed);
        source.test();
        QTRY_VERIFY(!tested.isEmpty());
        source.discover();
        QTRY_VERIFY(!failed.isEmpty() || QByteArray(QTest::currentDataTag()) == "test");
        QStringList said;
        for (const auto& one : tested) {
            for (const TestStep& step : one.front().value<QList<TestStep>>())
                said << step.problem.text();
        }
        for (const auto& one : failed)
            said << one.front().value<BrokerProblem>().text();
        QVERIFY2(said.join('\n').contains(words + ". Everything else goes on."), qPrintable(said.join('\n')));
    }
    void aWatchThatThrows_data() {
        QTest::addColumn<bool>("wasConnected");
        QTest::newRow("connection") << false;
        QTest::newRow("makeWatcher") << false;
        QTest::newRow("ask") << false;
        QTest::newRow("a timer") << true;
        QTest::newRow("disconnected") << true;
    }
    void aWatchThatThrows() {
        QFETCH(bool, wasConnected);
        LiveSource source(plugin(), throwing(QTest::currentDataTag()));
        LiveSource other(plugin(), throwing(""));
        QSignalSpy statuses(&source, &LiveSource::statusChanged);
        const auto store = source.watch(something(), 500);
        const auto others = other.watch(something(), 500);
        const auto lastProblem = [&] {
            QString text;
            for (const auto& one : statuses) {
                const QString said = one.front().value<WatchStatus>().problem.text();
                text = said.isEmpty() ? text : said;
            }
            return text;
        };
        QTRY_VERIFY_WITH_TIMEOUT(!lastProblem().isEmpty(), 10'000);
        QVERIFY2(lastProblem().contains(QString("has failed: out of order in ") + QTest::currentDataTag()),
                 qPrintable(lastProblem()));
        // It is tried again and again, and seen as a connection that is lost.
        const qsizetype told = statuses.count();
        QTRY_VERIFY_WITH_TIMEOUT(statuses.count() > told, 10'000);
        QTRY_VERIFY(!wasConnected || store->stateAt(store->horizon()).contact == Contact::Lost);
        const Sequence before = others->size();
        QTRY_VERIFY_WITH_TIMEOUT(others->size() > before + 1, 10'000);
        QVERIFY(others->stateAt(others->horizon()).contact == Contact::Made);
        source.stopWatching();
        QTRY_VERIFY(store->finished());
    }
    void theOneOfTwoThatThrowsIsBlamed_data() { aWatchThatThrows_data(); }
    void theOneOfTwoThatThrowsIsBlamed() {
        LiveSource source(plugin(), throwing(""));
        source.add(plugin(), throwing(QTest::currentDataTag()));
        QStringList problems[2];
        WatchStatus::State last[2]{};
        connect(&source, &LiveSource::statusChanged, this, [&](const WatchStatus& status, int which) {
            last[which] = status.state;
            if (status.problem.kind != BrokerProblem::Kind::None)
                problems[which] << status.problem.text();
        });
        const auto store = source.watch(something(), 500);
        QTRY_VERIFY_WITH_TIMEOUT(!problems[1].isEmpty(), 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(last[0], WatchStatus::State::Watching, 10'000);
        QVERIFY2(problems[0].isEmpty(), qPrintable(problems[0].join('\n')));
        source.stopWatching();
        QTRY_VERIFY(store->finished());
    }
    void clientsThatThrowTellItWhenTheyAreHeard() {
        const auto none = plugin().clients(throwing("clients"));
        QVERIFY(none->open().text().contains("out of order in clients"));
        const auto some = plugin().clients(throwing(""));
        QCOMPARE(some->open().text(), QString());
        const auto said = [&] { return some->take(std::chrono::microseconds(0), {}).text(); };
        QCOMPARE(said(), QString());
        some->send({});
        QVERIFY(said().contains("send"));
        QVERIFY(said().contains("send"));  // it is not asked again
    }
    void whatWaitsAndThrows() {
        KeptMessages kept;
        for (const char* where : {"browse", "nothing"}) {
            const auto browse = plugin().browse(throwing(where));
            QVERIFY(browse);
            const BrowseForecast forecast = browse->forecast({.place = "a"});
            QVERIFY2(forecast.problem.text().contains("The plugin for Thrower has failed: "),
                     qPrintable(forecast.problem.text()));
            QCOMPARE(browse->run({.place = "a"}, kept).problem.kind, forecast.problem.kind);
        }
        QVERIFY(kept.messages.empty());
        MessageSearch search(plugin(), throwing("nothing"));
        QSignalSpy finished(&search, &MessageSearch::finished);
        search.start({.place = "a"}, MessageFilter(*EventQuery::parseForMessages(""), {}));
        QTRY_COMPARE(finished.count(), 1);
        QVERIFY(finished.front().front().value<BrowseResult>().problem.sentence.endsWith("has failed: run."));
        // What a plugin does not have is not there, and what throws instead of saying so says why.
        QVERIFY(!plugin().redrive(throwing("nothing")));
        QVERIFY(!plugin().tap(throwing("nothing")));
        KeptLetters letters;
        QVERIFY(plugin().redrive(throwing("redrive"))->run({}, letters).problem.text().contains("redrive"));
        QVERIFY(plugin().tap(throwing("tap"))->forecast({}).problem.text().contains("tap"));
        const auto changes = plugin().changes(throwing("changes"));
        QVERIFY(changes->kinds().empty());
        QVERIFY(changes->purge("a", true).problem.text().contains("changes"));
        QVERIFY(changes->apply({}).text().contains("changes"));
    }
};

int main(int argc, char** argv) {
    GuardedApplication<QCoreApplication> application(argc, argv);
    BrokenPluginsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_brokenplugins.moc"
