#include "widgets/canvas/canvasview.h"

#include <QAction>
#include <QApplication>
#include <QCursor>
#include <QMimeData>
#include <QPainter>

#include "core/diagram/catalogue.h"
#include "widgets/canvas/canvasaccessible.h"
#include "widgets/canvas/canvasviewprivate.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

constexpr int kStateStep = 500;  // ms between the states that reduced motion shows

}  // namespace

CanvasView::Private::Private(CanvasView* view, const Theme& initialTheme)
    : q(view),
      m_theme(&initialTheme),
      m_composer(initialTheme),
      m_rename(new InlineRename(view)),
      m_minimap(new Minimap(m_drawing, initialTheme, view)) {}

CanvasView::CanvasView(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(this, theme)) {
    installCanvasAccessibility();
    setAccessibleName(tr("Drawing"));
    setAccessibleDescription(
        tr("Tab goes through elements, groups and links, arrow keys move the selected ones"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAcceptDrops(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(240, 160);
    grabGesture(Qt::PinchGesture);
    connect(d->m_minimap, &Minimap::pointed, this, [this](const QPointF& scene) {
        d->m_viewport.centreOn(scene, size());
        d->viewportChanged();
    });
    d->m_stateStep.setParent(this);
    d->m_stateStep.setObjectName("stateStep");
    d->m_stateStep.setSingleShot(true);
    d->m_stateStep.setInterval(kStateStep);
    connect(&d->m_stateStep, &QTimer::timeout, this, [this] {
        if (std::exchange(d->m_stateWaits, false))
            d->showLatestState();
    });
    d->makeActions();
    d->updateActions();
    d->m_minimap->hide();
}

CanvasView::~CanvasView() {
    // Ending the edit of a name asks for the history.
    d->m_rename->end(false);
}

void CanvasView::setHistory(History* history) {
    if (d->m_history)
        disconnect(d->m_history, nullptr, this, nullptr);
    d->cancelGesture();
    d->m_rename->end(false);
    const bool another = std::exchange(d->m_history, history) != history;
    d->m_selection.clear();
    d->m_findings.clear();
    d->m_badges.clear();
    d->m_viewChosen = false;
    // Of the same one it has followed every change.
    if (another || !history)
        d->m_drawing.show(history ? &history->document() : nullptr);
    if (history) {
        connect(history, &History::changed, this,
                [this](const DocumentChange& change) { d->documentChanged(change); });
        connect(history, &History::undoChanged, this, [this] { d->updateActions(); });
        connect(history, &QObject::destroyed, this, [this] {
            d->m_history = nullptr;
            d->m_drawing.show(nullptr);
        });
    }
    d->setMode(Private::Mode::Select);
    d->m_minimap->drawingChanged();
    d->updateActions();
    fitAll();
    emit selectionChanged();
}

History* CanvasView::history() const {
    return d->m_history;
}

void CanvasView::setTheme(const Theme& theme) {
    d->m_theme = &theme;
    d->m_composer.setTheme(theme);
    d->m_minimap->setTheme(theme);
    update();
}

void CanvasView::setReducedMotion(bool reduced) {
    d->m_reducedMotion = reduced;
    if (!reduced)
        d->m_stateStep.stop();
    update();
}

void CanvasView::setReadOnly(bool readOnly) {
    d->m_readOnly = readOnly;
    d->cancelGesture();
    d->setMode(Private::Mode::Select);
    d->updateActions();
    update();
}

void CanvasView::setFindings(std::vector<SharedFindings> findings) {
    d->m_badges.clear();
    for (const SharedFindings& some : findings)
        addBadges(d->m_badges, *some);
    d->m_findings = std::move(findings);
    update();
}

void CanvasView::setGhosts(Ghosts ghosts) {
    d->m_ghosts = std::move(ghosts);
    update();
}

void CanvasView::chooseGhost(const Id& id) {
    const auto bounds = ghostBounds(d->m_ghosts, id, d->boundsOfDrawn());
    d->m_ghostChosen = bounds ? id : Id();
    if (bounds && !QRectF(rect()).adjusted(16, 16, -16, -16).contains(d->m_viewport.toView(*bounds))) {
        d->m_viewport.centreOn(bounds->center(), size());
        d->viewportChanged();
    }
    update();
}

void CanvasView::setCaptions(std::unordered_map<std::string, QString> captions) {
    if (captions == d->m_captions)
        return;
    d->m_captions = std::move(captions);
    update();
}

bool CanvasView::showsState() const {
    return d->m_state != nullptr;
}

void CanvasView::setRun(std::shared_ptr<const EntityTable> table, std::shared_ptr<const TraceStore> store) {
    d->m_table = std::move(table);
    d->m_store = std::move(store);
    d->m_state = nullptr;
    d->m_seenDeadLetters.clear();
    d->watchRun();
    update();
}

void CanvasView::showState(const SystemState* state) {
    d->m_state = state;
    if (d->m_stateStep.isActive() && state)
        d->m_stateWaits = true;
    else
        d->showLatestState();
}

void CanvasView::Private::showLatestState() {
    m_stateWaits = false;
    if (m_reducedMotion)
        m_stateStep.start();
    q->update();
}

const std::vector<Id>& CanvasView::selection() const {
    return d->m_selection;
}

void CanvasView::setSelection(std::vector<Id> ids) {
    std::erase_if(ids, [this](const Id& id) { return !d->m_drawing.contains(id); });
    d->select(std::move(ids));
}

double CanvasView::zoom() const {
    return d->m_viewport.zoom;
}

void CanvasView::setZoom(double zoom) {
    const QPointF pointer = mapFromGlobal(QCursor::pos());
    const QPointF anchor =
        d->m_pointerInside && rect().contains(pointer.toPoint()) ? pointer : QRectF(rect()).center();
    d->m_viewport.zoomTo(zoom, anchor);
    d->viewportChanged();
}

QPointF CanvasView::centre() const {
    return d->m_viewport.toScene(QRectF(rect()).center());
}

void CanvasView::lookAt(const QPointF& centre, double zoom) {
    PanZoom viewport = d->m_viewport;
    viewport.zoomTo(zoom, {});
    viewport.centreOn(centre, size());
    if (viewport == d->m_viewport)
        return;
    d->m_viewport = viewport;
    d->viewportChanged();
}

void CanvasView::fitAll() {
    const QRectF all = d->m_drawing.geometry().bounds();
    if (all.isNull()) {
        d->m_viewport.zoom = 1;
        d->m_viewport.centreOn({0, 0}, size());
    } else {
        d->m_viewport.fit(all, size());
    }
    d->viewportChanged();
    d->m_viewChosen = false;
}

void CanvasView::fitSelection() {
    const QRectF all = d->m_drawing.boundsOf(d->m_selection);
    if (all.isNull()) {
        fitAll();
        return;
    }
    d->m_viewport.fit(all, size(), 96, 2);
    d->viewportChanged();
}

bool CanvasView::Private::unfold(const Id& id) {
    const std::vector<Group>& groups = m_drawing.diagram().groups;
    const auto group =
        std::find_if(groups.begin(), groups.end(), [&](const Group& one) { return one.id == id; });
    if (group == groups.end() || !m_drawing.geometry().folds().isFolded(
                                     static_cast<std::size_t>(group - groups.begin()), m_viewport.zoom))
        return false;
    constexpr double kMargin = 48;  // pixels
    const QRectF place = m_drawing.boundsOf(id);
    m_viewport.fit(place, q->size(), kMargin, 2);
    if (m_viewport.zoom < GroupFolds::kOpensAt) {
        // Too large to be seen whole: from its beginning.
        m_viewport.zoom = GroupFolds::kOpensAt;
        m_viewport.origin = place.topLeft() - QPointF(kMargin, kMargin) / m_viewport.zoom;
    }
    viewportChanged();
    return true;
}

void CanvasView::reveal(const Id& id) {
    constexpr double kReadable = 0.5;  // zoom
    const int element = d->m_drawing.geometry().elementIndex(id);
    const bool folded = element >= 0 && d->m_drawing.geometry().folds().hidesElement(
                                            static_cast<std::size_t>(element), d->m_viewport.zoom);
    if (folded)
        d->m_viewport.zoomTo(kReadable, rect().center());
    const QRectF thing = d->m_viewport.toView(d->m_drawing.boundsOf(id));
    if (!d->m_drawing.contains(id) || (!folded && QRectF(rect()).adjusted(16, 16, -16, -16).contains(thing)))
        return;
    d->m_viewport.centreOn(d->m_drawing.boundsOf(id).center(), size());
    d->viewportChanged();
}

bool CanvasView::isPainted() const {
    return d->m_painted;
}

void CanvasView::setMinimapVisible(bool visible) {
    d->m_actions.at("view.minimap")->setChecked(visible);
    d->viewportChanged();
}

void CanvasView::setGridVisible(bool visible) {
    d->m_grid = visible;
    d->m_actions.at("view.grid")->setChecked(visible);
    update();
}

QList<QAction*> CanvasView::editActions() const {
    return d->m_editActions;
}

QList<QAction*> CanvasView::arrangeActions() const {
    return d->m_arrangeActions;
}

QList<QAction*> CanvasView::viewActions() const {
    return d->m_viewActions;
}

QAction* CanvasView::action(const QString& name) const {
    Q_ASSERT(d->m_actions.contains(name));
    return d->m_actions.at(name);
}

void CanvasView::beginPlacing(ElementKind kind) {
    if (!d->canEdit())
        return;
    d->m_placing = kind;
    d->setMode(Private::Mode::Place);
    setFocus(Qt::OtherFocusReason);
}

void CanvasView::beginPlacingGroup() {
    if (!d->canEdit())
        return;
    d->setMode(Private::Mode::PlaceGroup);
    setFocus(Qt::OtherFocusReason);
}

void CanvasView::beginConnecting() {
    if (!d->canEdit())
        return;
    d->setMode(Private::Mode::Connect);
    setFocus(Qt::OtherFocusReason);
}

void CanvasView::resizeEvent(QResizeEvent*) {
    d->layOutChildren();
    if (!d->m_viewChosen) {
        fitAll();
    } else {
        d->viewportChanged();
    }
}

void CanvasView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    d->paint(painter);
}

void CanvasView::Private::layOutChildren() {
    constexpr int kMargin = 12;
    m_minimap->move(q->width() - m_minimap->width() - kMargin, q->height() - m_minimap->height() - kMargin);
}

void CanvasView::Private::viewportChanged() {
    m_viewChosen = true;
    m_minimap->setVisiblePart(m_viewport.toScene(QRectF(q->rect())));
    showMinimap();
    m_rename->end(true);
    q->update();
    emit q->zoomChanged(m_viewport.zoom);
    emit q->viewChanged();
}

// A map of what is wholly in sight, or of nothing, would only lie in the way. Nor does it help with the room
// that a long name would take, or a badge.
void CanvasView::Private::showMinimap() {
    constexpr int kSlack = 40;  // pixels
    const QRectF all = m_drawing.geometry().bounds();
    const QRectF part = m_viewport.toScene(QRectF(q->rect().adjusted(-kSlack, -kSlack, kSlack, kSlack)));
    m_minimap->setVisible(m_actions.at("view.minimap")->isChecked() && !all.isNull() && !part.contains(all));
}

void CanvasView::Private::documentChanged(const DocumentChange& change) {
    // A gesture remembers places and bends of the document as it was when it began.
    cancelGesture();
    m_drawing.follow(change);
    if (m_mode == Mode::Connect && !m_connectFrom.empty() && !m_drawing.contains(m_connectFrom))
        setMode(Mode::Select);
    if (!m_drawing.contains(m_connectTarget))
        m_connectTarget.clear();
    if (change.everything) {
        m_selection.clear();
        emit q->selectionChanged();
        q->fitAll();
    } else if (std::erase_if(m_selection, [this](const Id& id) { return !m_drawing.contains(id); }) > 0) {
        emit q->selectionChanged();
    }
    // Who draws has chosen where to look.
    m_viewChosen = m_viewChosen || !change.everything;
    if (!m_hovered.empty() && !m_drawing.contains(m_hovered))
        m_hovered.clear();
    if (m_table)
        watchRun();
    m_minimap->drawingChanged();
    showMinimap();
    updateActions();
    q->update();
}

void CanvasView::Private::watchRun() {
    m_stateIndex = m_table ? StateIndex(m_drawing.diagram(), *m_table) : StateIndex();
    if (!m_store || !m_table) {
        m_composer.setLookup({});
        return;
    }
    m_composer.setLookup([this, store = m_store](MessageId id) {
        const auto info = store->message(id);
        return info ? m_stateIndex.lookOf(*info) : MessageLook();
    });
}

bool CanvasView::Private::isSelected(const Id& id) const {
    return std::find(m_selection.begin(), m_selection.end(), id) != m_selection.end();
}

void CanvasView::Private::select(std::vector<Id> ids) {
    if (ids == m_selection)
        return;
    m_selection = std::move(ids);
    // Looking at a dead-letter queue counts as having seen what is in it.
    if (m_state && m_table) {
        for (const Id& id : m_selection) {
            const EntityId entity = m_table->find(id);
            if (entity != kNoEntity && entity < m_state->entities.size())
                m_seenDeadLetters[id] = m_state->entities[entity].deadLettered;
        }
    }
    updateActions();
    q->update();
    emit q->statusMessage({});
    emit q->selectionChanged();
    announceSelection(*q);
}

bool CanvasView::Private::commit(const Result<Edit>& edit) {
    if (!canEdit())
        return false;
    const auto result = edit ? m_history->apply(*edit) : Result<void>(edit.error());
    if (!result) {
        hint(qtext(result.error().sentence), true);
        emit q->statusMessage(qtext(result.error().sentence));
    }
    return result.ok();
}

bool CanvasView::Private::insert(const Result<Insertion>& insertion) {
    if (!insertion) {
        commit(insertion.error());
        return false;
    }
    if (!commit(insertion->edit))
        return false;
    select(insertion->ids);
    return true;
}

void CanvasView::Private::hint(const QString& text, bool refused) {
    m_hint = text;
    m_hintRefused = refused;
    q->update();
}

}  // namespace sluice
