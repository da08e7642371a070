#pragma once

#include <QWidget>
#include <memory>

#include "core/live/drift.h"
#include "core/review/finding.h"

class QLabel;
class QPushButton;
class QStackedLayout;
class QTreeWidget;

namespace sluice {

/// How the drawing and the broker differ, difference by difference; each can be taken over into the drawing
/// or onto the broker, alone or with others. On the window's thread; owned by its dock.
class DriftPanel : public QWidget {
    Q_OBJECT

public:
    explicit DriftPanel(QWidget* parent = nullptr);

    /// Null: nobody has compared yet.
    void setDrift(std::shared_ptr<const Diagram> found, std::vector<Drift> drifts);
    [[nodiscard]] const std::vector<Drift>& drifts() const { return m_drifts; }
    /// The chosen ones; all where none is chosen.
    [[nodiscard]] std::vector<Drift> chosen() const;
    /// Chooses one by its place and shows it in the list.
    void choose(std::size_t index);
    /// So many of those that are not drawn have no ghost on the drawing.
    void setUnshown(std::size_t elements);

signals:
    void subjectActivated(const std::string& id);
    /// One was chosen, by its place.
    void driftChosen(std::size_t index);
    void takeOverWanted();
    void compareWanted();
    /// The broker is to have what is drawn: in what is chosen.
    void planWanted();

private:
    void refresh();
    void showMenu(const QPoint& at);

    std::shared_ptr<const Diagram> m_found;
    std::vector<Drift> m_drifts;
    QStackedLayout* m_pages;
    QLabel* m_empty;
    QTreeWidget* m_list;
    QPushButton* m_take;
    QPushButton* m_apply;
    QLabel* m_unshown;
};

/// "Not on the broker", "Not drawn", "Set differently".
QString kindWords(Drift::Kind kind);
/// A difference's two sides: what the drawing says, what the broker has; dashes for nothing.
std::pair<QString, QString> sidesOf(const Drift& drift);
/// What the drawing shows of them: marks at what is drawn. What is only on the broker stands there as
/// ghosts.
std::vector<Finding> findingsOf(const std::vector<Drift>& drifts);

}  // namespace sluice
