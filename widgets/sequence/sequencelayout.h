#pragma once

#include <QFontMetricsF>
#include <QRectF>
#include <QString>
#include <vector>

#include "core/sequence/sequencediagram.h"

namespace sluice {

/// A step of the diagram that can be chosen: a hop or a mark.
struct SequenceRow {
    double y = 0;
    TraceTime at{};
    Sequence sequence = 0;
    int hop = -1;   ///< index into SequenceDiagram::hops, or
    int mark = -1;  ///< into marks
    QString gap{};  ///< "34.4 s later": what went by since the row before; empty when it was little
};

/// Where everything of a space-time diagram stands. Time goes down, a row a step, so that what follows fast
/// can be told apart and long waits do not tear the picture: they are said in words. A value; a function of
/// the diagram and the font alone.
class SequenceLayout {
public:
    SequenceLayout() = default;
    SequenceLayout(const SequenceDiagram& diagram, const QFontMetricsF& metrics);

    [[nodiscard]] const std::vector<SequenceRow>& rows() const { return m_rows; }
    /// Of the whole, the heads of the lifelines included.
    [[nodiscard]] QSizeF size() const { return m_size; }
    [[nodiscard]] double headHeight() const { return m_headHeight; }
    /// Left of the lifelines stand the times.
    [[nodiscard]] double gutter() const { return m_gutter; }
    [[nodiscard]] double rowHeight() const { return m_rowHeight; }
    [[nodiscard]] double x(std::uint32_t lifeline) const { return m_gutter + (lifeline + 0.5) * m_spacing; }
    [[nodiscard]] double spacing() const { return m_spacing; }
    /// Where that event stands between the rows.
    [[nodiscard]] double yOf(Sequence sequence) const;
    /// Where that time stands; of several rows at one time, the last.
    [[nodiscard]] double yAt(TraceTime time) const;
    /// The row at that height; -1 for none.
    [[nodiscard]] int rowAt(double y) const;

private:
    std::vector<SequenceRow> m_rows;
    QSizeF m_size;
    double m_headHeight = 0;
    double m_gutter = 0;
    double m_spacing = 0;
    double m_rowHeight = 0;
    TraceTime m_begin{};
};

}  // namespace sluice
