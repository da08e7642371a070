#include "widgets/paint/diagramgeometry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <tuple>

#include "core/diagram/deadletterqueues.h"
#include "widgets/paint/obstacles.h"

namespace sluice {
namespace {

constexpr double kPortDistance = 20;
/// So many are laid out at once without anybody noticing.
constexpr std::size_t kFewLinks = 400;

bool isHorizontal(Side side) {
    return side == Side::Left || side == Side::Right;
}

double extentAlong(const QRectF& rect, Side side) {
    return isHorizontal(side) ? rect.height() : rect.width();
}

double centreAlong(const QRectF& rect, Side side) {
    return isHorizontal(side) ? rect.center().y() : rect.center().x();
}

/// How much of a side may hold links: slanted silhouettes only their middle.
double usableShare(ElementKind kind) {
    switch (kind) {
        case ElementKind::Exchange:
            return 0.4;
        case ElementKind::Processor:
        case ElementKind::External:
        case ElementKind::Gateway:
            return 0.5;
        default:
            return 0.72;
    }
}

}  // namespace

int DiagramGeometry::find(const std::unordered_map<std::string, int>& index, std::string_view id) {
    const auto it = index.find(std::string(id));
    return it == index.end() ? -1 : it->second;
}

DiagramGeometry::Names::Names(const Diagram& diagram) {
    const auto note = [](const auto& things, std::vector<std::string>& ids, auto& index) {
        ids.reserve(things.size());
        index.reserve(things.size());
        for (const auto& thing : things) {
            index.emplace(thing.id, static_cast<int>(ids.size()));
            ids.push_back(thing.id);
        }
    };
    note(diagram.elements, elements, elementIndex);
    note(diagram.links, links, linkIndex);
}

bool DiagramGeometry::Names::areOf(const Diagram& diagram) const {
    const auto same = [](const auto& things, const std::vector<std::string>& ids) {
        return std::equal(things.begin(), things.end(), ids.begin(), ids.end(),
                          [](const auto& thing, const std::string& id) { return thing.id == id; });
    };
    return same(diagram.elements, elements) && same(diagram.links, links);
}

DiagramGeometry::DiagramGeometry(const Diagram& diagram) : m_names(std::make_shared<const Names>(diagram)) {
    place(diagram);
    join(diagram);
    const Obstacles obstacles(diagram.elements, m_elements);
    for (std::size_t i = 0; i < m_ends.size(); ++i) {
        if (m_ends[i].isWhole())
            chooseSides(diagram, obstacles, i);
    }
    layOut(diagram);
}

DiagramGeometry::DiagramGeometry(const Diagram& diagram, const DiagramGeometry& before) {
    if (diagram.links.size() <= kFewLinks) {
        *this = DiagramGeometry(diagram);
        return;
    }
    m_names = before.m_names && before.m_names->areOf(diagram) ? before.m_names
                                                               : std::make_shared<const Names>(diagram);
    place(diagram);
    join(diagram);
    for (std::size_t i = 0; i < m_ends.size(); ++i) {
        if (m_ends[i].isWhole())
            guessSides(diagram, before, i);
    }
    layOut(diagram);
}

void DiagramGeometry::place(const Diagram& diagram) {
    m_elements.reserve(diagram.elements.size());
    m_painted.reserve(diagram.elements.size());
    for (const Element& element : diagram.elements) {
        m_elements.push_back(boundsOf(element));
        m_painted.push_back(paintedBoundsOf(element));
    }
    m_groups.reserve(diagram.groups.size());
    for (const Group& group : diagram.groups)
        m_groups.push_back(boundsOf(group));
}

void DiagramGeometry::join(const Diagram& diagram) {
    m_runsLeft.assign(m_elements.size(), false);
    m_linksFrom.assign(m_elements.size() + 1, 0);
    m_ends.resize(diagram.links.size());
    m_links.resize(diagram.links.size());
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        Ends& ends = m_ends[i];
        ends.from = elementIndex(diagram.links[i].from);
        ends.to = elementIndex(diagram.links[i].to);
        if (!ends.isWhole())
            continue;
        ++m_linksFrom[std::size_t(ends.from) + 1];
        if (ends.to != ends.from)
            ++m_linksFrom[std::size_t(ends.to) + 1];
    }
    std::partial_sum(m_linksFrom.begin(), m_linksFrom.end(), m_linksFrom.begin());
    m_linksOf.resize(m_linksFrom.back());
    std::vector<std::size_t> next(m_linksFrom.begin(), m_linksFrom.end() - 1);
    for (std::size_t i = 0; i < m_ends.size(); ++i) {
        const Ends& ends = m_ends[i];
        if (!ends.isWhole())
            continue;
        m_linksOf[next[std::size_t(ends.from)]++] = static_cast<int>(i);
        if (ends.to != ends.from)
            m_linksOf[next[std::size_t(ends.to)]++] = static_cast<int>(i);
    }
}

