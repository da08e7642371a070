#include "widgets/notes/bookmarkspanel.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QShortcut>
#include <QSplitter>
#include <QStackedLayout>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "widgets/log/emptystate.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/flatbutton.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

struct BookmarksPanel::Private {
    RunNotes notes;
    bool run = false;
    bool filling = false;  ///< the lists and fields are being set, not edited
    bool station = false;  ///< the editor shows a station of the story, not a bookmark
    std::optional<std::size_t> told;

    QTreeWidget* list = nullptr;
    QListWidget* story = nullptr;
    QLabel* about = nullptr;
    QLineEdit* name = nullptr;
    QPlainTextEdit* text = nullptr;
    QList<std::pair<QToolButton*, QString>> buttons;  ///< with the names of their icons
    QToolButton* add = nullptr;
    QToolButton* remove = nullptr;
    QToolButton* toStory = nullptr;
    QToolButton* play = nullptr;
    QToolButton* up = nullptr;
    QToolButton* down = nullptr;
    QToolButton* view = nullptr;
    QToolButton* removeStation = nullptr;
    QStackedLayout* pages = nullptr;

    [[nodiscard]] BookmarkId chosen() const {
        const QTreeWidgetItem* item = list->currentItem();
        return item ? item->data(0, Qt::UserRole).toUInt() : 0;
    }
    [[nodiscard]] QString nameOf(const Bookmark& bookmark) const {
        return bookmark.name.empty() ? BookmarksPanel::tr("Bookmark") : QString::fromStdString(bookmark.name);
    }
};

