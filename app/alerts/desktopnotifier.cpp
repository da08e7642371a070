#include "app/alerts/desktopnotifier.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>
#include <QVariantMap>
#include <algorithm>

namespace sluice {

namespace {

const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");
const QString kDefaultAction = QStringLiteral("default");

QDBusMessage call(const QString& method) {
    return QDBusMessage::createMethodCall(kService, kPath, kService, method);
}

}  // namespace

DesktopNotifier::DesktopNotifier(const QDBusConnection& bus, QObject* parent)
    : QObject(parent), m_bus(std::make_unique<QDBusConnection>(bus)) {
    if (!m_bus->isConnected())
        return;
    m_bus->connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this,
                   SLOT(actionInvoked(uint, QString)));
    m_bus->connect(kService, kPath, kService, QStringLiteral("ActivationToken"), this,
                   SLOT(activationToken(uint, QString)));
    m_bus->connect(kService, kPath, kService, QStringLiteral("NotificationClosed"), this,
                   SLOT(closed(uint, uint)));
}

DesktopNotifier::~DesktopNotifier() = default;

void DesktopNotifier::show(Notification notification) {
    if (!m_bus->isConnected()) {
        if (notification.unanswered)
            notification.unanswered();
        return;
    }
    if (m_markup)
        return send(std::move(notification));
    m_waiting.push_back(std::move(notification));
    ask();
}

void DesktopNotifier::ask() {
    if (std::exchange(m_asking, true))
        return;
    auto* watcher = new QDBusPendingCallWatcher(
        m_bus->asyncCall(call(QStringLiteral("GetCapabilities")), kPatience), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        m_asking = false;
        const QDBusPendingReply<QStringList> reply = *watcher;
        if (reply.isError())
            giveUp();
        else
            learned(reply.value());
    });
}

void DesktopNotifier::learned(const QStringList& capabilities) {
    m_markup = capabilities.contains(QStringLiteral("body-markup"));
    for (Notification& notification : std::exchange(m_waiting, {}))
        send(std::move(notification));
}

void DesktopNotifier::giveUp() {
    for (const Notification& notification : std::exchange(m_waiting, {})) {
        if (notification.unanswered)
            notification.unanswered();
    }
}

void DesktopNotifier::send(Notification notification) {
    QDBusMessage notify = call(QStringLiteral("Notify"));
    QVariantMap hints{
        {QStringLiteral("urgency"), QVariant::fromValue(static_cast<uchar>(notification.urgency))},
        {QStringLiteral("desktop-entry"), QGuiApplication::desktopFileName()}};
    const QString text = *m_markup ? notification.text.toHtmlEscaped() : notification.text;
    notify << QCoreApplication::applicationName() << uint{0} << QStringLiteral("sluice") << notification.title
           << text << QStringList{kDefaultAction, tr("Show")} << hints << -1;
    auto* watcher = new QDBusPendingCallWatcher(m_bus->asyncCall(notify, kPatience), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, watcher, notification = std::move(notification)] {
                watcher->deleteLater();
                const QDBusPendingReply<uint> reply = *watcher;
                if (!reply.isError()) {
                    m_standing.push_back({reply.value(), notification.chosen});
                    if (m_standing.size() > kMostStanding)
                        m_standing.pop_front();
                    return;
                }
                // It went; another one that comes may be able to do something else.
                m_markup.reset();
                if (notification.unanswered)
                    notification.unanswered();
            });
}

void DesktopNotifier::actionInvoked(uint id, const QString& action) {
    // Other programs' notifications are told of as well.
    const auto found = std::find_if(m_standing.begin(), m_standing.end(),
                                    [id](const Standing& one) { return one.id == id; });
    if (found == m_standing.end() || action != kDefaultAction)
        return;
    const std::function<void()> chosen = std::move(found->chosen);
    m_standing.erase(found);
    if (chosen)
        chosen();
}

void DesktopNotifier::activationToken(uint id, const QString& token) {
    // Without it a compositor does not let a window come forward.
    if (std::any_of(m_standing.begin(), m_standing.end(), [id](const Standing& one) { return one.id == id; }))
        qputenv("XDG_ACTIVATION_TOKEN", token.toUtf8());
}

void DesktopNotifier::closed(uint id, uint /*reason*/) {
    std::erase_if(m_standing, [id](const Standing& one) { return one.id == id; });
}

}  // namespace sluice
