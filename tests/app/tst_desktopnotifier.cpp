#include <QDBusConnection>
#include <QDBusContext>
#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include "app/alerts/desktopnotifier.h"

using namespace sluice;

namespace {

struct Shown {
    QString program;
    QString title;
    QString text;
    QStringList actions;
    QVariantMap hints;
};

/// A desktop's service, as far as a program sees it: keeps what it is to show, and says what a person does.
class Desktop : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    Desktop(QDBusConnection bus, QStringList capabilities)
        : m_bus(std::move(bus)), m_capabilities(std::move(capabilities)) {
        m_bus.registerObject(
            "/org/freedesktop/Notifications", this,
            QDBusConnection::ExportScriptableSlots | QDBusConnection::ExportScriptableSignals);
        m_bus.registerService("org.freedesktop.Notifications");
    }
    ~Desktop() override {
        m_bus.unregisterService("org.freedesktop.Notifications");
        m_bus.unregisterObject("/org/freedesktop/Notifications");
    }
    QList<Shown> shown;

public slots:
    Q_SCRIPTABLE QStringList GetCapabilities() { return m_capabilities; }
    Q_SCRIPTABLE uint Notify(const QString& program, uint /*replaces*/, const QString& /*icon*/,
                             const QString& title, const QString& text, const QStringList& actions,
                             const QVariantMap& hints, int /*timeout*/) {
        shown.push_back({program, title, text, actions, hints});
        return 40 + static_cast<uint>(shown.size());
    }

signals:
    Q_SCRIPTABLE void ActionInvoked(uint id, const QString& action);
    Q_SCRIPTABLE void NotificationClosed(uint id, uint reason);

private:
    QDBusConnection m_bus;
    QStringList m_capabilities;
};

}  // namespace

/// Notifications, on a bus that the test starts, with a service that the test plays.
class DesktopNotifierTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        if (QStandardPaths::findExecutable("dbus-daemon").isEmpty())
            QSKIP("there is no dbus-daemon here");
        m_daemon.start("dbus-daemon", {"--session", "--nofork", "--print-address"});
        QVERIFY(m_daemon.waitForReadyRead());
        m_address = QString::fromLocal8Bit(m_daemon.readLine()).trimmed();
        QVERIFY(!m_address.isEmpty());
    }
    void cleanupTestCase() {
        m_daemon.terminate();
        m_daemon.waitForFinished();
    }

    void showsWhatItIsTold() {
        Desktop desktop(bus("desktop"), {"actions", "body", "body-markup"});
        DesktopNotifier notifier(bus("program"));
        notifier.show({.title = "Critical: depth > 100",
                       .text = "Orders & <b>more</b>, at 5000",
                       .urgency = DesktopNotifier::Urgency::Critical});
        QTRY_COMPARE(desktop.shown.size(), 1);
        const Shown& shown = desktop.shown.front();
        // The specification: the summary is plain, the body is markup where the service reads it as such.
        QCOMPARE(shown.title, "Critical: depth > 100");
        QCOMPARE(shown.text, "Orders &amp; &lt;b&gt;more&lt;/b&gt;, at 5000");
        QCOMPARE(shown.actions.size(), 2);
        QCOMPARE(shown.actions.front(), "default");
        QCOMPARE(shown.hints["urgency"].toInt(), 2);
    }

    void withoutMarkupTheTextIsAsItIs() {
        Desktop desktop(bus("desktop"), {"body"});
        DesktopNotifier notifier(bus("program"));
        notifier.show({.title = "t", .text = "a < b"});
        QTRY_COMPARE(desktop.shown.size(), 1);
        QCOMPARE(desktop.shown.front().text, "a < b");
    }

    void aClickLeadsToWhatItWasAbout() {
        Desktop desktop(bus("desktop"), {"actions"});
        DesktopNotifier notifier(bus("program"));
        QStringList chosen;
        for (const char* const title : {"one", "two", "three"})
            notifier.show({.title = title, .text = {}, .chosen = [&chosen, title] { chosen << title; }});
        QTRY_COMPARE(notifier.standing(), std::size_t{3});
        emit desktop.ActionInvoked(7, "default");  // another program's
        emit desktop.ActionInvoked(42, "default");
        QTRY_COMPARE(chosen, (QStringList{"two"}));
        emit desktop.NotificationClosed(41, 2);
        QTRY_COMPARE(notifier.standing(), std::size_t{1});
        emit desktop.ActionInvoked(41, "default");
        emit desktop.ActionInvoked(43, "default");
        QTRY_COMPARE(chosen, (QStringList{"two", "three"}));
        QCOMPARE(notifier.standing(), std::size_t{0});
    }

    void withoutAServiceItIsSaid() {
        DesktopNotifier notifier(bus("program"));
        int unanswered = 0;
        const auto show = [&] {
            notifier.show({.title = "t", .text = {}, .unanswered = [&unanswered] { ++unanswered; }});
        };
        show();
        show();
        QTRY_COMPARE(unanswered, 2);
        {
            // One that comes later is found, and one that goes is missed.
            Desktop desktop(bus("desktop"), {"actions"});
            show();
            QTRY_COMPARE(desktop.shown.size(), 1);
        }
        show();
        QTRY_COMPARE(unanswered, 3);
    }

    void withoutABusItIsSaidAtOnce() {
        DesktopNotifier notifier(QDBusConnection("nobody made this one"));
        bool unanswered = false;
        notifier.show({.title = "t", .text = {}, .unanswered = [&unanswered] { unanswered = true; }});
        QVERIFY(unanswered);
    }

private:
    [[nodiscard]] QDBusConnection bus(const QString& name) const {
        return QDBusConnection::connectToBus(m_address, name);
    }
    QProcess m_daemon;
    QString m_address;
};

QTEST_MAIN(DesktopNotifierTest)
#include "tst_desktopnotifier.moc"
