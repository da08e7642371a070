#include "app/live/connectionstore.h"

#include <QSettings>
#include <QUuid>

namespace sluice {

namespace {

constexpr auto kGroup = "live/connections";

bool isEmpty(const QVariantMap& secrets) {
    return std::all_of(secrets.cbegin(), secrets.cend(),
                       [](const QVariant& one) { return one.toString().isEmpty(); });
}

}  // namespace

ConnectionStore::ConnectionStore(QSettings& settings, QObject* parent)
    : QObject(parent), m_settings(settings) {
    connect(&m_keychain, &Keychain::usableChanged, this, &ConnectionStore::secretsCame);
    connect(&m_keychain, &Keychain::secretsRead, this, [this](const QString& id, const QVariantMap& secrets) {
        // What was typed meanwhile is newer.
        if (m_secrets.contains(id))
            return;
        m_secrets.insert(id, secrets);
        emit secretsCame();
    });
}

QList<ConnectionSettings> ConnectionStore::list() {
    QList<ConnectionSettings> connections;
    m_settings.beginGroup(kGroup);
    for (const QString& id : m_settings.childGroups()) {
        m_settings.beginGroup(id);
        ConnectionSettings one;
        one.id = id;
        one.plugin = m_settings.value("plugin").toString();
        one.name = m_settings.value("name").toString();
        one.mayWrite = m_settings.value("mayWrite", false).toBool();
        m_settings.beginGroup("values");
        for (const QString& key : m_settings.childKeys())
            one.values.insert(key, m_settings.value(key));
        m_settings.endGroup();
        one.secrets = m_secrets.value(id);
        if (!std::exchange(m_asked[id], true))
            m_keychain.read(id);
        m_settings.endGroup();
        connections << one;
    }
    m_settings.endGroup();
    std::sort(connections.begin(), connections.end(),
              [](const auto& a, const auto& b) { return a.name.localeAwareCompare(b.name) < 0; });
    return connections;
}

ConnectionSettings ConnectionStore::save(ConnectionSettings connection) {
    if (connection.id.isEmpty())
        connection.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    m_settings.beginGroup(kGroup);
    m_settings.beginGroup(connection.id);
    m_settings.setValue("plugin", connection.plugin);
    m_settings.setValue("name", connection.name);
    m_settings.setValue("mayWrite", connection.mayWrite);
    m_settings.beginGroup("values");
    for (auto it = connection.values.cbegin(); it != connection.values.cend(); ++it)
        m_settings.setValue(it.key(), it.value());
    m_settings.endGroup();
    m_settings.endGroup();
    m_settings.endGroup();
    // Fields that nobody has filled in say nothing about what the keychain has.
    if (m_secrets.contains(connection.id) || !isEmpty(connection.secrets)) {
        if (m_secrets.value(connection.id) != connection.secrets)
            m_keychain.write(connection.id, connection.secrets);
        m_secrets.insert(connection.id, connection.secrets);
    }
    return connection;
}

void ConnectionStore::remove(const QString& id) {
    m_settings.beginGroup(kGroup);
    m_settings.remove(id);
    m_settings.endGroup();
    m_secrets.remove(id);
    m_keychain.remove(id);
}

QStringList ConnectionStore::together(const QString& id) const {
    return m_settings.value(QStringLiteral("%1/%2/together").arg(kGroup, id)).toStringList();
}

void ConnectionStore::setTogether(const QString& id, const QStringList& others) {
    m_settings.setValue(QStringLiteral("%1/%2/together").arg(kGroup, id), others);
}

}  // namespace sluice