/// All that follows from the sides of the links.
void DiagramGeometry::layOut(const Diagram& diagram) {
    for (std::size_t i = 0; i < m_elements.size(); ++i) {
        spread(diagram, static_cast<int>(i));
        orient(diagram, static_cast<int>(i));
    }
    for (std::size_t i = 0; i < diagram.links.size(); ++i)
        route(diagram, i);
    markDeadLetters(diagram);
    fold(diagram);
}

void DiagramGeometry::fold(const Diagram& diagram) {
    std::vector<std::pair<int, int>> ends;
    ends.reserve(m_ends.size());
    for (const Ends& one : m_ends)
        ends.emplace_back(one.from, one.to);
    m_folds = std::make_shared<const GroupFolds>(diagram, ends);
}

void DiagramGeometry::guessSides(const Diagram& diagram, const DiagramGeometry& before, std::size_t link) {
    Ends& ends = m_ends[link];
    if (!diagram.links[link].bends.empty()) {
        sidesByBends(diagram, link);
        return;
    }
    m_rough.push_back(static_cast<int>(link));
    if (const int earlier = before.linkIndex(diagram.links[link].id); earlier >= 0) {
        ends.leaves = before.m_ends[std::size_t(earlier)].leaves;
        ends.enters = before.m_ends[std::size_t(earlier)].enters;
        return;
    }
    const QRectF& from = m_elements[std::size_t(ends.from)];
    const QRectF& to = m_elements[std::size_t(ends.to)];
    ends.leaves = sideTowards(from, to);
    ends.enters = sideTowards(to, from);
}

void DiagramGeometry::markDeadLetters(const Diagram& diagram) {
    std::vector<std::pair<int, int>> ends;
    ends.reserve(m_ends.size());
    for (const Ends& one : m_ends)
        ends.emplace_back(one.from, one.to);
    const DeadLetterQueues queues(diagram, ends);
    m_deadLetters.resize(m_elements.size());
    for (std::size_t i = 0; i < m_elements.size(); ++i)
        m_deadLetters[i] = queues.isDeadLetterQueue(i);
}

const std::vector<LinkLabel>& DiagramGeometry::labels(const Diagram& diagram) const {
    if (!m_labels)
        m_labels = sluice::placeLabels(diagram, m_elements, m_links);
    return *m_labels;
}

void DiagramGeometry::chooseSides(const Diagram& diagram, const Obstacles& obstacles, std::size_t index) {
    if (!diagram.links[index].bends.empty()) {
        sidesByBends(diagram, index);
        return;
    }
    Ends& ends = m_ends[index];
    const Obstacles::Choice choice = obstacles.sidesFor(ends.from, ends.to);
    ends.leaves = choice.leaves;
    ends.enters = choice.enters;
    ends.looked = choice.looked;
}

void DiagramGeometry::sidesByBends(const Diagram& diagram, std::size_t index) {
    Ends& ends = m_ends[index];
    const auto& bends = diagram.links[index].bends;
    ends.looked = {};
    const auto spot = [](const Point& point) { return QRectF(point.x, point.y, 0, 0); };
    ends.leaves = sideTowards(m_elements[std::size_t(ends.from)], spot(bends.front()));
    ends.enters = sideTowards(m_elements[std::size_t(ends.to)], spot(bends.back()));
}

