#include <QAction>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTcpServer>
#include <QTcpSocket>

#include "app/alerts/alertcontroller.h"
#include "app/notebook.h"
#include "app/paneldocks.h"
#include "app/recordingcontroller.h"
#include "core/alerts/alertingsink.h"
#include "core/diagram/file.h"
#include "core/live/watchtable.h"
#include "core/record/recording.h"
#include "tests/app/windowtest.h"
#include "widgets/alerts/alertruledialog.h"
#include "widgets/alerts/alertspanel.h"
#include "widgets/timeline/timeline.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

Diagram drawing() {
    auto loaded =
        parseDiagram(R"({"sluice":1,"name":"Shop","nodes":[{"id":"orders","kind":"queue","name":"Orders"},
        {"id":"billing","kind":"service"}],"links":[{"id":"c","kind":"consume","from":"orders","to":"billing"}],
        "alerts":[{"id":"pile","name":"Orders pile up","when":"queue:orders depth > 100","severity":"critical",
                   "record":true,"note":"Call Ada"}]})");
    if (!loaded)
        qFatal("%s", loaded.error().text().c_str());
    return std::move(loaded->diagram);
}

QTableWidget* tableCalled(const AlertsPanel& panel, const QString& name) {
    for (QTableWidget* table : panel.findChildren<QTableWidget*>()) {
        if (table->accessibleName() == name)
            return table;
    }
    qFatal("no table is called %s", qPrintable(name));
}

}  // namespace

/// Alerts in the window: of a run, and of a live broker that the test plays.
class AlertsTest : public WindowTest {
    Q_OBJECT
private slots:
    void init() {
        openFlagship();
        QVERIFY(!QTest::currentTestFailed());
        m_told.clear();
        alerts().setNotifier(
            [this](const QString& title, const QString& text) { m_told << title + " | " + text; });
        AlertSettings settings;
        settings.folder = m_folder->filePath("kept");
        settings.minutes = 1;
        alerts().setSettings(settings);
    }
    void cleanup() {
        m_sink.reset();
        m_evaluator.reset();
        m_store.reset();
        close();
    }

    void whatALiveBrokerRaisesIsToldOnce() {
        watch();
        QVERIFY(!QTest::currentTestFailed());
        depth(10s, 50);
        depth(90s, 5000);
        QTRY_COMPARE(m_told,
                     (QStringList{"Critical: Orders pile up | Orders, at " + QLocale().toString(5000)}));
        QCOMPARE(alerts().raisedCount(), 1);
        depth(91s, 6000);
        depth(100s, 3);
        QTRY_COMPARE(alerts().raisedCount(), 0);
        depth(130s, 200);
        QTRY_COMPARE(m_told.size(), 2);
    }

    /// The playhead stands somewhere in what was, and time goes on.
    void whoLooksBackIsToldAllTheSame() {
        watch();
        QVERIFY(!QTest::currentTestFailed());
        depth(10s, 50);
        QTRY_VERIFY(session().now() >= 10s);
        session().pause();
        depth(90s, 5000);
        QTRY_COMPARE(m_told.size(), 1);
        QVERIFY(session().now() < 90s);
    }

    void itsMinutesAreKeptInARecording() {
        watch();
        QVERIFY(!QTest::currentTestFailed());
        QSignalSpy kept(&alerts(), &AlertController::kept);
        depth(10s, 50);
        depth(120s, 5000);
        QTRY_COMPARE(kept.count(), 1);
        depth(130s, 3);
        depth(170s, 4);
        QTRY_COMPARE(kept.count(), 2);
        const auto recording = openRecording(kept.back().front().toString().toStdString());
        QVERIFY2(recording.ok(), recording.ok() ? "" : recording.error().text().c_str());
        // From a minute before the alert, at 60 s, to half a minute after it was over.
        QVERIFY(recording->store->horizon() >= 100s && recording->store->horizon() <= 111s);
        QCOMPARE(recording->store->stateAt(30s).entities[0].ready, std::uint64_t{50});
        QCOMPARE(recording->store->stateAt(65s).entities[0].ready, std::uint64_t{5000});
        QVERIFY(recording->store->stateAt(65s).entities[0].alerts == (RaisedAlerts{0, 0, 1}));
        QCOMPARE(recording->notes.bookmarks.size(), std::size_t{1});
        QVERIFY(recording->notes.bookmarks.front().at == 60s);
        QVERIFY(recording->header.diagram == drawing());
    }

