#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

#include "app/brokers/livesource.h"
#include "app/brokers/pluginregistry.h"
#include "core/trace/tracestore.h"

/// A real broker on loopback, and the plugin for it as the program loads it. A script starts the broker,
/// prints one line of JSON that says where it is, obeys one command a line, and stops it when its input ends.
class LiveBroker {
public:
    LiveBroker(const QString& plugin, const QString& script, const QStringList& arguments = {})
        : m_name(plugin), m_words(QStringList(SLUICE_SOURCE_DIR "/tests/plugins/" + script) + arguments) {}

    /// Why the tests cannot be made here; empty if they can.
    QString start() {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start("/usr/bin/python3", m_words);
        const QByteArray said = line();
        m_place = QJsonDocument::fromJson(said).object();
        if (!m_place.isEmpty())
            return {};
        return said.isEmpty() ? "the broker did not start" : QString::fromUtf8(said);
    }
    /// One that somebody else has started, with what its script has printed.
    void standsAt(const QByteArray& place) { m_place = QJsonDocument::fromJson(place).object(); }
    /// Whether the script has ended.
    bool stop() {
        m_process.closeWriteChannel();
        return m_process.state() == QProcess::NotRunning || m_process.waitForFinished(60'000);
    }

    [[nodiscard]] int port(const QString& name) const { return m_place[name].toInt(); }
    [[nodiscard]] QString text(const QString& name) const { return m_place[name].toString(); }

    /// How the RabbitMQ that the script started is reached as its user guest.
    [[nodiscard]] sluice::ConnectionSettings asGuest(bool mayWrite = false) const {
        sluice::ConnectionSettings made;
        made.plugin = m_name;
        made.values = {{"host", "127.0.0.1"},
                       {"port", port("management")},
                       {"amqpPort", port("amqp")},
                       {"virtualHost", "/"},
                       {"user", "guest"}};
        made.secrets = {{"password", "guest"}};
        made.mayWrite = mayWrite;
        return made;
    }

    /// A RabbitMQ for the command line, whose password is asked for elsewhere.
    [[nodiscard]] QString address() const {
        return QString("http://guest@127.0.0.1:%1/?metrics=%2&amqp=%3")
            .arg(port("management"))
            .arg(port("metrics"))
            .arg(port("amqp"));
    }

    /// What the script answers. The event loop goes on meanwhile.
    QByteArray ask(const QByteArray& words) {
        m_process.write(words + "\n");
        return line();
    }
    bool command(const QByteArray& words) {
        const QByteArray said = ask(words);
        if (said != "done")
            qWarning("%s: answered \"%s\"", words.constData(), said.constData());
        return said == "done";
    }

    [[nodiscard]] const sluice::BrokerPlugin* plugin() { return m_plugins.plugin(m_name); }
    [[nodiscard]] QString pluginProblems() { return m_plugins.problems().join("; "); }

    QList<sluice::TestStep> test(const sluice::ConnectionSettings& connection) {
        sluice::LiveSource source(*plugin(), connection);
        QSignalSpy spy(&source, &sluice::LiveSource::tested);
        source.test();
        return spy.wait(60'000) ? spy.front().front().value<QList<sluice::TestStep>>()
                                : QList<sluice::TestStep>();
    }
    sluice::Discovery discover(const sluice::ConnectionSettings& connection) {
        sluice::LiveSource source(*plugin(), connection);
        QSignalSpy spy(&source, &sluice::LiveSource::discovered);
        source.discover();
        return spy.wait(60'000) ? spy.front().front().value<sluice::Discovery>() : sluice::Discovery();
    }

private:
    QByteArray line() {
        QByteArray said;
        (void)QTest::qWaitFor(
            [&] {
                said += m_process.readAllStandardOutput();
                return said.contains('\n') || m_process.state() == QProcess::NotRunning;
            },
            180'000);
        return said.trimmed();
    }

    QString m_name;
    QStringList m_words;
    sluice::PluginRegistry m_plugins{{QStringLiteral(SLUICE_BIN_DIR "/../lib/plugins")}};
    QProcess m_process;
    QJsonObject m_place;
};

/// In a test's initTestCase().
#define START_OR_SKIP(broker)                                               \
    do {                                                                    \
        QVERIFY2((broker).plugin(), qPrintable((broker).pluginProblems())); \
        if (const QString reason = (broker).start(); !reason.isEmpty())     \
            QSKIP(qPrintable(reason));                                      \
    } while (false)

inline int countOf(const sluice::TraceStore& store, sluice::EventKind kind) {
    int found = 0;
    store.visit(0, store.size(), [&](sluice::Sequence, const sluice::TraceEvent& event) {
        found += event.kind == kind ? 1 : 0;
        return true;
    });
    return found;
}
