#pragma once

#include <QHash>
#include <QList>

#include "app/live/keychain.h"
#include "plugins/api/connectionform.h"

class QSettings;

namespace sluice {

/// The connections a person has made: in the settings, but for their secrets, which are in the desktop's
/// keychain, or where it has none in memory until the program ends. On the window's thread; owned by the live
/// controller.
class ConnectionStore : public QObject {
    Q_OBJECT

public:
    explicit ConnectionStore(QSettings& settings, QObject* parent = nullptr);

    /// Their secrets may come later: see secretsCame().
    [[nodiscard]] QList<ConnectionSettings> list();
    /// Adds it, or takes the place of the one with its id; without an id it gets one. Returns it.
    ConnectionSettings save(ConnectionSettings connection);
    void remove(const QString& id);
    /// The ids of those that are watched together with it.
    [[nodiscard]] QStringList together(const QString& id) const;
    void setTogether(const QString& id, const QStringList& others);
    /// Whether secrets outlive the program.
    [[nodiscard]] bool keepsSecrets() const { return m_keychain.isUsable(); }

signals:
    /// The keychain has told some, or turned out not to be there.
    void secretsCame();

private:
    QSettings& m_settings;
    Keychain m_keychain;
    QHash<QString, QVariantMap> m_secrets;
    QHash<QString, bool> m_asked;  ///< of the keychain
};

}  // namespace sluice
