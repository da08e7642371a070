#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/review/finding.h"
#include "widgets/editing/history.h"

namespace sluice {

struct Theme;

/// What a reviewer would say about the document, kept up to date after edits on a thread of its own. Lives on
/// the window's thread; owned by the window.
class FindingsPanel : public QWidget {
    Q_OBJECT

public:
    explicit FindingsPanel(const Theme& theme, QWidget* parent = nullptr);
    ~FindingsPanel() override;

    /// Not owned; null empties the panel.
    void setHistory(History* history);
    void setTheme(const Theme& theme);
    [[nodiscard]] const std::vector<Finding>& findings() const;
    /// The same; never null.
    [[nodiscard]] SharedFindings sharedFindings() const;
    /// Only those that speak of one of these; empty: all.
    void setFilter(const std::vector<Id>& ids);

signals:
    /// New findings: for badges and for the count on the panel's tab.
    void findingsChanged();
    /// A finding was activated: what it speaks of should be selected and shown.
    void subjectActivated(const std::string& id);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
