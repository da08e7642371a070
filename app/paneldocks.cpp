#include "app/paneldocks.h"

#include <QAction>
#include <QDockWidget>
#include <QLocale>
#include <QMainWindow>
#include <QSettings>
#include <QTimer>
#include <algorithm>

namespace sluice {

namespace {

constexpr int kLayoutVersion = 1;
constexpr int kLeftWidth = 200;
constexpr int kRightWidth = 300;
constexpr int kWideRightWidth = 360;
constexpr double kRightShare = 0.15;  ///< of a large window's width
constexpr int kBottomHeight = 160;
constexpr double kBottomShare = 0.19;  ///< of the window's height, for the panels below
constexpr double kDesignBottomShare =
    0.28;                        ///< where no timeline stands above them, and forms are among them
constexpr int kLowWindow = 900;  ///< a window of less height leaves what it can to the canvas
constexpr int kLayoutTime = 30;  // ms

/// Takes no room: a plain widget without a layout has no size to ask for, and QDockWidget minds.
class NoTitle : public QWidget {
public:
    using QWidget::QWidget;
    [[nodiscard]] QSize sizeHint() const override { return {0, 0}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, 0}; }
};

QString layoutKey(Mode mode) {
    return "layout/" + modeName(mode);
}

}  // namespace

PanelDocks::PanelDocks(QMainWindow& window, QSettings& settings)
    : QObject(&window), m_window(window), m_settings(settings) {
    window.setDockOptions(QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks |
                          QMainWindow::GroupedDragging);
    window.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    window.setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    window.setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    window.setDocumentMode(true);
    // Until the docks have their places, those behind tabs seem to be seen as well.
    m_makeSeen.setSingleShot(true);
    m_makeSeen.setInterval(0);
    connect(&m_makeSeen, &QTimer::timeout, this, &PanelDocks::makeSeen);
    m_sizing.setSingleShot(true);
    m_sizing.setInterval(kLayoutTime);
    connect(&m_sizing, &QTimer::timeout, this, &PanelDocks::giveSizes);
    // What a mode shows or hides within its panels changes how much they need at least, and with that what
    // could be restored at first.
    m_restoring.setSingleShot(true);
    m_restoring.setInterval(0);
    connect(&m_restoring, &QTimer::timeout, this, [this] {
        if (m_mode)
            m_window.restoreState(m_settings.value(layoutKey(*m_mode)).toByteArray(), kLayoutVersion);
    });
}

void PanelDocks::add(const PanelSpec& spec) {
    auto* dock = new QDockWidget(spec.title, &m_window);
    dock->setObjectName("dock." + spec.id);
    if (spec.fixed) {
        dock->setFeatures(QDockWidget::NoDockWidgetFeatures);
        dock->setTitleBarWidget(new NoTitle(dock));
    }
    m_window.addDockWidget(spec.area, dock);
    dock->hide();
    m_panels.push_back({spec, dock, nullptr});
    const auto changed = [this] {
        m_makeSeen.start();
        updateTitles();
    };
    connect(dock, &QDockWidget::visibilityChanged, this, changed);
    connect(dock, &QDockWidget::topLevelChanged, this, changed);
    connect(dock, &QDockWidget::dockLocationChanged, this, changed);
    // Qt closes what stands behind another's tab, but who chooses it there wants to see it.
    QAction* toggle = dock->toggleViewAction();
    disconnect(toggle, &QAction::triggered, dock, nullptr);
    connect(toggle, &QAction::triggered, this, [this, dock, id = spec.id] {
        if (isInSight(*dock))
            dock->close();
        else
            reveal(id);
        dock->toggleViewAction()->setChecked(!dock->isHidden());
    });
}

PanelDocks::Panel* PanelDocks::panelOf(const QString& id) {
    const auto it =
        std::find_if(m_panels.begin(), m_panels.end(), [&](const Panel& p) { return p.spec.id == id; });
    return it == m_panels.end() ? nullptr : &*it;
}

const PanelDocks::Panel* PanelDocks::panelOf(const QString& id) const {
    return const_cast<PanelDocks*>(this)->panelOf(id);
}

void PanelDocks::make(Panel& panel) {
    if (panel.widget)
        return;
    panel.widget = panel.spec.make();
    if (panel.spec.area == Qt::BottomDockWidgetArea && !panel.spec.fixed)
        panel.widget->setMinimumHeight(panel.spec.leastHeight);
    panel.dock->setWidget(panel.widget);
}

bool PanelDocks::isInSight(const QDockWidget& dock) const {
    // One behind another's tab counts as visible, but stands outside the window. Its visible region says
    // less: that of a dock whose panel paints all of it is empty.
    return dock.isVisible() && (dock.isFloating() || dock.geometry().intersects(m_window.rect()));
}

void PanelDocks::makeSeen() {
    for (Panel& panel : m_panels) {
        if (isInSight(*panel.dock))
            make(panel);
    }
}

void PanelDocks::updateTitles() {
    for (const Panel& panel : m_panels) {
        if (panel.spec.fixed)
            continue;
        // A panel among tabs is named by its tab; a second line with the same words would be noise.
        const bool bare = !panel.dock->isFloating() && !m_window.tabifiedDockWidgets(panel.dock).isEmpty();
        QWidget* title = panel.dock->titleBarWidget();
        if (bare && !title) {
            panel.dock->setTitleBarWidget(new NoTitle(panel.dock));
        } else if (!bare && title) {
            panel.dock->setTitleBarWidget(nullptr);
            title->deleteLater();
        }
    }
}

void PanelDocks::setDefault(Mode mode, const QStringList& ids) {
    m_defaults[static_cast<int>(mode)] = ids;
}

