#pragma once

#include <QDialog>

#include "widgets/export/export.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QSettings;

namespace sluice {

/// What can be exported at the moment.
struct ExportScope {
    std::unordered_set<std::string> selection;
    bool hasState = false;  ///< there is a run
    ThemeName theme = ThemeName::Light;
    bool showsState = true;  ///< and the drawing shows it: what is proposed
};

/// Format, scope, theme, size and state of a picture to be; remembers them for the next. The caller asks for
/// the file. On the window's thread; deletes itself when closed.
class ExportDialog : public QDialog {
    Q_OBJECT

public:
    ExportDialog(const ExportScope& scope, QSettings& settings, QWidget* parent);

    /// As chosen; without state, which only the caller has.
    [[nodiscard]] ExportOptions options() const;
    [[nodiscard]] bool withState() const;

private:
    void showRows();
    void remember();

    ExportScope m_scope;
    QSettings& m_settings;
    QFormLayout* m_form;
    QComboBox* m_format;
    QComboBox* m_what;
    QComboBox* m_theme;
    QDoubleSpinBox* m_scale;
    QCheckBox* m_transparent;
    QComboBox* m_size;
    QComboBox* m_orientation;
    QCheckBox* m_state;
};

}  // namespace sluice
