#include "widgets/editing/partpacking.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <vector>

#include "widgets/editing/extent.h"

namespace sluice {
namespace {

constexpr double kBetweenParts = 60;     // canvas units
constexpr double kWordsUnderneath = 36;  // an element's name and what a live broker reports
constexpr double kPackedWide = 2.5;      // the whole is so much wider than high, as the canvas is
constexpr double kPackingStep = 20;

/// Which of some things belong together.
class Together {
public:
    explicit Together(std::size_t count) : m_parent(count) {
        std::iota(m_parent.begin(), m_parent.end(), std::size_t{0});
    }
    std::size_t of(std::size_t thing) {
        while (m_parent[thing] != thing)
            thing = m_parent[thing] = m_parent[m_parent[thing]];
        return thing;
    }
    void join(std::size_t one, std::size_t other) { m_parent[of(one)] = of(other); }

private:
    std::vector<std::size_t> m_parent;
};

/// Elements first, then groups.
Together joinedThings(const Diagram& diagram) {
    Together together(diagram.elements.size() + diagram.groups.size());
    std::unordered_map<Id, std::size_t> places;
    for (const Element& element : diagram.elements)
        places.emplace(element.id, places.size());
    std::unordered_map<Id, std::size_t> groups;
    for (const Group& group : diagram.groups)
        groups.emplace(group.id, diagram.elements.size() + groups.size());
    const auto join = [&](std::size_t one, const auto& others, const Id& id) {
        if (const auto other = others.find(id); other != others.end())
            together.join(one, other->second);
    };
    for (const Element& element : diagram.elements)
        join(places.at(element.id), groups, element.group);
    for (const Group& group : diagram.groups)
        join(groups.at(group.id), groups, group.parent);
    for (const Link& link : diagram.links) {
        if (const auto from = places.find(link.from); from != places.end())
            join(from->second, places, link.to);
    }
    return together;
}

struct LoosePart {
    std::optional<Extent> extent{};
    Point move{};

    void take(const Extent& other) { extent = extent ? extent->united(other) : other; }
};

double onStep(double value) {
    return std::round(value / kPackingStep) * kPackingStep;
}

/// In rows from the left to the right, beside a high part low ones below each other, as wide as makes the
/// whole kPackedWide.
void placeInRows(std::vector<LoosePart*>& parts) {
    std::stable_sort(parts.begin(), parts.end(), [](const LoosePart* one, const LoosePart* other) {
        const double difference = onStep(one->extent->height()) - onStep(other->extent->height());
        return difference > 0 || (difference == 0 && one->extent->width() > other->extent->width());
    });
    double area = 0;
    double widest = 0;
    for (const LoosePart* part : parts) {
        area += (part->extent->width() + kBetweenParts) * (part->extent->height() + kBetweenParts);
        widest = std::max(widest, part->extent->width());
    }
    const double most = std::max(widest, std::sqrt(area * kPackedWide));
    double top = 0;
    double rowHeight = 0;  // of the first in it
    double left = 0;       // of the column that is filled
    double columnWidth = 0;
    double columnHeight = 0;
    for (LoosePart* part : parts) {
        const double width = part->extent->width();
        const double height = part->extent->height();
        const bool fitsBelow = columnHeight > 0 && columnHeight + kBetweenParts + height <= rowHeight &&
                               (width <= columnWidth || left + width <= most);
        if (!fitsBelow && columnHeight > 0) {
            left += columnWidth + kBetweenParts;
            columnWidth = columnHeight = 0;
            if (left + width > most) {
                top += rowHeight + kBetweenParts;
                left = rowHeight = 0;
            }
        }
        const double above = columnHeight > 0 ? columnHeight + kBetweenParts : 0;
        part->move = {onStep(left - part->extent->left), onStep(top + above - part->extent->top)};
        columnWidth = std::max(columnWidth, width);
        columnHeight = above + height;
        rowHeight = std::max(rowHeight, columnHeight);
    }
}

}  // namespace

void packParts(Diagram& diagram) {
    Together together = joinedThings(diagram);
    std::unordered_map<std::size_t, LoosePart> parts;
    std::vector<LoosePart*> order;
    const auto partOf = [&](std::size_t thing) -> LoosePart& {
        const auto [it, isNew] = parts.try_emplace(together.of(thing));
        if (isNew)
            order.push_back(&it->second);
        return it->second;
    };
    std::vector<LoosePart*> homes;
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        Extent extent = extentOf(diagram.elements[i]);
        extent.bottom += kWordsUnderneath;
        homes.push_back(&partOf(i));
        homes.back()->take(extent);
    }
    for (std::size_t i = 0; i < diagram.groups.size(); ++i) {
        homes.push_back(&partOf(diagram.elements.size() + i));
        homes.back()->take(extentOf(diagram.groups[i]));
    }
    if (order.size() < 2)
        return;
    placeInRows(order);
    const auto shift = [](Point& point, const LoosePart& part) {
        point.x += part.move.x;
        point.y += part.move.y;
    };
    std::unordered_map<Id, const LoosePart*> byElement;
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        shift(diagram.elements[i].position, *homes[i]);
        byElement.emplace(diagram.elements[i].id, homes[i]);
    }
    for (std::size_t i = 0; i < diagram.groups.size(); ++i)
        shift(diagram.groups[i].position, *homes[diagram.elements.size() + i]);
    for (Link& link : diagram.links) {
        if (const auto from = byElement.find(link.from); from != byElement.end()) {
            for (Point& bend : link.bends)
                shift(bend, *from->second);
        }
    }
}

}  // namespace sluice
