#include <QCheckBox>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProcess>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>

#include "app/browse/browsedialog.h"
#include "app/commandpalette.h"
#include "app/documentcontroller.h"
#include "app/filecontroller.h"
#include "app/live/livecontroller.h"
#include "app/live/livemessages.h"
#include "app/live/plandialog.h"
#include "app/live/purgedialog.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/runsession.h"
#include "app/themecontroller.h"
#include "tests/plugins/kafkatraffic.h"
#include "tests/plugins/livebroker.h"
#include "widgets/canvas/canvasview.h"

using namespace sluice;
using namespace std::chrono_literals;

/// A real RabbitMQ and a real Kafka on one drawing, in the window.
class TwoBrokersTest : public QObject {
    Q_OBJECT

private:
    ConnectionSettings cluster() const {
        ConnectionSettings made;
        made.plugin = "kafka";
        made.name = "Cluster";
        made.values = {{"servers", QString("127.0.0.1:%1").arg(m_kafka.port("plain"))}};
        return made;
    }
    ConnectionSettings shop(const QString& name = "Shop") const {
        ConnectionSettings made = m_rabbit.asGuest();
        made.values["metricsPort"] = m_rabbit.port("metrics");
        made.name = name;
        made.mayWrite = name == "Shop again";
        return made;
    }
    [[nodiscard]] QString said(const char* label) const {
        return m_window->findChild<QLabel*>(label)->text();
    }
    [[nodiscard]] const Element* drawn(ElementKind kind, const std::string& name) const {
        for (const Element& one : m_window->documents().document().diagram().elements) {
            if (one.kind == kind && one.name == name)
                return &one;
        }
        return nullptr;
    }
    /// False as well while it is drawn but not watched yet.
    [[nodiscard]] bool isReported(const Element* element) const {
        const auto store = m_window->session().store();
        if (!element || !store)
            return false;
        bool found = false;
        store->visit(0, store->size(), [&](Sequence, const TraceEvent& event) {
            found = found ||
                    (event.kind == EventKind::Observed && event.subject == store->table().find(element->id));
            return !found;
        });
        return found;
    }
    /// Ticks the connection of that name where another one is chosen, and presses the button.
    void press(const char* button, const QString& chosen, const QString& ticked) {
        m_window->setMode(Mode::Live);
        auto* const list = m_window->findChild<QListWidget*>("live.connections");
        const QList<QListWidgetItem*> rows = list->findItems(chosen, Qt::MatchExactly);
        QCOMPARE(rows.size(), 1);
        list->setCurrentItem(rows.front());
        auto* const together = m_window->findChild<QWidget*>("live.together");
        for (QCheckBox* box : together->findChildren<QCheckBox*>()) {
            QTRY_VERIFY(box->isVisible());
            if (box->isChecked() != (box->text() == ticked))
                box->click();
        }
        QCOMPARE(together->findChildren<QLabel*>().size(), 1);
        m_window->findChild<QPushButton*>(button)->click();
    }

    LiveBroker m_rabbit{"rabbitmq", "realbroker.py"};
    LiveBroker m_kafka{"kafka", "realkafka.py", {SLUICE_BIN_DIR "/../../kafka"}};
    std::unique_ptr<KafkaTraffic> m_traffic;
    QTemporaryDir m_folder;
    std::unique_ptr<QSettings> m_values;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<MainWindow> m_window;

private slots:
    void initTestCase() {
        START_OR_SKIP(m_rabbit);
        START_OR_SKIP(m_kafka);
        m_traffic = std::make_unique<KafkaTraffic>(m_kafka.port("plain"));
        QVERIFY(m_traffic->makeTopics({{"sales", 2}}));
        QVERIFY(m_traffic->publish("sales", 0, 5));
        qputenv("SLUICE_PLUGINS", SLUICE_BIN_DIR "/../lib/plugins");
        qputenv("SLUICE_KEYCHAIN", "off");
        m_values = std::make_unique<QSettings>(m_folder.filePath("settings.ini"), QSettings::IniFormat);
        m_theme = std::make_unique<ThemeController>(*m_values);
        m_window =
            std::make_unique<MainWindow>(*m_theme, *m_values, AutosaveFolder(m_folder.filePath("autosave")));
        m_window->resize(1280, 800);
        m_window->show();
        m_window->files().newDrawing();
        QTRY_VERIFY(m_window->documents().isOpen());
        // They are known once somebody has connected with them.
        for (const ConnectionSettings& one : {cluster(), shop(), shop("Shop again")}) {
            m_window->live().watch(one);
            m_window->live().disconnectBroker();
            m_window->session().stop();
        }
        QCOMPARE(m_window->live().connections().size(), 3);
    }
    void cleanupTestCase() {
        m_window.reset();
        m_traffic.reset();
        QVERIFY(m_kafka.stop());
        QVERIFY(m_rabbit.stop());
    }

