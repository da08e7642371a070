#pragma once

#include <QWidget>
#include <memory>

#include "widgets/editing/history.h"

namespace sluice {

struct Theme;

/// The diagram's scenarios: a list, and the one that is chosen with its length, seed, timeline of actions,
/// expectations and overrides. Lives on the window's thread; owned by the window.
class ScenarioEditor : public QWidget {
    Q_OBJECT

public:
    explicit ScenarioEditor(const Theme& theme, QWidget* parent = nullptr);
    ~ScenarioEditor() override;

    void setHistory(History* history);
    void setTheme(const Theme& theme);
    /// Shows that scenario; an id nothing has is passed over.
    void choose(const std::string& id);
    [[nodiscard]] std::string chosen() const;

signals:
    /// Another scenario is shown.
    void chosenChanged(const std::string& id);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
