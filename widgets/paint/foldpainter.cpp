#include "widgets/paint/foldpainter.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "core/trace/grouplag.h"
#include "widgets/paint/badges.h"
#include "widgets/paint/textfitting.h"

namespace sluice {
namespace {

// Pixels on the screen, whatever the zoom.
constexpr double kFoldPadding = 4;
constexpr int kFoldNameSize = 13;
constexpr int kFoldFigureSize = 11;
constexpr double kFoldNameHeight = 17;
constexpr double kFoldLineHeight = 14;
constexpr double kFoldLeastWidth = 30;

QString foldWords(const char* text) {
    return QCoreApplication::translate("Canvas", text);
}

/// What the members of one group have and do together.
struct FoldSum {
    int queues = 0;
    int topics = 0;
    int exchanges = 0;
    int others = 0;
    std::uint64_t ready = 0;   ///< in queues
    std::uint64_t behind = 0;  ///< of topics: records that consumer groups have not read
    std::uint64_t inRate = 0;  ///< thousandths a second
    std::uint64_t outRate = 0;
    int stuck = 0;  ///< queues with messages and no consumer
    bool observed = false;
    std::uint64_t deadLetters = 0;  ///< that nobody looked at
    RaisedAlerts alerts{};
};

void countMember(FoldSum& sum, ElementKind kind) {
    if (kind == ElementKind::Queue)
        ++sum.queues;
    else if (kind == ElementKind::Topic)
        ++sum.topics;
    else if (kind == ElementKind::Exchange)
        ++sum.exchanges;
    else
        ++sum.others;
}

std::vector<FoldSum> foldCounts(const Diagram& diagram, const GroupFolds& folds) {
    std::vector<FoldSum> sums(diagram.groups.size());
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        if (const int group = folds.groupOf(i); group >= 0)
            countMember(sums[std::size_t(group)], diagram.elements[i].kind);
    }
    return sums;
}

std::vector<FoldSum> foldSums(const Diagram& diagram, const DiagramGeometry& geometry,
                              const SystemState& state, const StateIndex& index,
                              const PaintOptions& options) {
    std::vector<FoldSum> sums(diagram.groups.size());
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        const int group = geometry.folds().groupOf(i);
        const EntityId entity = index.ofElement(i);
        if (group < 0 || entity == kNoEntity || entity >= state.entities.size())
            continue;
        FoldSum& sum = sums[std::size_t(group)];
        const Element& element = diagram.elements[i];
        const EntityState& own = state.entities[entity];
        for (std::size_t severity = 0; severity < own.alerts.size(); ++severity)
            sum.alerts[severity] = static_cast<std::uint16_t>(sum.alerts[severity] + own.alerts[severity]);
        if (element.kind != ElementKind::Queue && element.kind != ElementKind::Topic)
            continue;
        countMember(sum, element.kind);
        sum.ready += own.ready;
        for (const GroupState& reader : own.groups)
            sum.behind += static_cast<std::uint64_t>(std::max<std::int64_t>(recordsBehind(own, reader), 0));
        const bool dead =
            element.kind == ElementKind::Queue && geometry.takesDeadLetters(static_cast<int>(i));
        if (dead && own.deadLettered > 0) {
            std::uint64_t seen = 0;
            if (options.seenDeadLetters) {
                const auto looked = options.seenDeadLetters->find(element.id);
                seen = looked == options.seenDeadLetters->end() ? 0 : looked->second;
            }
            sum.deadLetters += own.deadLettered - std::min(seen, own.deadLettered);
        }
        if (entity >= state.observed.size() || !state.observed[entity].known)
            continue;
        const ObservedState& observed = state.observed[entity];
        sum.observed = true;
        sum.inRate += observed.inRate;
        sum.outRate += observed.outRate;
        if (element.kind == ElementKind::Queue && observed.consumers == 0 && own.ready > 0 && !dead &&
            !element.properties.has("messageTtl"))
            ++sum.stuck;
    }
    return sums;
}

