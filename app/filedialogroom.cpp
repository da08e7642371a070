#include "app/filedialogroom.h"

#include <QEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QLocale>
#include <QScreen>
#include <QTreeView>

namespace sluice {
namespace {

constexpr QSize kFirstSize{860, 520};
constexpr int kSizeColumn = 1;  // as QFileSystemModel numbers them; the name comes first
constexpr int kTypeColumn = 2;
constexpr int kDateColumn = 3;
constexpr int kPadding = 48;  // pixels beside a cell's text, with the icon of the type

void giveRoom(QFileDialog& dialog) {
    // Null where the desktop shows a dialog of its own.
    const auto* list = dialog.findChild<QTreeView*>(QStringLiteral("treeView"));
    if (!list)
        return;
    dialog.resize(dialog.size().expandedTo(kFirstSize).boundedTo(dialog.screen()->availableSize() * 0.9));
    const QFontMetrics metrics = list->fontMetrics();
    const auto wide = [&](int column, const QString& text) {
        list->header()->resizeSection(column, metrics.horizontalAdvance(text) + kPadding);
    };
    wide(kSizeColumn, QStringLiteral("888.88 MiB"));
    wide(kTypeColumn, QStringLiteral("sluicerec File"));
    wide(kDateColumn,
         QLocale().toString(QDateTime({2028, 12, 28}, {22, 58, 58}), QLocale::ShortFormat) + "  :00");
    list->header()->resizeSection(0, dialog.width() / 3);
}

}  // namespace

bool FileDialogRoom::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Show) {
        if (auto* dialog = qobject_cast<QFileDialog*>(watched))
            giveRoom(*dialog);
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace sluice