void PanelDocks::arrangeAsDefault() {
    const QStringList shown = m_defaults.value(static_cast<int>(*m_mode));
    QHash<int, QDockWidget*> fixed;
    QHash<int, QDockWidget*> first;
    for (const Panel& panel : m_panels) {
        const int area = panel.spec.area;
        if (panel.dock->isFloating())
            panel.dock->setFloating(false);
        if (panel.spec.fixed) {
            m_window.addDockWidget(panel.spec.area, panel.dock);
            fixed[area] = panel.dock;
        } else if (first.contains(area)) {
            m_window.tabifyDockWidget(first.value(area), panel.dock);
        } else {
            if (fixed.contains(area))
                m_window.splitDockWidget(fixed.value(area), panel.dock, Qt::Vertical);
            else
                m_window.addDockWidget(panel.spec.area, panel.dock);
            first[area] = panel.dock;
        }
        panel.dock->setVisible(shown.contains(panel.spec.id));
    }
    for (const QString& id : shown)
        panelOf(id)->dock->raise();
    // Once the docks have their places and the panels in front are made: a hidden one cannot be given a size.
    m_sizing.start();
}

void PanelDocks::giveSizes() {
    const QStringList shown = m_defaults.value(static_cast<int>(*m_mode));
    // Of those that share tabs, the last: it is in front.
    QHash<int, QDockWidget*> front;
    QList<QDockWidget*> fixed;
    QList<int> fixedHeights;
    for (const QString& id : shown) {
        const Panel* panel = panelOf(id);
        if (panel->spec.fixed) {
            fixed << panel->dock;
            fixedHeights << (m_window.height() < kLowWindow ? panel->widget->minimumSizeHint()
                                                            : panel->widget->sizeHint())
                                .height();
        } else {
            front[panel->spec.area] = panel->dock;
        }
    }
    if (QDockWidget* dock = front.value(Qt::LeftDockWidgetArea))
        m_window.resizeDocks({dock}, {kLeftWidth}, Qt::Horizontal);
    if (QDockWidget* dock = front.value(Qt::RightDockWidgetArea))
        m_window.resizeDocks({dock},
                             {std::clamp(int(kRightShare * m_window.width()), kRightWidth, kWideRightWidth)},
                             Qt::Horizontal);
    const double share = m_mode == Mode::Design ? kDesignBottomShare : kBottomShare;
    if (QDockWidget* dock = front.value(Qt::BottomDockWidgetArea))
        m_window.resizeDocks(fixed + QList{dock},
                             fixedHeights + QList{std::max(kBottomHeight, int(share * m_window.height()))},
                             Qt::Vertical);
}

void PanelDocks::enter(Mode mode) {
    if (m_mode == mode)
        return;
    remember();
    m_sizing.stop();
    m_restoring.stop();
    m_mode = mode;
    // Without its widget a panel that has no title has no size, and would never be seen.
    for (Panel& panel : m_panels) {
        if (panel.spec.fixed)
            make(panel);
    }
    const QByteArray state = m_settings.value(layoutKey(mode)).toByteArray();
    if (!state.isEmpty() && m_window.restoreState(state, kLayoutVersion))
        m_restoring.start();
    else
        arrangeAsDefault();
    updateTitles();
    m_makeSeen.start();
}

void PanelDocks::hideAll() {
    remember();
    m_sizing.stop();
    m_restoring.stop();
    m_mode.reset();
    for (const Panel& panel : m_panels)
        panel.dock->hide();
}

void PanelDocks::remember() {
    if (m_mode && !m_restoring.isActive())
        m_settings.setValue(layoutKey(*m_mode), m_window.saveState(kLayoutVersion));
}

void PanelDocks::resetLayout() {
    if (!m_mode)
        return;
    m_settings.remove(layoutKey(*m_mode));
    m_restoring.stop();
    arrangeAsDefault();
    updateTitles();
    m_makeSeen.start();
}

QWidget* PanelDocks::find(const QString& id) const {
    const Panel* panel = panelOf(id);
    return panel ? panel->widget : nullptr;
}

QWidget* PanelDocks::ensure(const QString& id) {
    Panel* panel = panelOf(id);
    Q_ASSERT(panel);
    make(*panel);
    return panel->widget;
}

QWidget* PanelDocks::reveal(const QString& id) {
    QWidget* widget = ensure(id);
    Panel* panel = panelOf(id);
    panel->dock->show();
    panel->dock->raise();
    return widget;
}

bool PanelDocks::isSeen(const QString& id) const {
    const Panel* panel = panelOf(id);
    return panel && panel->widget && panel->widget->isVisible() && isInSight(*panel->dock);
}

void PanelDocks::setCount(const QString& id, int count) {
    if (Panel* panel = panelOf(id))
        panel->dock->setWindowTitle(count > 0 ? tr("%1 %2").arg(panel->spec.title, QLocale().toString(count))
                                              : panel->spec.title);
}

QList<QAction*> PanelDocks::toggleActions() const {
    QList<QAction*> actions;
    for (const Panel& panel : m_panels) {
        if (!panel.spec.fixed)
            actions << panel.dock->toggleViewAction();
    }
    return actions;
}

QList<QWidget*> PanelDocks::visiblePanels() const {
    QList<QWidget*> seen;
    for (const Panel& panel : m_panels) {
        if (panel.widget && isInSight(*panel.dock))
            seen << panel.widget;
    }
    const auto place = [this](const QWidget* widget) {
        const QPoint at = widget->mapTo(&m_window, QPoint());
        return std::pair(at.x(), at.y());
    };
    std::sort(seen.begin(), seen.end(),
              [&](const QWidget* a, const QWidget* b) { return place(a) < place(b); });
    return seen;
}

}  // namespace sluice
