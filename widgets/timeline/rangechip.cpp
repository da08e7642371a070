#include "widgets/timeline/rangechip.h"

#include "widgets/theme/theme.h"
#include "widgets/timeline/timeruler.h"

namespace sluice {

RangeChip::RangeChip(const Theme& theme, QWidget* parent) : QToolButton(parent) {
    setObjectName("rangeChip");
    setAccessibleName(tr("Show the whole run"));
    setFont(figureFont());
    setTheme(theme);
    setCursor(Qt::PointingHandCursor);
    connect(this, &QToolButton::clicked, this, &RangeChip::cleared);
    hide();
}

void RangeChip::setTheme(const Theme& theme) {
    setStyleSheet(
        QStringLiteral("QToolButton { background: %1; color: %2; border: 1px solid %3; border-radius: "
                       "8px; padding: 0 6px; } QToolButton:hover, QToolButton:focus { border-color: "
                       "%2; }")
            .arg(theme.accentSoft.name(), theme.text.name(), theme.accent.name()));
}

void RangeChip::setRange(const std::optional<TimeRange>& range) {
    setVisible(range.has_value());
    if (!range)
        return;
    const QString text = rangeText(*range);
    setText(text + QStringLiteral("  ✕"));
    setAccessibleName(tr("Only %1 is shown. Show the whole run").arg(text));
    setToolTip(tr("Only %1 is shown. Click to show the whole run again").arg(text));
    adjustSize();
}

}  // namespace sluice
