#pragma once

#include <QRect>
#include <array>
#include <vector>

#include "widgets/theme/theme.h"
#include "widgets/timeline/faultspans.h"
#include "widgets/timeline/timeline.h"

namespace sluice {

/// What the timeline knows; the painting of its lanes lies in a source of its own.
struct Timeline::Private {
    /// Events, dead letters, late arrivals, timeouts, faults.
    static constexpr int kLaneCount = 5;
    static constexpr int kFaultLane = 4;
    static constexpr int kRuler = 20;           ///< height, pixels
    static constexpr double kNarrowest = 1000;  ///< ns that can be seen at least

    explicit Private(const Theme& t) : theme(&t) {}

    const Theme* theme;
    std::shared_ptr<TraceStore> store;
    std::shared_ptr<TraceDigest> digest;
    std::vector<Action> actions;
    TraceTime end{};
    TraceTime playhead{};
    double from = 0;  ///< ns
    double to = 1e9;  ///< ns
    bool whole = true;
    bool dragging = false;
    int labels = 90;  ///< width of the lanes' names
    QRect area;       ///< of the lanes

    [[nodiscard]] double last() const {
        const double horizon = store ? static_cast<double>(store->horizon().count()) : 0;
        return std::max({horizon, static_cast<double>(end.count()), kNarrowest});
    }
    [[nodiscard]] double xOf(double time) const {
        return area.left() + (time - from) / (to - from) * area.width();
    }
    [[nodiscard]] double timeAt(double x) const {
        return from + (x - area.left()) / std::max(1, area.width()) * (to - from);
    }
    void fit() {
        if (whole) {
            from = 0;
            to = last();
        }
    }
    [[nodiscard]] QColor colorOf(int lane) const {
        const std::array colors{theme->info, theme->danger, theme->late, theme->warning, theme->textMuted};
        return colors[static_cast<std::size_t>(lane)];
    }
    /// The row of a lane; the first is twice as high.
    [[nodiscard]] QRectF rowOf(int lane) const {
        const double height = static_cast<double>(area.height()) / (kLaneCount + 1);
        return {double(area.left()), area.top() + (lane == 0 ? 0 : (lane + 1) * height), double(area.width()),
                lane == 0 ? 2 * height : height};
    }
    [[nodiscard]] std::vector<FaultSpan> faults() const;
    /// Where a span is painted; at least wide enough to be seen.
    [[nodiscard]] QRectF rectOf(const FaultSpan& span, int rows) const;
    /// The texts of the spans at a point of the fault lane.
    [[nodiscard]] QStringList faultsAt(const QPointF& point) const;

    // timelinepaint.cpp
    [[nodiscard]] std::vector<double> heights(int lane) const;
    [[nodiscard]] std::array<std::vector<double>, kLaneCount> exactHeights(Sequence first,
                                                                           Sequence stop) const;
    void paintRuler(QPainter& painter) const;
    void paintLanes(QPainter& painter, const QStringList& names) const;
    void paintBars(QPainter& painter, int lane, const std::vector<double>& columns) const;
    void paintFaults(QPainter& painter) const;
};

}  // namespace sluice
