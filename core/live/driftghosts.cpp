#include "core/live/driftghosts.h"

#include <set>
#include <string_view>
#include <unordered_map>

namespace sluice {
namespace {

constexpr std::size_t kMostElements = 60;
constexpr std::size_t kMostLinks = 120;

}  // namespace

DriftGhosts ghostsOf(const Diagram& drawing, const Diagram& found, std::span<const Drift> drifts) {
    DriftGhosts ghosts;
    std::vector<Drift> extra;
    std::vector<std::size_t> elements;
    std::vector<std::size_t> links;
    std::set<Id> absent;  // found, and neither drawn nor a ghost
    for (std::size_t i = 0; i < drifts.size(); ++i) {
        if (drifts[i].kind != Drift::Kind::Extra || drifts[i].isLink)
            continue;
        if (elements.size() == kMostElements) {
            ++ghosts.left;
            absent.insert(drifts[i].found);
            continue;
        }
        elements.push_back(i);
        extra.push_back(drifts[i]);
    }
    std::unordered_map<std::string_view, const Link*> byId;
    for (const Link& link : found.links)
        byId.emplace(link.id, &link);
    for (std::size_t i = 0; i < drifts.size() && links.size() < kMostLinks; ++i) {
        if (drifts[i].kind != Drift::Kind::Extra || !drifts[i].isLink)
            continue;
        const auto link = byId.find(drifts[i].found);
        if (link == byId.end() || absent.contains(link->second->from) || absent.contains(link->second->to))
            continue;
        links.push_back(i);
        extra.push_back(drifts[i]);
    }
    const Edit edit = takeOver(drawing, found, extra);
    for (const AnyChange& change : edit.changes) {
        if (const auto* element = std::get_if<Change<Element>>(&change); element && element->value) {
            if (ghosts.elements.size() < elements.size())
                ghosts.drifts.emplace(element->id, elements[ghosts.elements.size()]);
            ghosts.elements.push_back(*element->value);
        } else if (const auto* link = std::get_if<Change<Link>>(&change); link && link->value) {
            if (ghosts.links.size() < links.size())
                ghosts.drifts.emplace(link->id, links[ghosts.links.size()]);
            ghosts.links.push_back(*link->value);
        }
    }
    return ghosts;
}

}  // namespace sluice
