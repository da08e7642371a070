#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QWheelEvent>
#include <QtTest>

#include "app/brokers/pluginregistry.h"
#include "app/filecontroller.h"
#include "app/live/connectionform.h"
#include "app/live/connectionstore.h"
#include "app/live/driftpanel.h"
#include "app/live/livecontroller.h"
#include "app/live/livepage.h"
#include "app/mainwindow.h"
#include "app/themecontroller.h"
#include "widgets/theme/theme.h"

using namespace sluice;

namespace {

PluginDescription description() {
    using Type = FormField::Type;
    PluginDescription made;
    made.id = "sample";
    made.name = "Sample";
    made.fields = {
        {.key = "host", .label = "Host", .section = "Broker", .initial = "localhost", .required = true},
        {.key = "port", .label = "Port", .section = "Broker", .type = Type::Number, .initial = 99},
        {.key = "password", .label = "Password", .section = "Broker", .type = Type::Secret},
        {.key = "tls", .label = "Use TLS", .section = "TLS", .type = Type::Switch},
        {.key = "name", .label = "Server name", .section = "TLS", .onlyWith = "tls"}};
    return made;
}

}  // namespace

/// What of live brokers works without any: plugins that are missing or broken, connections, their form.
class LiveConnectionsTest : public QObject {
    Q_OBJECT

private slots:
    void aLibraryThatIsNoPluginCostsOneLine() {
        QTemporaryDir folder;
        QFile broken(folder.filePath("libbroken.so"));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("no library") > 0);
        broken.close();
        QFile other(folder.filePath("readme.txt"));
        QVERIFY(other.open(QIODevice::WriteOnly));
        PluginRegistry registry({folder.path(), folder.filePath("missing")});
        QVERIFY(registry.entries().isEmpty());
        QCOMPARE(registry.problems().size(), 1);
        QVERIFY(registry.problems().front().contains("libbroken.so"));
        QVERIFY(!registry.plugin("rabbitmq"));
    }
    void theProgramRunsWithoutPlugins() {
        QTemporaryDir folder;
        qputenv("SLUICE_PLUGINS", folder.path().toUtf8());
        QSettings settings(folder.filePath("settings.ini"), QSettings::IniFormat);
        ThemeController theme(settings);
        MainWindow window(theme, settings, AutosaveFolder(folder.filePath("autosave")));
        window.show();
        window.files().newDrawing();
        QTRY_VERIFY(window.documents().isOpen());
        window.setMode(Mode::Live);
        const auto* page = window.findChild<LivePage*>();
        QVERIFY(page && page->isVisible());
        bool said = false;
        for (const QLabel* label : page->findChildren<QLabel*>())
            said = said || (label->isVisible() && label->text().contains("plugin"));
        QVERIFY(said);
        window.setMode(Mode::Design);
        window.setMode(Mode::Run);
        QCOMPARE(window.mode(), Mode::Run);
        qunsetenv("SLUICE_PLUGINS");
    }
    void theFormIsMadeOfTheDescription() {
        ConnectionForm form(description());
        form.show();
        QVERIFY(!form.settings().mayWrite);
        form.findChild<QCheckBox*>("connection.mayWrite")->click();
        QVERIFY(form.settings().mayWrite);
        form.setSettings({});
        QVERIFY(!form.settings().mayWrite);
        QCOMPARE(form.settings().values.value("port"), QVariant(99));
        QCOMPARE(form.settings().name, QString("Sample localhost"));
        auto* password = form.findChild<QLineEdit*>("connection.password");
        QCOMPARE(password->echoMode(), QLineEdit::Password);
        password->setText("secret");
        QVERIFY(!form.settings().values.contains("password"));
        QCOMPARE(form.settings().secret("password"), QString("secret"));
        auto* server = form.findChild<QLineEdit*>("connection.name");
        QVERIFY(!server->isVisible());
        form.findChild<QCheckBox*>("connection.tls")->setChecked(true);
        QVERIFY(server->isVisible());
        form.findChild<QLineEdit*>("connection.host")->clear();
        QCOMPARE(form.missing(), QString("Host"));
    }
    // Whoever turns the wheel to see the rest of a form does not want another port.
    void theWheelScrollsTheFormAndChangesNothing() {
        ConnectionForm form(description());
        form.show();
        auto* port = form.findChild<QSpinBox*>("connection.port");
        port->setFocus();
        const QPoint middle = port->rect().center();
        QWheelEvent turned(middle, port->mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                           Qt::NoScrollPhase, false);
        turned.accept();
        QCoreApplication::sendEvent(port, &turned);
        QCOMPARE(port->value(), 99);
        QVERIFY(!turned.isAccepted());
    }
    void whatATestFoundComesIntoSight() {
        LivePage page(theme(ThemeName::Light));
        page.setPlugins({description()}, {});
        page.setConnections({}, {}, [](const QString&) { return QStringList(); });
        page.resize(900, 260);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QList<TestStep> steps;
        for (int i = 0; i < 8; ++i)
            steps << TestStep{QString("Step %1").arg(i), TestStep::Outcome::Passed, {}, {}};
        steps << TestStep{
            "Last", TestStep::Outcome::Failed, {}, {BrokerProblem::Kind::Port, "Nobody listens.", {}}};
        page.showTest(steps);
        const auto isSeen = [&page] {
            for (const QLabel* label : page.findChildren<QLabel*>()) {
                if (label->text().contains("Nobody listens"))
                    return !label->visibleRegion().isEmpty();
            }
            return false;
        };
        QTRY_VERIFY(isSeen());
    }
    /// The form is made when a connection is chosen, which is after its buttons.
    void tabGoesFromTheFormToItsButtons() {
        LivePage page(theme(ThemeName::Light));
        page.setPlugins({description()}, {});
        page.setConnections({}, {}, [](const QString&) { return QStringList(); });
        page.show();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        page.findChild<QCheckBox*>("connection.mayWrite")->setFocus();
        QTest::keyClick(page.focusWidget(), Qt::Key_Tab);
        QCOMPARE(page.focusWidget()->objectName(), QString("live.discover"));
        page.findChild<QListWidget*>("live.connections")->setFocus();
        QTest::keyClick(page.focusWidget(), Qt::Key_Tab);
        QCOMPARE(page.focusWidget()->objectName(), QString("connectionName"));
    }
    void saysInSentencesWhatABrokerSaid() {
        const BrokerProblem quoted{BrokerProblem::Kind::Permission, "It refuses: no queue 'x' in vhost '/'",
                                   "Check the name."};
        QCOMPARE(quoted.text(), QString("It refuses: no queue 'x' in vhost '/'. Check the name."));
        const BrokerProblem whole{BrokerProblem::Kind::Permission, "Nobody listens.", "Check the port."};
        QCOMPARE(whole.text(), QString("Nobody listens. Check the port."));
    }
    void secretsAreNotWritten() {
        QTemporaryDir folder;
        QSettings settings(folder.filePath("settings.ini"), QSettings::IniFormat);
        ConnectionStore store(settings);
        ConnectionSettings connection;
        connection.plugin = "sample";
        connection.name = "Staging";
        connection.values = {{"host", "broker.example"}};
        connection.secrets = {{"password", "hunter2"}};
        const QString id = store.save(connection).id;
        QCOMPARE(store.list().front().secret("password"), QString("hunter2"));
        settings.sync();
        QFile file(settings.fileName());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(text.contains("broker.example") && !text.contains("hunter2"));
        // The next start knows the connection, and asks for the password.
        ConnectionStore later(settings);
        QCOMPARE(later.list().size(), 1);
        QCOMPARE(later.list().front().name, QString("Staging"));
        QVERIFY(later.list().front().secrets.isEmpty());
        later.remove(id);
        QVERIFY(later.list().isEmpty());
    }
    void driftIsListedAndChosen() {
        DriftPanel panel;
        panel.show();
        QCOMPARE(panel.chosen().size(), 0U);
        panel.setDrift(std::make_shared<const Diagram>(),
                       {{.kind = Drift::Kind::Missing, .drawn = "a", .name = "orders.new"},
                        {.kind = Drift::Kind::Different,
                         .drawn = "b",
                         .found = "b",
                         .name = "orders.email",
                         .property = "maxLength",
                         .wanted = 10,
                         .actual = nullptr}});
        QCOMPARE(panel.chosen().size(), 2U);
        QCOMPARE(sidesOf(panel.drifts()[1]), std::pair(QString("10"), QString("not set")));
        // Marks stand at what is drawn; what is not drawn has no place.
        const std::vector<Finding> marks = findingsOf(panel.drifts());
        QCOMPARE(std::count_if(panel.drifts().begin(), panel.drifts().end(),
                               [](const Drift& drift) { return !drift.drawn.empty(); }),
                 static_cast<std::ptrdiff_t>(marks.size()));
        QCOMPARE(marks[0].subject, Id("a"));
        QCOMPARE(marks[0].sentence, std::string("Drift: the broker does not have it"));
        QVERIFY(QString::fromStdString(marks[1].sentence).contains("is 10 here and not set on the broker"));
        // One alone, either way, with the keyboard as well.
        auto* const take = panel.findChild<QPushButton*>("drift.take");
        auto* const apply = panel.findChild<QPushButton*>("drift.apply");
        QCOMPARE(take->text(), "&Take all into the drawing");
        QSignalSpy shown(&panel, &DriftPanel::driftChosen);
        panel.choose(1);
        QCOMPARE(shown.back().front().value<std::size_t>(), std::size_t{1});
        QCOMPARE(panel.chosen().size(), 1U);
        QCOMPARE(panel.chosen().front().property, std::string("maxLength"));
        QCOMPARE(take->text(), "&Take into the drawing");
        QCOMPARE(apply->text(), "&Make the broker so…");
        QSignalSpy taken(&panel, &DriftPanel::takeOverWanted);
        QSignalSpy planned(&panel, &DriftPanel::planWanted);
        QTest::keyClick(take, Qt::Key_Space);
        QTest::keyClick(apply, Qt::Key_Space);
        QCOMPARE(taken.count(), 1);
        QCOMPARE(planned.count(), 1);
    }
};

QTEST_MAIN(LiveConnectionsTest)
#include "tst_liveconnections.moc"