void DiagramGeometry::spread(const Diagram& diagram, int element) {
    struct Port {
        double* offset;
        bool* alone;
        double order;
        double order2;
        int link;
    };
    std::array<std::vector<Port>, 4> sides;
    const QRectF& own = m_elements[std::size_t(element)];
    for (const int link : linksOf(element)) {
        Ends& ends = m_ends[std::size_t(link)];
        if (ends.from == ends.to)
            continue;
        const bool leaving = ends.from == element;
        const Side side = leaving ? ends.leaves : ends.enters;
        const QRectF& other = m_elements[std::size_t(leaving ? ends.to : ends.from)];
        const auto& bends = diagram.links[std::size_t(link)].bends;
        QPointF target = other.center();
        if (!bends.empty())
            target = toPointF(leaving ? bends.front() : bends.back());
        const double place = isHorizontal(side) ? target.y() : target.x();
        const double away = isHorizontal(side) ? std::abs(target.x() - own.center().x())
                                               : std::abs(target.y() - own.center().y());
        // Of two in one direction the farther one is outside: its curve goes round the nearer one's.
        const double bearing = (place - centreAlong(own, side)) / std::max(away, 1.0);
        sides[static_cast<std::size_t>(side)].push_back({leaving ? &ends.leavesAt : &ends.entersAt,
                                                         leaving ? &ends.leavesAlone : &ends.entersAlone,
                                                         bearing, place, link});
    }
    for (std::size_t s = 0; s < sides.size(); ++s) {
        auto& ports = sides[s];
        if (ports.empty())
            continue;
        const Side side = static_cast<Side>(s);
        std::sort(ports.begin(), ports.end(), [](const Port& a, const Port& b) {
            return std::tie(a.order, a.order2, a.link) < std::tie(b.order, b.order2, b.link);
        });
        const double usable =
            extentAlong(own, side) * usableShare(diagram.elements[std::size_t(element)].kind);
        const double count = static_cast<double>(ports.size() - 1);
        const double distance = count > 0 ? std::min(kPortDistance, usable / count) : 0;
        // One that goes straight across keeps the middle, and the others make room on either side.
        const auto straight = [](const Port& port) { return std::abs(port.order) < 0.02; };
        double shift = count / 2;
        if (std::count_if(ports.begin(), ports.end(), straight) == 1) {
            const auto middle = double(std::find_if(ports.begin(), ports.end(), straight) - ports.begin());
            if (std::max(middle, count - middle) * distance <= extentAlong(own, side) * 0.42)
                shift = middle;
        }
        for (std::size_t i = 0; i < ports.size(); ++i) {
            *ports[i].alone = ports.size() == 1;
            *ports[i].offset = (static_cast<double>(i) - shift) * distance;
        }
    }
}

DiagramGeometry::Ends DiagramGeometry::straightened(Ends ends) const {
    if (isHorizontal(ends.leaves) != isHorizontal(ends.enters))
        return ends;
    const QRectF& from = m_elements[std::size_t(ends.from)];
    const QRectF& to = m_elements[std::size_t(ends.to)];
    const double kink =
        centreAlong(to, ends.enters) + ends.entersAt - centreAlong(from, ends.leaves) - ends.leavesAt;
    // A small kink looks like a mistake: an end that has its side for itself gives way, the longer first.
    const double fromRoom = ends.leavesAlone ? extentAlong(from, ends.leaves) * 0.3 : kPortDistance * 0.4;
    const double toRoom = ends.entersAlone ? extentAlong(to, ends.enters) * 0.3 : kPortDistance * 0.4;
    if (std::abs(kink) > std::max(fromRoom, toRoom))
        return ends;
    if (fromRoom >= toRoom)
        ends.leavesAt += kink;
    else
        ends.entersAt -= kink;
    return ends;
}

