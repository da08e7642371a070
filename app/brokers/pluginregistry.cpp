#include "app/brokers/pluginregistry.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibrary>
#include <QPluginLoader>

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
    if (m_loaded.contains(id))
        return m_loaded.value(id);
    for (const Entry& entry : std::as_const(m_entries)) {
        if (entry.id != id)
            continue;
        QPluginLoader loader(entry.path);
        auto* loaded = qobject_cast<BrokerPlugin*>(loader.instance());
        if (!loaded)
            m_problems << Words::tr("%1 does not load: %2.").arg(entry.path, loader.errorString());
        m_loaded.insert(id, loaded);
        return loaded;
    }
    return nullptr;
}

}  // namespace sluice
