#include "widgets/editing/foundlayout.h"

#include "core/diagram/document.h"
#include "core/live/founddrawing.h"
#include "widgets/editing/layout.h"

namespace sluice {
namespace {

constexpr std::size_t kDotFits = 150;  // elements; beyond, Graphviz takes seconds

}  // namespace

Diagram laidOut(Diagram found) {
    groupByPrefix(found);
    if (found.elements.size() <= kDotFits) {
        const Result<Edit> arranged = arrangeDiagram(found);
        Document document(found);
        if (arranged && document.apply(*arranged))
            return document.diagram();
    }
    arrangeOverview(found);
    return found;
}

}  // namespace sluice
