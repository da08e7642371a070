#include "app/helpwindow.h"

#include <QFile>
#include <QPointer>
#include <QShortcut>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "widgets/theme/theme.h"

namespace sluice {

void HelpWindow::open(const Theme& theme, QWidget* parent) {
    auto* window = parent->findChild<HelpWindow*>(QString(), Qt::FindDirectChildrenOnly);
    if (!window)
        window = new HelpWindow(theme, parent);
    window->show();
    window->raise();
    window->activateWindow();
}

HelpWindow::HelpWindow(const Theme& theme, QWidget* parent) : QWidget(parent, Qt::Window) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Manual — Sluice"));
    resize(760, 760);
    auto* browser = new QTextBrowser;
    browser->setOpenExternalLinks(true);
    browser->setAccessibleName(tr("Manual"));
    browser->document()->setDocumentMargin(28);
    browser->document()->setDefaultStyleSheet(
        QString("a { color: %1; } h1 { font-size: 20pt; } h2 { font-size: 14pt; margin-top: 20px; }"
                "p, li { line-height: 140%; } code { color: %2; } td { padding: 3px 16px 3px 0; }")
            .arg(theme.accentText.name(), theme.infoText.name()));
    QFile file(":/manual/manual.html");
    if (file.open(QIODevice::ReadOnly))
        browser->setHtml(QString::fromUtf8(file.readAll()));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(browser);
    auto* escape = new QShortcut(Qt::Key_Escape, this);
    connect(escape, &QShortcut::activated, this, &QWidget::close);
}

}  // namespace sluice
