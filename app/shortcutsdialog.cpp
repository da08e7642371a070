#include "app/shortcutsdialog.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace sluice {

namespace {

void addRow(QTreeWidgetItem* parent, const QString& what, const QString& keys) {
    new QTreeWidgetItem(parent, {what, keys});
}

QTreeWidgetItem* addSection(QTreeWidget* list, const QString& title) {
    auto* item = new QTreeWidgetItem(list, {title});
    QFont font = list->font();
    font.setWeight(QFont::DemiBold);
    item->setFont(0, font);
    item->setFlags(Qt::ItemIsEnabled);
    item->setExpanded(true);
    return item;
}

}  // namespace

ShortcutsDialog::ShortcutsDialog(QWidget& window) : QDialog(&window) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keyboard shortcuts"));
    resize(520, 600);
    auto* filter = new QLineEdit;
    filter->setPlaceholderText(tr("Filter"));
    filter->setAccessibleName(tr("Filter the shortcuts"));
    filter->setClearButtonEnabled(true);
    auto* list = new QTreeWidget;
    list->setColumnCount(2);
    list->setHeaderHidden(true);
    list->setRootIsDecorated(false);
    list->setIndentation(12);
    list->setAccessibleName(tr("Shortcuts"));
    // The columns share the width; while they are measured they would ask for more.
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->header()->setStretchLastSection(false);
    list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);

    for (const QMenu* menu : window.findChildren<QMenu*>()) {
        QTreeWidgetItem* section = nullptr;
        for (const QAction* action : menu->actions()) {
            if (action->shortcut().isEmpty())
                continue;
            if (!section)
                section = addSection(list, menu->title().remove('&'));
            QStringList keys;
            for (const QKeySequence& key : action->shortcuts())
                keys << key.toString(QKeySequence::NativeText);
            addRow(section, action->text().remove('&'), keys.join(tr(" or ")));
        }
    }
    QTreeWidgetItem* canvas = addSection(list, tr("On the canvas"));
    addRow(canvas, tr("Go to the next element"), tr("Tab"));
    addRow(canvas, tr("Add the next element to the selection"), tr("Ctrl+Tab"));
    addRow(canvas, tr("Add to the selection"), tr("Shift+Click"));
    addRow(canvas, tr("Move what is selected by a step of the grid"), tr("Arrow keys"));
    addRow(canvas, tr("Move what is selected by five steps"), tr("Shift+Arrow keys"));
    addRow(canvas, tr("Drag without the grid"), tr("Alt+Drag"));
    addRow(canvas, tr("Drag along one axis"), tr("Shift+Drag"));
    addRow(canvas, tr("Show the properties"), tr("Enter"));
    addRow(canvas, tr("Zoom at the pointer"), tr("Ctrl+Wheel"));
    addRow(canvas, tr("Pan"), tr("Middle button, wheel, or Space and drag"));
    QTreeWidgetItem* timeline = addSection(list, tr("On the timeline"));
    addRow(timeline, tr("Move the playhead by a hundredth, or by a tenth"), tr("Left and Right, with Ctrl"));
    addRow(timeline, tr("Zoom in and out"), tr("+ and -, or the wheel"));
    addRow(timeline, tr("Show the whole run"), tr("0 or double-click"));
    addRow(timeline, tr("Pan"), tr("Page Up and Page Down, Shift+Wheel, or middle button"));
    addRow(timeline, tr("Select a part"), tr("Drag, or Shift+Left and Shift+Right"));
    addRow(timeline, tr("Begin and end the selection at the playhead"), tr("I and O"));
    addRow(timeline, tr("Zoom to the selection"), tr("Z or double-click"));
    addRow(timeline, tr("Clear the selection"), tr("Esc"));
    addRow(timeline, tr("Choose a lane"), tr("Up and Down"));
    QTreeWidgetItem* events = addSection(list, tr("In the list of events"));
    addRow(events, tr("Go to the chosen event"), tr("Enter or double-click"));
    addRow(events, tr("Show the chosen event's message"), tr("Ctrl+Enter"));

    connect(filter, &QLineEdit::textChanged, list, [list](const QString& text) {
        for (int i = 0; i < list->topLevelItemCount(); ++i) {
            QTreeWidgetItem* section = list->topLevelItem(i);
            bool any = false;
            for (int j = 0; j < section->childCount(); ++j) {
                QTreeWidgetItem* row = section->child(j);
                const bool shown = row->text(0).contains(text, Qt::CaseInsensitive) ||
                                   row->text(1).contains(text, Qt::CaseInsensitive);
                row->setHidden(!shown);
                any = any || shown;
            }
            section->setHidden(!any);
        }
    });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    column->addWidget(filter);
    column->addWidget(list, 1);
    column->addWidget(buttons);
    filter->setFocus();
}

}  // namespace sluice
