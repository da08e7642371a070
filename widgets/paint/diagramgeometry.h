#pragma once

#include <QRectF>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/diagram/diagram.h"
#include "widgets/paint/groupfolds.h"
#include "widgets/paint/linklabels.h"

namespace sluice {

class Obstacles;

/// Where everything of one diagram is: follows each edit, read by
/// the painter, the tokens, the editor's hit tests and the export. A value; lists run in the diagram's own
/// order. Links that leave one side of an element share it in the order of their other ends, so that they
/// neither cross nor lie on one another.
class DiagramGeometry {
public:
    DiagramGeometry() = default;
    explicit DiagramGeometry(const Diagram& diagram);
    /// Soon there, whatever the size: of a large drawing the links leave by the sides that they left by in
    /// `before`, or else by those that face each other. refine() looks for ways around what is between.
    DiagramGeometry(const Diagram& diagram, const DiagramGeometry& before);

    /// What an update moved, by index, with where it was painted until then; nothing when the diagram is not
    /// of the same things as before.
    struct Moved {
        std::vector<std::pair<int, QRectF>> links;     ///< with another route
        std::vector<std::pair<int, QRectF>> elements;  ///< queues that run the other way
    };
    /// Follows a change of the things with these ids, as if made anew; of a large drawing only when they were
    /// there before and still are, and few: else it is rough afterwards. With `labels` false those stay where
    /// they were: for previews.
    Moved update(const Diagram& diagram, const std::unordered_set<std::string>& changed, bool labels = true);
    /// Links may run through elements until refine() has had its time.
    [[nodiscard]] bool isRough() const { return !m_rough.empty(); }
    /// Goes on for about that long, with the links that are in `area` (null: everywhere); once it is no
    /// longer rough it is as if made anew. False when nothing is left to do there.
    bool refine(const Diagram& diagram, std::chrono::milliseconds budget, const QRectF& area = {});
    /// Whether refine() has moved a link since this was last asked.
    bool takeRefined() { return std::exchange(m_looksDifferent, false); }
    /// Where the two look different, besides what is inside the elements; nothing when they are not of the
    /// same things in the same order. `labels`: of those, too, for `diagram`, which this one is of.
    [[nodiscard]] std::optional<std::vector<QRectF>> differencesFrom(const DiagramGeometry& before,
                                                                     const Diagram& diagram,
                                                                     bool labels) const;

    [[nodiscard]] const std::vector<QRectF>& elements() const { return m_elements; }
    [[nodiscard]] const std::vector<QRectF>& groups() const { return m_groups; }
    [[nodiscard]] const std::vector<LinkRoute>& links() const { return m_links; }

    /// Index in the diagram's list; -1 when there is none.
    [[nodiscard]] int elementIndex(std::string_view id) const {
        return m_names ? find(m_names->elementIndex, id) : -1;
    }
    [[nodiscard]] int linkIndex(std::string_view id) const {
        return m_names ? find(m_names->linkIndex, id) : -1;
    }

    /// Null (LinkRoute::isNull) when there is no such link.
    [[nodiscard]] const LinkRoute& route(std::string_view linkId) const;
    /// Whether a queue's consumers are on its left, so that messages run from right to left in it.
    [[nodiscard]] bool runsLeft(int element) const { return m_runsLeft[std::size_t(element)]; }

    /// A dead-letter queue (DeadLetterQueues).
    [[nodiscard]] bool takesDeadLetters(int element) const { return m_deadLetters[std::size_t(element)]; }
    /// Places of the links' labels; computed when first asked after a change. Not from two threads at once.
    [[nodiscard]] const std::vector<LinkLabel>& labels(const Diagram& diagram) const;
    /// They have been placed since the last change.
    [[nodiscard]] bool hasLabels() const { return m_labels.has_value(); }
    /// Places them in slices of about that long, of which `placement` is the last; true when they are.
    /// What refine() moves meanwhile is followed.
    bool placeLabels(const Diagram& diagram, LabelPlacement& placement, std::chrono::milliseconds budget);

