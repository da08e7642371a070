#pragma once

#include <QPainter>
#include <QPointF>

#include "core/review/finding.h"
#include "widgets/theme/theme.h"

namespace sluice {

/// Marks at an element's corners. Each has a shape of its own, so that none depends on its colour. `scale` is
/// 1 where the zoom is 1; far out they are painted larger than the drawing.

/// A filled vermilion pill with a crossed letter and the count; returns its width. `topRight` is its corner.
double paintDeadLetterBadge(QPainter& painter, const QPointF& topRight, std::uint64_t count, double scale,
                            const Theme& theme);
/// An amber pill with a clock and the count.
double paintLateBadge(QPainter& painter, const QPointF& topRight, std::uint64_t count, double scale,
                      const Theme& theme);
/// A pill with a bell, its line as the gravest alert's: an octagon's corners for critical, round for others;
/// and how many are raised. `topLeft` is its corner.
void paintAlertBadge(QPainter& painter, const QPointF& topLeft, AlertSeverity gravest, std::uint64_t count,
                     double scale, const Theme& theme);
/// A bolt on a disc: a scenario's action is on it.
void paintFaultMark(QPainter& painter, const QPointF& centre, double scale, const Theme& theme);
/// An octagon with a bar for errors, a triangle for warnings, a disc with an i for hints.
void paintFindingBadge(QPainter& painter, const QPointF& centre, Severity severity, double scale,
                       const Theme& theme);

/// The scale that keeps badges readable at a zoom.
constexpr double badgeScale(double zoom) {
    return zoom < 0.75 ? 0.75 / (zoom < 0.1 ? 0.1 : zoom) : 1.0;
}

}  // namespace sluice
