#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "core/live/founddrawing.h"

namespace sluice {
namespace {

constexpr double kAcross = 230;  // canvas units from one column to the next
constexpr double kDown = 110;
constexpr double kPadding = 60;
constexpr double kTitle = 30;
constexpr double kBetween = 80;  // groups
constexpr double kWide = 2.4;    // the whole is so much wider than high: below it the timeline needs room
constexpr std::size_t kFewRows = 8;

bool hasBrokersName(ElementKind kind) {
    return kind == ElementKind::Queue || kind == ElementKind::Exchange || kind == ElementKind::Topic;
}

constexpr std::size_t kManyMembers = 600;  // more are told apart by more of their names

/// Up to the separator that follows after `from`; the whole name when none does.
std::string prefixOf(const std::string& name, std::size_t from) {
    const std::size_t end = from >= name.size() ? std::string::npos : name.find_first_of(".:/-_", from + 1);
    return name.substr(0, end);
}

/// Elements by what their names begin with.
class Prefixes {
public:
    Prefixes(const Diagram& diagram, std::size_t least) : m_diagram(diagram), m_least(least) {}

    /// What they have in common tells nothing and is passed over; nothing comes of a single prefix.
    std::map<std::string, std::vector<std::size_t>> split(const std::vector<std::size_t>& members) {
        auto parts = partsOf(members, 0);
        while (parts.size() == 1 && isShorter(parts.begin()->first, members))
            parts = partsOf(members, parts.begin()->first.size());
        if (parts.size() >= 2) {
            for (const auto& [prefix, some] : parts)
                divide(prefix, some);
        }
        return std::move(m_found);
    }

private:
    using Parts = std::map<std::string, std::vector<std::size_t>>;

    [[nodiscard]] const std::string& nameOf(std::size_t element) const {
        return m_diagram.elements[element].name;
    }
    [[nodiscard]] bool isShorter(const std::string& prefix, const std::vector<std::size_t>& members) const {
        return std::any_of(members.begin(), members.end(),
                           [&](std::size_t member) { return nameOf(member).size() > prefix.size(); });
    }
    [[nodiscard]] Parts partsOf(const std::vector<std::size_t>& members, std::size_t from) const {
        Parts parts;
        for (const std::size_t member : members)
            parts[prefixOf(nameOf(member), from)].push_back(member);
        return parts;
    }
    /// A crowd is divided further as long as that makes groups, not single elements.
    void divide(const std::string& prefix, const std::vector<std::size_t>& members) {
        if (members.size() > kManyMembers && isShorter(prefix, members)) {
            const Parts parts = partsOf(members, prefix.size());
            std::size_t grouped = 0;
            for (const auto& [longer, some] : parts)
                grouped += some.size() >= m_least ? some.size() : 0;
            const bool tells = parts.size() == 1 || grouped * 5 >= members.size() * 4;
            if (tells) {
                for (const auto& [longer, some] : parts)
                    divide(longer, some);
                return;
            }
        }
        m_found[prefix] = members;
    }

    const Diagram& m_diagram;
    std::size_t m_least;
    Parts m_found;
};

/// Which column of its group an element stands in: what publishes, exchanges, queues, what consumes.
std::size_t columnOf(const Element& element, bool consumes) {
    if (element.kind == ElementKind::Exchange)
        return 1;
    if (hasBrokersName(element.kind))
        return 2;
    return consumes ? 3 : 0;
}

struct Block {
    std::array<std::vector<std::size_t>, 4> columns;
    Size size;
    Point corner;
};

std::size_t rowsFor(std::size_t count) {
    const auto even = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count) * 1.5)));
    return std::max(kFewRows, even);
}

std::size_t stripsOf(const std::vector<std::size_t>& column) {
    const std::size_t rows = rowsFor(column.size());
    return (column.size() + rows - 1) / rows;
}

void measure(Block& block) {
    std::size_t strips = 0;
    std::size_t rows = 0;
    for (const auto& column : block.columns) {
        strips += stripsOf(column);
        rows = std::max(rows, std::min(column.size(), rowsFor(column.size())));
    }
    block.size = {static_cast<double>(strips) * kAcross + 2 * kPadding,
                  static_cast<double>(rows) * kDown + 2 * kPadding + kTitle};
}

