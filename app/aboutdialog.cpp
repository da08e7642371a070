#include "app/aboutdialog.h"

#include <QDialogButtonBox>
#include <QIcon>
#include <QLabel>
#include <QVBoxLayout>

namespace sluice {

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("About Sluice"));
    auto* mark = new QLabel;
    mark->setPixmap(QIcon(":/icons/sluice.svg").pixmap(64, 64));
    auto* name = new QLabel(tr("Sluice %1").arg(SLUICE_VERSION));
    name->setProperty("heading", true);
    auto* line = new QLabel(
        tr("Draw, run, watch and replay event-driven architectures.\nNothing that moves on the drawing is "
           "invented: it is an event of the trace."));
    line->setAlignment(Qt::AlignHCenter);
    auto* license =
        new QLabel(tr("Free software under the GNU General Public License, version 3 or later.\n"
                      "Built with Qt %1, nlohmann/json, fmt, spdlog, zstd, Graphviz, giflib and libwebp.")
                       .arg(qVersion()));
    license->setProperty("muted", true);
    license->setAlignment(Qt::AlignHCenter);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(32, 32, 32, 20);
    column->setSpacing(16);
    for (QLabel* label : {mark, name, line, license})
        column->addWidget(label, 0, Qt::AlignHCenter);
    column->addSpacing(8);
    column->addWidget(buttons);
}

}  // namespace sluice