    void drawsAndWatchesThemTogether() {
        press("live.discover", "Shop", "Cluster");
        QTRY_VERIFY_WITH_TIMEOUT(drawn(ElementKind::Queue, "orders.new") != nullptr, 30'000);
        QVERIFY(drawn(ElementKind::Topic, "sales"));
        QTRY_VERIFY_WITH_TIMEOUT(isReported(drawn(ElementKind::Queue, "orders.new")) &&
                                     isReported(drawn(ElementKind::Topic, "sales")),
                                 30'000);
        QTRY_VERIFY2(QRegularExpression("Shop, \\d+ queues? · Cluster, \\d+ topics?")
                         .match(said("liveBar.state"))
                         .hasMatch(),
                     qPrintable(said("liveBar.state")));
        // It is what is ticked the next time as well.
        QCOMPARE(m_values->value("live/connections/" +
                                 m_window->live().brokers().all().front().connection.id + "/together"),
                 QVariant(QStringList(m_window->live().brokers().all().back().connection.id)));
    }
    void looksAtEachWhereItIs() {
        for (const auto& [kind, name, title] :
             {std::tuple(ElementKind::Topic, "sales", "Messages of Cluster"),
              std::tuple(ElementKind::Queue, "orders.new", "Messages of Shop")}) {
            m_window->live().browse(m_theme->theme(), drawn(kind, name)->id, m_window.get());
            auto* const dialog = m_window->findChild<BrowseDialog*>();
            QVERIFY(dialog);
            QCOMPARE(dialog->windowTitle(), QString(title));
            const auto* const places = dialog->findChild<QComboBox*>();
            QCOMPARE(places->currentText(), QString(name));
            // What the other one has cannot be chosen.
            QCOMPARE(places->findText(kind == ElementKind::Topic ? "orders.new" : "sales"), -1);
            delete dialog;
        }
    }
    void whatMayBeDoneWithAPlaceIsFoundByItsWords() {
        m_window->canvas().setSelection({drawn(ElementKind::Queue, "orders.new")->id});
        auto* const search = m_window->findChild<QAction*>("edit.search");
        QVERIFY(search);
        search->trigger();
        QPointer palette = m_window->findChild<CommandPalette*>();
        QVERIFY(palette);
        palette->findChild<QLineEdit*>()->setText("throw its messages away");
        QTest::keyClick(palette->findChild<QLineEdit*>(), Qt::Key_Return);
        QTRY_VERIFY(m_window->findChild<PurgeDialog*>());
        auto* const dialog = m_window->findChild<PurgeDialog*>();
        QCOMPARE(dialog->windowTitle(), QString("Purge orders.new"));
        delete dialog;
        m_window->canvas().setSelection({});
    }
    void showsMessagesOfTheOneThatNeedsNothing() {
        LiveSource* const source = m_window->live().watched();
        TapForecast told;
        connect(source, &LiveSource::messagesForetold, this, [&](const TapForecast& said) { told = said; });
        source->foretellMessages();
        QTRY_COMPARE_WITH_TIMEOUT(told.sentences.size(), 2, 30'000);
        QVERIFY(told.sentences.front().startsWith("Shop: ") && told.sentences.back().startsWith("Cluster: "));
        QVERIFY(told.makesQueues && told.worksWithout && told.problem.kind == BrokerProblem::Kind::None);
        auto* const messages = m_window->findChild<LiveMessages*>();
        messages->show({});
        auto* const cost = m_window->findChild<QLabel*>("liveBar.cost");
        QTRY_VERIFY_WITH_TIMEOUT(cost->toolTip().startsWith("no messages of Shop · messages: "), 30'000);
        QVERIFY(m_traffic->publish("sales", 1, 3));
        QTRY_VERIFY_WITH_TIMEOUT(countOf(*m_window->session().store(), EventKind::Appended) >= 3, 30'000);
        source->hideMessages();
    }
    void comparesWithBothAndPlansForTheOneConcerned() {
        m_window->live().compare();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->live().found() != nullptr, 30'000);
        QVERIFY(m_window->live().drifts().empty());
        Element fresh;
        fresh.id = fresh.name = "returns";
        fresh.kind = ElementKind::Topic;
        QVERIFY(m_window->documents().history().apply(
            {.label = "Add", .changes = {Change<Element>{fresh.id, fresh}}}));
        m_window->live().compare();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->live().drifts().size(), std::size_t(1), 30'000);
        const QString told = m_window->findChild<MessageBar*>()->sentence();
        QVERIFY2(told.contains("1 element was drawn since the watch began"), qPrintable(told));
        m_window->live().plan(m_theme->theme(), m_window->live().drifts(), m_window.get());
        const QList<PlanDialog*> plans = m_window->findChildren<PlanDialog*>();
        QCOMPARE(plans.size(), 1);
        QVERIFY2(plans.front()->windowTitle().contains("Cluster"), qPrintable(plans.front()->windowTitle()));
        delete plans.front();
    }
    void whileOneIsGoneItIsNamedAndNothingIsKnown() {
        const auto contact = [&] {
            const auto store = m_window->session().store();
            return store->stateAt(store->horizon()).contact;
        };
        QTRY_COMPARE_WITH_TIMEOUT(contact(), Contact::Made, 30'000);
        QVERIFY(m_kafka.command("stop"));
        QTRY_VERIFY_WITH_TIMEOUT(said("liveBar.state").startsWith("Cluster is lost. "), 60'000);
        QTRY_COMPARE(contact(), Contact::Lost);
        QVERIFY(m_kafka.command("start"));
        QTRY_COMPARE_WITH_TIMEOUT(contact(), Contact::Made, 90'000);
        QTRY_VERIFY2(said("liveBar.state").startsWith("Shop, "), qPrintable(said("liveBar.state")));
    }
    void theCommandLineWatchesThemTogether() {
        QProcess program;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("SLUICE_PASSWORD", "guest");
        program.setProcessEnvironment(environment);
        program.start(
            SLUICE_BIN_DIR "/sluice-cli",
            {"watch", m_rabbit.address(), "--and", QString("kafka://127.0.0.1:%1").arg(m_kafka.port("plain")),
             "--for", "3s", "--every", "500ms", "--json"});
        QVERIFY(program.waitForFinished(90'000));
        const QByteArray told = program.readAllStandardError();
        QCOMPARE(program.exitCode(), 0);
        for (const char* place : {"management", "plain"}) {
            const LiveBroker& broker = qstrcmp(place, "plain") == 0 ? m_kafka : m_rabbit;
            const QString words = QString("watching 127.0.0.1:%1: ").arg(broker.port(place));
            QVERIFY2(told.contains(words.toUtf8()), told.constData());
        }
        const QJsonObject answer = QJsonDocument::fromJson(program.readAllStandardOutput()).object();
        QVERIFY(answer["connected"].toBool());
        QStringList names;
        for (const auto& one : answer["elements"].toArray())
            names << one.toObject()["name"].toString();
        QVERIFY2(names.contains("orders.new") && names.contains("sales"), qPrintable(names.join(", ")));
    }
    /// Nothing says to which of them a queue belongs that neither has: a person does.
    void ofTwoOfOneKindAPersonSaysWhichIsMeant() {
        m_window->live().disconnectBroker();
        m_window->session().stop();
        press("live.watch", "Shop", "Shop again");
        QTRY_VERIFY_WITH_TIMEOUT(said("liveBar.state").contains("· Shop again, "), 30'000);
        Element fresh;
        fresh.id = fresh.name = "orders.returns";
        fresh.kind = ElementKind::Queue;
        QVERIFY(m_window->documents().history().apply(
            {.label = "Add", .changes = {Change<Element>{fresh.id, fresh}}}));
        m_window->live().compare();
        const auto lacks = [&] {
            const auto& drifts = m_window->live().drifts();
            return std::any_of(drifts.begin(), drifts.end(),
                               [&](const Drift& one) { return one.name == fresh.name; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(lacks(), 30'000);
        m_window->live().plan(m_theme->theme(), m_window->live().drifts(), m_window.get());
        auto* const plan = m_window->findChild<PlanDialog*>();
        QVERIFY(plan);
        auto* const which = plan->findChild<QComboBox*>("planDialog.which");
        auto* const steps = plan->findChild<QTreeWidget*>("planDialog.steps");
        auto* const go = plan->findChild<QPushButton*>("planDialog.go");
        QVERIFY(which && which->currentIndex() < 0 && steps->topLevelItemCount() == 0 && !go->isEnabled());
        which->setCurrentText("Shop again");
        QVERIFY2(plan->windowTitle().contains("Shop again"), qPrintable(plan->windowTitle()));
        const auto made = steps->findItems(QString::fromStdString(fresh.name), Qt::MatchExactly, 1);
        QCOMPARE(made.size(), 1);
        plan->findChild<QCheckBox*>("writePermission")->click();
        // What others of these tests have drawn is no concern of this one.
        for (int row = 0; row < steps->topLevelItemCount(); ++row) {
            if (steps->topLevelItem(row) != made.front())
                steps->topLevelItem(row)->setCheckState(0, Qt::Unchecked);
        }
        go->click();
        QTRY_COMPARE_WITH_TIMEOUT(made.front()->text(3), QString("✓ done"), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(!lacks(), 30'000);
        delete plan;
    }
};

QTEST_MAIN(TwoBrokersTest)
#include "tst_twobrokers.moc"
