#include "widgets/share/playerparts.h"

#include <QFile>

// In the global namespace, as Q_INIT_RESOURCE wants it: the player lies in a static library.
static void initPlayerResource() {
    Q_INIT_RESOURCE(player);
}

namespace sluice {

QByteArray playerPart(const QString& name) {
    initPlayerResource();
    QFile file(QStringLiteral(":/player/") + name);
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    return opened ? file.readAll() : QByteArray();
}

}  // namespace sluice
