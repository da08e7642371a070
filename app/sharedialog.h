#pragma once

#include <QDialog>
#include <memory>
#include <optional>

#include "core/base/duration.h"
#include "core/base/result.h"
#include "core/incident/incident.h"
#include "core/trace/tracestore.h"
#include "widgets/theme/theme.h"

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSettings;
class QSpinBox;

namespace sluice {

/// What a run can be handed on as.
enum class ShareKind : std::uint8_t {
    Page,
    Webp,
    Gif,
    MovingSvg,
    Mp4,
    Webm,
    Pictures,
    Report,
    Csv,
    JsonLines,
    Otlp
};

/// What is to be shared, and how.
struct ShareRequest {
    ShareKind kind = ShareKind::Page;
    TraceTime from{};
    TraceTime to = TraceTime::max();
    ThemeName theme = ThemeName::Light;
    double framesPerSecond = 25;
    double speed = 1;
    int width = 1280;                  ///< pixels of a frame
    std::vector<std::string> masks{};  ///< names of fields whose values are not told
    /// What it is about: a report tells of this alone. Nothing: of the run.
    std::optional<Incident> incident{};
};

/// Asks what of a run to share, as what, from when to when, and how; remembers the answers for the next. The
/// caller asks for the file. On the window's thread; deletes itself when closed.
class ShareDialog : public QDialog {
    Q_OBJECT

public:
    /// `request` has the range and the theme to begin with; `run` is what has happened so far.
    ShareDialog(const ShareRequest& request, std::shared_ptr<const TraceStore> run, QSettings& settings,
                QWidget* parent);

    /// As chosen. Errors: a time that is none, a range that ends before it begins, or has more events than a
    /// page takes.
    [[nodiscard]] Result<ShareRequest> request() const;
    /// Not while there is nothing that can be asked for.
    void accept() override;

private:
    void showRows();
    /// What the chosen kind holds of the run, and what it leaves out.
    [[nodiscard]] QString contentsOf(const ShareRequest& asked) const;
    [[nodiscard]] ShareKind kind() const;

    QSettings& m_settings;
    std::shared_ptr<const TraceStore> m_run;
    ThemeName m_theme;
    const std::optional<Incident> m_incident;
    QFormLayout* m_form;
    QComboBox* m_kind;
    QLineEdit* m_from;
    QLineEdit* m_to;
    QComboBox* m_colours;
    QDoubleSpinBox* m_rate;
    QDoubleSpinBox* m_speed;
    QSpinBox* m_width;
    QLineEdit* m_masks;
    QLabel* m_remark;
};

}  // namespace sluice