QString foldContents(const FoldSum& sum) {
    const QLocale locale;
    QStringList parts;
    const auto add = [&](int number, const char* one, const char* many) {
        if (number > 0)
            parts << foldWords(number == 1 ? one : many).arg(locale.toString(number));
    };
    add(sum.queues, "%1 queue", "%1 queues");
    add(sum.topics, "%1 topic", "%1 topics");
    add(sum.exchanges, "%1 exchange", "%1 exchanges");
    add(sum.others, "%1 other", "%1 others");
    return parts.join(QStringLiteral(" · "));
}

QString foldRate(std::uint64_t thousandths) {
    const double rate = static_cast<double>(thousandths) / 1000;
    return rate < 10 ? QLocale().toString(rate, 'f', rate > 0 ? 1 : 0)
                     : shortCount(static_cast<std::uint64_t>(std::llround(rate)));
}

/// Lines of text one below the other in a group's box, as many as there is room for.
class BoxText {
public:
    BoxText(QPainter& painter, const QRectF& box, double zoom)
        : m_painter(painter), m_scale(1 / zoom), m_box(box), m_y(box.top() + kFoldPadding * m_scale) {}

    void skip(double height) { m_y += height * m_scale; }
    /// The first of the texts that a line has room for, else the last.
    [[nodiscard]] QString fitting(const QStringList& texts, int size, QFont::Weight weight) const {
        const QFontMetricsF metrics(fontOf(size, weight));
        for (const QString& text : texts) {
            if (metrics.horizontalAdvance(text) <= width())
                return text;
        }
        return texts.back();
    }
    void line(const QString& text, int size, QFont::Weight weight, double height, const QColor& color) {
        const double bottom = m_y + height * m_scale;
        const QRectF place(m_box.left() + kFoldPadding * m_scale, m_y, width(), height * m_scale);
        m_y = bottom;
        if (text.isEmpty() || bottom > m_box.bottom() || m_box.width() < kFoldLeastWidth * m_scale)
            return;
        const QFont font = fontOf(size, weight);
        drawLine(m_painter, QFontMetricsF(font).elidedText(text, Qt::ElideRight, place.width()), font, place,
                 Qt::AlignLeft | Qt::AlignVCenter, color);
    }

private:
    [[nodiscard]] QFont fontOf(int size, QFont::Weight weight) const {
        return canvasFigures(static_cast<int>(std::lround(size * m_scale)), weight);
    }
    [[nodiscard]] double width() const { return m_box.width() - 2 * kFoldPadding * m_scale; }

    QPainter& m_painter;
    double m_scale;
    QRectF m_box;
    double m_y;
};

/// What is going on comes first: in a small box it stands in the place of how many there are.
bool saysContents(const QRectF& box, const PaintOptions& options) {
    constexpr double kRoom = kFoldPadding + kFoldNameHeight + 3 * kFoldLineHeight;
    return !options.live || box.height() * options.zoom >= kRoom;
}

template <class Visit>
void forEachFold(const Diagram& diagram, const DiagramGeometry& geometry, const QRectF& visible,
                 const PaintOptions& options, const Visit& visit) {
    for (std::size_t i = 0; i < diagram.groups.size(); ++i) {
        if (geometry.folds().isFolded(i, options.zoom) && options.shows(diagram.groups[i].id) &&
            visible.adjusted(-30, -30, 30, 30).intersects(geometry.groups()[i]))
            visit(i, geometry.groups()[i]);
    }
}

void paintFoldBundles(QPainter& painter, const DiagramGeometry& geometry, const PaintOptions& options) {
    for (const GroupFolds::Bundle& bundle : geometry.folds().bundles()) {
        QColor color = bundle.deadLetters ? options.theme->danger : options.theme->link;
        color.setAlphaF(0.7F);
        const double width = (1 + 0.8 * std::log10(bundle.links)) / options.zoom;
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(bundleLine(bundle, geometry));
    }
}

}  // namespace

QLineF bundleLine(const GroupFolds::Bundle& bundle, const DiagramGeometry& geometry) {
    const auto place = [&](int group, int element) {
        return group >= 0 ? geometry.groups()[std::size_t(group)] : geometry.elements()[std::size_t(element)];
    };
    return lineBetween(place(bundle.fromGroup, bundle.fromElement), place(bundle.toGroup, bundle.toElement));
}

