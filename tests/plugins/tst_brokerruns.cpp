#include <QAction>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>

#include "app/documentcontroller.h"
#include "app/live/brokerrundialog.h"
#include "app/live/connectionstore.h"
#include "app/live/livecontroller.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/runsession.h"
#include "app/themecontroller.h"
#include "core/diagram/file.h"
#include "tests/plugins/livebroker.h"

using namespace sluice;

/// A scenario played with a real RabbitMQ's queues, from the window.
class BrokerRunsTest : public QObject {
    Q_OBJECT

private:
    struct Opened {
        QTemporaryDir folder;
        QSettings values{folder.filePath("settings.ini"), QSettings::IniFormat};
        ThemeController theme{values};
        std::unique_ptr<MainWindow> window;
        BrokerRunDialog* dialog = nullptr;

        template <class Widget>
        Widget* part(const char* name) const {
            return dialog->findChild<Widget*>(name);
        }
        [[nodiscard]] QString state() const { return part<QLabel>("brokerRun.state")->text(); }
        [[nodiscard]] QPushButton* go() const { return part<QPushButton>("brokerRun.go"); }
    };

    std::unique_ptr<Opened> opened(bool mayWrite, bool typed = true) {
        auto made = std::make_unique<Opened>();
        qputenv("SLUICE_PLUGINS", SLUICE_BIN_DIR "/../lib/plugins");
        qputenv("SLUICE_KEYCHAIN", "off");
        made->window = std::make_unique<MainWindow>(made->theme, made->values,
                                                    AutosaveFolder(made->folder.filePath("autosave")));
        made->window->resize(1280, 800);
        made->window->show();
        auto example = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/update-user-email.sluice");
        if (!example)
            return made;
        example->diagram.scenarios.resize(1);
        example->diagram.scenarios.front().until = std::chrono::seconds(6);
        made->window->documents().adopt(example->diagram, true);
        ConnectionSettings connection = m_broker.asGuest(mayWrite);
        connection.name = "Workshop";
        if (!typed)
            connection.secrets.clear();
        // Its password is known once the window has connected, as after a person typed it.
        made->window->live().watch(connection);
        made->window->live().disconnectBroker();
        made->window->setMode(Mode::Run);
        made->window->findChild<QAction*>("live.runOnBroker")->trigger();
        made->dialog = made->window->findChild<BrokerRunDialog*>();
        return made;
    }

    LiveBroker m_broker{"rabbitmq", "realbroker.py"};

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }
    void playsShowsAndTakesAway();
    void asksForAConnectionThatMayWrite();
    void needsThePasswordAndTakesItWhenItComes();
};

void BrokerRunsTest::playsShowsAndTakesAway() {
    const auto opened = this->opened(true);
    QVERIFY(opened->dialog);
    auto* const brokers = opened->part<QTreeWidget>("brokerRun.brokers");
    QCOMPARE(brokers->topLevelItemCount(), 1);
    QCOMPARE(brokers->topLevelItem(0)->text(1), QString("RabbitMQ"));
    QCOMPARE(brokers->topLevelItem(0)->checkState(0), Qt::Checked);  // there is no other
    brokers->topLevelItem(0)->setCheckState(0, Qt::Unchecked);
    QVERIFY(!opened->go()->isEnabled());
    brokers->topLevelItem(0)->setCheckState(0, Qt::Checked);
    auto* const steps = opened->part<QTreeWidget>("brokerRun.steps");
    QCOMPARE(steps->topLevelItemCount(), 2);
    const QString queue = steps->topLevelItem(0)->text(1);
    QVERIFY(queue.startsWith("sluice-run-"));
    QVERIFY(opened->part<QLabel>("brokerRun.notes")->text().contains("played in the program"));
    QVERIFY(!opened->go()->isEnabled());  // not before it is ticked
    opened->part<QCheckBox>("writePermission")->setChecked(true);
    QVERIFY(opened->go()->isEnabled());
    opened->go()->click();
    MainWindow& window = *opened->window;
    QTRY_VERIFY_WITH_TIMEOUT(window.session().isLive() && window.session().store()->size() > 20, 60'000);
    QVERIFY(QString::fromStdString(window.session().scenario().name).contains("Workshop"));
    // What was shown is what was made.
    QVERIFY2(m_broker.ask("queues").contains(queue.toUtf8()), qPrintable(queue));
    QCOMPARE(opened->go()->text(), QString("&Stop"));
    QTRY_VERIFY_WITH_TIMEOUT(opened->state().contains("Played on Workshop"), 60'000);
    QVERIFY2(opened->state().contains("hold what the trace says"), qPrintable(opened->state()));
    QVERIFY(window.session().store()->finished());
    QVERIFY(!opened->part<QCheckBox>("writePermission")->isChecked());  // each run asks
    for (const Element& element : m_broker.discover(m_broker.asGuest()).drawing->elements)
        QVERIFY2(!element.name.starts_with("sluice-run-"), element.name.c_str());
    // The same run in the program, beside it.
    QPushButton* compare = nullptr;
    for (QPushButton* one : window.findChildren<QPushButton*>()) {
        if (one->text().contains("run in the program"))
            compare = one;
    }
    QVERIFY(compare);
    compare->click();
    QTRY_VERIFY(window.findChild<QAction*>("compare.end")->isEnabled());
}

void BrokerRunsTest::asksForAConnectionThatMayWrite() {
    const auto opened = this->opened(false);
    QVERIFY(opened->dialog);
    auto* const brokers = opened->part<QTreeWidget>("brokerRun.brokers");
    QVERIFY(!(brokers->topLevelItem(0)->flags() & Qt::ItemIsEnabled));
    QVERIFY(brokers->topLevelItem(0)->text(2).contains("only reads"));
    QVERIFY(!opened->go()->isEnabled());
}

// As after another start: the keychain answers after the dialog was opened, or there is none.
void BrokerRunsTest::needsThePasswordAndTakesItWhenItComes() {
    const auto opened = this->opened(true, false);
    QVERIFY(opened->dialog);
    opened->part<QCheckBox>("writePermission")->setChecked(true);
    opened->go()->click();
    QVERIFY2(opened->state().contains("password of Workshop"), qPrintable(opened->state()));
    LiveController& live = opened->window->live();
    ConnectionSettings connection = live.connections().front();
    connection.secrets = m_broker.asGuest(true).secrets;
    live.watch(connection);
    live.disconnectBroker();
    opened->part<QCheckBox>("writePermission")->setChecked(true);
    opened->go()->click();
    QCOMPARE(opened->go()->text(), QString("&Stop"));
    QTRY_VERIFY_WITH_TIMEOUT(opened->window->session().store()->size() > 20, 60'000);
    opened->go()->click();
    QTRY_VERIFY_WITH_TIMEOUT(opened->state().contains("was stopped"), 60'000);
}

QTEST_MAIN(BrokerRunsTest)
#include "tst_brokerruns.moc"