    void theLastMinutesAreKeptByHand() {
        QVERIFY(!alerts().canKeep());
        watch();
        QVERIFY(!QTest::currentTestFailed());
        depth(100s, 7);
        QTRY_VERIFY(alerts().canKeep());
        QSignalSpy kept(&alerts(), &AlertController::kept);
        m_window->findChild<QAction*>("alerts.keep")->trigger();
        QTRY_COMPARE(kept.count(), 1);
        const auto recording = openRecording(kept.back().front().toString().toStdString());
        QVERIFY(recording.ok());
        QVERIFY(recording->store->horizon() == 1min);
    }

    void quietTimesDisturbNobody() {
        AlertRule rule = drawing().alerts.front();
        rule.quiet = {"0:00-24:00"};
        watch({rule});
        QVERIFY(!QTest::currentTestFailed());
        QSignalSpy kept(&alerts(), &AlertController::kept);
        depth(90s, 5000);
        QTRY_COMPARE(alerts().raisedCount(), 1);
        QTRY_COMPARE(kept.count(), 1);
        QCOMPARE(m_told, QStringList());
    }

    void manyAtOnceAreOneMessage() {
        std::vector<AlertRule> rules;
        for (int i = 0; i < 20; ++i) {
            AlertRule rule = drawing().alerts.front();
            rule.id += std::to_string(i);
            rule.record = false;
            rules.push_back(rule);
        }
        watch(rules);
        QVERIFY(!QTest::currentTestFailed());
        depth(90s, 5000);
        QTRY_COMPARE(alerts().raisedCount(), 20);
        QCOMPARE(m_told.size(), 1);
        QVERIFY2(m_told.front().startsWith("20 alerts at once | Critical: Orders pile up"),
                 qPrintable(m_told.front()));
    }

    void aRunAndAReplayTellNobodyButShowThem() {
        AlertRule rule;
        rule.id = "any";
        rule.when = "* silent for 5s";
        QVERIFY(m_window->documents().history().apply({"", {Change<AlertRule>{rule.id, rule}}}).ok());
        m_window->setMode(Mode::Run);
        QTRY_COMPARE(session().state(), RunSession::State::Paused);
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        auto* panel = static_cast<AlertsPanel*>(m_window->panels().reveal("alerts"));
        QTableWidget* table = tableCalled(*panel, "Alerts of the run");
        QTRY_VERIFY(table->rowCount() > 0);
        QVERIFY(table->item(0, 0)->text().startsWith("Warning, "));
        QVERIFY(!table->item(0, 0)->icon().isNull());
        QCOMPARE(m_told, QStringList());
        const auto* timeline = m_window->findChild<Timeline*>();
        QVERIFY(timeline && timeline->laneNames().contains("Alerts"));
        // Enter goes to the moment.
        table->selectRow(0);
        emit table->itemActivated(table->item(0, 0));
        QTRY_VERIFY(session().now() < session().end());
    }

    void rulesAreMadeChangedAndRemovedWithUndo() {
        auto* panel = static_cast<AlertsPanel*>(m_window->panels().reveal("alerts"));
        alerts().newRule();
        auto* dialog = m_window->findChild<AlertRuleDialog*>();
        QVERIFY(dialog);
        auto* when = dialog->findChildren<QLineEdit*>()[1];
        QPushButton* ok = nullptr;
        for (auto* button : dialog->findChildren<QPushButton*>()) {
            if (button->isDefault() || button->text().contains("OK"))
                ok = button;
        }
        QVERIFY(ok && !ok->isEnabled());
        when->setText("queue:nothing-like-it depth > 3");
        QVERIFY(!ok->isEnabled());
        const std::string queue = [&] {
            for (const Element& element : m_window->documents().document().diagram().elements) {
                if (element.kind == ElementKind::Queue)
                    return element.id;
            }
            return std::string();
        }();
        when->setText(QString::fromStdString("queue:" + queue + " depth > 3"));
        QVERIFY(ok->isEnabled());
        dialog->accept();
        const auto& diagram = m_window->documents().document().diagram();
        QCOMPARE(diagram.alerts.size(), std::size_t{1});
        const std::string id = diagram.alerts.front().id;
        QTableWidget* rules = tableCalled(*panel, "Alert rules of the drawing");
        QCOMPARE(rules->rowCount(), 1);
        rules->item(0, 0)->setCheckState(Qt::Unchecked);
        QVERIFY(!diagram.alerts.front().enabled);
        m_window->documents().history().undo();
        QVERIFY(diagram.alerts.front().enabled);
        alerts().removeRule(id);
        QVERIFY(diagram.alerts.empty());
        m_window->documents().history().undo();
        QCOMPARE(diagram.alerts.size(), std::size_t{1});
    }

