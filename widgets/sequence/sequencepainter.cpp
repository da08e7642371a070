#include "widgets/sequence/sequencepainter.h"

#include <QCoreApplication>
#include <cmath>

#include "widgets/log/eventwords.h"

namespace sluice {
namespace {

constexpr double kTokenRadius = 4.5;
constexpr double kBarHalf = 4;

QString tr(const char* text) {
    return QCoreApplication::translate("SequenceView", text);
}

QString hopText(const Hop& hop, const EntityTable& table) {
    if (hop.kind == HopKind::Retry)
        return QString::fromStdString(hop.reason);
    QStringList words;
    words << (hop.type < table.types.size() ? QString::fromStdString(table.types[hop.type].id)
                                            : eventwords::message(hop.message));
    if (hop.kind == HopKind::Delivery && hop.waited > Duration::zero())
        words << tr("waited %1").arg(eventwords::duration(hop.waited));
    if (hop.to == Hop::kNowhere)
        words << tr("lost");
    if (hop.kind == HopKind::Redrive)
        words << tr("redriven");
    if (hop.to != Hop::kNowhere && !hop.reason.empty())
        words << QString::fromStdString(hop.reason);
    if (hop.cause != FailureKind::None)
        words << eventwords::cause(hop.cause);
    if ((hop.flags & eventflag::Late) != 0)
        words << tr("late");
    return words.join(QStringLiteral(" · "));
}

QString markText(const SequenceMark& mark) {
    QStringList words{eventwords::title(mark.kind)};
    if (!mark.reason.empty())
        words << QString::fromStdString(mark.reason);
    if (mark.cause != FailureKind::None)
        words << eventwords::cause(mark.cause);
    return words.join(QStringLiteral(" · "));
}

bool isTrouble(const SequenceMark& mark) {
    switch (mark.kind) {
        case EventKind::Failed:
        case EventKind::Discarded:
        case EventKind::Lost:
        case EventKind::TimedOut:
        case EventKind::DeadLettered:
        case EventKind::Returned:
        case EventKind::Nacked:
            return true;
        default:
            return false;
    }
}

class Painting {
public:
    Painting(QPainter& painter, const SequencePicture& picture)
        : m_painter(painter), m_picture(picture), m_layout(picture.layout), m_theme(picture.theme) {}

    void lifelines(const QRectF& part);
    void waits(const QRectF& part);
    void activities(const QRectF& part);
    void row(std::size_t index, const QRectF& part);
    void playhead(const QRectF& part);

private:
    [[nodiscard]] bool isQuiet(MessageId message) const {
        return m_picture.focus != 0 && message != m_picture.focus;
    }
    void arrow(const Hop& hop, double y);
    void head(const QPointF& tip, const QPointF& from, bool filled);
    void cross(const QPointF& centre, double reach);
    void label(double left, double right, double baseline, const QString& text, const QColor& color);

