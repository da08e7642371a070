#pragma once

#include <QString>
#include <vector>

#include "core/base/result.h"
#include "widgets/canvas/drawing.h"
#include "widgets/canvas/panzoom.h"
#include "widgets/editing/edits.h"

namespace sluice {

/// What a gesture may ask of the canvas that it works on.
class CanvasHost {
public:
    virtual ~CanvasHost() = default;

    [[nodiscard]] virtual const Document& document() const = 0;
    [[nodiscard]] virtual Drawing& drawing() = 0;
    [[nodiscard]] virtual PanZoom& viewport() = 0;
    [[nodiscard]] virtual const std::vector<Id>& selection() const = 0;
    virtual void select(std::vector<Id> ids) = 0;

    /// Applies the edit; a refusal is told at the pointer. True when it was applied.
    virtual bool commit(const Result<Edit>& edit) = 0;
    /// The same, and selects what came to be.
    virtual bool insert(const Result<Insertion>& insertion) = 0;

    /// A short text beside the pointer until the gesture ends or says another; refused: why not.
    virtual void hint(const QString& text, bool refused = false) = 0;
    /// A link was drawn from the element into the empty: what could stand there is offered.
    virtual void offerTargets(const Id& from, const QPointF& scene) = 0;
};

}  // namespace sluice
