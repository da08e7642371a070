#include "widgets/share/pagedrawing.h"

#include <QPainterPath>
#include <cmath>

#include "core/trace/tracestore.h"
#include "widgets/paint/diagramgeometry.h"
#include "widgets/paint/diagrampainter.h"
#include "widgets/paint/elementpainter.h"
#include "widgets/paint/messagelook.h"
#include "widgets/paint/queuescale.h"
#include "widgets/paint/stateindex.h"

namespace sluice {
namespace {

constexpr double kPointEvery = 8;  ///< canvas units along a link
constexpr int kMostPoints = 128;

/// A tenth of a unit is less than can be seen.
Json number(double value) {
    const double rounded = std::round(value * 10) / 10;
    if (rounded == std::floor(rounded))
        return static_cast<std::int64_t>(rounded);
    return rounded;
}

Json box(const QRectF& rect) {
    return Json::array({number(rect.x()), number(rect.y()), number(rect.width()), number(rect.height())});
}

std::string pathData(const QPainterPath& path) {
    std::string data;
    const auto add = [&data](char letter, const QPainterPath::Element& element) {
        if (letter != 0)
            data += letter;
        else
            data += ' ';
        data += number(element.x).dump() + ' ' + number(element.y).dump();
    };
    for (int i = 0; i < path.elementCount(); ++i) {
        const QPainterPath::Element element = path.elementAt(i);
        add(element.isMoveTo()    ? 'M'
            : element.isLineTo()  ? 'L'
            : element.isCurveTo() ? 'C'
                                  : char(0),
            element);
    }
    return data + 'Z';
}

Json queueJson(const DiagramGeometry& geometry, int element, const QRectF& bounds) {
    const bool runsLeft = geometry.runsLeft(element);
    const bool dead = geometry.takesDeadLetters(element);
    const QueueScale scale(bounds, runsLeft, dead);
    const QRectF single = scale.band(0, QueueScale::kSingle);
    const QRectF all = scale.band(0, 1'000'000'000);
    return {{"begin", number(runsLeft ? all.left() : all.right())},
            {"direction", runsLeft ? 1 : -1},
            {"even", number(single.width())},
            {"room", number(all.width())},
            {"y", number(all.center().y())},
            {"figure", box(scale.figure())},
            {"dead", dead}};
}

/// Of an element whose live part is one figure, the place that livepainter.cpp gives it.
QRectF figureOf(ElementKind kind, QRectF rect) {
    if (kind == ElementKind::Client)
        rect.setTop(rect.bottom() - rect.height() * 0.34);
    else if (kind == ElementKind::Database)
        rect.setTop(rect.top() + rect.height() * 0.3);
    else
        rect.setTop(rect.top() + rect.height() * 0.22);
    return rect;
}

int groupsOf(const EntityTable& table, EntityId topic) {
    return static_cast<int>(SystemState::initial(table).entities[topic].groups.size());
}

Json elementJson(const Element& element, int index, const DiagramGeometry& geometry, const StateIndex& state,
                 const EntityTable& table) {
    const QRectF& bounds = geometry.elements()[std::size_t(index)];
    const EntityId entity = state.ofElement(std::size_t(index));
    Json json{{"entity", entity}, {"kind", kindName(element.kind)}, {"box", box(bounds)}};
    switch (element.kind) {
        case ElementKind::Queue:
            json["queue"] = queueJson(geometry, index, bounds);
            break;
        case ElementKind::Topic: {
            const int partitions = table.entities[entity].partitions;
            const Lanes lanes = lanesOf(bounds, std::max(1, partitions));
            Json all = Json::array();
            for (int i = 0; i < lanes.count && partitions > 0; ++i)
                all.push_back(box(lanes.lane(i)));
            json["topic"] = Json{{"partitions", partitions},
                                 {"groups", groupsOf(table, entity)},
                                 {"aLane", lanes.partitionsALane},
                                 {"lanes", all}};
            break;
        }
        case ElementKind::Table:
            json["table"] = Json{{"rows", kTableRows},
                                 {"top", number(contentRectOf(ElementKind::Table, bounds).top())},
                                 {"height", tableRowHeight(bounds)}};
            break;
        case ElementKind::Service:
            if (bounds.height() >= 56) {
                const QPointF pip = firstPip(bounds);
                json["service"] = Json{{"pip", Json::array({number(pip.x()), number(pip.y())})},
                                       {"step", kPipStep},
                                       {"mostPips", kMostPips},
                                       {"bar", box(utilisationBar(bounds))},
                                       {"concurrency", state.concurrencyOf(std::size_t(index))}};
            }
            [[fallthrough]];
        case ElementKind::Gateway:
        case ElementKind::Processor:
        case ElementKind::External:
            json["outline"] = pathData(outlineOf(element.kind, bounds));
            break;
        case ElementKind::Client:
        case ElementKind::Database:
        case ElementKind::Cache:
            json["figure"] = box(figureOf(element.kind, bounds));
            break;
        default:
            break;
    }
    return json;
}

Json linkJson(const Link& link, EntityId entity, const LinkRoute& route) {
    const bool straight = route.length() <= std::hypot(route.pointAt(1).x() - route.pointAt(0).x(),
                                                       route.pointAt(1).y() - route.pointAt(0).y()) +
                                                0.01;
    const int pieces =
        straight ? 1 : std::clamp(static_cast<int>(route.length() / kPointEvery), 2, kMostPoints);
    Json points = Json::array();
    for (int i = 0; i <= pieces; ++i) {
        const QPointF point = route.pointAt(double(i) / pieces);
        points.push_back(number(point.x()));
        points.push_back(number(point.y()));
    }
    return {{"entity", entity},
            {"kind", kindName(link.kind)},
            {"length", number(route.length())},
            {"points", points}};
}

/// As CSS writes it, #rrggbbaa where it is not opaque.
std::string text(const QColor& color) {
    const QString opaque = color.name(QColor::HexRgb);
    return (color.alpha() == 255 ? opaque : opaque + color.name(QColor::HexArgb).mid(1, 2)).toStdString();
}

Json themeJson(const Theme& t) {
    Json roles;
    const std::pair<const char*, QColor> plain[] = {
        {"canvas", t.canvas},
        {"surface", t.surface},
        {"surfaceRaised", t.surfaceRaised},
        {"surfaceSunken", t.surfaceSunken},
        {"surfaceHover", t.surfaceHover},
        {"outline", t.outline},
        {"outlineStrong", t.outlineStrong},
        {"text", t.text},
        {"textMuted", t.textMuted},
        {"textDisabled", t.textDisabled},
        {"accent", t.accent},
        {"accentSoft", t.accentSoft},
        {"accentText", t.accentText},
        {"textOnAccent", t.textOnAccent},
        {"danger", t.danger},
        {"dangerText", t.dangerText},
        {"late", t.late},
        {"lateText", t.lateText},
        {"lateMark", t.late},
        // As messagelook.cpp has them.
        {"tokenInk", t.dark ? QColor(0x14, 0x17, 0x1c) : QColor(0x1a, 0x22, 0x2e)},
        {"keyRim", t.dark ? QColor(0, 0, 0, 150) : QColor(255, 255, 255, 210)}};
    for (const auto& [role, color] : plain)
        roles[role] = text(color);
    roles["bandOpacity"] = t.dark ? "0.55" : "0.45";
    roles["rowOpacity"] = t.dark ? "0.42" : "0.34";
    for (std::size_t i = 0; i < t.series.size(); ++i) {
        const QColor color = t.seriesColor(i);
        roles["series" + std::to_string(i)] = text(color);
        roles["rim" + std::to_string(i)] =
            text(t.dark ? mixed(color, t.canvas, 0.55) : mixed(color, t.text, 0.35));
    }
    for (int i = 0; i < kKeyHues; ++i)
        roles["key" + std::to_string(i)] = text(keyColor(i, t));
    for (std::size_t i = 0; i < 6; ++i)
        roles["group" + std::to_string(i)] = text(groupColor(i, t));
    for (std::size_t i = 0; i < t.kinds.size(); ++i) {
        const std::string kind(kElementKindNames[i]);
        const KindColors& own = t.kinds[i];
        roles[kind + "-hue"] = text(own.hue);
        roles[kind + "-line"] = text(own.line);
        roles[kind + "-fill"] = text(own.fill);
        roles[kind + "-text"] = text(own.text);
        roles[kind + "-half"] = text(mixed(own.fill, own.line, 0.5));
        roles[kind + "-record"] = text(mixed(own.fill, own.line, t.dark ? 0.55 : 0.5));
    }
    return roles;
}

}  // namespace

Json pageDrawing(const Diagram& diagram, const EntityTable& table, const QRectF& area) {
    const DiagramGeometry geometry(diagram);
    const StateIndex state(diagram, table);
    Json elements = Json::array();
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        if (state.ofElement(i) != kNoEntity)
            elements.push_back(elementJson(diagram.elements[i], static_cast<int>(i), geometry, state, table));
    }
    Json links = Json::array();
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        if (state.ofLink(i) != kNoEntity && !geometry.links()[i].isNull())
            links.push_back(linkJson(diagram.links[i], state.ofLink(i), geometry.links()[i]));
    }
    Json types = Json::array();
    for (std::size_t i = 0; i < table.types.size(); ++i) {
        MessageInfo message;
        message.type = static_cast<std::uint16_t>(i);
        const MessageLook look = state.lookOf(message);
        types.push_back(Json{{"kind", kindName(look.kind)}, {"color", look.color}});
    }
    return {{"title", diagram.name},
            {"note", diagram.note},
            {"area", box(area)},
            {"elements", elements},
            {"links", links},
            {"types", types},
            {"themes", Json{{"light", themeJson(theme(ThemeName::Light))},
                            {"dark", themeJson(theme(ThemeName::Dark))}}}};
}

}  // namespace sluice
