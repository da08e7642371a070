#include <QCoreApplication>
#include <QLocale>
#include <array>
#include <cmath>

#include "core/trace/grouplag.h"
#include "widgets/paint/badges.h"
#include "widgets/paint/diagrampainter.h"
#include "widgets/paint/elementpainter.h"
#include "widgets/paint/foldpainter.h"
#include "widgets/paint/liveelements.h"
#include "widgets/paint/queuescale.h"
#include "widgets/paint/textfitting.h"

namespace sluice {
namespace {

constexpr double kLostOpacity = 0.4;

QString rateWords(std::uint64_t thousandths) {
    const double rate = double(thousandths) / 1000;
    return rate < 10 ? QLocale().toString(rate, 'f', rate > 0 ? 1 : 0)
                     : shortCount(static_cast<std::uint64_t>(std::llround(rate)));
}

/// Below the name of an element that a live broker knows: what it counts.
void paintReport(const Live& live, const Shown& shown) {
    if (live.detail == Detail::Far || !shown.observed)
        return;
    const ObservedState& observed = *shown.observed;
    QStringList words;
    if (observed.inRate > 0)
        words << QCoreApplication::translate("Canvas", "%1/s in").arg(rateWords(observed.inRate));
    if (observed.outRate > 0)
        words << QCoreApplication::translate("Canvas", "%1/s out").arg(rateWords(observed.outRate));
    if (shown.element.kind == ElementKind::Queue)
        words << (observed.consumers == 0 ? QCoreApplication::translate("Canvas", "no consumer")
                  : observed.consumers == 1
                      ? QCoreApplication::translate("Canvas", "1 consumer")
                      : QCoreApplication::translate("Canvas", "%1 consumers").arg(observed.consumers));
    std::int64_t behind = 0;
    for (const GroupState& group : shown.state.groups)
        behind = std::max(behind, recordsBehind(shown.state, group));
    if (behind > 0)
        words << QCoreApplication::translate("Canvas", "%1 behind")
                     .arg(shortCount(static_cast<std::uint64_t>(behind)));
    const QRectF& r = shown.bounds;
    const bool stuck = shown.element.kind == ElementKind::Queue && observed.consumers == 0 &&
                       shown.state.ready > 0 && !shown.deadLetters &&
                       !shown.element.properties.has("messageTtl");  // a delay queue needs none
    drawLine(live.painter, words.join(QStringLiteral(" · ")), canvasFigures(10),
             QRectF(r.center().x() - r.width(), r.bottom() + 20, 2 * r.width(), 16),
             Qt::AlignHCenter | Qt::AlignVCenter, stuck ? live.theme.warningText : live.theme.textMuted);
}

void paintMarks(const Live& live, const Shown& shown) {
    const double scale = badgeScale(live.options.zoom);
    QPointF corner(shown.bounds.right() + 8 * scale, shown.bounds.top() - 9 * scale);
    if (shown.deadLetters && shown.state.deadLettered > 0) {
        std::uint64_t seen = 0;
        if (live.options.seenDeadLetters) {
            const auto it = live.options.seenDeadLetters->find(shown.element.id);
            if (it != live.options.seenDeadLetters->end())
                seen = it->second;
        }
        if (shown.state.deadLettered > seen)
            corner.rx() -= paintDeadLetterBadge(live.painter, corner, shown.state.deadLettered - seen, scale,
                                                live.theme) +
                           2 * scale;
    }
    if (shown.state.late > 0)
        paintLateBadge(live.painter, corner, shown.state.late, scale, live.theme);
    if (shown.state.alerts != RaisedAlerts{}) {
        std::uint64_t count = 0;
        auto gravest = AlertSeverity::Info;
        for (std::size_t i = 0; i < shown.state.alerts.size(); ++i) {
            count += shown.state.alerts[i];
            if (shown.state.alerts[i] > 0)
                gravest = static_cast<AlertSeverity>(i);
        }
        const double right = shown.state.faulty ? 16 * scale : -8 * scale;
        paintAlertBadge(live.painter, {shown.bounds.left() + right, shown.bounds.top() - 9 * scale}, gravest,
                        count, scale, live.theme);
    }
    if (shown.state.faulty)
        paintFaultMark(live.painter, {shown.bounds.left() + 4, shown.bounds.top()}, scale, live.theme);
}

/// Each element that has a state and can be seen.
template <class Visit>
void forEachShown(const Diagram& diagram, const DiagramGeometry& geometry, const SystemState& state,
                  const StateIndex& index, const QRectF& visible, const PaintOptions& options,
                  const Visit& visit) {
    if (!index.matches(diagram))
        return;
    const QRectF reach = visible.adjusted(-30, -30, 30, 30);
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        if (geometry.folds().hidesElement(i, options.zoom))
            continue;
        const Element& element = diagram.elements[i];
        const EntityId entity = index.ofElement(i);
        if (entity == kNoEntity || entity >= state.entities.size() ||
            !reach.intersects(geometry.elements()[i]) || !options.shows(element.id))
            continue;
        const auto number = static_cast<int>(i);
        visit(Shown{.element = element,
                    .bounds = geometry.elements()[i],
                    .state = state.entities[entity],
                    .concurrency = index.concurrencyOf(i),
                    .runsLeft = geometry.runsLeft(number),
                    .deadLetters = element.kind == ElementKind::Queue && geometry.takesDeadLetters(number),
                    .observed = entity < state.observed.size() && state.observed[entity].known
                                    ? &state.observed[entity]
                                    : nullptr});
    }
}

}  // namespace

