#pragma once

#include <QPainter>

#include "core/trace/entitytable.h"
#include "widgets/paint/messagelook.h"
#include "widgets/sequence/sequencelayout.h"

namespace sluice {

/// Everything that a picture of a space-time diagram needs. What it refers to must outlive it.
struct SequencePicture {
    const SequenceDiagram& diagram;
    const SequenceLayout& layout;
    const EntityTable& table;
    const Theme& theme;
    MessageLookup look{};
    int chosenRow = -1;
    MessageId focus = 0;                  ///< the others are quieter; 0: none
    std::optional<TraceTime> playhead{};  ///< a line across
};

/// What passed and what happened, within `part` of the layout's coordinates.
void paintSequence(QPainter& painter, const SequencePicture& picture, const QRectF& part);
/// The names of the lifelines, in a band whose top is at `top`.
void paintSequenceHeads(QPainter& painter, const SequencePicture& picture, double top);
/// What a row says, for those who hear it and for the tooltip.
QString rowText(const SequencePicture& picture, const SequenceRow& row);

}  // namespace sluice
