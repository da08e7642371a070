#pragma once

#include <QDialog>

#include "app/brokers/messagewish.h"

class QCheckBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace sluice {

/// Asks how the single messages of the broker that is watched are to be shown, after it was said what that
/// does to the broker. On the window's thread; its parent owns it.
class ShowMessagesDialog : public QDialog {
    Q_OBJECT

public:
    /// `mayWrite`: the connection's switch allows what makes queues on the broker.
    ShowMessagesDialog(const MessageWish& wish, bool mayWrite, QWidget* parent);

    /// Until then nothing can be begun.
    void setForecast(const TapForecast& forecast);
    [[nodiscard]] MessageWish wish() const;

private:
    void refresh();

    bool m_known = false;
    TapForecast m_forecast;
    QLabel* m_effect;
    QCheckBox* m_allow;
    QLineEdit* m_masked;
    QSpinBox* m_most;
    QDialogButtonBox* m_buttons;
};

}  // namespace sluice
