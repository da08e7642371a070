#include "widgets/canvas/drawing.h"

#include <QLineF>
#include <algorithm>
#include <array>

namespace sluice {

namespace {

constexpr double kPortDistance = 14;  // pixels
constexpr double kPortReach = 9;      // pixels
constexpr double kHandleReach = 7;    // pixels
constexpr double kLinkReach = 6;      // pixels
constexpr double kLeastFrame = 24;    // pixels
constexpr std::array kSides{Side::Left, Side::Right, Side::Top, Side::Bottom};

// Puts the values an edit gives to things that exist.
class Preview {
public:
    explicit Preview(Diagram& diagram, const DiagramGeometry& geometry)
        : m_diagram(diagram), m_geometry(geometry) {}

    void put(const AnyChange& change) {
        std::visit([this](const auto& c) { putOne(c); }, change);
    }

private:
    void putOne(const Change<Element>& change) {
        const int index = m_geometry.elementIndex(change.id);
        if (index < 0 || !change.value)
            return;
        m_diagram.elements[static_cast<std::size_t>(index)] = *change.value;
    }
    void putOne(const Change<Link>& change) {
        const int index = m_geometry.linkIndex(change.id);
        if (index < 0 || !change.value)
            return;
        m_diagram.links[static_cast<std::size_t>(index)] = *change.value;
    }
    void putOne(const Change<Group>& change) {
        for (Group& group : m_diagram.groups) {
            if (group.id == change.id && change.value)
                group = *change.value;
        }
    }
    template <class Other>
    void putOne(const Other&) {}

    Diagram& m_diagram;
    const DiagramGeometry& m_geometry;
};

// QRectF::contains is false for lines without width.
bool holds(const QRectF& rect, const QRectF& other) {
    return other.left() >= rect.left() && other.right() <= rect.right() && other.top() >= rect.top() &&
           other.bottom() <= rect.bottom();
}

double distanceBetween(const QPointF& a, const QPointF& b) {
    return QLineF(a, b).length();
}

// Sidecars are tied to their services by lines that lie outside of both.
void addTethers(std::vector<QRectF>& areas, const Diagram& diagram, const DiagramGeometry& now,
                const DiagramGeometry& before) {
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        const Element& element = diagram.elements[i];
        const Json* of = element.kind == ElementKind::Sidecar ? element.properties.find("of") : nullptr;
        const int host = of && of->is_string() ? now.elementIndex(of->get_ref<const std::string&>()) : -1;
        if (host < 0)
            continue;
        const auto both = [&](const DiagramGeometry& geometry) {
            return geometry.elements()[i].united(geometry.elements()[static_cast<std::size_t>(host)]);
        };
        if (both(now) != both(before))
            areas.insert(areas.end(),
                         {both(before).adjusted(-2, -2, 2, 2), both(now).adjusted(-2, -2, 2, 2)});
    }
}

}  // namespace

void Drawing::show(const Document* document) {
    m_document = document;
    m_shown = document ? &document->diagram() : &m_empty;
    forgetPreview();
    rebuild();
}

void Drawing::rebuild() {
    m_geometry = DiagramGeometry(*m_shown, {});
    m_placement = {};
    m_allTouched = true;
    ++m_revision;
}

bool Drawing::refine(std::chrono::milliseconds budget, const QRectF& area) {
    if (!m_geometry.isRough())
        return false;
    const bool more = m_geometry.refine(diagram(), budget, area);
    m_revision += m_geometry.takeRefined() ? 1 : 0;
    return more;
}

bool Drawing::placeLabels(std::chrono::milliseconds budget) {
    constexpr std::size_t kFewLinks = 1000;  // so many are placed at once
    if (m_geometry.hasLabels())
        return true;
    if (diagram().links.size() <= kFewLinks || isPreviewing()) {
        (void)m_geometry.labels(diagram());
        return true;
    }
    if (!m_geometry.placeLabels(diagram(), m_placement, budget))
        return false;
    m_placement = {};
    return true;
}

void Drawing::forgetPreview() {
    m_preview.reset();
    m_previewed.clear();
    m_uncovered.clear();
    m_allUncovered = true;
    m_previewEdit = {};
}

void Drawing::follow(const DocumentChange& change) {
    auto changed = idsOfPreview();
    forgetPreview();
    if (change.everything) {
        rebuild();
        return;
    }
    for (const auto* ids : {&change.elements, &change.links, &change.groups})
        changed.insert(ids->begin(), ids->end());
    // Message types and scenarios have no place on the drawing, but links name them.
    if (changed.empty() && !change.properties && change.messages.empty())
        return;
    m_geometry.update(*m_shown, changed);
    m_placement = {};
    m_touched.merge(changed);
    ++m_revision;
}

std::unordered_set<std::string> Drawing::idsOfPreview() const {
    std::unordered_set<std::string> ids;
    for (const AnyChange& change : m_previewEdit.changes) {
        std::visit(
            [&](const auto& c) {
                if constexpr (requires { c.id; })
                    ids.insert(c.id);
            },
            change);
    }
    return ids;
}