BookmarksPanel::BookmarksPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Bookmarks"));
    const auto button = [this](const QString& iconName, const QString& name, const QString& tip) {
        auto* made = makeFlatButton(name, tip);
        d->buttons.append({made, iconName});
        return made;
    };
    const auto column = [](const QString& title, const QList<QToolButton*>& tools, QWidget* body) {
        auto* page = new QWidget;
        auto* layout = new QVBoxLayout(page);
        layout->setContentsMargins(8, 4, 4, 4);
        layout->setSpacing(4);
        auto* head = new QHBoxLayout;
        auto* label = new QLabel(title);
        label->setProperty("muted", true);
        head->addWidget(label, 1);
        for (QToolButton* tool : tools)
            head->addWidget(tool);
        layout->addLayout(head);
        layout->addWidget(body, 1);
        return page;
    };

    d->list = new QTreeWidget;
    d->list->setAccessibleName(tr("Bookmarks of the run"));
    d->list->setHeaderLabels({tr("Time"), tr("Name")});
    d->list->setRootIsDecorated(false);
    d->list->setUniformRowHeights(true);
    d->list->setEditTriggers(QAbstractItemView::EditKeyPressed);
    d->list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    d->add = button("add", tr("Add a bookmark"), tr("Add a bookmark at the playhead (Ctrl+B)"));
    d->remove = button("delete", tr("Delete the bookmark"), tr("Delete the bookmark (Delete)"));
    d->toStory = button("chevron-right", tr("Add to the story"),
                        tr("Add a station to the story: this bookmark, as everything is looked at now"));

    d->story = new QListWidget;
    d->story->setAccessibleName(tr("Stations of the story"));
    d->play = button("play", tr("Tell the story"), tr("Tell the story from the chosen station"));
    d->up = button("chevron-up", tr("Earlier in the story"), tr("Earlier (Alt+Up)"));
    d->down = button("chevron-down", tr("Later in the story"), tr("Later (Alt+Down)"));
    d->view =
        button("eye", tr("Take the present view"),
               tr("Look at this station as everything is looked at now: drawing, selection, panel, time"));
    d->removeStation = button("delete", tr("Take out of the story"), tr("Take out of the story (Delete)"));

    auto* editor = new QWidget;
    auto* editorLayout = new QVBoxLayout(editor);
    editorLayout->setContentsMargins(0, 0, 4, 0);
    editorLayout->setSpacing(4);
    d->about = new QLabel;
    d->about->setProperty("muted", true);
    d->name = new QLineEdit;
    d->name->setPlaceholderText(tr("Name"));
    d->name->setAccessibleName(tr("Name of the bookmark"));
    d->text = new QPlainTextEdit;
    d->text->setTabChangesFocus(true);
    editorLayout->addWidget(d->name);
    editorLayout->addWidget(d->text, 1);

    auto* columns = new QSplitter;
    columns->setChildrenCollapsible(false);
    columns->addWidget(column(tr("Bookmarks"), {d->add, d->toStory, d->remove}, d->list));
    columns->addWidget(column(tr("Story"), {d->play, d->view, d->up, d->down, d->removeStation}, d->story));
    auto* right = new QWidget;
    auto* rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(8, 8, 4, 4);
    rightLayout->addWidget(d->about);
    rightLayout->addWidget(editor, 1);
    columns->addWidget(right);
    columns->setSizes({360, 320, 420});
    auto* begin = new QWidget;
    auto* beginLayout = new QVBoxLayout(begin);
    beginLayout->addWidget(
        new EmptyState(tr("No bookmarks yet"),
                       tr("Ctrl+B keeps the moment of the playhead with a name and a note. Put in order, "
                          "bookmarks tell the story of a run. Press play to start one.")));
    d->pages = new QStackedLayout(this);
    d->pages->addWidget(begin);
    d->pages->addWidget(columns);

    connect(d->add, &QToolButton::clicked, this, &BookmarksPanel::bookmarkWanted);
    connect(d->remove, &QToolButton::clicked, this, &BookmarksPanel::removeChosen);
    connect(d->toStory, &QToolButton::clicked, this, [this] { emit stationWanted(d->chosen()); });
    connect(d->list, &QTreeWidget::itemActivated, this, [this] { emit bookmarkActivated(d->chosen()); });
    connect(d->list, &QTreeWidget::currentItemChanged, this, [this] {
        if (d->filling)
            return;
        d->station = false;
        refreshEditor();
    });
    connect(d->list, &QTreeWidget::itemClicked, this, [this] {
        d->station = false;
        refreshEditor();
    });
    connect(d->list, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem* item, int) {
        if (d->filling)
            return;
        const Bookmark* bookmark = findBookmark(d->notes, item->data(0, Qt::UserRole).toUInt());
        if (!bookmark)
            return;
        Bookmark renamed = *bookmark;
        renamed.name = item->text(1).toStdString();
        change([&](RunNotes& notes) { changeBookmark(notes, renamed); });
    });
    connect(d->story, &QListWidget::currentRowChanged, this, [this](int row) {
        if (d->filling)
            return;
        d->station = row >= 0;
        refreshEditor();
    });
    connect(d->story, &QListWidget::itemClicked, this, [this] {
        d->station = true;
        refreshEditor();
    });
    connect(d->story, &QListWidget::itemActivated, this,
            [this] { emit storyWanted(d->story->currentRow()); });
    connect(d->play, &QToolButton::clicked, this,
            [this] { emit storyWanted(std::max(0, d->story->currentRow())); });
    connect(d->up, &QToolButton::clicked, this, [this] { moveStation(-1); });
    connect(d->down, &QToolButton::clicked, this, [this] { moveStation(1); });
    connect(d->view, &QToolButton::clicked, this, [this] { emit viewWanted(d->story->currentRow()); });
    connect(d->removeStation, &QToolButton::clicked, this, &BookmarksPanel::removeChosen);
    const auto key = [this](const QKeySequence& keys, QWidget* where, const std::function<void()>& run) {
        auto* shortcut = new QShortcut(keys, where);
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, run);
    };
    key(QKeySequence::Delete, d->list, [this] {
        d->station = false;
        removeChosen();
    });
    key(QKeySequence::Delete, d->story, [this] {
        d->station = true;
        removeChosen();
    });
    key(QKeySequence(Qt::ALT | Qt::Key_Up), d->story, [this] { moveStation(-1); });
    key(QKeySequence(Qt::ALT | Qt::Key_Down), d->story, [this] { moveStation(1); });
    connect(d->name, &QLineEdit::textEdited, this, [this](const QString& name) {
        const Bookmark* bookmark = findBookmark(d->notes, d->chosen());
        if (!bookmark || d->station)
            return;
        Bookmark renamed = *bookmark;
        renamed.name = name.toStdString();
        change([&](RunNotes& notes) { changeBookmark(notes, renamed); });
    });
    connect(d->text, &QPlainTextEdit::textChanged, this, [this] {
        if (d->filling)
            return;
        const std::string text = d->text->toPlainText().toStdString();
        if (d->station) {
            const auto row = static_cast<std::size_t>(d->story->currentRow());
            if (row < d->notes.story.size())
                change([&](RunNotes& notes) { notes.story[row].text = text; });
        } else if (const Bookmark* bookmark = findBookmark(d->notes, d->chosen())) {
            Bookmark noted = *bookmark;
            noted.note = text;
            change([&](RunNotes& notes) { changeBookmark(notes, noted); });
        }
    });
    setTheme(theme);
    refresh();
}