    /// What is shown as one from afar.
    [[nodiscard]] const GroupFolds& folds() const { return *m_folds; }

    /// All that is painted, names and badges included; empty for an empty diagram.
    [[nodiscard]] QRectF bounds() const;

    /// The topmost element whose silhouette (or name below it) holds the point; -1 for none.
    [[nodiscard]] int elementAt(const Diagram& diagram, const QPointF& point, double tolerance = 0) const;
    /// The link nearest to the point within `tolerance` canvas units; -1 for none.
    [[nodiscard]] int linkAt(const QPointF& point, double tolerance) const;
    /// The innermost group whose border or title (or, with `inside`, area) holds the point; -1 for none.
    [[nodiscard]] int groupAt(const QPointF& point, double tolerance, bool inside = false) const;

private:
    struct Ends {
        int from = -1;
        int to = -1;
        Side leaves = Side::Right;
        Side enters = Side::Left;
        double leavesAt = 0;  ///< distance from the side's middle
        double entersAt = 0;
        bool leavesAlone = true;  ///< no other link on that side
        bool entersAlone = true;
        QRectF looked;  ///< Obstacles::Choice::looked
        [[nodiscard]] bool isWhole() const { return from >= 0 && to >= 0; }
        bool operator==(const Ends&) const = default;
    };
    /// Which things there are, in their order; a value, shared by the copies of a geometry.
    struct Names {
        std::vector<std::string> elements;
        std::vector<std::string> links;
        std::unordered_map<std::string, int> elementIndex;
        std::unordered_map<std::string, int> linkIndex;
        explicit Names(const Diagram& diagram);
        [[nodiscard]] bool areOf(const Diagram& diagram) const;
    };
    [[nodiscard]] std::span<const int> linksOf(int element) const {
        const std::size_t from = m_linksFrom[std::size_t(element)];
        return std::span(m_linksOf).subspan(from, m_linksFrom[std::size_t(element) + 1] - from);
    }
    void place(const Diagram& diagram);
    void join(const Diagram& diagram);
    void layOut(const Diagram& diagram);
    void guessSides(const Diagram& diagram, const DiagramGeometry& before, std::size_t link);
    [[nodiscard]] bool isOf(const Diagram& diagram) const;
    static int find(const std::unordered_map<std::string, int>& index, std::string_view id);
    void chooseSides(const Diagram& diagram, const Obstacles& obstacles, std::size_t link);
    void sidesByBends(const Diagram& diagram, std::size_t link);
    void spread(const Diagram& diagram, int element);
    [[nodiscard]] Ends straightened(Ends ends) const;
    void orient(const Diagram& diagram, int element);
    void markDeadLetters(const Diagram& diagram);
    void fold(const Diagram& diagram);
    void moveLabels(const Diagram& diagram);
    void route(const Diagram& diagram, std::size_t link);
    [[nodiscard]] QRectF labelAreaOf(int link) const;

    std::vector<QRectF> m_elements;
    std::vector<QRectF> m_painted;
    std::vector<QRectF> m_groups;
    std::vector<LinkRoute> m_links;
    std::vector<Ends> m_ends;
    std::vector<std::size_t> m_linksFrom;  ///< by element: where its links begin in m_linksOf; and the end
    std::vector<int> m_linksOf;
    std::vector<bool> m_runsLeft;
    std::vector<bool> m_deadLetters;
    std::vector<int> m_rough;  ///< links whose sides are guessed
    bool m_refined = false;    ///< since then a link has got another route
    bool m_looksDifferent = false;
    std::vector<int> m_rerouted;  ///< links whose labels stand where they ran before
    mutable std::optional<std::vector<LinkLabel>> m_labels;
    std::shared_ptr<const Names> m_names;
    std::shared_ptr<const GroupFolds> m_folds = std::make_shared<const GroupFolds>();
};

}  // namespace sluice
