#include "app/openfiledialog.h"

#include <QFileDialog>

#include "app/rememberedfolder.h"

namespace sluice {

void askToOpen(QWidget& window, RememberedFolder& folder, const QString& title, const QString& filter,
               std::function<void(const QString& path)> chosen) {
    auto* dialog = new QFileDialog(&window, title, folder.path(), filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog,
                     [&folder, chosen = std::move(chosen)](const QString& path) {
                         folder.remember(path);
                         chosen(path);
                     });
    dialog->open();
}

}  // namespace sluice
