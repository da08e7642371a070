// What can be done on the canvas as actions: for menus, the command palette, the context menu and shortcuts.
#include <QApplication>
#include <QClipboard>

#include "core/diagram/catalogue.h"
#include "core/diagram/file.h"
#include "widgets/canvas/canvasviewprivate.h"
#include "widgets/canvas/snapping.h"
#include "widgets/editing/arrangement.h"
#include "widgets/editing/clipboard.h"
#include "widgets/editing/copiedparts.h"
#include "widgets/editing/edits.h"
#include "widgets/editing/layout.h"
#include "widgets/editing/wording.h"
#include "widgets/work/inbackground.h"

namespace sluice {

namespace {

constexpr std::size_t kInsertedAtOnce = 500;  // things: prepared and put in within 10 ms
constexpr qsizetype kReadAtOnce = 64 * 1024;  // bytes: some 300 elements, read in 3 ms

}  // namespace

QAction* CanvasView::Private::addAction(QList<QAction*>& list, const char* name, const QString& text,
                                        const QList<QKeySequence>& keys, const std::function<void()>& run) {
    auto* action = new QAction(text, q);
    action->setObjectName(QLatin1String(name));
    action->setShortcuts(keys);
    // Fields elsewhere in the window have their own copy, paste and delete.
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QObject::connect(action, &QAction::triggered, q, [run] { run(); });
    list << action;
    q->addAction(action);
    m_actions[action->objectName()] = action;
    return action;
}

void CanvasView::Private::makeActions() {
    const auto edit = [this](const char* name, const QString& text, const QList<QKeySequence>& keys,
                             const std::function<void()>& run) {
        return addAction(m_editActions, name, text, keys, run);
    };
    edit("edit.undo", CanvasView::tr("Undo"), {QKeySequence::Undo}, [this] {
        m_history->undo();
    })->setShortcutContext(Qt::WindowShortcut);
    edit("edit.redo", CanvasView::tr("Redo"), {QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")}, [this] {
        m_history->redo();
    })->setShortcutContext(Qt::WindowShortcut);
    edit("edit.cut", CanvasView::tr("Cut"), {QKeySequence::Cut}, [this] { cut(); });
    edit("edit.copy", CanvasView::tr("Copy"), {QKeySequence::Copy}, [this] { copy(); });
    edit("edit.paste", CanvasView::tr("Paste"), {QKeySequence::Paste}, [this] { paste(); });
    edit("edit.duplicate", CanvasView::tr("Duplicate"), {QKeySequence("Ctrl+D")}, [this] {
        insertInTurn([this, chosen = m_selection] { return duplicateItems(document(), chosen); });
    });
    edit("edit.delete", CanvasView::tr("Delete"),
         {QKeySequence(Qt::Key_Delete), QKeySequence(Qt::Key_Backspace)},
         [this] { commit(deleteItems(document(), m_selection)); });
    edit("edit.selectAll", CanvasView::tr("Select all"), {QKeySequence::SelectAll}, [this] {
        std::vector<Id> ids;
        for (const Group& group : m_drawing.diagram().groups)
            ids.push_back(group.id);
        for (const Element& element : m_drawing.diagram().elements)
            ids.push_back(element.id);
        for (const Link& link : m_drawing.diagram().links)
            ids.push_back(link.id);
        select(std::move(ids));
    });
    edit("edit.rename", CanvasView::tr("Rename"), {QKeySequence(Qt::Key_F2)},
         [this] { rename(m_selection.front()); });
    edit("edit.connect", CanvasView::tr("Connect"), {QKeySequence(Qt::Key_L)}, [this] { connectSelected(); });
    edit("edit.reverse", CanvasView::tr("Reverse link"), {},
         [this] { commit(reverseLink(document(), m_selection.front())); });
    edit("edit.straighten", CanvasView::tr("Remove bends"), {},
         [this] { commit(setBends(document(), m_selection.front(), {})); });

    const auto align = [this](const char* name, const QString& text, const char* keys, Alignment alignment) {
        addAction(m_arrangeActions, name, text, {QKeySequence(QLatin1String(keys))},
                  [this, alignment] { commit(alignItems(document(), m_selection, alignment)); });
    };
    align("arrange.left", CanvasView::tr("Align left"), "Alt+A", Alignment::Left);
    align("arrange.centre", CanvasView::tr("Align centres"), "Alt+C", Alignment::Centre);
    align("arrange.right", CanvasView::tr("Align right"), "Alt+D", Alignment::Right);
    align("arrange.top", CanvasView::tr("Align top"), "Alt+W", Alignment::Top);
    align("arrange.middle", CanvasView::tr("Align middles"), "Alt+M", Alignment::Middle);
    align("arrange.bottom", CanvasView::tr("Align bottom"), "Alt+S", Alignment::Bottom);
    const auto arrangement = [this](const char* name, const QString& text, const char* keys,
                                    const std::function<void()>& run) {
        addAction(m_arrangeActions, name, text, {QKeySequence(QLatin1String(keys))}, run);
    };
    arrangement("arrange.distributeHorizontally", CanvasView::tr("Distribute horizontally"), "Alt+Shift+H",
                [this] { commit(distributeItems(document(), m_selection, true)); });
    arrangement("arrange.distributeVertically", CanvasView::tr("Distribute vertically"), "Alt+Shift+V",
                [this] { commit(distributeItems(document(), m_selection, false)); });
    arrangement("arrange.front", CanvasView::tr("Bring to front"), "Ctrl+Shift+]",
                [this] { commit(bringToFront(document(), m_selection)); });
    arrangement("arrange.back", CanvasView::tr("Send to back"), "Ctrl+Shift+[",
                [this] { commit(sendToBack(document(), m_selection)); });
    arrangement("arrange.group", CanvasView::tr("Group"), "Ctrl+G",
                [this] { insert(groupItems(document(), m_selection)); });
    arrangement("arrange.ungroup", CanvasView::tr("Ungroup"), "Ctrl+Shift+G",
                [this] { commit(ungroupItems(document(), m_selection)); });
    arrangement("arrange.layout", CanvasView::tr("Arrange automatically"), "Ctrl+Shift+A",
                [this] { arrange(); });

    const auto look = [this](const char* name, const QString& text, const QList<QKeySequence>& keys,
                             const std::function<void()>& run) {
        return addAction(m_viewActions, name, text, keys, run);
    };
    const auto zoomBy = [this](double factor) { q->setZoom(m_viewport.zoom * factor); };
    look("view.zoomIn", CanvasView::tr("Zoom in"),
         {QKeySequence("Ctrl++"), QKeySequence("Ctrl+="), QKeySequence("+"), QKeySequence("=")},
         [zoomBy] { zoomBy(1.25); });
    look("view.zoomOut", CanvasView::tr("Zoom out"), {QKeySequence("Ctrl+-"), QKeySequence("-")},
         [zoomBy] { zoomBy(0.8); });
    look("view.zoom100", CanvasView::tr("Actual size"), {QKeySequence("Ctrl+0")}, [this] { q->setZoom(1); });
    look("view.fitAll", CanvasView::tr("Fit all"), {QKeySequence("F"), QKeySequence("Shift+1")},
         [this] { q->fitAll(); });
    look("view.fitSelection", CanvasView::tr("Fit selection"),
         {QKeySequence("Shift+2"), QKeySequence("Shift+F")}, [this] { q->fitSelection(); });
    QAction* minimap = look("view.minimap", CanvasView::tr("Minimap"), {QKeySequence("M")},
                            [this] { q->setMinimapVisible(m_actions.at("view.minimap")->isChecked()); });
    minimap->setCheckable(true);
    minimap->setChecked(true);
    QAction* grid = look("view.grid", CanvasView::tr("Grid"), {QKeySequence("G")},
                         [this] { q->setGridVisible(m_actions.at("view.grid")->isChecked()); });
    grid->setCheckable(true);
    grid->setChecked(true);
}

void CanvasView::Private::updateActions() {
    const Diagram& diagram = m_drawing.diagram();
    std::size_t movable = 0;
    std::size_t groups = 0;
    for (const Id& id : m_selection) {
        const bool element = m_drawing.geometry().elementIndex(id) >= 0;
        const bool link = !element && m_drawing.geometry().linkIndex(id) >= 0;
        movable += link ? 0 : 1;
        groups += element || link ? 0 : 1;
    }
    const bool one = m_selection.size() == 1;
    const Link* link = one ? diagram.findLink(m_selection.front()) : nullptr;
    const bool any = !m_selection.empty();
    const bool can = canEdit();
    const auto enable = [this](const char* name, bool enabled) { m_actions.at(name)->setEnabled(enabled); };
    enable("edit.undo", can && m_history->canUndo());
    enable("edit.redo", can && m_history->canRedo());
    m_actions.at("edit.undo")->setText(m_history ? m_history->undoText() : CanvasView::tr("Undo"));
    m_actions.at("edit.redo")->setText(m_history ? m_history->redoText() : CanvasView::tr("Redo"));
    enable("edit.cut", can && movable > 0);
    enable("edit.copy", movable > 0);
    enable("edit.paste", can);
    enable("edit.duplicate", can && movable > 0);
    enable("edit.delete", can && any);
    enable("edit.selectAll", !diagram.elements.empty() || !diagram.groups.empty());
    enable("edit.rename", can && one);
    enable("edit.connect", can && diagram.elements.size() > 1);
    enable("edit.reverse", can && link);
    enable("edit.straighten", can && link && !link->bends.empty());
    for (const char* name : {"arrange.left", "arrange.centre", "arrange.right", "arrange.top",
                             "arrange.middle", "arrange.bottom"})
        enable(name, can && movable > 1);
    enable("arrange.distributeHorizontally", can && movable > 2);
    enable("arrange.distributeVertically", can && movable > 2);
    enable("arrange.front", can && movable > 0);
    enable("arrange.back", can && movable > 0);
    enable("arrange.group", can && movable > 0);
    enable("arrange.ungroup", can && groups > 0);
    enable("arrange.layout", can && diagram.elements.size() > 1 && !m_arranging);
    enable("view.fitSelection", any);
}

QMenu* CanvasView::Private::contextMenu() {
    auto* menu = new QMenu(q);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const char* name) {
        QAction* action = m_actions.at(name);
        if (action->isEnabled())
            menu->addAction(action);
    };
    if (m_selection.empty()) {
        add("edit.paste");
        add("edit.selectAll");
        menu->addSeparator();
        add("arrange.layout");
        add("view.fitAll");
        return menu;
    }
    if (m_selection.size() == 1) {
        const Id id = m_selection.front();
        QObject::connect(menu->addAction(CanvasView::tr("Properties")), &QAction::triggered, q,
                         [this, id] { emit q->elementActivated(id); });
        add("edit.rename");
        add("edit.connect");
        add("edit.reverse");
        add("edit.straighten");
        if (const Link* link = m_drawing.diagram().findLink(id); link && canEdit()) {
            const Element* from = document().findElement(link->from);
            const Element* to = document().findElement(link->to);
            const auto kinds = possibleLinks(*from, *to);
            if (kinds.size() > 1) {
                QMenu* kindMenu = menu->addMenu(CanvasView::tr("Kind"));
                for (const LinkKind kind : kinds) {
                    QAction* action = kindMenu->addAction(labelOf(kind));
                    action->setCheckable(true);
                    action->setChecked(kind == link->kind);
                    QObject::connect(action, &QAction::triggered, q,
                                     [this, id, kind] { commit(setLinkKind(document(), id, kind)); });
                }
            }
        }
        menu->addSeparator();
    }
    for (const char* name : {"edit.cut", "edit.copy", "edit.paste", "edit.duplicate", "edit.delete"})
        add(name);
    menu->addSeparator();
    if (m_actions.at("arrange.left")->isEnabled()) {
        QMenu* alignMenu = menu->addMenu(CanvasView::tr("Align and distribute"));
        for (QAction* action : m_arrangeActions) {
            const QString name = action->objectName();
            const bool other = name == "arrange.front" || name == "arrange.back" || name == "arrange.group" ||
                               name == "arrange.ungroup";
            if (action->isEnabled() && !other)
                alignMenu->addAction(action);
        }
    }
    for (const char* name : {"arrange.group", "arrange.ungroup", "arrange.front", "arrange.back"})
        add(name);
    menu->addSeparator();
    add("view.fitSelection");
    return menu;
}

