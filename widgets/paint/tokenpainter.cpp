#include "widgets/paint/tokenpainter.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "widgets/paint/badges.h"
#include "widgets/paint/foldpainter.h"
#include "widgets/paint/textfitting.h"

namespace sluice {

namespace {
constexpr double kTrail = 90;  ///< canvas units
constexpr int kTrailPieces = 6;
}  // namespace

double fractionOf(const Transit& transit, TraceTime at) {
    const double span = double((transit.arrives - transit.departed).count());
    const double fraction =
        span > 0 ? std::clamp(double((at - transit.departed).count()) / span, 0.0, 1.0) : 1.0;
    return (transit.flags & eventflag::Reverse) != 0 ? 1 - fraction : fraction;
}

void TokenPlan::build(const Diagram& diagram, const DiagramGeometry& geometry, const SystemState& state,
                      const StateIndex& index, const QRectF& visible, double radius, bool flows,
                      const std::unordered_set<std::string>* only, double zoom) {
    m_tokens.clear();
    m_flows.clear();
    m_trails.clear();
    const std::size_t links = geometry.links().size();
    if (!index.matches(diagram))
        return;
    m_isFlow.assign(links, false);
    if (flows) {
        m_loads.assign(links, Load{});
        for (const Transit& transit : state.transits) {
            const int link = index.linkOf(transit.link);
            if (link < 0)
                continue;
            Load& load = m_loads[std::size_t(link)];
            load.first = load.count == 0 ? transit.departed : std::min(load.first, transit.departed);
            load.last = load.count == 0 ? transit.departed : std::max(load.last, transit.departed);
            ++load.count;
        }
        for (std::size_t i = 0; i < links; ++i) {
            const Load& load = m_loads[i];
            // Side by side and touching is as dense as tokens can be told apart.
            if (load.count < 8 || double(load.count) * 2 * radius < geometry.links()[i].length() * 1.1)
                continue;
            m_isFlow[i] = true;
            const double span = seconds(load.last - load.first);
            m_flows.push_back({static_cast<int>(i), static_cast<int>(load.count),
                               span > 0 ? double(load.count - 1) / span : 0});
        }
    }
    // What a live broker only counts is a flow from the start, and never tokens.
    for (std::size_t id = 0; id < state.observed.size(); ++id) {
        const int link = index.linkOf(static_cast<EntityId>(id));
        const std::uint64_t rate = std::max(state.observed[id].inRate, state.observed[id].outRate);
        if (link >= 0 && rate > 0 && !m_isFlow[std::size_t(link)])
            m_flows.push_back({link, 0, double(rate) / 1000});
    }
    const QRectF reach = visible.adjusted(-2 * radius, -2 * radius, 2 * radius, 2 * radius);
    const auto& routes = geometry.links();
    m_tokens.reserve(state.transits.size());
    for (const Transit& transit : state.transits) {
        const int link = index.linkOf(transit.link);
        if (link < 0 || m_isFlow[std::size_t(link)] || transit.departed > state.at ||
            geometry.folds().hidesLink(std::size_t(link), zoom))
            continue;
        const LinkRoute& route = routes[std::size_t(link)];
        if (route.isNull() || (only && !only->contains(diagram.links[std::size_t(link)].id)))
            continue;
        const double fraction = fractionOf(transit, state.at);
        const QPointF centre = route.pointAt(fraction);
        if (!reach.contains(centre))
            continue;
        m_tokens.push_back({centre, transit.message, transit.flags});
        if (diagram.links[std::size_t(link)].kind == LinkKind::DeadLetter)
            m_trails.push_back(
                {link, std::max(0.0, fraction - kTrail / std::max(1.0, route.length())), fraction});
    }
}

std::vector<MessageId> TokenPlan::tokensAt(const QPointF& point, double distance) const {
    std::vector<std::pair<double, MessageId>> found;
    for (const TokenMark& token : m_tokens) {
        const double d = std::hypot(token.centre.x() - point.x(), token.centre.y() - point.y());
        if (d <= distance)
            found.emplace_back(d, token.message);
    }
    std::sort(found.begin(), found.end());
    std::vector<MessageId> messages;
    messages.reserve(found.size());
    for (const auto& [d, message] : found)
        messages.push_back(message);
    return messages;
}

void paintFlows(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                std::span<const TokenPlan::Flow> flows, std::span<const TokenPlan::Trail> trails,
                const PaintOptions& options) {
    const Theme& t = *options.theme;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const GroupFolds& folds = geometry.folds();
    const auto penOf = [&](bool deadLetters, double rate) {
        QColor color = deadLetters ? t.danger : t.accent;
        color.setAlphaF(0.42F);
        const double width =
            std::min(16.0, 3 + 2.6 * std::log10(1 + rate)) / std::min(1.0, options.zoom * 1.6);
        return QPen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    };
    std::vector<double> bundled(folds.bundles().size());
    for (const TokenPlan::Flow& flow : flows) {
        const Link& link = diagram.links[std::size_t(flow.link)];
        if (!options.shows(link.id))
            continue;
        if (folds.hidesLink(std::size_t(flow.link), options.zoom)) {
            if (const int bundle = folds.bundleOf(std::size_t(flow.link)); bundle >= 0)
                bundled[std::size_t(bundle)] += flow.rate;
            continue;
        }
        const LinkRoute& route = geometry.links()[std::size_t(flow.link)];
        painter.setPen(penOf(link.kind == LinkKind::DeadLetter, flow.rate));
        painter.drawPath(route.path());
    }
    for (std::size_t i = 0; i < bundled.size(); ++i) {
        if (bundled[i] <= 0)
            continue;
        painter.setPen(penOf(folds.bundles()[i].deadLetters, bundled[i]));
        painter.drawLine(bundleLine(folds.bundles()[i], geometry));
    }
    for (const TokenPlan::Trail& trail : trails) {
        if (!options.shows(diagram.links[std::size_t(trail.link)].id))
            continue;
        const LinkRoute& route = geometry.links()[std::size_t(trail.link)];
        for (int i = 0; i < kTrailPieces; ++i) {
            const double from = trail.from + (trail.to - trail.from) * i / kTrailPieces;
            const double to = trail.from + (trail.to - trail.from) * (i + 1) / kTrailPieces;
            QColor color = t.danger;
            color.setAlphaF(0.75F * static_cast<float>(i + 1) / kTrailPieces);
            painter.setPen(QPen(color, std::max(4.0, 2 / options.zoom), Qt::SolidLine, Qt::FlatCap));
            painter.drawLine(route.pointAt(from), route.pointAt(to));
        }
    }
    if (options.zoom >= 0.4) {
        const double scale = badgeScale(options.zoom);
        const QFont font = canvasFigures(static_cast<int>(std::lround(11 * scale)), QFont::DemiBold);
        const QFontMetricsF metrics(font);
        for (const TokenPlan::Flow& flow : flows) {
            if (!options.shows(diagram.links[std::size_t(flow.link)].id))
                continue;
            const QString text =
                QCoreApplication::translate("Canvas", "%1/s")
                    .arg(flow.rate < 10 ? QLocale().toString(flow.rate, 'f', 1)
                                        : shortCount(static_cast<std::uint64_t>(std::llround(flow.rate))));
            const QSizeF size(metrics.horizontalAdvance(text) + 12 * scale, metrics.height() + 2 * scale);
            // Beside the middle, where the link's own label stands.
            const LinkRoute& route = geometry.links()[std::size_t(flow.link)];
            const QPointF tangent = route.tangentAt(0.5);
            const QPointF normal =
                tangent.x() >= 0 ? QPointF(tangent.y(), -tangent.x()) : QPointF(-tangent.y(), tangent.x());
            const QPointF centre =
                route.pointAt(0.5) + QPointF(normal.x() * (size.width() / 2 + 10 * scale),
                                             normal.y() * (size.height() / 2 + 10 * scale));
            const QRectF pill(centre.x() - size.width() / 2, centre.y() - size.height() / 2, size.width(),
                              size.height());
            painter.setPen(Qt::NoPen);
            painter.setBrush(t.accentSoft);
            painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
            drawLine(painter, text, font, pill, Qt::AlignCenter, t.accentText);
        }
    }
    painter.restore();
}

void paintTokens(QPainter& painter, const std::vector<TokenMark>& tokens, const MessageLookup& lookup,
                 double radius, const PaintOptions& options) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const TokenMark& token : tokens) {
        MessageLook look = lookup ? lookup(token.message) : MessageLook{};
        look.flags |= token.flags;
        paintToken(painter, token.centre, radius, look, *options.theme);
    }
    painter.restore();
}

}  // namespace sluice
