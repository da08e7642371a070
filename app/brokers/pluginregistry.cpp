#include "app/brokers/pluginregistry.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibrary>
#include <QPluginLoader>

#include "app/brokers/guardedplugin.h"
#include "plugins/api/pluginfailure.h"

namespace sluice {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PluginRegistry)
};

}  // namespace

QStringList PluginRegistry::usualFolders() {
    const QString named = qEnvironmentVariable("SLUICE_PLUGINS");
    if (!named.isEmpty())
        return named.split(QDir::listSeparator(), Qt::SkipEmptyParts);
    const QDir program(QCoreApplication::applicationDirPath());
    return {program.filePath("../lib/plugins"), program.filePath("../lib/sluice/plugins"),
            program.filePath("../" SLUICE_LIBRARY_FOLDER "/sluice/plugins")};
}

PluginRegistry::PluginRegistry(const QStringList& folders) {
    QStringList seen;
    for (const QString& folder : folders) {
        for (const QFileInfo& file : QDir(folder).entryInfoList(QDir::Files, QDir::Name)) {
            const QString path = file.canonicalFilePath();
            if (!QLibrary::isLibrary(path) || seen.contains(path))
                continue;
            seen << path;
            const QPluginLoader loader(path);
            const QJsonObject metadata = loader.metaData();
            const QJsonObject own = metadata.value("MetaData").toObject();
            const QString interface = metadata.value("IID").toString();
            if (interface != QLatin1String(SLUICE_BROKER_PLUGIN_ID)) {
                m_problems << (interface.startsWith("org.sluice.BrokerPlugin/")
                                   ? Words::tr("%1 is a plugin for another version of Sluice.").arg(path)
                                   : Words::tr("%1 is no plugin of Sluice's.").arg(path));
                continue;
            }
            m_entries << Entry{own.value("id").toString(), own.value("name").toString(), path};
        }
    }
}

BrokerPlugin* PluginRegistry::plugin(const QString& id) {
    if (const auto known = m_loaded.find(id); known != m_loaded.end())
        return known->second.get();
    for (const Entry& entry : std::as_const(m_entries)) {
        if (entry.id != id)
            continue;
        QPluginLoader loader(entry.path);
        std::unique_ptr<BrokerPlugin>& kept = m_loaded[id];
        try {
            if (const auto* loaded = qobject_cast<BrokerPlugin*>(loader.instance()))
                kept = std::make_unique<GuardedPlugin>(*loaded, entry.id, entry.name);
            else
                m_problems << Words::tr("%1 does not load: %2.").arg(entry.path, loader.errorString());
        } catch (...) {
            m_problems << Words::tr("%1 does not load. ").arg(entry.path) + pluginFailure(entry.name).text();
        }
        return kept.get();
    }
    return nullptr;
}

}  // namespace sluice
