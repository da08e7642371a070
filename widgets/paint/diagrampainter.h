#pragma once

#include <QPainter>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/review/finding.h"
#include "core/trace/systemstate.h"
#include "widgets/paint/diagramgeometry.h"
#include "widgets/paint/messagelook.h"
#include "widgets/paint/stateindex.h"
#include "widgets/theme/theme.h"

namespace sluice {

/// How a drawing is to be painted. A value; what it points to must outlive the call.
struct PaintOptions {
    const Theme* theme = nullptr;
    double zoom = 1;           ///< device-independent pixels a canvas unit; chooses the level of detail
    bool grid = false;         ///< dots in steps of 20
    bool canvas = true;        ///< fill the background with the canvas colour
    bool labels = true;        ///< labels of links, where the zoom has room for them
    bool roughLabels = false;  ///< labels in the middle of their links, whatever is there: while one drags
    bool marks = true;         ///< faults and badges in paintLive; without, paintLiveMarks follows
    bool live = false;         ///< paintLive follows: the background leaves the places of what it shows empty
    /// Only these elements, links and groups, by id; null: all. For exporting a selection.
    const std::unordered_set<std::string>* only = nullptr;
    /// Dead-letter queues whose badge was looked at: their count then, by element id; the badge comes back
    /// when there are more. Null: none was.
    const std::unordered_map<std::string, std::uint64_t>* seenDeadLetters = nullptr;

    /// Asked now and then by paintBackground with the share that is painted; false: it stops. For exports.
    std::function<bool(double)> progress{};

    [[nodiscard]] bool shows(const std::string& id) const { return !only || only->contains(id); }
};

/// How much is worth painting at a zoom.
enum class Detail : std::uint8_t {
    Far,    ///< below 0.4: shapes, names at a readable size, alarms
    Plain,  ///< 0.4 to 0.8: and counts, pips, bars
    Close,  ///< from 0.8: and figures, link labels, lanes' offsets, type names on tokens
};
constexpr Detail detailAt(double zoom) {
    return zoom < 0.4 ? Detail::Far : zoom < 0.8 ? Detail::Plain : Detail::Close;
}

/// Whether links' labels have room at a zoom.
constexpr bool labelsShown(double zoom) {
    return zoom >= 0.6;
}

/// What does not change while a run plays: groups, links with their labels, the elements' bodies and names.
/// The painter is in canvas units; `visible` is what can be seen of them.
void paintBackground(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                     const QRectF& visible, const PaintOptions& options);

/// Where a group's title stands on its border: for a double click that renames. Empty without a title.
QRectF groupTitleRect(const Group& group, const QRectF& bounds, double zoom);

/// What changes while a run plays: instances, messages standing in queues, offsets, rows, freshness, faults,
/// dead-letter badges. Tokens on links are painted apart (tokenpainter.h). `lookup` may be empty: messages
/// are then all alike. With `standing`, messages in queues are not painted but added to it, for the sprites.
void paintLive(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
               const SystemState& state, const StateIndex& index, const MessageLookup& lookup,
               const QRectF& visible, const PaintOptions& options,
               std::vector<TokenMark>* standing = nullptr);

/// Its faults and badges alone, for who paints highlights in between: a badge is not hidden by the handle of
/// a selection.
void paintLiveMarks(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                    const SystemState& state, const StateIndex& index, const QRectF& visible,
                    const PaintOptions& options);

/// Of a consumer group's markers, by its place in EntityState::groups.
QColor groupColor(std::size_t group, const Theme& theme);

/// Radius of a token in canvas units at a zoom: the size of those that stand in queues, and of those that
/// move unless there are too many.
double tokenRadius(double zoom);

/// The message that stands in a queue at that point, 0 for none: what a click opens. Where the scale
/// compresses, one of those that share the place.
MessageId standingMessageAt(const Diagram& diagram, const DiagramGeometry& geometry, const SystemState& state,
                            const StateIndex& index, const QPointF& point);

/// Marks over the drawing that belong to editing and not to exports.
struct Highlights {
    std::unordered_set<std::string> selected;  ///< elements, links and groups
    std::string hovered;
    std::string target;          ///< what a link being drawn would end on
    bool targetRefused = false;  ///< and that is not allowed
    bool handles = false;        ///< handles for resizing at the one selected element or group
};
/// `visible`: what can be seen, in canvas units; null: everything.
void paintHighlights(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                     const Highlights& highlights, const PaintOptions& options, const QRectF& visible = {});

/// Finding badges: an error is a vermilion octagon, a warning an amber triangle, a hint a blue disc.
/// `worst` has the gravest severity by element, link or group id, with how many findings there are.
struct FindingBadge {
    Severity severity = Severity::Warning;
    int count = 1;
};
using FindingBadges = std::unordered_map<std::string, FindingBadge>;
void addBadges(FindingBadges& badges, const std::vector<Finding>& findings);
FindingBadges badgesOf(const std::vector<Finding>& findings);
void paintFindings(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                   const FindingBadges& badges, const QRectF& visible, const PaintOptions& options);
/// Where the badge of an element is, for its tool tip; independent of whether it has one.
QRectF findingBadgeRect(const QRectF& elementBounds, double zoom);

/// One element alone, for the palette's tiles, drag images and empty states, filling `rect` with its
/// proportions kept, without a name.
void paintKind(QPainter& painter, ElementKind kind, const QRectF& rect, const Theme& theme);

}  // namespace sluice
