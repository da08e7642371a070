#pragma once

#include <QPixmap>
#include <QRect>
#include <vector>

#include "widgets/theme/theme.h"
#include "widgets/timeline/faultspans.h"
#include "widgets/timeline/laneglyph.h"
#include "widgets/timeline/rangechip.h"
#include "widgets/timeline/timeline.h"

namespace sluice {

/// One row of the timeline.
struct TimelineLane {
    enum class Kind : std::uint8_t { Density, Rate, Marks, Faults, Bookmarks };
    Kind kind = Kind::Marks;
    QString name;
    LaneGlyph glyph = LaneGlyph::Bars;
    QColor color;
    std::optional<TraceLane> source{};    ///< of Density, Rate and Marks
    std::shared_ptr<WatchTally> watch{};  ///< of a watch's Marks
    int weight = 1;                       ///< its height, in units
};

/// What the timeline knows; its painting and its input lie in sources of their own.
struct Timeline::Private {
    static constexpr int kRuler = 20;           ///< height, pixels
    static constexpr double kNarrowest = 1000;  ///< ns that can be seen at least
    static constexpr double kNear = 4;          ///< pixels within which something is grasped

    explicit Private(const Theme& t) : theme(&t) {}

    const Theme* theme;
    std::shared_ptr<TraceStore> store;
    std::shared_ptr<TraceDigest> digest;
    std::shared_ptr<TimelineIndex> index;
    std::vector<Action> actions;
    std::vector<Bookmark> bookmarks;
    std::vector<TimelineMark> marks;
    TraceTime end{};
    TraceTime playhead{};
    std::optional<TimeRange> range;
    RangeChip* chip = nullptr;
    double from = 0;  ///< ns
    double to = 1e9;  ///< ns
    bool whole = true;
    int labels = 90;  ///< width of the lanes' names
    QRect area;       ///< of the lanes
    std::vector<TimelineLane> lanes;
    int chosenLane = 0;

    enum class Drag : std::uint8_t { None, Playhead, Undecided, Range, Pan };
    Drag drag = Drag::None;
    QPointF pressed;
    TraceTime anchor{};  ///< of a range that is being dragged: the end that stays
    double panFrom = 0;  ///< `from` when panning began
    std::optional<QPointF> pointer;

    QPixmap picture;  ///< all that does not move with the playhead
    struct Pictured {
        QSize size;
        double from = 0;
        double to = 0;
        quint64 generation = 0;
        bool operator==(const Pictured&) const = default;
    };
    Pictured pictured;
    quint64 generation = 1;  ///< counts the changes of what the picture shows

    [[nodiscard]] double last() const {
        const double horizon = store ? static_cast<double>(store->horizon().count()) : 0;
        return std::max({horizon, static_cast<double>(end.count()), kNarrowest});
    }
    [[nodiscard]] double xOf(double time) const {
        return area.left() + (time - from) / (to - from) * area.width();
    }
    [[nodiscard]] double xOf(TraceTime time) const { return xOf(static_cast<double>(time.count())); }
    [[nodiscard]] double timeAt(double x) const {
        return from + (x - area.left()) / std::max(1, area.width()) * (to - from);
    }
    /// Within the run.
    [[nodiscard]] TraceTime instantAt(double x) const;
    [[nodiscard]] TraceTime begin() const { return TraceTime(static_cast<std::int64_t>(from)); }
    [[nodiscard]] TraceTime stop() const { return TraceTime(static_cast<std::int64_t>(to)); }
    void fit() {
        if (whole) {
            from = 0;
            to = last();
        }
    }
    void makeLanes();
    void layOut(const QSize& size);
    [[nodiscard]] int units() const;
    [[nodiscard]] QRectF rowOf(std::size_t lane) const;
    [[nodiscard]] std::optional<std::size_t> laneAt(double y) const;

    [[nodiscard]] std::vector<FaultSpan> faults() const;
    /// Where a span is painted; at least wide enough to be seen.
    [[nodiscard]] QRectF rectOf(const FaultSpan& span, int rows, const QRectF& row) const;
    /// The texts of the spans at a point of the fault lane.
    [[nodiscard]] QStringList faultsAt(const QPointF& point, const QRectF& row) const;
    /// The bookmarks whose flags are at that place, the nearest first.
    [[nodiscard]] std::vector<Bookmark> bookmarksAt(double x) const;
    /// The mark whose line or name is at that point; null: none.
    [[nodiscard]] const TimelineMark* markAt(const QPointF& point) const;
    /// Where its name stands in the ruler; empty when it is not seen.
    [[nodiscard]] QRectF labelOf(const TimelineMark& mark) const;
    [[nodiscard]] static QString nameOf(const TimelineMark& mark);
    /// Where it is painted; at least wide enough to be seen, empty when it is not in what is shown.
    [[nodiscard]] QRectF rectOf(const TimeRange& gap) const;
    /// How many of the lane's happened in [from, to).
    /// What the lane of a live broker's figures shows; nothing where it shows events.
    [[nodiscard]] std::optional<Metric> figureOf(const TimelineLane& lane) const;
    [[nodiscard]] double countOf(const TimelineLane& lane, TraceTime from, TraceTime to) const;
    /// What there is in a lane around a place; few events by name.
    [[nodiscard]] QStringList readings(std::size_t lane, double x, double y) const;
    [[nodiscard]] QStringList namesOf(const TimelineLane& lane, TraceTime from, TraceTime to) const;

    // timelinepaint.cpp
    void paintPicture(QPainter& painter);
    [[nodiscard]] std::vector<double> columnsOf(const TimelineLane& lane) const;
    void paintRuler(QPainter& painter) const;
    void paintLabel(QPainter& painter, std::size_t lane) const;
    void paintDensity(QPainter& painter, const TimelineLane& lane, const QRectF& row,
                      const std::vector<double>& columns) const;
    void paintRate(QPainter& painter, const TimelineLane& lane, const QRectF& row,
                   const std::vector<double>& columns) const;
    void paintMarks(QPainter& painter, const TimelineLane& lane, const QRectF& row,
                    const std::vector<double>& columns) const;
    void paintFaults(QPainter& painter, const TimelineLane& lane, const QRectF& row) const;
    void paintBookmarks(QPainter& painter, const TimelineLane& lane, const QRectF& row) const;
    void paintGaps(QPainter& painter) const;
    void paintGap(QPainter& painter, const TimeRange& gap, const QString& words) const;
    void paintRange(QPainter& painter) const;
    void paintMarks(QPainter& painter) const;
    void paintPlayhead(QPainter& painter) const;
    void paintOverview(QPainter& painter) const;
};

}  // namespace sluice
