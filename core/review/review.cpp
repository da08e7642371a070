#include <algorithm>
#include <array>

#include "core/review/rules.h"

namespace sluice {
namespace {

/// Where in the diagram a place stands, so that findings of equal gravity come in the file's order.
std::pair<int, int> orderOf(const std::string& where) {
    static constexpr std::array<std::string_view, 6> lists{"groups",   "nodes",     "links",
                                                           "messages", "scenarios", "alerts"};
    const std::size_t bracket = where.find('[');
    const std::string_view list = std::string_view(where).substr(0, bracket);
    const auto it = std::find(lists.begin(), lists.end(), list);
    const int index = bracket == std::string::npos ? 0 : std::atoi(where.c_str() + bracket + 1);
    return {it == lists.end() ? -1 : static_cast<int>(it - lists.begin()), index};
}

}  // namespace

std::vector<Finding> review(const Diagram& diagram) {
    const Design design(diagram);
    Findings findings(design);
    for (const auto rules : {structureRules(), queueRules(), exchangeRules(), topicRules(), storeRules(),
                             callRules(), retryRules(), circleRules(), handlerRules(), capacityRules(),
                             messageRules(), scenarioRules(), alertRules()}) {
        for (const Rule rule : rules)
            rule(design, findings);
    }
    std::vector<Finding> all = findings.take();
    std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) {
        if (a.severity != b.severity)
            return a.severity < b.severity;
        return orderOf(a.where) < orderOf(b.where);
    });
    return all;
}

}  // namespace sluice