void DiagramGeometry::orient(const Diagram& diagram, int element) {
    int left = 0;
    for (const int link : linksOf(element)) {
        const Ends& ends = m_ends[std::size_t(link)];
        const bool consumed =
            ends.from == element && diagram.links[std::size_t(link)].kind == LinkKind::Consume;
        const bool filled = ends.to == element && ends.from != element;
        const Side side = consumed ? ends.leaves : ends.enters;
        if ((!consumed && !filled) || !isHorizontal(side))
            continue;
        left += ((side == Side::Left) == consumed ? 1 : -1) * (consumed ? 2 : 1);
    }
    m_runsLeft[std::size_t(element)] = left > 0;
}

void DiagramGeometry::route(const Diagram& diagram, std::size_t index) {
    if (!m_ends[index].isWhole())
        return;
    const auto& bends = diagram.links[index].bends;
    const Ends ends = bends.empty() ? straightened(m_ends[index]) : m_ends[index];
    const auto end = [&](int element, Side side, double offset) {
        return RouteEnd{diagram.elements[std::size_t(element)].kind, m_elements[std::size_t(element)], side,
                        offset};
    };
    m_links[index] =
        routeOf(end(ends.from, ends.leaves, ends.leavesAt), end(ends.to, ends.enters, ends.entersAt), bends);
}

const LinkRoute& DiagramGeometry::route(std::string_view linkId) const {
    static const LinkRoute none;
    const int index = linkIndex(linkId);
    return index < 0 ? none : m_links[std::size_t(index)];
}

QRectF DiagramGeometry::bounds() const {
    QRectF all;
    for (const QRectF& rect : m_painted)
        all = all.united(rect);
    for (const QRectF& rect : m_groups)
        all = all.united(rect.adjusted(-4, -14, 4, 4));
    for (const LinkRoute& link : m_links) {
        if (!link.isNull())
            all = all.united(link.bounds().adjusted(-6, -6, 6, 6));
    }
    return all;
}

int DiagramGeometry::elementAt(const Diagram& diagram, const QPointF& point, double tolerance) const {
    for (int i = static_cast<int>(m_elements.size()) - 1; i >= 0; --i) {
        const QRectF& bounds = m_elements[std::size_t(i)];
        if (!m_painted[std::size_t(i)].adjusted(-tolerance, -tolerance, tolerance, tolerance).contains(point))
            continue;
        const ElementKind kind = diagram.elements[std::size_t(i)].kind;
        if (bounds.adjusted(-tolerance, -tolerance, tolerance, tolerance).contains(point)) {
            // A silhouette with hollows is hit in its bounds too when they are small; a click means it.
            const QPainterPath outline = outlineOf(kind, bounds);
            const QRectF probe(point.x() - tolerance, point.y() - tolerance, 2 * tolerance, 2 * tolerance);
            if (kind == ElementKind::Client || outline.contains(point) ||
                (tolerance > 0 && outline.intersects(probe)))
                return i;
        }
        if (nameIsBelow(kind)) {
            const QRectF name = nameRectOf(kind, bounds);
            if (QRectF(bounds.left(), name.top() - 4, bounds.width(), 22).contains(point))
                return i;
        }
    }
    return -1;
}

int DiagramGeometry::linkAt(const QPointF& point, double tolerance) const {
    int best = -1;
    double nearest = tolerance;
    for (std::size_t i = 0; i < m_links.size(); ++i) {
        const LinkRoute& link = m_links[i];
        if (link.isNull() ||
            !link.bounds().adjusted(-tolerance, -tolerance, tolerance, tolerance).contains(point))
            continue;
        const double distance = link.distanceTo(point);
        if (distance <= nearest) {
            nearest = distance;
            best = static_cast<int>(i);
        }
    }
    return best;
}

int DiagramGeometry::groupAt(const QPointF& point, double tolerance, bool inside) const {
    int best = -1;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        const QRectF& rect = m_groups[i];
        const double area = rect.width() * rect.height();
        if (area >= smallest ||
            !rect.adjusted(-tolerance, -tolerance - 12, tolerance, tolerance).contains(point))
            continue;
        const bool onBorder =
            !rect.adjusted(tolerance, tolerance + 12, -tolerance, -tolerance).contains(point);
        if (inside || onBorder) {
            best = static_cast<int>(i);
            smallest = area;
        }
    }
    return best;
}

}  // namespace sluice
