#pragma once

#include <QDialog>

#include "core/diagram/diagram.h"

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;

namespace sluice {

/// A form for one alert rule: what it says of itself, when it is met, and what happens then. What is wrong is
/// said while it is written, and only a rule that can be met in this drawing is accepted. On the window's
/// thread; owned by whoever shows it.
class AlertRuleDialog : public QDialog {
    Q_OBJECT

public:
    AlertRuleDialog(const Diagram& diagram, AlertRule rule, QWidget* parent = nullptr);

    /// As the form has it.
    [[nodiscard]] AlertRule rule() const;

private:
    void check();

    const Diagram m_diagram;
    const AlertRule m_rule;
    QLineEdit* m_name;
    QLineEdit* m_when;
    QLabel* m_mistake;
    QComboBox* m_severity;
    QLineEdit* m_quiet;
    QCheckBox* m_record;
    QCheckBox* m_enabled;
    QLineEdit* m_note;
    QDialogButtonBox* m_buttons;
};

}  // namespace sluice
