#pragma once

#include <QPainter>

#include "core/trace/systemstate.h"
#include "widgets/paint/diagrampainter.h"
#include "widgets/paint/stateindex.h"

namespace sluice {

/// Groups that are folded at the zoom (GroupFolds): a box each with its name and how many of what it holds,
/// and their bundles of links. The painter is in canvas units. Nothing where nothing is folded.
void paintFolds(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                const QRectF& visible, const PaintOptions& options);

/// What is going on in them: how much waits, how much comes and goes, how many queues wait for a consumer.
void paintLiveFolds(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                    const SystemState& state, const StateIndex& index, const QRectF& visible,
                    const PaintOptions& options);

/// And what is wrong in them: dead letters that were not looked at, alerts.
void paintFoldMarks(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                    const SystemState& state, const StateIndex& index, const QRectF& visible,
                    const PaintOptions& options);

/// The place of a bundle's line.
QLineF bundleLine(const GroupFolds::Bundle& bundle, const DiagramGeometry& geometry);

}  // namespace sluice