void CanvasView::Private::copy() {
    Diagram excerpt = excerptOf(m_drawing.diagram(), m_selection);
    if (excerpt.elements.empty() && excerpt.groups.empty())
        return;
    QApplication::clipboard()->setMimeData(new CopiedParts(std::move(excerpt)));
    m_pasted = 0;
}

void CanvasView::Private::cut() {
    copy();
    Edit edit = deleteItems(document(), withContents(document().diagram(), m_selection));
    edit.label = CanvasView::tr("Cut %1").arg(subjectOf(document().diagram(), m_selection)).toStdString();
    commit(edit);
}

void CanvasView::Private::paste() {
    const QMimeData* data = QApplication::clipboard()->mimeData();
    const bool atPointer = m_pointerInside && q->rect().contains(m_pointer.toPoint());
    QPointF place = m_viewport.toScene(atPointer ? m_pointer : QRectF(q->rect()).center());
    const double further = m_pasted++ * 2 * kGridStep;
    place = {snapped(place.x(), kGridStep) + further, snapped(place.y(), kGridStep) + further};
    const Point centre{place.x(), place.y()};
    if (const auto* copied = qobject_cast<const CopiedParts*>(data)) {
        insertInTurn([this, excerpt = copied->excerpt(), centre] {
            return insertDiagram(document(), *excerpt, centre);
        });
        return;
    }
    const QByteArray text = !data                           ? QByteArray()
                            : data->hasFormat(kDiagramMime) ? data->data(kDiagramMime)
                                                            : data->text().toUtf8();
    const auto read = [text] {
        return parseDiagram(std::string_view(text.constData(), std::size_t(text.size())));
    };
    const auto put = [this, centre](Result<LoadedDiagram> loaded) {
        // The drawing may have been closed meanwhile.
        if (!canEdit())
            return;
        if (!loaded || (loaded->diagram.elements.empty() && loaded->diagram.groups.empty()))
            emit q->statusMessage(CanvasView::tr("The clipboard holds no part of a drawing"));
        else
            insertInTurn([this, excerpt = std::make_shared<const Diagram>(std::move(loaded->diagram)),
                          centre] { return insertDiagram(document(), *excerpt, centre); });
    };
    if (text.size() <= kReadAtOnce)
        put(read());
    else
        inBackground(q, read, put);
}