std::optional<std::vector<QRectF>> Drawing::takeChanges(const DiagramGeometry& before, bool labels) {
    const auto touched = std::exchange(m_touched, {});
    if (std::exchange(m_allTouched, false))
        return std::nullopt;
    auto areas = m_geometry.differencesFrom(before, diagram(), labels);
    if (!areas)
        return std::nullopt;
    // Names from afar reach beyond the shape.
    for (const std::string& id : touched)
        areas->push_back(boundsOf(id).adjusted(-70, -40, 70, 70));
    addTethers(*areas, diagram(), m_geometry, before);
    return areas;
}

void Drawing::preview(const Edit& edit) {
    if (!m_preview)
        m_preview = *m_shown;
    auto changed = idsOfPreview();
    Preview preview(*m_preview, m_geometry);
    // What the earlier preview changed and this one leaves alone goes back.
    for (const AnyChange& change : m_previewEdit.changes) {
        std::visit(
            [&](const auto& c) {
                using C = std::decay_t<decltype(c)>;
                if constexpr (std::is_same_v<C, Change<Element>>) {
                    if (const Element* old = m_document->findElement(c.id))
                        preview.put(Change<Element>{c.id, *old});
                } else if constexpr (std::is_same_v<C, Change<Link>>) {
                    if (const Link* old = m_document->findLink(c.id))
                        preview.put(Change<Link>{c.id, *old});
                } else if constexpr (std::is_same_v<C, Change<Group>>) {
                    if (const Group* old = m_document->findGroup(c.id))
                        preview.put(Change<Group>{c.id, *old});
                }
            },
            change);
    }
    for (const AnyChange& change : edit.changes) {
        preview.put(change);
        std::visit(
            [this](const auto& c) {
                if constexpr (requires { c.id; })
                    m_allUncovered = m_previewed.insert(c.id).second || m_allUncovered;
            },
            change);
    }
    for (const Link& link : m_preview->links) {
        if (m_previewed.contains(link.from) || m_previewed.contains(link.to))
            m_allUncovered = m_previewed.insert(link.id).second || m_allUncovered;
    }
    m_previewEdit = edit;
    changed.merge(idsOfPreview());
    const DiagramGeometry::Moved moved = m_geometry.update(*m_preview, changed, false);
    // Other links make room for what is dragged.
    const auto lift = [this](const auto& things, const auto& indices) {
        for (const auto& [index, area] : indices) {
            if (m_previewed.insert(things[static_cast<std::size_t>(index)].id).second)
                m_uncovered.push_back(area);
        }
    };
    lift(m_preview->links, moved.links);
    lift(m_preview->elements, moved.elements);
    liftWhatGroupsHold(edit);
    ++m_revision;
}

// A group lies behind what it holds, also while its frame is dragged over it.
void Drawing::liftWhatGroupsHold(const Edit& edit) {
    const auto lift = [this](const std::string& id, const QRectF& area) {
        // Names from afar reach beyond the shape.
        if (m_previewed.insert(id).second)
            m_uncovered.push_back(area.adjusted(-70, -40, 70, 70));
    };
    const auto liftIn = [&](const QRectF& frame) {
        for (std::size_t i = 0; i < m_preview->elements.size(); ++i) {
            if (frame.intersects(m_geometry.elements()[i]))
                lift(m_preview->elements[i].id, m_geometry.elements()[i]);
        }
        for (std::size_t i = 0; i < m_preview->links.size(); ++i) {
            const LinkRoute& route = m_geometry.links()[i];
            // A straight route has bounds without an area.
            if (!route.isNull() && frame.intersects(route.bounds().adjusted(-1, -1, 1, 1)))
                lift(m_preview->links[i].id, route.bounds());
        }
        for (std::size_t i = 0; i < m_preview->groups.size(); ++i) {
            if (frame.contains(m_geometry.groups()[i]))
                lift(m_preview->groups[i].id, m_geometry.groups()[i]);
        }
    };
    for (const AnyChange& change : edit.changes) {
        if (const auto* group = std::get_if<Change<Group>>(&change))
            liftIn(boundsOf(group->id));
    }
}

std::optional<std::vector<QRectF>> Drawing::takeUncovered() {
    auto areas = std::exchange(m_uncovered, {});
    if (std::exchange(m_allUncovered, false))
        return std::nullopt;
    return areas;
}

void Drawing::endPreview() {
    if (!m_preview)
        return;
    const auto changed = idsOfPreview();
    forgetPreview();
    m_geometry.update(*m_shown, changed, false);
    ++m_revision;
}

QRectF Drawing::boundsOf(const Id& id) const {
    if (const int index = m_geometry.elementIndex(id); index >= 0)
        return m_geometry.elements()[static_cast<std::size_t>(index)];
    if (const int index = m_geometry.linkIndex(id); index >= 0)
        return m_geometry.links()[static_cast<std::size_t>(index)].bounds();
    for (std::size_t i = 0; i < diagram().groups.size(); ++i) {
        if (diagram().groups[i].id == id)
            return m_geometry.groups()[i];
    }
    return {};
}

