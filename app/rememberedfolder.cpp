#include "app/rememberedfolder.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

namespace sluice {

QString RememberedFolder::path() const {
    const QString remembered = m_settings.value(m_key).toString();
    if (!remembered.isEmpty() && QFileInfo(remembered).isDir())
        return remembered;
    // A dialog would take a folder that is not there for the name of a file.
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QFileInfo(documents).isDir() ? documents : QDir::homePath();
}

void RememberedFolder::remember(const QString& file) {
    m_settings.setValue(m_key, QFileInfo(file).absolutePath());
}

}  // namespace sluice
