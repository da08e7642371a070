#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

#include "app/documentcontroller.h"
#include "app/filecontroller.h"
#include "app/live/livecontroller.h"
#include "app/live/showmessagesdialog.h"
#include "app/mainwindow.h"
#include "app/runsession.h"
#include "app/themecontroller.h"
#include "core/trace/payload.h"
#include "tests/diagram/drawn.h"
#include "tests/plugins/kafkatraffic.h"
#include "tests/plugins/livebroker.h"
#include "tests/plugins/shownmessages.h"

using namespace sluice;
using test::element;
using test::link;
using namespace std::chrono_literals;

/// Single messages of a real Kafka in the window.
class MessageWindowTest : public QObject {
    Q_OBJECT

private:
    /// shop → orders → billing → payments → shipping.
    static Diagram drawing() {
        Diagram diagram;
        diagram.name = "Live shop";
        diagram.elements = {element("shop", ElementKind::Service, {0, 0}),
                            element("orders", ElementKind::Topic, {240, 0}),
                            element("billing", ElementKind::Service, {480, 0}),
                            element("payments", ElementKind::Topic, {720, 0}),
                            element("shipping", ElementKind::Service, {960, 0})};
        for (Element& one : diagram.elements) {
            if (one.kind == ElementKind::Topic)
                one.properties.set("partitions", 2);
        }
        diagram.links = {link("places", LinkKind::Publish, "shop", "orders"),
                         link("bills", LinkKind::Consume, "orders", "billing"),
                         link("pays", LinkKind::Publish, "billing", "payments"),
                         link("ships", LinkKind::Consume, "payments", "shipping")};
        return diagram;
    }

    LiveBroker m_broker{"kafka", "realkafka.py", {SLUICE_BIN_DIR "/../../kafka"}};
    std::unique_ptr<KafkaTraffic> m_shop;

private slots:
    void initTestCase() {
        START_OR_SKIP(m_broker);
        m_shop = std::make_unique<KafkaTraffic>(m_broker.port("plain"));
        QVERIFY(m_shop->makeTopics({{"orders", 2}, {"payments", 2}}));
        QVERIFY(m_shop->commit("billing", "orders", {0, 0}));
    }
    void cleanupTestCase() {
        m_shop.reset();
        QVERIFY(m_broker.stop());
    }

    void showsThemWhenToldTo() {
        QTemporaryDir folder;
        qputenv("SLUICE_PLUGINS", SLUICE_BIN_DIR "/../lib/plugins");
        QSettings values(folder.filePath("settings.ini"), QSettings::IniFormat);
        ThemeController theme(values);
        MainWindow window(theme, values, AutosaveFolder(folder.filePath("autosave")));
        window.resize(1280, 800);
        window.show();
        window.files().newDrawing();
        QTRY_VERIFY(window.documents().isOpen());
        window.documents().adopt(drawing(), true);
        ConnectionSettings connection;
        connection.plugin = "kafka";
        connection.name = "Shop";
        connection.values = {{"servers", QString("127.0.0.1:%1").arg(m_broker.port("plain"))}};
        window.setMode(Mode::Live);
        window.live().watch(connection);
        QTRY_VERIFY_WITH_TIMEOUT(!window.session().system().observed.empty(), 30'000);
        auto* const button = window.findChild<QPushButton*>("liveBar.tokens");
        QVERIFY(button && button->isVisible());
        QCOMPARE(button->text(), QString("Show as tokens…"));
        button->click();
        auto* dialog = window.findChild<ShowMessagesDialog*>();
        QVERIFY(dialog);
        auto* const show = [&] {
            for (QPushButton* one : dialog->findChildren<QPushButton*>()) {
                if (one->text() == "Show")
                    return one;
            }
            return static_cast<QPushButton*>(nullptr);
        }();
        QVERIFY(show);
        // Not before it was said what it does.
        QTRY_VERIFY_WITH_TIMEOUT(show->isEnabled(), 20'000);
        QVERIFY(dialog->findChild<QLabel*>("showMessages.effect")->text().contains("nothing is committed"));
        dialog->findChild<QLineEdit*>("showMessages.masked")->setText("password");
        show->click();
        QTRY_COMPARE(button->text(), QString("Hide tokens"));
        auto* const said = window.findChild<QLabel*>("liveBar.cost");
        QTRY_VERIFY_WITH_TIMEOUT(said->text().contains("messages: all shown"), 20'000);

        for (int i = 0; i < 6; ++i)
            QVERIFY(m_shop->publish("orders", i % 2, 1, 0, R"({"total":12,"password":"Geheim"})",
                                    "user-" + std::to_string(i)));
        QTRY_VERIFY_WITH_TIMEOUT(!window.session().system().transits.empty(), 20'000);
        const auto store = window.session().store();
        QTRY_COMPARE_WITH_TIMEOUT(countOf(*store, EventKind::Appended), 6, 20'000);
        button->click();
        QTRY_COMPARE(button->text(), QString("Show as tokens…"));
        QVERIFY(!said->text().contains("messages:"));
        window.live().disconnectBroker();
        QTRY_VERIFY(store->finished());
        values.sync();
        QCOMPARE(values.value("live/maskedMessages").toStringList(), QStringList{"password"});
    }
};

QTEST_MAIN(MessageWindowTest)
#include "tst_messagewindow.moc"