QRectF Drawing::boundsOf(std::span<const Id> ids) const {
    QRectF all;
    for (const Id& id : ids) {
        const QRectF one = boundsOf(id);
        all = all.isNull() ? one : all.united(one);
    }
    return all;
}

bool Drawing::contains(const Id& id) const {
    return m_geometry.elementIndex(id) >= 0 || m_geometry.linkIndex(id) >= 0 || diagram().findGroup(id);
}

Hit Drawing::hitAt(const QPointF& scene, double zoom, std::span<const Id> selection, const Id& ports) const {
    if (selection.size() == 1) {
        const Id& id = selection.front();
        if (const int index = m_geometry.linkIndex(id); index >= 0) {
            const auto& bends = diagram().links[static_cast<std::size_t>(index)].bends;
            for (std::size_t i = 0; i < bends.size(); ++i) {
                if (distanceBetween(toPointF(bends[i]), scene) * zoom <= kHandleReach)
                    return {Hit::Kind::Bend, id, static_cast<int>(i)};
            }
        }
        if (isResizable(diagram(), id) && hasRoomForHandles(boundsOf(id), zoom)) {
            for (const auto& [handle, position] : resizeHandles(boundsOf(id))) {
                if (distanceBetween(position, scene) * zoom <= kHandleReach)
                    return {Hit::Kind::Resize, id, handle};
            }
        }
    }
    if (!ports.empty() && m_geometry.elementIndex(ports) >= 0) {
        for (const Side side : kSides) {
            if (distanceBetween(portPosition(boundsOf(ports), side, zoom), scene) * zoom <= kPortReach)
                return {Hit::Kind::Port, ports, static_cast<int>(side)};
        }
    }
    const GroupFolds& folds = m_geometry.folds();
    if (const int group = folds.foldsAnything(zoom) ? m_geometry.groupAt(scene, 0, true) : -1;
        group >= 0 && folds.isFolded(static_cast<std::size_t>(group), zoom))
        return {Hit::Kind::Group, diagram().groups[static_cast<std::size_t>(group)].id};
    if (const int element = m_geometry.elementAt(diagram(), scene, 2 / zoom);
        element >= 0 && !folds.hidesElement(static_cast<std::size_t>(element), zoom))
        return {Hit::Kind::Element, diagram().elements[static_cast<std::size_t>(element)].id};
    if (const int link = m_geometry.linkAt(scene, kLinkReach / zoom);
        link >= 0 && !folds.hidesLink(static_cast<std::size_t>(link), zoom))
        return {Hit::Kind::Link, diagram().links[static_cast<std::size_t>(link)].id};
    if (const int group = m_geometry.groupAt(scene, kLinkReach / zoom); group >= 0)
        return {Hit::Kind::Group, diagram().groups[static_cast<std::size_t>(group)].id};
    return {};
}

std::vector<Id> Drawing::inside(const QRectF& rect) const {
    std::vector<Id> ids;
    const Diagram& shown = diagram();
    for (std::size_t i = 0; i < shown.groups.size(); ++i) {
        if (holds(rect, m_geometry.groups()[i]))
            ids.push_back(shown.groups[i].id);
    }
    for (std::size_t i = 0; i < shown.elements.size(); ++i) {
        if (holds(rect, m_geometry.elements()[i]))
            ids.push_back(shown.elements[i].id);
    }
    for (std::size_t i = 0; i < shown.links.size(); ++i) {
        const LinkRoute& route = m_geometry.links()[i];
        if (!route.isNull() && holds(rect, route.bounds()))
            ids.push_back(shown.links[i].id);
    }
    return ids;
}

QPointF portPosition(const QRectF& bounds, Side side, double zoom) {
    const double away = kPortDistance / zoom;
    switch (side) {
        case Side::Left:
            return {bounds.left() - away, bounds.center().y()};
        case Side::Right:
            return {bounds.right() + away, bounds.center().y()};
        case Side::Top:
            return {bounds.center().x(), bounds.top() - away};
        case Side::Bottom:
            return {bounds.center().x(), bounds.bottom() + away};
    }
    return {};
}

bool isResizable(const Diagram& diagram, const Id& id) {
    const Element* element = diagram.findElement(id);
    return element ? element->kind != ElementKind::Sidecar : diagram.findGroup(id) != nullptr;
}

bool hasRoomForHandles(const QRectF& frame, double zoom) {
    return std::min(frame.width(), frame.height()) * zoom >= kLeastFrame;
}

std::vector<std::pair<int, QPointF>> resizeHandles(const QRectF& frame) {
    const QPointF c = frame.center();
    return {{ResizeLeft | ResizeTop, frame.topLeft()},         {ResizeTop, {c.x(), frame.top()}},
            {ResizeRight | ResizeTop, frame.topRight()},       {ResizeRight, {frame.right(), c.y()}},
            {ResizeRight | ResizeBottom, frame.bottomRight()}, {ResizeBottom, {c.x(), frame.bottom()}},
            {ResizeLeft | ResizeBottom, frame.bottomLeft()},   {ResizeLeft, {frame.left(), c.y()}}};
}

}  // namespace sluice
