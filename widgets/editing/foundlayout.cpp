#include "widgets/editing/foundlayout.h"

#include "core/diagram/document.h"
#include "core/live/founddrawing.h"
#include "widgets/editing/layout.h"
#include "widgets/editing/partpacking.h"

namespace sluice {
namespace {

constexpr std::size_t kDotFits = 150;  // elements; beyond, Graphviz takes seconds

}  // namespace

Diagram laidOut(Diagram found) {
    groupByPrefix(found);
    if (found.elements.size() <= kDotFits) {
        const Result<Edit> arranged = arrangeDiagram(found);
        Document document(found);
        if (arranged && document.apply(*arranged)) {
            Diagram made = document.diagram();
            packParts(made);
            return made;
        }
    }
    arrangeOverview(found);
    return found;
}

}  // namespace sluice
