#pragma once

#include <QList>
#include <QWidget>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/review/finding.h"
#include "core/trace/tracestore.h"
#include "widgets/canvas/ghosts.h"
#include "widgets/editing/history.h"

class QAction;
class QMenu;

namespace sluice {

struct Theme;

/// The drawing: shows a document, lets it be edited with mouse and keyboard, and shows the state of a run on
/// it. Every change is one edit of the history. Lives on the window's thread; owned by the window.
class CanvasView : public QWidget {
    Q_OBJECT

public:
    explicit CanvasView(const Theme& theme, QWidget* parent = nullptr);
    ~CanvasView() override;

    /// The document that is shown and edited; null shows nothing. Not owned; must outlive its being shown.
    void setHistory(History* history);
    [[nodiscard]] History* history() const;
    void setTheme(const Theme& theme);
    /// States are shown in steps, two a second at most: nothing glides.
    void setReducedMotion(bool reduced);
    /// While a run or a watch is shown, the drawing can be looked at and selected but not changed.
    void setReadOnly(bool readOnly);

    /// Badges at the elements and links that findings speak of.
    void setFindings(std::vector<SharedFindings> findings);

    /// What is there and not drawn, over the drawing; none as a rule.
    void setGhosts(Ghosts ghosts);
    /// Marks that one and scrolls to it; an unknown id marks none.
    void chooseGhost(const Id& id);
    /// Short words below elements of the drawing, by id, while a run or a watch is shown.
    void setCaptions(std::unordered_map<std::string, QString> captions);

    /// What the numbers of the states to come stand for; null for both ends the showing of a run.
    void setRun(std::shared_ptr<const EntityTable> table, std::shared_ptr<const TraceStore> store);
    /// The state at the playhead, once a frame; null: none. Not owned, read before this returns or painted
    /// next, so it has to live until the next call.
    void showState(const SystemState* state);
    [[nodiscard]] bool showsState() const;

    /// Elements, links and groups, in the order in which they were selected.
    [[nodiscard]] const std::vector<Id>& selection() const;
    void setSelection(std::vector<Id> ids);

    /// What can be chosen with Tab, in that order: elements, then groups, then links.
    [[nodiscard]] int itemCount() const;
    /// `index` from 0 to itemCount() - 1.
    [[nodiscard]] Id itemAt(int index) const;
    /// -1 when there is no such thing.
    [[nodiscard]] int indexOf(const Id& id) const;
    /// Its name; links are called by their ends.
    [[nodiscard]] QString nameAt(int index) const;
    /// Its kind, its state in the run and what the findings say of it, in words.
    [[nodiscard]] QString describe(const Id& id) const;
    /// What lies under a point of the widget; empty: nothing.
    [[nodiscard]] Id itemUnder(const QPoint& point) const;
    /// Where it is on the widget, whether or not that can be seen.
    [[nodiscard]] QRect placeOf(const Id& id) const;

    /// 1: a canvas unit is a pixel. Between 0.005 and 8.
    [[nodiscard]] double zoom() const;
    void setZoom(double zoom);
    /// Canvas units: what stands in the middle of the widget.
    [[nodiscard]] QPointF centre() const;
    /// Shows that point in the middle, that large; stays so when the widget is resized.
    void lookAt(const QPointF& centre, double zoom);
    /// Shows the whole drawing, and goes on to do so when the widget is resized, until the view is moved.
    void fitAll();
    void fitSelection();
    /// Scrolls, without zooming, until the thing can be seen.
    void reveal(const Id& id);

    /// Whether all of the drawing in sight has been painted as it is, and not yet some of it as it was.
    [[nodiscard]] bool isPainted() const;

    void setMinimapVisible(bool visible);
    void setGridVisible(bool visible);

    /// Cut, copy, paste, align, group, zoom and all else that can be done here, for menus, tool bars and the
    /// command palette; enabled as the selection allows. The object name of each is stable ("edit.copy").
    [[nodiscard]] QList<QAction*> editActions() const;     ///< undo, redo, clipboard, delete, select, rename
    [[nodiscard]] QList<QAction*> arrangeActions() const;  ///< align, distribute, order, group, arrange
    [[nodiscard]] QList<QAction*> viewActions() const;     ///< zoom, fit, minimap, grid
    /// By object name; asserts that there is one.
    [[nodiscard]] QAction* action(const QString& name) const;

    /// The next click places an element of that kind (Shift: and goes on placing).
    void beginPlacing(ElementKind kind);
    void beginPlacingGroup();
    /// The next drag or two clicks connect.
    void beginConnecting();

signals:
    void selectionChanged();
    /// A token or a message standing in a queue was clicked.
    void messageActivated(sluice::MessageId message);
    /// Enter, or a double click that does not rename: its properties are wanted.
    void elementActivated(const std::string& id);
    /// A ghost was clicked.
    void ghostChosen(const std::string& id);
    /// The menu of that element, link or group is about to be shown: more may be added to it.
    void menuOpening(QMenu* menu, const std::string& id);
    /// The space bar was tapped, not held for panning: play or pause.
    void spaceTapped();
    /// A sentence for the status bar; empty when it no longer holds.
    void statusMessage(const QString& text);
    void zoomChanged(double zoom);
    /// Another part of the drawing is shown, or at another zoom.
    void viewChanged();

protected:
    bool event(QEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
