// How the geometry follows an edit: what the edit cannot have touched stays as it is.
#include <QElapsedTimer>
#include <algorithm>

#include "widgets/paint/diagramgeometry.h"
#include "widgets/paint/obstacles.h"

namespace sluice {
namespace {

/// With more it is quicker to begin anew.
constexpr std::size_t kMostMoved = 64;
constexpr int kLinksAQuestion = 16;  ///< between two looks at the clock
constexpr double kLinkMargin = 12;   ///< arrow heads and highlights reach that far from the line

QRectF around(const LinkRoute& route) {
    return route.bounds().adjusted(-kLinkMargin, -kLinkMargin, kLinkMargin, kLinkMargin);
}

}  // namespace

/// The same elements, links and groups in the same order, each link with the same ends.
bool DiagramGeometry::isOf(const Diagram& diagram) const {
    if (!m_names || diagram.groups.size() != m_groups.size() || !m_names->areOf(diagram))
        return false;
    const auto isAt = [this](const std::string& id, int index) {
        return index >= 0 ? m_names->elements[std::size_t(index)] == id : elementIndex(id) < 0;
    };
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        const Link& link = diagram.links[i];
        if (!isAt(link.from, m_ends[i].from) || !isAt(link.to, m_ends[i].to))
            return false;
    }
    return true;
}

/// Of the link's label where it was last placed; null without one.
QRectF DiagramGeometry::labelAreaOf(int link) const {
    if (!m_labels)
        return {};
    const auto label = std::lower_bound(m_labels->begin(), m_labels->end(), link,
                                        [](const LinkLabel& one, int wanted) { return one.link < wanted; });
    return label != m_labels->end() && label->link == link ? label->rect.adjusted(-2, -2, 2, 2) : QRectF();
}

DiagramGeometry::Moved DiagramGeometry::update(const Diagram& diagram,
                                               const std::unordered_set<std::string>& changed, bool labels) {
    Moved moved;
    const auto noteLink = [&](std::size_t link, const LinkRoute& before) {
        if (m_links[link].path() == before.path())
            return;
        moved.links.emplace_back(static_cast<int>(link),
                                 around(before).united(labelAreaOf(static_cast<int>(link))));
    };
    const auto noteElement = [&](std::size_t element, bool ranLeft, const QRectF& before) {
        if (m_runsLeft[element] == ranLeft)
            return;
        moved.elements.emplace_back(static_cast<int>(element), before);
    };
    const bool same = isOf(diagram);
    if (changed.size() > kMostMoved || !same) {
        const DiagramGeometry before = std::exchange(*this, DiagramGeometry(diagram, *this));
        if (!labels)
            m_labels = before.m_labels;
        for (std::size_t i = 0; same && i < m_links.size(); ++i)
            noteLink(i, before.m_links[i]);
        for (std::size_t i = 0; same && i < m_elements.size(); ++i)
            noteElement(i, before.m_runsLeft[i], before.m_painted[i]);
        return moved;
    }
    // What moved, and where it may have been, or may now be, in the way.
    std::vector<char> touched(m_elements.size(), 0);
    std::vector<QRectF> disturbed;
    for (const std::string& id : changed) {
        const int element = elementIndex(id);
        if (element < 0)
            continue;
        const auto index = static_cast<std::size_t>(element);
        const Element& now = diagram.elements[index];
        disturbed.push_back(Obstacles::solidOf(ElementKind::Queue, m_elements[index]));
        m_elements[index] = boundsOf(now);
        m_painted[index] = paintedBoundsOf(now);
        disturbed.push_back(Obstacles::solidOf(now.kind, m_elements[index]));
        touched[index] = 1;
    }
    for (std::size_t i = 0; i < m_groups.size(); ++i)
        m_groups[i] = boundsOf(diagram.groups[i]);

    const Obstacles obstacles(diagram.elements, m_elements);
    std::vector<char> again(m_links.size(), 0);
    std::vector<char> affected = touched;
    for (std::size_t i = 0; i < m_links.size(); ++i) {
        const Ends& ends = m_ends[i];
        if (!ends.isWhole())
            continue;
        const bool own = touched[std::size_t(ends.from)] || touched[std::size_t(ends.to)] ||
                         changed.contains(diagram.links[i].id);
        if (!own && std::none_of(disturbed.begin(), disturbed.end(),
                                 [&](const QRectF& area) { return area.intersects(ends.looked); }))
            continue;
        const auto sides = std::pair(ends.leaves, ends.enters);
        chooseSides(diagram, obstacles, i);
        again[i] = own || sides != std::pair(ends.leaves, ends.enters) ? 1 : 0;
        affected[std::size_t(ends.from)] = affected[std::size_t(ends.to)] = 1;
    }
    std::vector<std::pair<std::size_t, Ends>> before;
    for (std::size_t i = 0; i < m_ends.size(); ++i) {
        if (m_ends[i].isWhole() &&
            (affected[std::size_t(m_ends[i].from)] || affected[std::size_t(m_ends[i].to)]))
            before.emplace_back(i, m_ends[i]);
    }
    for (std::size_t i = 0; i < affected.size(); ++i) {
        if (affected[i]) {
            const bool ranLeft = m_runsLeft[i];
            spread(diagram, static_cast<int>(i));
            orient(diagram, static_cast<int>(i));
            noteElement(i, ranLeft, m_painted[i]);
        }
    }
    for (const auto& [link, ends] : before) {
        if (again[link] || m_ends[link] != ends) {
            const LinkRoute old = m_links[link];
            route(diagram, link);
            noteLink(link, old);
        }
    }
    markDeadLetters(diagram);
    if (labels) {
        m_labels.reset();
        fold(diagram);
    }
    return moved;
}

