#include <QCheckBox>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTableWidget>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QtTest>

#include "app/browse/browsedialog.h"
#include "app/filecontroller.h"
#include "app/live/letterredrivedialog.h"
#include "app/live/livecontroller.h"
#include "app/live/livepage.h"
#include "app/mainwindow.h"
#include "app/recordingcontroller.h"
#include "app/themecontroller.h"
#include "core/live/watchtable.h"
#include "core/record/recording.h"
#include "plugins/rabbitmq/httptransport.h"
#include "tests/plugins/keptmessages.h"
#include "tests/plugins/livebroker.h"

using namespace sluice;
using namespace std::chrono_literals;

/// The plugin as the program uses it, loaded from its shared library, against a real RabbitMQ.
class RabbitMqLiveTest : public QObject {
    Q_OBJECT

private:
    ConnectionSettings settings(const QString& user = "guest", const QString& password = "guest") {
        ConnectionSettings made;
        made.plugin = "rabbitmq";
        made.name = "Test";
        made.values = {{"host", "127.0.0.1"},
                       {"port", m_broker.port("management")},
                       {"metricsPort", m_broker.port("metrics")},
                       {"amqpPort", m_broker.port("amqp")},
                       {"virtualHost", "/"},
                       {"user", user}};
        made.secrets = {{"password", password}};
        return made;
    }
    static EntityId find(const EntityTable& table, const char* name) {
        for (std::size_t i = 0; i < table.entities.size(); ++i) {
            if (table.entities[i].name == name && !table.entities[i].isLink)
                return static_cast<EntityId>(i);
        }
        return kNoEntity;
    }
    LiveBroker m_broker{"rabbitmq", "realbroker.py"};

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }

    void messagesAreLookedAtInTheWindow() {
        QVERIFY(m_broker.command("queue seen {}"));
        QVERIFY(m_broker.command("fill seen 40"));
        QPointer dialog = new BrowseDialog(theme(ThemeName::Light), *m_broker.plugin(), settings(), {"seen"});
        dialog->show();
        const auto* told = dialog->findChild<QLabel*>("browseDialog.forecast");
        auto* look = dialog->findChild<QPushButton*>("browseDialog.look");
        QTRY_VERIFY_WITH_TIMEOUT(told->text().contains("redelivered"), 30'000);
        const auto* table = dialog->findChild<QTableView*>();
        QLineEdit* query = nullptr;
        for (auto* field : dialog->findChildren<QLineEdit*>()) {
            if (field->placeholderText().contains("field.email"))
                query = field;
        }
        QVERIFY(query);
        query->setText("field.number>=38");
        look->click();
        QTRY_COMPARE_WITH_TIMEOUT(look->text(), QString("Look"), 30'000);
        QCOMPARE(table->model()->rowCount(), 2);
        QVERIFY(dialog->findChild<QPlainTextEdit*>()->toPlainText().contains("\"number\": 38"));
        query->setText("colour:red");
        look->click();
        const auto labels = dialog->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* one) {
            return one->isVisible() && one->text().contains("colour");
        }));
        dialog->close();
        QTRY_VERIFY(!dialog);
        QVERIFY(m_broker.command("delete seen"));
    }

    void aHugeMessageIsShownInPart() {
        QVERIFY(m_broker.command("queue huge {}"));
        QVERIFY(m_broker.command("big huge 104857600"));
        QVERIFY(m_broker.command("fill huge 2"));
        QPointer dialog = new BrowseDialog(theme(ThemeName::Light), *m_broker.plugin(), settings(), {"huge"});
        dialog->show();
        auto* look = dialog->findChild<QPushButton*>("browseDialog.look");
        const auto* told = dialog->findChild<QLabel*>("browseDialog.forecast");
        QTRY_VERIFY_WITH_TIMEOUT(told->text().contains("redelivered"), 30'000);
        look->click();
        auto* table = dialog->findChild<QTableView*>();
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 3, 60'000);
        const auto isSaid = [&](const char* words) {
            const auto labels = dialog->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* one) {
                return one->isVisible() && one->text().contains(words);
            });
        };
        QTRY_VERIFY(isSaid("100.00 MiB, of which Sluice reads only the first 16.00 MiB"));
        QVERIFY(dialog->findChild<QPlainTextEdit*>()->toPlainText().startsWith("{\"text\": \"0123"));
        table->selectRow(2);
        QVERIFY(dialog->findChild<QPlainTextEdit*>()->toPlainText().contains("\"number\": 1"));
        QVERIFY(!isSaid("of which Sluice reads only"));
        dialog->close();
        QTRY_VERIFY(!dialog);
        QVERIFY(m_broker.command("delete huge"));
    }

    void lettersAreSentBackFromTheWindow() {
        QVERIFY(m_broker.command("letters 20"));
        ConnectionSettings connection = settings();
        connection.mayWrite = true;
        QPointer dialog =
            new LetterRedriveDialog(theme(ThemeName::Light), *m_broker.plugin(), connection, "redrive.dead");
        dialog->show();
        auto* look = dialog->findChild<QPushButton*>("letterRedriveDialog.look");
        auto* send = dialog->findChild<QPushButton*>("letterRedriveDialog.go");
        const auto* state = dialog->findChild<QLabel*>("letterRedriveDialog.state");
        QTRY_VERIFY_WITH_TIMEOUT(look->isEnabled(), 30'000);
        QVERIFY(!send->isEnabled());
        look->click();
        QTRY_VERIFY_WITH_TIMEOUT(look->isEnabled() && state->text().contains("20 stays: expired"), 30'000);
        dialog->findChild<QCheckBox*>("letterRedriveDialog.expired")->setChecked(true);
        auto* age = dialog->findChild<QLineEdit*>("letterRedriveDialog.age");
        age->setText("nonsense");
        look->click();
        QVERIFY(dialog->findChild<QLabel*>("letterRedriveDialog.mistake")->isVisible());
        age->clear();
        look->click();
        QTRY_VERIFY_WITH_TIMEOUT(look->isEnabled() && state->text().contains("20 would be sent"), 30'000);
        QVERIFY(!send->isEnabled());
        // The third one goes with another body, and to another place.
        QVERIFY(m_broker.command("queue redrive.other {}"));
        auto* letters = dialog->findChild<QTableWidget*>();
        letters->selectRow(2);
        dialog->findChild<QPushButton*>("letterRedriveDialog.edit")->click();
        QPointer editing = dialog->findChild<QDialog*>("letterEditDialog");
        QVERIFY(editing);
        auto* body = editing->findChild<QPlainTextEdit*>("letterEditDialog.body");
        QCOMPARE(body->toPlainText(), QString("{\"number\": 2}"));
        auto* headers = editing->findChild<QPlainTextEdit*>("letterEditDialog.headers");
        const QString before = headers->toPlainText();
        headers->setPlainText("[");
        QVERIFY(!editing->findChild<QPushButton*>("letterEditDialog.keep")->isEnabled());
        headers->setPlainText(before);
        body->setPlainText("{\"number\": 99}");
        editing->findChild<QLineEdit*>("letterEditDialog.target")->setText("redrive.other");
        editing->findChild<QPushButton*>("letterEditDialog.keep")->click();
        QTRY_VERIFY(!editing);
        QVERIFY(letters->item(2, 6)->text().contains("edited"));
        dialog->findChild<QCheckBox*>("writePermission")->setChecked(true);
        QVERIFY(send->isEnabled());
        QSignalSpy written(dialog, &LetterRedriveDialog::written);
        send->click();
        QTRY_COMPARE_WITH_TIMEOUT(written.count(), 1, 30'000);
        QVERIFY2(state->text().contains("20 sent"), qPrintable(state->text()));
        const QJsonObject back = QJsonDocument::fromJson(m_broker.ask("drain redrive.work")).object();
        QCOMPARE(back["all"].toInt() +
                     QJsonDocument::fromJson(m_broker.ask("drain redrive.dead")).object()["all"].toInt(),
                 19);
        KeptMessages other;
        (void)m_broker.plugin()->browse(settings())->run({.place = "redrive.other"}, other);
        QCOMPARE(other.messages.size(), std::size_t(1));
        QCOMPARE(other.messages.front().body, "{\"number\": 99}");
        dialog->close();
        for (const char* queue : {"redrive.work", "redrive.dead", "redrive.other"})
            QVERIFY(m_broker.command(QByteArray("delete ") + queue));
    }

    void saysThatAllIsWell() {
        const QList<TestStep> steps = m_broker.test(settings());
        QVERIFY(steps.size() >= 9);
        for (const TestStep& step : steps)
            QVERIFY2(step.outcome == TestStep::Outcome::Passed, qPrintable(step.name + step.problem.text()));
    }
    void saysExactlyWhatFails_data() {
        QTest::addColumn<QVariantMap>("changed");
        QTest::addColumn<QString>("password");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        using Kind = BrokerProblem::Kind;
        const auto row = [](const char* name, const QVariantMap& changed, const char* password, Kind kind,
                            const char* words) {
            QTest::newRow(name) << changed << QString(password) << int(kind) << QString(words);
        };
        QTcpServer unused;
        unused.listen(QHostAddress::LocalHost);
        const int freePort = unused.serverPort();
        unused.close();
        row("name", {{"host", "no-such-host.invalid"}}, "guest", Kind::Name, "no-such-host.invalid");
        row("port", {{"port", freePort}}, "guest", Kind::Port, "rabbitmq_management");
        row("password", {}, "wrong", Kind::Credentials, "user and password");
        row("user without rights", {{"user", "nobody"}}, "secret", Kind::Permission, "monitoring");
        row("user without rights here", {{"user", "stranger"}}, "secret", Kind::Permission,
            "set_permissions");
        row("virtual host", {{"virtualHost", "elsewhere"}}, "guest", Kind::Settings, "elsewhere");
        row("no TLS there", {{"tls", true}}, "guest", Kind::Tls, "TLS");
        row("no metrics there", {{"metricsPort", freePort}}, "guest", Kind::Port, "rabbitmq_prometheus");
        row("no AMQP there", {{"amqpPort", freePort}}, "guest", Kind::Port, "AMQP port");
        row("management for AMQP", {{"amqpPort", m_broker.port("management")}}, "guest", Kind::Protocol,
            "AMQP port");
        row("AMQP's port", {{"port", -1}}, "guest", Kind::Protocol, "management");
        row("no authority", {{"tls", true}, {"caFile", "/dev/null"}}, "guest", Kind::Settings, "/dev/null");
    }
    void saysExactlyWhatFails() {
        QFETCH(QVariantMap, changed);
        QFETCH(QString, password);
        QFETCH(int, kind);
        QFETCH(QString, words);
        ConnectionSettings connection = settings("guest", password);
        for (auto it = changed.cbegin(); it != changed.cend(); ++it)
            connection.values[it.key()] =
                it.key() == "port" && it.value() == -1 ? m_broker.port("amqp") : it.value();
        QStringList problems;
        int failedWith = 0;
        for (const TestStep& step : m_broker.test(connection)) {
            if (step.outcome == TestStep::Outcome::Passed)
                continue;
            problems << step.name + ": " + step.problem.text();
            failedWith = failedWith == 0 ? int(step.problem.kind) : failedWith;
        }
        QVERIFY2(problems.size() == 1, qPrintable(problems.join("\n")));
        QVERIFY2(problems.front().contains(words), qPrintable(problems.front()));
        QVERIFY2(failedWith == kind, qPrintable(problems.front()));
    }
    void drawsWhatIsThere() {
        const Discovery found = m_broker.discover(settings("watcher", "secret"));
        QVERIFY(found.drawing);
        QStringList names;
        for (const Element& element : found.drawing->elements)
            names << QString::fromStdString(element.name);
        names.sort();
        QCOMPARE(names, QStringList({"orders", "orders.archive", "orders.dead", "orders.dead-letters",
                                     "orders.new", "shop", "warehouse"}));
        QCOMPARE(found.drawing->links.size(), 6U);
    }
    void watchesDepthAndRates() {
        const Discovery found = m_broker.discover(settings());
        QVERIFY(found.drawing);
        const auto table = watchTable(*found.drawing);
        LiveSource source(*m_broker.plugin(), settings());
        QSignalSpy statuses(&source, &LiveSource::statusChanged);
        const auto store = source.watch(*found.drawing, 1000);
        const EntityId queue = find(*table, "orders.new");
        const EntityId archive = find(*table, "orders.archive");
        const EntityId exchange = find(*table, "orders");
        const auto state = [&] { return store->stateAt(store->horizon()); };
        QTRY_VERIFY_WITH_TIMEOUT(state().contact == Contact::Made && !state().observed.empty(), 20'000);
        // The shop publishes 50 a second at most; both queues get each.
        QTRY_VERIFY_WITH_TIMEOUT(state().observed[exchange].inRate > 20'000, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(state().observed[queue].outRate > 20'000, 30'000);
        const SystemState now = state();
        QVERIFY(now.observed[exchange].inRate < 60'000);
        QVERIFY(now.observed[archive].inRate > 20'000 && now.observed[archive].inRate < 60'000);
        QCOMPARE(now.observed[queue].consumers, 2U);
        QVERIFY(now.entities[archive].ready > 50);
        QVERIFY(now.entities[find(*table, "orders.dead-letters")].deadLettered > 0);
        QTRY_VERIFY_WITH_TIMEOUT(state().watchCost > 0, 20'000);
        const auto status = statuses.back().front().value<WatchStatus>();
        qInfo("watching costs %.2f %% of a core, read in %.2f ms", status.costOfCore * 100, status.parseMs);
        QVERIFY(status.costOfCore < 0.05);
        QCOMPARE(status.entities, 3);
        source.stopWatching();
        QTRY_VERIFY(store->finished());
        QCOMPARE(store->at(store->size() - 1).kind, EventKind::ConnectionLost);
    }
    void watchesWithoutThePrometheusPlugin() {
        ConnectionSettings connection = settings();
        connection.values["metricsPort"] = 0;
        const Discovery found = m_broker.discover(connection);
        QVERIFY(found.drawing);
        const auto table = watchTable(*found.drawing);
        LiveSource source(*m_broker.plugin(), connection);
        const auto store = source.watch(*found.drawing, 1000);
        QTRY_VERIFY_WITH_TIMEOUT(
            store->stateAt(store->horizon()).entities[find(*table, "orders.archive")].ready > 50, 30'000);
    }
    void showsAGapAndComesBack() {
        const Discovery found = m_broker.discover(settings());
        QVERIFY(found.drawing);
        const auto table = watchTable(*found.drawing);
        LiveSource source(*m_broker.plugin(), settings());
        QSignalSpy statuses(&source, &LiveSource::statusChanged);
        const auto store = source.watch(*found.drawing, 500);
        const auto contact = [&] { return store->stateAt(store->horizon()).contact; };
        QTRY_COMPARE_WITH_TIMEOUT(contact(), Contact::Made, 20'000);
        QVERIFY(m_broker.command("stop"));
        QTRY_COMPARE_WITH_TIMEOUT(contact(), Contact::Lost, 30'000);
        const auto problem = [&] { return statuses.back().front().value<WatchStatus>().problem; };
        QTRY_VERIFY(!problem().sentence.isEmpty() && !problem().advice.isEmpty());
        // Time goes on, and nothing is told meanwhile.
        const Sequence events = store->size();
        const TraceTime lost = store->horizon();
        QTRY_VERIFY_WITH_TIMEOUT(store->horizon() > lost + 1s, 10'000);
        QCOMPARE(store->size(), events);
        QVERIFY(m_broker.command("start"));
        QTRY_COMPARE_WITH_TIMEOUT(contact(), Contact::Made, 60'000);
        QCOMPARE(countOf(*store, EventKind::ConnectionMade), 2);
    }
    void tellsThatAQueueIsGone() {
        const Discovery found = m_broker.discover(settings());
        QVERIFY(found.drawing);
        const auto table = watchTable(*found.drawing);
        LiveSource source(*m_broker.plugin(), settings());
        const auto store = source.watch(*found.drawing, 500);
        const EntityId queue = find(*table, "orders.archive");
        QTRY_VERIFY_WITH_TIMEOUT(store->stateAt(store->horizon()).entities[queue].ready > 0, 20'000);
        QVERIFY(m_broker.command("delete orders.archive"));
        QTRY_COMPARE_WITH_TIMEOUT(countOf(*store, EventKind::QueueDeleted), 1, 30'000);
        QCOMPARE(store->stateAt(store->horizon()).entities[queue].ready, 0U);
    }
    void theWindowDrawsAndWatches() {
        QTemporaryDir folder;
        qputenv("SLUICE_PLUGINS", SLUICE_BIN_DIR "/../lib/plugins");
        QSettings values(folder.filePath("settings.ini"), QSettings::IniFormat);
        ThemeController theme(values);
        MainWindow window(theme, values, AutosaveFolder(folder.filePath("autosave")));
        window.resize(1280, 800);
        window.show();
        window.files().newDrawing();
        QTRY_VERIFY(window.documents().isOpen());
        window.setMode(Mode::Live);
        auto* page = window.findChild<LivePage*>();
        QVERIFY(page && page->isVisible());
        QCOMPARE(page->current().plugin, QString("kafka"));  // the first by name
        window.live().test(settings("guest", "wrong"));
        QTRY_VERIFY_WITH_TIMEOUT(page->findChild<QPushButton*>("live.test")->isEnabled(), 20'000);
        bool said = false;
        for (const QLabel* label : page->findChildren<QLabel*>())
            said = said || label->text().contains("does not accept the user and password");
        QVERIFY(said);

        window.live().discover(settings());
        QTRY_VERIFY_WITH_TIMEOUT(window.live().isWatching(), 30'000);
        QCOMPARE(window.mode(), Mode::Live);
        QVERIFY(window.session().isLive() && window.session().isFollowing());
        QVERIFY(!page->isVisible());
        QVERIFY(window.documents().isModified());
        const Diagram& diagram = window.documents().document().diagram();
        QVERIFY(diagram.elements.size() >= 6);  // the archive may be deleted by now
        for (const Element& element : diagram.elements)
            QVERIFY(element.position.x != 0 || element.position.y != 0);
        QTRY_VERIFY_WITH_TIMEOUT(!window.session().system().observed.empty(), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(
            std::any_of(window.session().system().observed.begin(), window.session().system().observed.end(),
                        [](const ObservedState& observed) { return observed.inRate > 0; }),
            30'000);

        // Looking back stops following; what comes is kept all the same.
        window.session().pause();
        window.session().seek(1s);
        QVERIFY(!window.session().isFollowing());
        const TraceTime horizon = window.session().store()->horizon();
        QTRY_VERIFY(window.session().store()->horizon() > horizon + 500ms);
        QCOMPARE(window.session().now(), TraceTime(1s));
        window.session().follow();
        QTRY_VERIFY(window.session().now() > 2s);

        // A recording of it opens again.
        const QString file = folder.filePath("live.sluicerec");
        window.recordings().recordTo(file);
        QVERIFY(window.recordings().isRecording());
        QTRY_VERIFY_WITH_TIMEOUT(window.session().now() > horizon + 3s, 20'000);
        const Sequence seen = window.session().system().next;
        window.live().disconnectBroker();
        QTRY_VERIFY(window.session().store()->finished());
        QTRY_VERIFY(!window.recordings().isRecording());
        const auto recording = openRecording(file.toStdString());
        QVERIFY2(recording.ok(), recording.ok() ? "" : recording.error().text().c_str());
        QVERIFY(recording->store->size() >= seen);
        QVERIFY(recording->store->stateAt(recording->store->horizon()) ==
                window.session().store()->stateAt(window.session().store()->horizon()));
        // The way back to the connections: by the bar, and by the menu.
        auto* leave = window.findChild<QPushButton*>("liveBar.disconnect");
        QVERIFY(leave && leave->isVisible());
        QVERIFY(!window.findChild<QPushButton*>("liveBar.browse")->isVisible());
        leave->click();
        QVERIFY(page->isVisible());
        window.live().watch(settings());
        QTRY_VERIFY(!page->isVisible());
        window.live().disconnectBroker();
        window.findChild<QAction*>("live.connect")->trigger();
        QVERIFY(page->isVisible());
        // Nothing that is secret was written.
        values.sync();
        QFile written(values.fileName());
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QByteArray text = written.readAll();
        QVERIFY(text.contains("virtualHost") && !text.contains("password"));
    }
    void neverWritesUnlessAllowed() {
        ConnectionSettings connection = settings();
        const auto purge = [](const ConnectionSettings& with) {
            rabbitmq::HttpTransport transport(with);
            transport.setAutoDeleteReplies(false);
            const std::unique_ptr<QNetworkReply> reply(
                transport.change("DELETE", "/api/queues/%2F/orders.dead-letters/contents", {}));
            QSignalSpy finished(reply.get(), &QNetworkReply::finished);
            finished.wait(10'000);
            return reply->error();
        };
        QCOMPARE(purge(connection), QNetworkReply::ContentOperationNotPermittedError);
        connection.mayWrite = true;
        QCOMPARE(purge(connection), QNetworkReply::NoError);
    }
};

QTEST_MAIN(RabbitMqLiveTest)
#include "tst_rabbitmqlive.moc"
