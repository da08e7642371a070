#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <functional>
#include <vector>

#include "app/headbar.h"

class QAction;
class QDockWidget;
class QMainWindow;
class QSettings;

namespace sluice {

/// One panel around the canvas.
struct PanelSpec {
    QString id;
    QString title;
    Qt::DockWidgetArea area = Qt::BottomDockWidgetArea;
    std::function<QWidget*()> make;  ///< called when the panel is first seen
    bool fixed = false;              ///< neither moved nor closed, and without a title
    int leastHeight =
        100;  ///< below the canvas, pixels: what it would like beyond that does not push the canvas
};

/// The panels around the canvas: made when they are first seen, arranged anew for each mode, and remembered.
/// Lives on the window's thread; owned by the main window.
class PanelDocks : public QObject {
    Q_OBJECT

public:
    PanelDocks(QMainWindow& window, QSettings& settings);

    void add(const PanelSpec& spec);
    /// Which panels a mode shows until the user arranges it differently; the last of each area is in front.
    void setDefault(Mode mode, const QStringList& ids);
    /// Remembers how the last mode was arranged, and arranges for this one.
    void enter(Mode mode);
    /// Nothing but the centre: nothing is open.
    void hideAll();
    /// Remembers the present arrangement.
    void remember();
    /// As the mode was at first.
    void resetLayout();

    /// Null until it was seen.
    [[nodiscard]] QWidget* find(const QString& id) const;
    /// Makes it if need be, without showing it.
    QWidget* ensure(const QString& id);
    /// Makes it if need be, shows it and brings it to the front.
    QWidget* reveal(const QString& id);
    [[nodiscard]] bool isSeen(const QString& id) const;
    /// Every panel has its place, and those that can be seen are made.
    [[nodiscard]] bool isSettled() const {
        return !m_makeSeen.isActive() && !m_sizing.isActive() && !m_restoring.isActive();
    }
    /// "Findings 3" on its tab; 0 for none.
    void setCount(const QString& id, int count);
    [[nodiscard]] QList<QAction*> toggleActions() const;
    /// The panels that can be seen now, from the left to the right and from the top down.
    [[nodiscard]] QList<QWidget*> visiblePanels() const;

private:
    struct Panel {
        PanelSpec spec;
        QDockWidget* dock = nullptr;
        QWidget* widget = nullptr;
    };

    [[nodiscard]] Panel* panelOf(const QString& id);
    [[nodiscard]] const Panel* panelOf(const QString& id) const;
    [[nodiscard]] bool isInSight(const QDockWidget& dock) const;
    void make(Panel& panel);
    void makeSeen();
    void updateTitles();
    void arrangeAsDefault();
    void giveSizes();

    QMainWindow& m_window;
    QSettings& m_settings;
    std::vector<Panel> m_panels;
    QHash<int, QStringList> m_defaults;
    std::optional<Mode> m_mode;
    QTimer m_makeSeen;
    QTimer m_sizing;     ///< until the docks can be given the sizes of the default arrangement
    QTimer m_restoring;  ///< until they can be given those that were remembered
};

}  // namespace sluice