    QPainter& m_painter;
    const SequencePicture& m_picture;
    const SequenceLayout& m_layout;
    const Theme& m_theme;
};

void Painting::lifelines(const QRectF& part) {
    QPen pen(m_theme.outlineStrong, 1, Qt::DashLine);
    m_painter.setPen(pen);
    for (std::uint32_t i = 0; i < m_picture.diagram.lifelines.size(); ++i)
        m_painter.drawLine(QPointF(m_layout.x(i), std::max(part.top(), m_layout.headHeight())),
                           QPointF(m_layout.x(i), std::min(part.bottom(), m_layout.size().height())));
}

/// A message that stands in a queue: a hatched bar from its arrival to its delivery.
void Painting::waits(const QRectF& part) {
    for (const Hop& hop : m_picture.diagram.hops) {
        if (hop.kind != HopKind::Delivery || hop.waited <= Duration::zero())
            continue;
        const double to = m_layout.yOf(hop.departed);
        const double from = std::min(m_layout.yAt(hop.sent - hop.waited), to);
        if (to < part.top() || from > part.bottom() || to - from < 1)
            continue;
        const QRectF bar(m_layout.x(hop.from) - kBarHalf, from, 2 * kBarHalf, to - from);
        const EntityId entity = m_picture.diagram.lifelines[hop.from].entity;
        const KindColors& colors = m_theme.of(m_picture.table.entities[entity].elementKind);
        m_painter.fillRect(bar, m_theme.canvas);
        m_painter.fillRect(bar,
                           QBrush(isQuiet(hop.message) ? m_theme.outline : colors.line, Qt::BDiagPattern));
    }
}

void Painting::activities(const QRectF& part) {
    for (const Activity& activity : m_picture.diagram.activities) {
        const double from = m_layout.yOf(activity.begun);
        const double to = activity.finished ? m_layout.yOf(activity.ended) : m_layout.yAt(activity.to);
        if (to < part.top() || from > part.bottom())
            continue;
        const EntityId entity = m_picture.diagram.lifelines[activity.lifeline].entity;
        const KindColors& colors = m_theme.of(m_picture.table.entities[entity].elementKind);
        const bool quiet = isQuiet(activity.message);
        const QRectF bar(m_layout.x(activity.lifeline) - kBarHalf, from, 2 * kBarHalf,
                         std::max(to - from, 6.0));
        m_painter.setPen(QPen(activity.cause != FailureKind::None ? m_theme.danger
                              : quiet                             ? m_theme.outlineStrong
                                                                  : colors.line,
                              1));
        m_painter.setBrush(quiet ? m_theme.surface : colors.fill);
        m_painter.drawRoundedRect(bar, 2, 2);
    }
}

void Painting::head(const QPointF& tip, const QPointF& from, bool filled) {
    const double angle = std::atan2(tip.y() - from.y(), tip.x() - from.x());
    QPolygonF wings;
    for (const double side : {2.65, -2.65})
        wings << tip + QPointF(std::cos(angle + side), std::sin(angle + side)) * 9;
    wings.insert(1, tip);
    if (filled) {
        m_painter.setBrush(m_painter.pen().color());
        m_painter.drawPolygon(wings);
    } else {
        QPen pen = m_painter.pen();
        pen.setStyle(Qt::SolidLine);
        m_painter.setPen(pen);
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawPolyline(wings);
    }
}

void Painting::cross(const QPointF& centre, double reach) {
    QPen pen = m_painter.pen();
    pen.setStyle(Qt::SolidLine);
    pen.setWidthF(2);
    m_painter.setPen(pen);
    m_painter.drawLine(centre - QPointF(reach, reach), centre + QPointF(reach, reach));
    m_painter.drawLine(centre - QPointF(reach, -reach), centre + QPointF(reach, -reach));
}

void Painting::label(double left, double right, double baseline, const QString& text, const QColor& color) {
    const QFontMetricsF metrics(m_painter.font());
    const double width = std::max(right - left, 40.0);
    const QString shown = metrics.elidedText(text, Qt::ElideRight, width);
    const double advance = metrics.horizontalAdvance(shown);
    const double x = left + (width - advance) / 2;
    // The lines that cross it stay behind.
    m_painter.fillRect(QRectF(x - 2, baseline - metrics.ascent(), advance + 4, metrics.height() - 1),
                       m_theme.canvas);
    m_painter.setPen(color);
    m_painter.drawText(QPointF(x, baseline), shown);
}

void Painting::arrow(const Hop& hop, double y) {
    const bool quiet = isQuiet(hop.message);
    const bool bad = hop.kind == HopKind::DeadLetter || hop.to == Hop::kNowhere;
    const QColor color = bad ? m_theme.danger : quiet ? m_theme.outlineStrong : m_theme.link;
    Qt::PenStyle style = Qt::SolidLine;
    if (hop.kind == HopKind::Answer)
        style = Qt::DashLine;
    else if (hop.kind == HopKind::DeadLetter || hop.kind == HopKind::Redrive)
        style = Qt::DotLine;
    m_painter.setPen(QPen(color, bad ? 1.8 : 1.3, style));
    const double startY = std::min(m_layout.yOf(hop.departed), y);
    const bool nowhere = hop.to == Hop::kNowhere;
    const double fromX = m_layout.x(hop.from);
    const double toX = nowhere ? fromX + m_layout.spacing() * 0.6 : m_layout.x(hop.to);
    const double direction = toX >= fromX ? 1 : -1;
    const bool filled = hop.kind == HopKind::Call || hop.kind == HopKind::Access;
    QPointF from(fromX + direction * kBarHalf, startY);
    QPointF to(toX - direction * kBarHalf, y);
    double left = std::min(from.x(), to.x());
    double right = std::max(from.x(), to.x());
    if (!nowhere && hop.from == hop.to) {
        // Round the corner and back to the same lifeline.
        from = QPointF(fromX + kBarHalf, startY == y ? y - m_layout.rowHeight() * 0.5 : startY);
        to = QPointF(fromX + kBarHalf, y);
        const double out = fromX + 26;
        m_painter.drawPolyline(QPolygonF({from, QPointF(out, from.y()), QPointF(out, y), to}));
        head(to, QPointF(out, y), filled);
        left = out + 6;
        right = fromX + m_layout.spacing() - 8;
    } else {
        m_painter.drawLine(from, to);
        if (nowhere)
            cross(to, 5);
        else
            head(to, from, filled);
    }
    if (m_picture.look && !nowhere && hop.from != hop.to)
        paintToken(m_painter, from + (to - from) * 0.12, kTokenRadius, m_picture.look(hop.message), m_theme);
    const QColor text = bad ? m_theme.dangerText : quiet ? m_theme.textMuted : m_theme.text;
    label(left + 6, right - 6, y - 5, hopText(hop, m_picture.table), text);
}

void Painting::row(std::size_t index, const QRectF& part) {
    const SequenceRow& row = m_layout.rows()[index];
    const double half = m_layout.rowHeight();
    double first = row.y;
    if (row.hop >= 0)
        first =
            std::min(first, m_layout.yOf(m_picture.diagram.hops[static_cast<std::size_t>(row.hop)].departed));
    if (row.y + half < part.top() || first - half > part.bottom())
        return;
    const QFont font = m_painter.font();
    if (static_cast<int>(index) == m_picture.chosenRow)
        m_painter.fillRect(QRectF(0, row.y - half * 0.75, m_layout.size().width(), half), m_theme.accentSoft);
    m_painter.setFont(figureFont(font.pointSizeF() - 1));
    m_painter.setPen(m_theme.textMuted);
    const QFontMetricsF figures(m_painter.font());
    const QString instant = eventwords::instant(row.at);
    m_painter.drawText(QPointF(m_layout.gutter() - 12 - figures.horizontalAdvance(instant), row.y + 4),
                       instant);
    if (!row.gap.isEmpty())
        m_painter.drawText(
            QPointF(m_layout.gutter() - 12 - figures.horizontalAdvance(row.gap), row.y - half * 0.8 + 2),
            row.gap);
    m_painter.setFont(font);
    if (row.hop >= 0) {
        arrow(m_picture.diagram.hops[static_cast<std::size_t>(row.hop)], row.y);
        return;
    }
    const SequenceMark& mark = m_picture.diagram.marks[static_cast<std::size_t>(row.mark)];
    const double x = m_layout.x(mark.lifeline);
    const bool bad = isTrouble(mark);
    m_painter.setPen(QPen(bad ? m_theme.danger : m_theme.lateText, 1.5));
    m_painter.setBrush(m_theme.canvas);
    m_painter.drawEllipse(QPointF(x, row.y - 1), 7, 7);
    if (bad)
        cross(QPointF(x, row.y - 1), 3);
    const QColor text = bad                                   ? m_theme.dangerText
                        : mark.kind == EventKind::LateArrival ? m_theme.lateText
                        : isQuiet(mark.message)               ? m_theme.textMuted
                                                              : m_theme.text;
    // Beside the mark, on the side where there is room.
    const QFontMetricsF metrics(font);
    const QString words = markText(mark);
    const double wide = metrics.horizontalAdvance(words);
    const bool toTheLeft = x + 14 + wide > m_layout.size().width() && x - 14 - wide > m_layout.gutter();
    const double left = toTheLeft ? x - 14 - wide : x + 14;
    label(left, left + wide, row.y + metrics.ascent() / 2 - 2, words, text);
}

void Painting::playhead(const QRectF& part) {
    if (!m_picture.playhead || *m_picture.playhead < m_picture.diagram.begin)
        return;
    const double y = m_layout.yAt(*m_picture.playhead) + 2;
    if (y < part.top() || y > part.bottom())
        return;
    m_painter.setPen(QPen(m_theme.accent, 1.5));
    m_painter.drawLine(QPointF(0, y), QPointF(m_layout.size().width(), y));
}

}  // namespace

void paintSequence(QPainter& painter, const SequencePicture& picture, const QRectF& part) {
    painter.setRenderHint(QPainter::Antialiasing);
    Painting painting(painter, picture);
    painting.lifelines(part);
    painting.waits(part);
    painting.activities(part);
    for (std::size_t i = 0; i < picture.layout.rows().size(); ++i)
        painting.row(i, part);
    painting.playhead(part);
}

void paintSequenceHeads(QPainter& painter, const SequencePicture& picture, double top) {
    const SequenceLayout& layout = picture.layout;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRectF(0, top, layout.size().width(), layout.headHeight()), picture.theme.canvas);
    const QFontMetricsF metrics(painter.font());
    for (std::uint32_t i = 0; i < picture.diagram.lifelines.size(); ++i) {
        const Lifeline& lifeline = picture.diagram.lifelines[i];
        const KindColors& colors = picture.theme.of(picture.table.entities[lifeline.entity].elementKind);
        const QRectF box(layout.x(i) - layout.spacing() / 2 + 6, top + 6, layout.spacing() - 12,
                         layout.headHeight() - 12);
        painter.setPen(QPen(colors.line, 1));
        painter.setBrush(colors.fill);
        painter.drawRoundedRect(box, 6, 6);
        painter.setPen(colors.text);
        painter.drawText(
            box.adjusted(6, 0, -6, 0), Qt::AlignCenter,
            metrics.elidedText(QString::fromStdString(lifeline.name), Qt::ElideRight, box.width() - 12));
    }
    painter.setPen(QPen(picture.theme.outline, 1));
    painter.drawLine(QPointF(0, top + layout.headHeight()),
                     QPointF(layout.size().width(), top + layout.headHeight()));
}

QString rowText(const SequencePicture& picture, const SequenceRow& row) {
    const auto name = [&](std::uint32_t lifeline) {
        return QString::fromStdString(picture.diagram.lifelines[lifeline].name);
    };
    if (row.mark >= 0) {
        const SequenceMark& mark = picture.diagram.marks[static_cast<std::size_t>(row.mark)];
        return tr("%1, %2 at %3: %4")
            .arg(eventwords::instant(row.at), eventwords::message(mark.message), name(mark.lifeline),
                 markText(mark));
    }
    const Hop& hop = picture.diagram.hops[static_cast<std::size_t>(row.hop)];
    const QString to = hop.to == Hop::kNowhere ? tr("nowhere") : name(hop.to);
    return tr("%1, %2 from %3 to %4: %5")
        .arg(eventwords::instant(row.at), eventwords::message(hop.message), name(hop.from), to,
             hopText(hop, picture.table));
}

}  // namespace sluice