    /// The trace's table was frozen before it was there.
    void aRuleMadeWhileWatchingIsCalledByWhatItSays() {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        watch();
        QVERIFY(!QTest::currentTestFailed());
        AlertRule rule;
        rule.id = "later";
        rule.when = "queue:orders depth > 10";
        QVERIFY(m_window->documents().history().apply({"", {Change<AlertRule>{rule.id, rule}}}).ok());
        m_window->setMode(Mode::Live);
        auto* panel = static_cast<AlertsPanel*>(m_window->panels().reveal("alerts"));
        panel->setRuleFinder([](std::uint32_t) { return std::string("later"); });
        const TraceEvent raised{.at = 20s,
                                .value = 12'345'000,
                                .subject = 0,
                                .peer = 7,
                                .detail = static_cast<std::uint16_t>(AlertSeverity::Warning),
                                .kind = EventKind::AlertRaised};
        m_store->accept({&raised, 1}, 20s);
        const QTableWidget* table = tableCalled(*panel, "Alerts of the run");
        QTRY_VERIFY(table->rowCount() == 1 && table->item(0, 2));
        QTRY_COMPARE(table->item(0, 2)->text(), QString("queue:orders depth > 10"));
        QCOMPARE(table->item(0, 3)->text(), QString("12,345"));
        QLocale::setDefault(QLocale::c());
    }

    void theWebhookGetsItAsJson() {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QByteArray received;
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket* const socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [&received, socket] {
                received += socket->readAll();
                if (received.endsWith('}'))
                    socket->write("HTTP/1.1 204 Done\r\nContent-Length: 0\r\n\r\n");
            });
        });
        AlertSettings settings = alerts().settings();
        settings.webhook = QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(server.serverPort()));
        alerts().setSettings(settings);
        watch();
        QVERIFY(!QTest::currentTestFailed());
        depth(90s, 5000);
        QTRY_VERIFY(received.endsWith('}'));
        const QJsonObject json =
            QJsonDocument::fromJson(received.mid(received.indexOf("\r\n\r\n") + 4)).object();
        QCOMPARE(json["alert"].toString(), "Orders pile up");
        QCOMPARE(json["severity"].toString(), "critical");
        QCOMPARE(json["where"].toString(), "Orders");
        QCOMPARE(json["level"].toDouble(), 5000.0);
        QCOMPARE(json["note"].toString(), "Call Ada");
        QVERIFY(json["text"].toString().contains("Orders pile up"));
        server.close();
    }

private:
    AlertController& alerts() { return m_window->alerts(); }

    /// The window watches a broker whose part the test plays.
    void watch(const std::vector<AlertRule>& rules = drawing().alerts) {
        Diagram diagram = drawing();
        diagram.alerts = rules;
        m_window->documents().adopt(diagram, true);
        QTRY_COMPARE(m_window->documents().document().diagram().elements.size(), diagram.elements.size());
        const auto table = watchTable(diagram);
        m_store = std::make_shared<TraceStore>(table);
        m_evaluator = std::make_unique<AlertEvaluator>(table, activeRules(diagram), true);
        m_sink = std::make_unique<AlertingSink>(*m_evaluator, *m_store);
        session().watch(std::make_shared<const Diagram>(diagram), m_store, "shop",
                        [](const std::shared_ptr<TraceJournal>&) { return true; });
        const TraceEvent made{.at = 1s, .kind = EventKind::ConnectionMade};
        m_sink->accept({&made, 1}, 1s);
    }
    void depth(TraceTime at, std::int64_t ready) {
        const TraceEvent report{.at = at,
                                .value = ready,
                                .subject = 0,
                                .detail = static_cast<std::uint16_t>(Gauge::Ready),
                                .kind = EventKind::Observed};
        m_sink->accept({&report, 1}, at);
    }

    QStringList m_told;
    std::shared_ptr<TraceStore> m_store;
    std::unique_ptr<AlertEvaluator> m_evaluator;
    std::unique_ptr<AlertingSink> m_sink;
};

QTEST_MAIN(AlertsTest)
#include "tst_alerts.moc"