BookmarksPanel::~BookmarksPanel() = default;

void BookmarksPanel::setTheme(const Theme& theme) {
    for (const auto& [button, name] : std::as_const(d->buttons))
        button->setIcon(icon(name, theme));
}

void BookmarksPanel::setRun(bool there) {
    d->run = there;
    refresh();
}

void BookmarksPanel::setNotes(const RunNotes& notes) {
    if (notes == d->notes)
        return;
    d->notes = notes;
    refresh();
}

void BookmarksPanel::change(const std::function<void(RunNotes&)>& edit) {
    RunNotes notes = d->notes;
    edit(notes);
    setNotes(notes);
    emit edited(d->notes);
}

void BookmarksPanel::choose(BookmarkId id, bool rename) {
    for (int i = 0; i < d->list->topLevelItemCount(); ++i) {
        QTreeWidgetItem* item = d->list->topLevelItem(i);
        if (item->data(0, Qt::UserRole).toUInt() != id)
            continue;
        d->station = false;
        d->list->setCurrentItem(item);
        refreshEditor();
        if (rename) {
            d->name->setFocus(Qt::OtherFocusReason);
            d->name->selectAll();
        }
    }
}

void BookmarksPanel::setStation(std::optional<std::size_t> station) {
    d->told = station;
    if (station)
        d->station = true;
    refresh();
    if (station)
        d->story->setCurrentRow(static_cast<int>(*station));
}

void BookmarksPanel::removeChosen() {
    if (d->station) {
        const auto row = static_cast<std::size_t>(d->story->currentRow());
        if (row < d->notes.story.size())
            change([row](RunNotes& notes) {
                notes.story.erase(notes.story.begin() + static_cast<std::ptrdiff_t>(row));
            });
    } else if (const BookmarkId id = d->chosen(); id != 0) {
        change([id](RunNotes& notes) { removeBookmark(notes, id); });
    }
}

void BookmarksPanel::moveStation(int by) {
    const int row = d->story->currentRow();
    const int to = row + by;
    if (row < 0 || to < 0 || to >= d->story->count())
        return;
    change([&](RunNotes& notes) {
        moveStoryStep(notes, static_cast<std::size_t>(row), static_cast<std::size_t>(to));
    });
    d->story->setCurrentRow(to);
}

