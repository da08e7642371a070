#pragma once

#include <QAction>
#include <QMenu>
#include <QMimeData>
#include <QPixmap>
#include <QPointer>
#include <QTimer>
#include <functional>
#include <map>
#include <optional>

#include "widgets/canvas/canvasview.h"
#include "widgets/canvas/gesture.h"
#include "widgets/canvas/inlinerename.h"
#include "widgets/canvas/minimap.h"
#include "widgets/paint/framecomposer.h"

namespace sluice {

/// What the canvas knows; its parts (input, keyboard, actions, painting) lie in sources of their own.
struct CanvasView::Private : CanvasHost {
    /// What the next click is for.
    enum class Mode : std::uint8_t { Select, Place, PlaceGroup, Connect };

    Private(CanvasView* view, const Theme& initialTheme);

    // CanvasHost
    const Document& document() const override { return m_history->document(); }
    Drawing& drawing() override { return m_drawing; }
    PanZoom& viewport() override { return m_viewport; }
    const std::vector<Id>& selection() const override { return m_selection; }
    void select(std::vector<Id> ids) override;
    bool commit(const Result<Edit>& edit) override;
    bool insert(const Result<Insertion>& insertion) override;
    void hint(const QString& text, bool refused = false) override;
    void offerTargets(const Id& from, const QPointF& scene) override;

    [[nodiscard]] bool canEdit() const { return m_history && !m_readOnly; }
    [[nodiscard]] bool isSelected(const Id& id) const;
    [[nodiscard]] PointerPlace placeOf(const QPointF& view, Qt::KeyboardModifiers modifiers) const {
        return {view, m_viewport.toScene(view), modifiers};
    }

    // canvasinput.cpp: the pointer
    void press(const PointerPlace& pointer);
    void pressToSelect(const PointerPlace& pointer);
    void drag(const PointerPlace& pointer);
    void release(const PointerPlace& pointer);
    void click(const PointerPlace& pointer);
    void hover(const PointerPlace& pointer);
    void begin(std::unique_ptr<Gesture> gesture);
    void cancelGesture();
    void addBend(const Id& link, const QPointF& scene);
    void showCursor();
    [[nodiscard]] MessageId messageAt(const QPointF& scene) const;

    // canvasdrop.cpp
    void dragOver(const QMimeData& data, const QPointF& view);

    // canvaskeys.cpp: the keyboard
    bool pressKey(const QKeyEvent& event);
    bool step(bool next);
    bool stepTarget(bool next);
    void nudge(const QPointF& direction, bool large);
    bool confirm();
    bool escape();
    void setMode(Mode mode);
    /// A free place for a new element: beside what is selected, else in the middle of the view.
    [[nodiscard]] QPointF freePlace(ElementKind kind) const;
    void placeAt(const QPointF& scene);
    void connectSelected();

    // canvasactions.cpp
    void makeActions();
    void updateActions();
    QAction* addAction(QList<QAction*>& list, const char* name, const QString& text,
                       const QList<QKeySequence>& keys, const std::function<void()>& run);
    QMenu* contextMenu();
    void copy();
    void cut();
    void paste();
    /// Many things are prepared in one turn of the event loop and put in in the next: neither holds the
    /// window up for long.
    void insertInTurn(const std::function<Insertion()>& prepare);
    void arrange();

    // canvasrename.cpp
    void rename(const Id& id);

    // canvaspaint.cpp
    void paint(QPainter& painter);
    void paintHint(QPainter& painter) const;
    void paintPorts(QPainter& painter) const;
    void paintGhost(QPainter& painter) const;
    void paintCaptions(QPainter& painter) const;
    [[nodiscard]] BoundsOf boundsOfDrawn() const {
        return [this](const Id& id) { return m_drawing.contains(id) ? m_drawing.boundsOf(id) : QRectF(); };
    }
    void paintBends(QPainter& painter) const;
    void paintEmpty(QPainter& painter) const;
    [[nodiscard]] Highlights highlights() const;
    [[nodiscard]] PaintOptions options() const;
    void paintDrawing(QPainter& painter);
    void paintPreview(QPainter& painter);
    const QPixmap& stillBackground(const Viewport& viewport, bool live);
    void paintStill(const QRectF& area, const Viewport& viewport, bool live);
    [[nodiscard]] Viewport frameViewport() const;
    /// `marks` must outlive the frame.
    [[nodiscard]] Frame frameWith(const Highlights& marks) const;

    // canvasitems.cpp
    QString toolTipAt(const QPointF& scene) const;
    /// Null without a run, or when the thing is not part of it.
    [[nodiscard]] const EntityState* stateOf(const Id& id) const;
    [[nodiscard]] QString kindOf(const Id& id) const;

    void documentChanged(const DocumentChange& change);
    void viewportChanged();
    /// Shows the members of a group that is folded at this zoom; false when the id is of none.
    bool unfold(const Id& id);
    void showMinimap();
    void layOutChildren();
    void watchRun();
    void showLatestState();

    CanvasView* q;
    const Theme* m_theme;
    History* m_history = nullptr;
    bool m_readOnly = false;
    Drawing m_drawing;
    PanZoom m_viewport;
    bool m_viewChosen = false;  ///< the view was moved by hand; until then a resize shows all again
    std::vector<Id> m_selection;

    Mode m_mode = Mode::Select;
    ElementKind m_placing = ElementKind::Service;
    Id m_connectFrom;    ///< Connect: where the link begins; empty: not chosen yet
    Id m_connectTarget;  ///< Connect: chosen with Tab

    std::unique_ptr<Gesture> m_gesture;
    std::optional<PointerPlace> m_pressed;
    Hit m_pressedOn;
    MessageId m_pressedMessage = 0;  ///< what a click would open: it may have moved on by the release
    bool m_wasSelected = false;      ///< what was pressed on, before the press
    Qt::MouseButton m_button = Qt::NoButton;
    bool m_spaceHeld = false;
    bool m_spaceUsed = false;
    QPointF m_pointer;  ///< view
    bool m_pointerInside = false;
    Id m_hovered;
    std::optional<ElementKind> m_dropping;
    QString m_hint;
    bool m_hintRefused = false;

    Ghosts m_ghosts;
    Id m_ghostChosen;
    std::unordered_map<std::string, QString> m_captions;
    std::vector<SharedFindings> m_findings;
    FindingBadges m_badges;

    std::shared_ptr<const EntityTable> m_table;
    std::shared_ptr<const TraceStore> m_store;
    const SystemState* m_state = nullptr;
    StateIndex m_stateIndex;
    bool m_reducedMotion = false;
    QTimer m_stateStep;  ///< runs while the next state has to wait for its turn
    bool m_stateWaits = false;
    std::unordered_map<std::string, std::uint64_t> m_seenDeadLetters;

    FrameComposer m_composer;
    std::uint64_t m_composed = 0;  ///< revision of the drawing that the composer's background shows
    bool m_painted = false;
    DiagramGeometry m_composedGeometry;  ///< as the composer's background was last told
    QPixmap m_still;                     ///< while a preview is shown: what it leaves alone
    Viewport m_stillView;
    bool m_stillLive = false;
    std::unordered_set<std::string> m_stillIds;

    InlineRename* m_rename;
    Minimap* m_minimap;
    bool m_grid = true;
    QList<QAction*> m_editActions;
    QList<QAction*> m_arrangeActions;
    QList<QAction*> m_viewActions;
    std::map<QString, QAction*> m_actions;
    int m_pasted = 0;  ///< pastes since the last copy, each a step further
    bool m_arranging = false;
};

}  // namespace sluice
