#pragma once

#include <QHash>
#include <QList>

#include "plugins/api/connectionform.h"

class QSettings;

namespace sluice {

/// The connections a person has made: in the settings, but for their secrets, which live in memory until the
/// program ends and are never written. On the window's thread; owned by the live controller.
class ConnectionStore {
public:
    explicit ConnectionStore(QSettings& settings);

    [[nodiscard]] QList<ConnectionSettings> list() const;
    /// Adds it, or takes the place of the one with its id; without an id it gets one. Returns it.
    ConnectionSettings save(ConnectionSettings connection);
    void remove(const QString& id);

private:
    QSettings& m_settings;
    QHash<QString, QVariantMap> m_secrets;
};

}  // namespace sluice