void BookmarksPanel::refresh() {
    d->filling = true;
    const BookmarkId chosen = d->chosen();
    const int row = d->story->currentRow();
    // What is only renamed keeps its line, so that typing a name does not rebuild the list under it.
    while (d->list->topLevelItemCount() > static_cast<int>(d->notes.bookmarks.size()))
        delete d->list->takeTopLevelItem(d->list->topLevelItemCount() - 1);
    for (std::size_t i = 0; i < d->notes.bookmarks.size(); ++i) {
        const Bookmark& bookmark = d->notes.bookmarks[i];
        QTreeWidgetItem* item = d->list->topLevelItem(static_cast<int>(i));
        if (!item)
            item = new QTreeWidgetItem(d->list);
        item->setText(0, eventwords::instant(bookmark.at));
        item->setFont(0, figureFont());
        item->setText(1, d->nameOf(bookmark));
        item->setToolTip(1, QString::fromStdString(bookmark.note));
        item->setData(0, Qt::UserRole, bookmark.id);
        item->setFlags(item->flags() | Qt::ItemIsEditable);
        if (bookmark.id == chosen || (chosen == 0 && i == 0))
            d->list->setCurrentItem(item);
    }
    while (d->story->count() > static_cast<int>(d->notes.story.size()))
        delete d->story->takeItem(d->story->count() - 1);
    for (std::size_t i = 0; i < d->notes.story.size(); ++i) {
        QListWidgetItem* item = d->story->item(static_cast<int>(i));
        if (!item)
            item = new QListWidgetItem(d->story);
        const Bookmark* bookmark = findBookmark(d->notes, d->notes.story[i].bookmark);
        QString text = tr("%1. %2").arg(i + 1).arg(bookmark ? d->nameOf(*bookmark) : QString());
        if (d->told == i)
            text += tr("  (now)");
        item->setText(text);
    }
    d->story->setCurrentRow(std::min(std::max(row, d->story->count() > 0 ? 0 : -1), d->story->count() - 1));
    d->filling = false;
    d->pages->setCurrentIndex(d->run || !d->notes.bookmarks.empty() ? 1 : 0);
    d->station = d->station && d->story->currentRow() >= 0;
    refreshEditor();
}

void BookmarksPanel::refreshEditor() {
    d->filling = true;
    const Bookmark* bookmark = findBookmark(d->notes, d->chosen());
    QString about = d->notes.bookmarks.empty() ? tr("Ctrl+B adds a bookmark at the playhead") : QString();
    QString text;
    if (d->station) {
        const auto row = static_cast<std::size_t>(d->story->currentRow());
        const StoryStep& step = d->notes.story[row];
        bookmark = findBookmark(d->notes, step.bookmark);
        about = tr("What is said at station %1").arg(row + 1);
        text = QString::fromStdString(step.text);
    } else if (bookmark) {
        about = tr("Bookmark at %1").arg(eventwords::instant(bookmark->at));
        text = QString::fromStdString(bookmark->note);
    }
    d->about->setText(about);
    d->name->setVisible(!d->station);
    d->name->setEnabled(bookmark);
    if (const QString name = bookmark ? QString::fromStdString(bookmark->name) : QString();
        d->name->text() != name)
        d->name->setText(name);
    d->text->setEnabled(bookmark || d->station);
    d->text->setAccessibleName(d->station ? tr("What is said at the station") : tr("Note on the bookmark"));
    d->text->setPlaceholderText(d->station && bookmark && !bookmark->note.empty()
                                    ? QString::fromStdString(bookmark->note)
                                : d->station ? tr("What is said here")
                                             : tr("Note"));
    if (d->text->toPlainText() != text)
        d->text->setPlainText(text);
    const int row = d->story->currentRow();
    d->add->setEnabled(d->run);
    d->remove->setEnabled(d->chosen() != 0);
    d->toStory->setEnabled(d->run && d->chosen() != 0);
    d->play->setEnabled(d->run && d->story->count() > 0);
    d->view->setEnabled(d->run && row >= 0);
    d->up->setEnabled(row > 0);
    d->down->setEnabled(row >= 0 && row + 1 < d->story->count());
    d->removeStation->setEnabled(row >= 0);
    d->filling = false;
}

}  // namespace sluice
