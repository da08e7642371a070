#include "widgets/paint/groupfolds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <unordered_map>

namespace sluice {
namespace {

/// How much of the line from the middle of the place lies in it, as a share of the line.
double shareOfLineWithin(const QRectF& place, const QLineF& line) {
    const double across = line.dx() == 0 ? 1e9 : place.width() / 2 / std::abs(line.dx());
    const double down = line.dy() == 0 ? 1e9 : place.height() / 2 / std::abs(line.dy());
    return std::min(across, down);
}

}  // namespace

GroupFolds::GroupFolds(const Diagram& diagram, const std::vector<std::pair<int, int>>& ends) {
    if (diagram.elements.size() < std::size_t{kLeastMembers} || diagram.groups.empty())
        return;
    std::unordered_map<std::string_view, int> groups;
    for (const Group& group : diagram.groups)
        groups.emplace(group.id, static_cast<int>(groups.size()));
    m_members.assign(diagram.groups.size(), 0);
    m_groupOf.assign(diagram.elements.size(), -1);
    for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
        const auto found = groups.find(diagram.elements[i].group);
        if (found == groups.end())
            continue;
        m_groupOf[i] = found->second;
        ++m_members[std::size_t(found->second)];
    }
    for (int& group : m_groupOf) {
        if (group >= 0 && m_members[std::size_t(group)] < kLeastMembers)
            group = -1;
    }
    if (std::all_of(m_groupOf.begin(), m_groupOf.end(), [](int group) { return group < 0; })) {
        *this = {};
        return;
    }
    m_bundleOf.assign(diagram.links.size(), kSeen);
    std::map<std::array<int, 4>, int> places;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const auto [from, to] = ends[i];
        if (from < 0 || to < 0)
            continue;
        const int fromGroup = m_groupOf[std::size_t(from)];
        const int toGroup = m_groupOf[std::size_t(to)];
        if (fromGroup < 0 && toGroup < 0)
            continue;
        if (fromGroup == toGroup) {
            m_bundleOf[i] = kWithin;
            continue;
        }
        const std::array key{fromGroup < 0 ? from : -1, fromGroup, toGroup < 0 ? to : -1, toGroup};
        const auto [place, isNew] = places.emplace(key, static_cast<int>(m_bundles.size()));
        if (isNew)
            m_bundles.push_back({key[0], key[1], key[2], key[3]});
        Bundle& bundle = m_bundles[std::size_t(place->second)];
        ++bundle.links;
        bundle.deadLetters = bundle.deadLetters && diagram.links[i].kind == LinkKind::DeadLetter;
        m_bundleOf[i] = place->second;
    }
}

QLineF lineBetween(const QRectF& from, const QRectF& to) {
    const QLineF line(from.center(), to.center());
    const double begin = shareOfLineWithin(from, line);
    const double end = 1 - shareOfLineWithin(to, line);
    return begin < end ? QLineF(line.pointAt(begin), line.pointAt(end)) : QLineF();
}

}  // namespace sluice