QColor groupColor(std::size_t group, const Theme& theme) {
    // Begins with blue and skips the topics' own orange.
    constexpr std::array<std::size_t, 6> order{0, 1, 3, 5, 4, 6};
    return theme.seriesColor(order[group % order.size()]);
}

double tokenRadius(double zoom) {
    return zoom >= 0.8   ? kStandingRadius
           : zoom >= 0.4 ? std::min(kStandingRadius * 1.25, 4.6 / zoom)
                         : 2.6 / zoom;
}

void paintLive(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
               const SystemState& state, const StateIndex& index, const MessageLookup& lookup,
               const QRectF& visible, const PaintOptions& options, std::vector<TokenMark>* standing) {
    painter.save();
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    // How it stood, since nobody knows how it stands.
    if (state.contact == Contact::Lost)
        painter.setOpacity(kLostOpacity);
    const Live live{painter, options, *options.theme, detailAt(options.zoom), lookup, standing, state};
    forEachShown(diagram, geometry, state, index, visible, options, [&](const Shown& shown) {
        switch (shown.element.kind) {
            case ElementKind::Service:
            case ElementKind::Gateway:
            case ElementKind::Processor:
            case ElementKind::External:
                paintService(live, shown);
                break;
            case ElementKind::Queue:
                paintQueue(live, shown);
                break;
            case ElementKind::Topic:
                paintTopic(live, shown);
                break;
            case ElementKind::Table:
                paintTable(live, shown);
                break;
            default:
                paintFigure(live, shown);
        }
        paintReport(live, shown);
        if (options.marks)
            paintMarks(live, shown);
    });
    paintLiveFolds(painter, diagram, geometry, state, index, visible, options);
    if (options.marks)
        paintFoldMarks(painter, diagram, geometry, state, index, visible, options);
    painter.restore();
}

void paintLiveMarks(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                    const SystemState& state, const StateIndex& index, const QRectF& visible,
                    const PaintOptions& options) {
    painter.save();
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    if (state.contact == Contact::Lost)
        painter.setOpacity(kLostOpacity);
    const MessageLookup none;
    const Live live{painter, options, *options.theme, detailAt(options.zoom), none, nullptr, state};
    forEachShown(diagram, geometry, state, index, visible, options,
                 [&](const Shown& shown) { paintMarks(live, shown); });
    paintFoldMarks(painter, diagram, geometry, state, index, visible, options);
    painter.restore();
}

MessageId standingMessageAt(const Diagram& diagram, const DiagramGeometry& geometry, const SystemState& state,
                            const StateIndex& index, const QPointF& point) {
    if (!index.matches(diagram))
        return 0;
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        const EntityId entity = index.ofElement(i);
        if (diagram.elements[i].kind != ElementKind::Queue || !geometry.elements()[i].contains(point) ||
            entity >= state.entities.size())
            continue;
        const auto number = static_cast<int>(i);
        const QueueScale scale(geometry.elements()[i], geometry.runsLeft(number),
                               geometry.takesDeadLetters(number));
        const EntityState& queue = state.entities[entity];
        const std::size_t known = queue.messages.size();
        if (known > 0 && scale.band(0, queue.ready).adjusted(-2, -4, 2, 4).contains(point))
            return queue.messages[std::min(scale.placeAt(point), known - 1)];
    }
    return 0;
}

}  // namespace sluice
