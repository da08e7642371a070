#pragma once

#include <QStringList>
#include <map>
#include <memory>

#include "plugins/api/brokerplugin.h"

namespace sluice {

/// The plugins for live brokers that lie in a folder. Their metadata is read when this is made; their code is
/// loaded when something is asked of one. One that cannot be used costs a line in problems() and nothing
/// else. On the window's thread; owned by the live controller.
class PluginRegistry {
public:
    /// Where the program looks: $SLUICE_PLUGINS, else beside the program (a build, an installation).
    static QStringList usualFolders();
    explicit PluginRegistry(const QStringList& folders = usualFolders());

    struct Entry {
        QString id;    ///< "rabbitmq"
        QString name;  ///< "RabbitMQ"
        QString path;
    };
    [[nodiscard]] const QList<Entry>& entries() const { return m_entries; }
    /// One sentence for every library that is no plugin for this version, or does not load.
    [[nodiscard]] const QStringList& problems() const { return m_problems; }
    /// Loads it if need be. Null when there is none, or it does not load: then problems() says why.
    BrokerPlugin* plugin(const QString& id);

private:
    QList<Entry> m_entries;
    QStringList m_problems;
    std::map<QString, std::unique_ptr<BrokerPlugin>>
        m_loaded;  ///< guards of what the libraries have, which stay loaded
};

}  // namespace sluice