void CanvasView::Private::insertInTurn(const std::function<Insertion()>& prepare) {
    Insertion prepared = prepare();
    if (prepared.edit.changes.size() <= kInsertedAtOnce) {
        insert(prepared);
        return;
    }
    const std::uint64_t revision = document().revision();
    QMetaObject::invokeMethod(
        q,
        [this, prepare, prepared = std::move(prepared), revision] {
            // The drawing may have been closed or changed meanwhile.
            if (canEdit())
                insert(document().revision() == revision ? prepared : prepare());
        },
        Qt::QueuedConnection);
}

void CanvasView::Private::arrange() {
    m_arranging = true;
    updateActions();
    emit q->statusMessage(CanvasView::tr("Arranging"));
    const std::uint64_t revision = document().revision();
    inBackground(
        q,
        [snapshot = document().snapshot(), selection = m_selection] {
            return arrangeDiagram(*snapshot, selection);
        },
        [this, revision](const Result<Edit>& arranged) {
            m_arranging = false;
            updateActions();
            emit q->statusMessage({});
            // An edit made meanwhile wins.
            if (m_history && document().revision() == revision && commit(arranged))
                q->fitAll();
        });
}

void CanvasView::Private::offerTargets(const Id& from, const QPointF& scene) {
    const Element* source = document().findElement(from);
    if (!source)
        return;
    auto* menu = new QMenu(q);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int i = 0; i < kElementKindCount; ++i) {
        Element target;
        target.kind = static_cast<ElementKind>(i);
        const auto link = inferLink(*source, target);
        if (!link)
            continue;
        QAction* action =
            menu->addAction(QStringLiteral("%1 → %2").arg(labelOf(*link), labelOf(target.kind)));
        const Point place{snapped(scene.x(), kGridStep), snapped(scene.y(), kGridStep)};
        QObject::connect(action, &QAction::triggered, q, [this, from, place, kind = target.kind] {
            const auto placed = placeConnected(document(), from, kind, place);
            if (insert(placed))
                select({placed->ids.front()});
        });
    }
    menu->popup(q->mapToGlobal(m_viewport.toView(scene).toPoint()));
}

}  // namespace sluice
