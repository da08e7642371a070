#pragma once

#include "widgets/paint/diagrampainter.h"

namespace sluice {

/// One call of paintLive: what all elements share.
struct Live {
    QPainter& painter;
    const PaintOptions& options;
    const Theme& theme;
    Detail detail;
    const MessageLookup& lookup;
    std::vector<TokenMark>* standing;
    const SystemState& state;
};

/// One element in it.
struct Shown {
    const Element& element;
    const QRectF& bounds;
    const EntityState& state;
    unsigned concurrency = 1;
    bool runsLeft = false;
    bool deadLetters = false;
    const ObservedState* observed = nullptr;  ///< what a live broker reports of it; null: nothing
};

/// What moves within one element of each kind, over its ground. The caller has saved the painter and asked
/// for smooth edges.
void paintService(const Live& live, const Shown& shown);
void paintQueue(const Live& live, const Shown& shown);
void paintTopic(const Live& live, const Shown& shown);
void paintTable(const Live& live, const Shown& shown);
/// A small figure in a shape that has no other live part: what a client sent, what a store holds.
void paintFigure(const Live& live, const Shown& shown);

}  // namespace sluice
