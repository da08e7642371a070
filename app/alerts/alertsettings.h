#pragma once

#include <QDialog>
#include <QUrl>

class QSettings;

namespace sluice {

/// How alerts of a live broker are told, and how many minutes before one are kept: the person's own, not the
/// drawing's. A value.
struct AlertSettings {
    bool notify = true;
    bool sound = false;
    QUrl webhook{};    ///< empty: none
    int minutes = 10;  ///< kept of what was before an alert
    QString folder{};  ///< for the recordings; empty: the program's own
    static AlertSettings from(const QSettings& settings);
    void saveTo(QSettings& settings) const;
    /// Where recordings go: the folder, or the program's own.
    [[nodiscard]] QString recordings() const;
};

/// A form for them. On the window's thread; owned by whoever shows it.
class AlertSettingsDialog : public QDialog {
    Q_OBJECT

public:
    explicit AlertSettingsDialog(const AlertSettings& settings, QWidget* parent = nullptr);
    [[nodiscard]] AlertSettings settings() const;

private:
    struct Fields;
    Fields* m_fields;
    AlertSettings m_settings;
};

}  // namespace sluice
