#include "app/recentfiles.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

namespace sluice {

namespace {

constexpr auto kKey = "recent/files";

QString shortened(const QString& folder) {
    const QString home = QDir::homePath();
    return folder == home || folder.startsWith(home + '/') ? '~' + folder.mid(home.size()) : folder;
}

}  // namespace

RecentFiles::RecentFiles(QSettings& settings, QObject* parent) : QObject(parent), m_settings(settings) {}

QList<RecentFile> RecentFiles::list() const {
    QList<RecentFile> files;
    for (const QString& path : m_settings.value(kKey).toStringList()) {
        const QFileInfo info(path);
        const bool recording = info.suffix().compare("sluicerec", Qt::CaseInsensitive) == 0;
        const QString name = info.completeBaseName();
        RecentFile file{path,
                        recording ? tr("%1, a recording").arg(name) : name,
                        shortened(QDir::toNativeSeparators(info.path())),
                        {}};
        if (!info.exists())
            file.problem = info.dir().exists() ? tr("the file is gone") : tr("its folder is not there");
        else if (!info.isReadable())
            file.problem = tr("it may not be read");
        files << file;
    }
    return files;
}

void RecentFiles::add(const QString& path) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList paths = m_settings.value(kKey).toStringList();
    paths.removeAll(absolute);
    paths.prepend(absolute);
    store(paths.mid(0, kLimit));
}

void RecentFiles::remove(const QString& path) {
    QStringList paths = m_settings.value(kKey).toStringList();
    if (paths.removeAll(path) > 0)
        store(paths);
}

void RecentFiles::clear() {
    store({});
}

void RecentFiles::store(const QStringList& paths) {
    m_settings.setValue(kKey, paths);
    emit changed();
}

}  // namespace sluice
