#pragma once

#include <QToolButton>
#include <optional>

#include "core/trace/timerange.h"

namespace sluice {

struct Theme;

/// "12.3 s – 14.1 s ✕": says that what stands beside it shows a part of the run only, and clears that with a
/// click. Hidden while there is no range. Lives on the window's thread.
class RangeChip : public QToolButton {
    Q_OBJECT

public:
    explicit RangeChip(const Theme& theme, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setRange(const std::optional<TimeRange>& range);

signals:
    void cleared();
};

}  // namespace sluice
