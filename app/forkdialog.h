#pragma once

#include <QDialog>

#include "core/diagram/document.h"

class QDialogButtonBox;
class QLabel;

namespace sluice {

class ActionTable;
struct Theme;

/// What else is to happen from a moment of a run on: actions as a scenario has them. On the window's thread;
/// deletes itself when closed. The document must outlive it.
class ForkDialog : public QDialog {
    Q_OBJECT

public:
    /// `target`: an element or link to begin with; may be empty.
    ForkDialog(const Document& document, TraceTime moment, const Id& target, const Theme& theme,
               QWidget* parent);

signals:
    /// The fork is wanted; no action is earlier than the moment.
    void forkWanted(const std::vector<sluice::Action>& actions);

private:
    void refresh();
    [[nodiscard]] QString complaint() const;

    const Document& m_document;
    TraceTime m_moment;
    const Theme& m_theme;
    Scenario m_scenario;  ///< with the new actions only
    ActionTable* m_table;
    QLabel* m_message;
    QDialogButtonBox* m_buttons;
};

}  // namespace sluice
