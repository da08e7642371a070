#include "app/rememberedfolder.h"

#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

namespace sluice {

QString RememberedFolder::path() const {
    const QString remembered = m_settings.value(m_key).toString();
    if (!remembered.isEmpty() && QFileInfo(remembered).isDir())
        return remembered;
    return QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
}

void RememberedFolder::remember(const QString& file) {
    m_settings.setValue(m_key, QFileInfo(file).absolutePath());
}

}  // namespace sluice
