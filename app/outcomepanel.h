#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/metrics/outcome.h"

class QLabel;
class QTreeWidget;

namespace sluice {

class RangeChip;
struct Theme;

/// What the scenario expected and what came of it: met or not, in sentences. Lives on the window's thread;
/// owned by its dock.
class OutcomePanel : public QWidget {
    Q_OBJECT

public:
    explicit OutcomePanel(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Nothing has come of it yet. `diagram` has the names; may be null.
    void expect(const std::vector<Expectation>& expectations, const Diagram* diagram);
    void setJudgements(const std::vector<Judgement>& judgements, const QString& summary);
    /// The part of the run that is selected, and what came of the expectations there: shown in place of the
    /// whole run's. Nothing: the whole run; without judgements they are not known yet.
    void setPart(const std::optional<TimeRange>& range,
                 const std::optional<std::vector<Judgement>>& judgements, const QString& summary);

signals:
    /// The element or link that an expectation speaks of.
    void subjectActivated(const QString& id);
    /// The whole run is wanted again.
    void rangeCleared();

private:
    void show();
    void addRow(const Judgement& judgement, bool judged);

    const Theme* m_theme;
    std::vector<Judgement> m_judgements;
    bool m_judged = false;
    QString m_summary;
    std::optional<TimeRange> m_range;
    std::optional<std::vector<Judgement>> m_part;
    QString m_partSummary;
    QLabel* m_head;
    RangeChip* m_chip;
    QTreeWidget* m_list;
};

}  // namespace sluice