bool DiagramGeometry::refine(const Diagram& diagram, std::chrono::milliseconds budget, const QRectF& area) {
    const auto isElsewhere = [&](int link) {
        return !area.isNull() && !around(m_links[std::size_t(link)]).intersects(area);
    };
    // What is to be done now stands at the end.
    const auto first = std::partition(m_rough.begin(), m_rough.end(), isElsewhere);
    const auto elsewhere = static_cast<std::size_t>(first - m_rough.begin());
    if (m_rough.size() == elsewhere || !isOf(diagram))
        return false;
    QElapsedTimer clock;
    clock.start();
    const Obstacles obstacles(diagram.elements, m_elements);
    std::vector<char> affected(m_elements.size(), 0);
    std::vector<int> turned;
    for (int since = 0;
         m_rough.size() > elsewhere && (++since % kLinksAQuestion != 0 || !clock.hasExpired(budget.count()));
         m_rough.pop_back()) {
        const int link = m_rough.back();
        Ends& ends = m_ends[std::size_t(link)];
        const auto sides = std::pair(ends.leaves, ends.enters);
        chooseSides(diagram, obstacles, std::size_t(link));
        if (sides != std::pair(ends.leaves, ends.enters)) {
            affected[std::size_t(ends.from)] = affected[std::size_t(ends.to)] = 1;
            turned.push_back(link);
        }
    }
    std::vector<std::pair<std::size_t, Ends>> before;
    for (std::size_t i = 0; !turned.empty() && i < m_ends.size(); ++i) {
        if (m_ends[i].isWhole() &&
            (affected[std::size_t(m_ends[i].from)] || affected[std::size_t(m_ends[i].to)]))
            before.emplace_back(i, m_ends[i]);
    }
    for (std::size_t i = 0; !turned.empty() && i < affected.size(); ++i) {
        if (affected[i]) {
            spread(diagram, static_cast<int>(i));
            orient(diagram, static_cast<int>(i));
        }
    }
    const std::unordered_set<int> again(turned.begin(), turned.end());
    for (const auto& [link, ends] : before) {
        if (again.contains(static_cast<int>(link)) || m_ends[link] != ends) {
            route(diagram, link);
            m_rerouted.push_back(static_cast<int>(link));
        }
    }
    m_refined = m_refined || !turned.empty();
    m_looksDifferent = m_looksDifferent || !turned.empty();
    // They are placed with a view to one another: once, at the end. Until then they follow their links.
    if (m_rough.empty() && std::exchange(m_refined, false)) {
        m_labels.reset();
        m_rerouted.clear();
    } else if (m_labels) {
        moveLabels(diagram);
    }
    return m_rough.size() > elsewhere;
}

void DiagramGeometry::moveLabels(const Diagram& diagram) {
    for (const int link : std::exchange(m_rerouted, {})) {
        const auto place =
            std::lower_bound(m_labels->begin(), m_labels->end(), link,
                             [](const LinkLabel& one, int wanted) { return one.link < wanted; });
        if (place == m_labels->end() || place->link != link)
            continue;
        const auto index = static_cast<std::size_t>(link);
        if (const auto moved = labelInTheMiddle(diagram, index, m_links[index]))
            *place = *moved;
    }
}

bool DiagramGeometry::placeLabels(const Diagram& diagram, LabelPlacement& placement,
                                  std::chrono::milliseconds budget) {
    if (m_labels)
        return true;
    if (!placement.go(diagram, m_elements, m_links, budget))
        return false;
    m_labels = placement.take();
    moveLabels(diagram);
    return true;
}

std::optional<std::vector<QRectF>> DiagramGeometry::differencesFrom(const DiagramGeometry& before,
                                                                    const Diagram& diagram,
                                                                    bool labels) const {
    if (!before.isOf(diagram))
        return std::nullopt;
    std::vector<QRectF> areas;
    for (std::size_t i = 0; i < m_elements.size(); ++i) {
        const bool same = m_elements[i] == before.m_elements[i] && m_runsLeft[i] == before.m_runsLeft[i] &&
                          m_deadLetters[i] == before.m_deadLetters[i];
        if (!same)
            areas.insert(areas.end(), {before.m_painted[i], m_painted[i]});
    }
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        if (m_groups[i] != before.m_groups[i])
            areas.insert(areas.end(),
                         {before.m_groups[i].adjusted(-8, -30, 8, 8), m_groups[i].adjusted(-8, -30, 8, 8)});
    }
    if (m_folds != before.m_folds && *m_folds != *before.m_folds)
        areas.insert(areas.end(), m_groups.begin(), m_groups.end());
    for (std::size_t i = 0; i < m_links.size(); ++i) {
        if (m_links[i].path() != before.m_links[i].path())
            areas.insert(areas.end(), {around(before.m_links[i]), around(m_links[i])});
    }
    if (labels) {
        const auto& now = this->labels(diagram);
        const auto& then = before.m_labels ? *before.m_labels : now;
        const auto note = [&](const std::vector<LinkLabel>& some, const std::vector<LinkLabel>& others) {
            std::size_t other = 0;
            for (const LinkLabel& label : some) {
                while (other < others.size() && others[other].link < label.link)
                    ++other;
                if (other == others.size() || others[other].link != label.link ||
                    others[other].rect != label.rect || others[other].text != label.text)
                    areas.push_back(label.rect.adjusted(-2, -2, 2, 2));
            }
        };
        note(now, then);
        note(then, now);
    }
    return areas;
}

}  // namespace sluice
