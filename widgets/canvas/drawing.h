#pragma once

#include <chrono>
#include <optional>
#include <unordered_set>
#include <vector>

#include "core/diagram/document.h"
#include "widgets/paint/diagramgeometry.h"

namespace sluice {

/// What lies under the pointer.
struct Hit {
    enum class Kind : std::uint8_t { Nothing, Element, Link, Group, Bend, Port, Resize };
    Kind kind = Kind::Nothing;
    Id id;
    int part = 0;  ///< Bend: its index; Port: Side; Resize: ResizeHandle
    bool operator==(const Hit&) const = default;
};

/// The eight handles of a frame; bits say which edges move.
enum ResizeHandle : std::uint8_t { ResizeLeft = 1, ResizeTop = 2, ResizeRight = 4, ResizeBottom = 8 };

/// The diagram as the canvas shows it, and where everything on it is: the document's own or, while something
/// is dragged, a copy with an edit tried out on it. Lives on the window's thread; owned by the canvas.
class Drawing {
public:
    /// Null shows an empty diagram.
    void show(const Document* document);
    /// To be told of each change of the document: works out anew what the change can have moved.
    void follow(const DocumentChange& change);

    [[nodiscard]] const Diagram& diagram() const { return m_preview ? *m_preview : *m_shown; }
    [[nodiscard]] const DiagramGeometry& geometry() const { return m_geometry; }
    /// Links of a large drawing may still have to find their ways; false when nothing is left to do in
    /// `area`.
    bool refine(std::chrono::milliseconds budget, const QRectF& area);
    /// The links' labels: of a large drawing they take some time. True when they are placed.
    bool placeLabels(std::chrono::milliseconds budget);
    /// Counts every change of what is shown, previews too.
    [[nodiscard]] std::uint64_t revision() const { return m_revision; }
    /// Where the drawing looks different from how it did when it was `before`; nothing: possibly everywhere.
    /// Asks for what happened since it was last asked. `labels`: links' labels can be seen.
    [[nodiscard]] std::optional<std::vector<QRectF>> takeChanges(const DiagramGeometry& before, bool labels);

    /// Shows what the edit would do, in place of an earlier preview. The edit may change things that exist,
    /// but neither add nor remove any.
    void preview(const Edit& edit);
    /// Shows the document itself again.
    void endPreview();
    /// Elements, links and groups that the preview, or an earlier one since it began, changes, and links that
    /// move with them or give way.
    [[nodiscard]] const std::unordered_set<std::string>& previewed() const { return m_previewed; }
    /// Where things were that have come to be among previewed() since this was last asked, of those that only
    /// give way; nothing: possibly everywhere.
    [[nodiscard]] std::optional<std::vector<QRectF>> takeUncovered();
    [[nodiscard]] bool isPreviewing() const { return m_preview.has_value(); }

    /// Of an element or group: its shape; of a link: its line. Null when there is no such thing.
    [[nodiscard]] QRectF boundsOf(const Id& id) const;
    [[nodiscard]] QRectF boundsOf(std::span<const Id> ids) const;
    [[nodiscard]] bool contains(const Id& id) const;

    /// `zoom` makes tolerances a matter of pixels. `selection` has handles, `ports` is the element that shows
    /// where links can be drawn from.
    [[nodiscard]] Hit hitAt(const QPointF& scene, double zoom, std::span<const Id> selection,
                            const Id& ports) const;
    /// Elements, groups and links that lie wholly in the rectangle, in the diagram's order.
    [[nodiscard]] std::vector<Id> inside(const QRectF& rect) const;

private:
    void rebuild();
    void forgetPreview();
    void liftWhatGroupsHold(const Edit& edit);
    [[nodiscard]] std::unordered_set<std::string> idsOfPreview() const;

    const Document* m_document = nullptr;
    Diagram m_empty;
    const Diagram* m_shown = &m_empty;
    DiagramGeometry m_geometry;
    LabelPlacement m_placement;  ///< of the labels of m_geometry, as far as it has come
    std::optional<Diagram> m_preview;
    Edit m_previewEdit;
    std::unordered_set<std::string> m_previewed;
    std::vector<QRectF> m_uncovered;
    bool m_allUncovered = true;
    std::uint64_t m_revision = 0;
    std::unordered_set<std::string> m_touched;  ///< by edits since takeChanges
    bool m_allTouched = true;
};

/// Where a link can be drawn from: beside the middle of a side, at a distance that is the same at every zoom.
QPointF portPosition(const QRectF& bounds, Side side, double zoom);

/// Whether a group, note or other element can be given a size of its own.
bool isResizable(const Diagram& diagram, const Id& id);
/// Whether handles leave something of the frame to be seen and pressed on.
bool hasRoomForHandles(const QRectF& frame, double zoom);
/// The handles of a frame, as ResizeHandle bits with their place.
std::vector<std::pair<int, QPointF>> resizeHandles(const QRectF& frame);

}  // namespace sluice