void place(const Block& block, Diagram& diagram) {
    double x = block.corner.x + kPadding + kAcross / 2;
    const double top = block.corner.y + kPadding + kTitle;
    const double room = block.size.height - 2 * kPadding - kTitle;
    for (const auto& column : block.columns) {
        const std::size_t rows = rowsFor(column.size());
        const double used = static_cast<double>(std::min(rows, column.size())) * kDown;
        for (std::size_t i = 0; i < column.size(); ++i) {
            const std::size_t strip = i / rows;
            const std::size_t row = i % rows;
            diagram.elements[column[i]].position = {
                x + static_cast<double>(strip) * kAcross,
                top + (room - used) / 2 + (static_cast<double>(row) + 0.5) * kDown};
        }
        x += static_cast<double>(stripsOf(column)) * kAcross;
    }
}

}  // namespace

void groupByPrefix(Diagram& diagram, std::size_t least) {
    std::vector<std::size_t> named;
    std::unordered_map<std::string, std::size_t> indexOf;
    std::unordered_set<std::string> ids;
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        const Element& element = diagram.elements[i];
        indexOf.emplace(element.id, i);
        ids.insert(element.id);
        if (element.group.empty() && hasBrokersName(element.kind))
            named.push_back(i);
    }
    for (const Link& link : diagram.links)
        ids.insert(link.id);
    // One group around everything tells nothing.
    for (const auto& [prefix, members] : Prefixes(diagram, least).split(named)) {
        if (members.size() < least)
            continue;
        Group group;
        group.id = prefix + "-group";
        for (int number = 2; !ids.insert(group.id).second; ++number)
            group.id = prefix + "-group-" + std::to_string(number);
        group.name = prefix;
        for (const std::size_t member : members)
            diagram.elements[member].group = group.id;
        diagram.groups.push_back(std::move(group));
    }
    // Who works with one group only belongs to it.
    std::unordered_map<std::size_t, std::string> neighbours;
    std::unordered_set<std::size_t> many;
    for (const Link& link : diagram.links) {
        const std::size_t from = indexOf.at(link.from);
        const std::size_t to = indexOf.at(link.to);
        for (const auto& [one, other] : {std::pair(from, to), std::pair(to, from)}) {
            if (hasBrokersName(diagram.elements[one].kind) || !hasBrokersName(diagram.elements[other].kind))
                continue;
            const auto [it, first] = neighbours.try_emplace(one, diagram.elements[other].group);
            if (!first && it->second != diagram.elements[other].group)
                many.insert(one);
        }
    }
    for (const auto& [element, group] : neighbours) {
        if (!many.contains(element) && diagram.elements[element].group.empty())
            diagram.elements[element].group = group;
    }
}

void arrangeOverview(Diagram& diagram) {
    std::unordered_set<std::string> consumers;
    for (const Link& link : diagram.links) {
        if (link.kind == LinkKind::Consume || link.kind == LinkKind::Materialize)
            consumers.insert(link.to);
    }
    std::map<std::string, Block> blocks;
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        const Element& element = diagram.elements[i];
        blocks[element.group].columns[columnOf(element, consumers.contains(element.id))].push_back(i);
    }
    double area = 0;
    std::vector<std::pair<std::string, Block*>> order;
    for (auto& [group, block] : blocks) {
        for (auto& column : block.columns) {
            std::sort(column.begin(), column.end(), [&](std::size_t a, std::size_t b) {
                return diagram.elements[a].name < diagram.elements[b].name;
            });
        }
        measure(block);
        area += (block.size.width + kBetween) * (block.size.height + kBetween);
        order.emplace_back(group, &block);
    }
    // Shelves: the highest blocks first, so that what stands beside each other is about as high.
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return a.second->size.height > b.second->size.height;
    });
    std::unordered_map<std::string_view, Group*> groups;
    for (Group& group : diagram.groups)
        groups.emplace(group.id, &group);
    const double width = std::sqrt(area * kWide);
    Point corner;
    double shelf = 0;
    for (const auto& [group, block] : order) {
        if (corner.x > 0 && corner.x + block->size.width > width) {
            corner = {0, corner.y + shelf + kBetween};
            shelf = 0;
        }
        block->corner = corner;
        place(*block, diagram);
        if (const auto found = groups.find(group); found != groups.end()) {
            found->second->size = block->size;
            found->second->position = {corner.x + block->size.width / 2, corner.y + block->size.height / 2};
        }
        corner.x += block->size.width + kBetween;
        shelf = std::max(shelf, block->size.height);
    }
    for (Link& link : diagram.links)
        link.bends.clear();
}

}  // namespace sluice
