#pragma once

#include <QWidget>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/metrics/outcome.h"

class QLabel;
class QTreeWidget;

namespace sluice {

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

signals:
    /// The element or link that an expectation speaks of.
    void subjectActivated(const QString& id);

private:
    void show();

    const Theme* m_theme;
    std::vector<Judgement> m_judgements;
    bool m_judged = false;
    QString m_summary;
    QLabel* m_head;
    QTreeWidget* m_list;
};

}  // namespace sluice
