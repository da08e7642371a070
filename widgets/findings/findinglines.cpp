#include "widgets/findings/findinglines.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace sluice {

std::vector<FindingLine> findingLines(const std::vector<Finding>& findings, const FindingChoice& choice) {
    // A rule may be graver in one place than in another.
    using Kind = std::pair<Severity, std::string_view>;
    std::map<Kind, std::size_t> places;
    std::vector<std::vector<const Finding*>> kinds;
    for (const Finding& finding : findings) {
        const bool about = choice.subjects.empty() ||
                           std::find(choice.subjects.begin(), choice.subjects.end(), finding.subject) !=
                               choice.subjects.end();
        if (!about || choice.hidden.contains(finding.severity))
            continue;
        const auto [place, isNew] = places.try_emplace({finding.severity, finding.rule}, kinds.size());
        if (isNew)
            kinds.emplace_back();
        kinds[place->second].push_back(&finding);
    }
    std::stable_sort(kinds.begin(), kinds.end(),
                     [](const auto& a, const auto& b) { return a.front()->severity < b.front()->severity; });
    std::vector<FindingLine> lines;
    for (const auto& kind : kinds) {
        const auto all = static_cast<int>(kind.size());
        const bool whole = all <= kFindingsOfARule + 2 || choice.unfolded.contains(kind.front()->rule);
        const int shown = whole ? all : kFindingsOfARule;
        for (int i = 0; i < shown; ++i)
            lines.push_back({*kind[static_cast<std::size_t>(i)]});
        if (shown < all)
            lines.push_back({*kind.front(), all - shown});
    }
    return lines;
}

}  // namespace sluice