void paintFolds(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                const QRectF& visible, const PaintOptions& options) {
    if (!geometry.folds().foldsAnything(options.zoom))
        return;
    const Theme& t = *options.theme;
    paintFoldBundles(painter, geometry, options);
    const std::vector<FoldSum> sums = foldCounts(diagram, geometry.folds());
    forEachFold(diagram, geometry, visible, options, [&](std::size_t group, const QRectF& box) {
        painter.setPen(QPen(t.outlineStrong, 1.2 / options.zoom));
        painter.setBrush(t.surfaceRaised);
        painter.drawRoundedRect(box, 6 / options.zoom, 6 / options.zoom);
        BoxText text(painter, box, options.zoom);
        text.line(QString::fromStdString(diagram.groups[group].name).simplified(), kFoldNameSize,
                  QFont::DemiBold, kFoldNameHeight, t.text);
        if (saysContents(box, options))
            text.line(foldContents(sums[group]), kFoldFigureSize, QFont::Normal, kFoldLineHeight,
                      t.textMuted);
    });
}

void paintLiveFolds(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                    const SystemState& state, const StateIndex& index, const QRectF& visible,
                    const PaintOptions& options) {
    if (!geometry.folds().foldsAnything(options.zoom) || !index.matches(diagram))
        return;
    const Theme& t = *options.theme;
    const std::vector<FoldSum> sums = foldSums(diagram, geometry, state, index, options);
    forEachFold(diagram, geometry, visible, options, [&](std::size_t group, const QRectF& box) {
        const FoldSum& sum = sums[group];
        BoxText text(painter, box, options.zoom);
        text.skip(kFoldNameHeight + (saysContents(box, options) ? kFoldLineHeight : 0));
        if (sum.queues == 0 && sum.topics == 0)
            return;
        // What a group of both has is told of its queues: records that were read stay in a topic.
        text.line(sum.queues > 0 ? foldWords("%1 ready").arg(shortCount(sum.ready))
                                 : foldWords("%1 behind").arg(shortCount(sum.behind)),
                  kFoldFigureSize, QFont::DemiBold, kFoldLineHeight, t.text);
        if (!sum.observed)
            return;
        // As with single queues: before the second report no rate is known.
        if (sum.inRate > 0 || sum.outRate > 0) {
            const QString in = foldRate(sum.inRate);
            const QString out = foldRate(sum.outRate);
            text.line(text.fitting(
                          {foldWords("%1/s in · %2/s out").arg(in, out), foldWords("%1 → %2/s").arg(in, out)},
                          kFoldFigureSize, QFont::Normal),
                      kFoldFigureSize, QFont::Normal, kFoldLineHeight, t.text);
        }
        if (sum.stuck > 0)
            text.line(foldWords("%1 wait, no consumer").arg(QLocale().toString(sum.stuck)), kFoldFigureSize,
                      QFont::Normal, kFoldLineHeight, t.warningText);
    });
}

void paintFoldMarks(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                    const SystemState& state, const StateIndex& index, const QRectF& visible,
                    const PaintOptions& options) {
    if (!geometry.folds().foldsAnything(options.zoom) || !index.matches(diagram))
        return;
    const double scale = 1 / options.zoom;
    const std::vector<FoldSum> sums = foldSums(diagram, geometry, state, index, options);
    forEachFold(diagram, geometry, visible, options, [&](std::size_t group, const QRectF& box) {
        const FoldSum& sum = sums[group];
        if (sum.deadLetters > 0)
            paintDeadLetterBadge(painter, {box.right() + 8 * scale, box.top() - 9 * scale}, sum.deadLetters,
                                 scale, *options.theme);
        std::uint64_t raised = 0;
        auto gravest = AlertSeverity::Info;
        for (std::size_t i = 0; i < sum.alerts.size(); ++i) {
            raised += sum.alerts[i];
            if (sum.alerts[i] > 0)
                gravest = static_cast<AlertSeverity>(i);
        }
        if (raised > 0)
            paintAlertBadge(painter, {box.left() - 8 * scale, box.top() - 9 * scale}, gravest, raised, scale,
                            *options.theme);
    });
}

}  // namespace sluice
