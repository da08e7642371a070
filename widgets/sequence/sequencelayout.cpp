#include "widgets/sequence/sequencelayout.h"

#include <QCoreApplication>
#include <algorithm>

#include "widgets/log/eventwords.h"

namespace sluice {
namespace {

constexpr double kLeastSpacing = 128;
constexpr double kMostSpacing = 220;
constexpr int kGapsOf = 25;  // a wait of more than this share of the whole is said in words

QString laterText(Duration gap) {
    return QCoreApplication::translate("SequenceView", "%1 later").arg(eventwords::duration(gap));
}

}  // namespace

SequenceLayout::SequenceLayout(const SequenceDiagram& diagram, const QFontMetricsF& metrics)
    : m_begin(diagram.begin) {
    m_rowHeight = metrics.height() + 12;
    m_headHeight = metrics.height() + 24;
    m_gutter = metrics.horizontalAdvance(eventwords::instant(diagram.end)) + 24;
    m_spacing = kLeastSpacing;
    for (const Lifeline& lifeline : diagram.lifelines)
        m_spacing =
            std::max(m_spacing, metrics.horizontalAdvance(QString::fromStdString(lifeline.name)) + 32);
    m_spacing = std::min(m_spacing, kMostSpacing);

    for (std::size_t i = 0; i < diagram.hops.size(); ++i)
        m_rows.push_back({.at = diagram.hops[i].received,
                          .sequence = diagram.hops[i].sequence,
                          .hop = static_cast<int>(i)});
    for (std::size_t i = 0; i < diagram.marks.size(); ++i)
        m_rows.push_back(
            {.at = diagram.marks[i].at, .sequence = diagram.marks[i].sequence, .mark = static_cast<int>(i)});
    std::ranges::stable_sort(m_rows, {}, &SequenceRow::sequence);

    const Duration long_ = std::max<Duration>((diagram.end - diagram.begin) / kGapsOf, Duration(1));
    double y = m_headHeight + m_rowHeight;
    TraceTime before = diagram.begin;
    for (SequenceRow& row : m_rows) {
        if (row.at - before >= long_) {
            row.gap = laterText(row.at - before);
            y += m_rowHeight * 0.8;
        }
        row.y = y;
        y += m_rowHeight;
        before = row.at;
    }
    m_size = {
        m_gutter + m_spacing * static_cast<double>(std::max<std::size_t>(diagram.lifelines.size(), 1)) + 16,
        y + m_rowHeight};
}

double SequenceLayout::yOf(Sequence sequence) const {
    const auto after = std::ranges::upper_bound(m_rows, sequence, {}, &SequenceRow::sequence);
    return after == m_rows.begin() ? m_headHeight + m_rowHeight / 2 : std::prev(after)->y;
}

double SequenceLayout::yAt(TraceTime time) const {
    const auto after = std::ranges::upper_bound(m_rows, time, {}, &SequenceRow::at);
    const double from = after == m_rows.begin() ? m_headHeight : std::prev(after)->y;
    const TraceTime since = after == m_rows.begin() ? m_begin : std::prev(after)->at;
    if (after == m_rows.end() || after->at <= since)
        return from;
    const double share = seconds(std::max(time - since, Duration::zero())) / seconds(after->at - since);
    return from + (after->y - from) * std::min(share, 1.0);
}

int SequenceLayout::rowAt(double y) const {
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (y >= m_rows[i].y - m_rowHeight * 0.75 && y < m_rows[i].y + m_rowHeight * 0.25)
            return static_cast<int>(i);
    }
    return -1;
}

}  // namespace sluice
