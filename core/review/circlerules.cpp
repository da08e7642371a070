#include <fmt/format.h>

#include <array>
#include <set>

#include "core/review/cycles.h"
#include "core/review/rules.h"

namespace sluice {
namespace {

bool takesNoTime(const Distribution& time) {
    return time.mean() == Duration::zero();
}

bool isInstant(const Link& link) {
    return takesNoTime(distributionOf(propertiesOf(link.kind), link.properties, "latency"));
}

bool isInstantStore(const Element& store, std::string_view key) {
    return !findProperty(propertiesOf(store.kind), key) ||
           takesNoTime(distributionOf(propertiesOf(store.kind), store.properties, key));
}

/// Where a message goes at once from one link into a service: to the links that lead on into a service.
/// Messages of every type are followed through every handler that may take them.
class InstantWays {
public:
    explicit InstantWays(const Design& design) : m_design(design), m_next(design.diagram.links.size()) {
        for (const Link& link : design.diagram.links) {
            const bool enters = link.kind == LinkKind::Consume || link.kind == LinkKind::Call;
            if (enters && isInstant(link) && design.to(link).kind == ElementKind::Service)
                follow(link, design.to(link));
        }
    }
    /// By link of the diagram.
    [[nodiscard]] const std::vector<std::vector<std::size_t>>& next() const { return m_next; }
    /// Whether the way does not hang on a condition: a message's type, a probability, a binding.
    [[nodiscard]] bool isCertain(std::size_t from, std::size_t to) const {
        return m_certain.count({from, to}) > 0;
    }

private:
    void follow(const Link& entry, const Element& service) {
        for (const Handler& handler : service.handlers) {
            if (!handler.link.empty() && handler.link != entry.id)
                continue;
            const bool takesAll = handler.message.empty();
            followHandler(entry, service, handler, takesAll && &handler == &service.handlers.front());
            if (takesAll)
                return;  // what comes after it is never asked
        }
        followDefault(entry, service, service.handlers.empty());
    }

    void followHandler(const Link& entry, const Element& service, const Handler& handler, bool certain) {
        for (const Step& step : handler.steps) {
            const auto catalogue = propertiesOf(step.kind);
            certain = certain && textOf(catalogue, step.properties, "role").empty();
            const Link* link = m_design.linkOf(service, step);
            switch (step.kind) {
                case StepKind::Work:
                    if (!takesNoTime(distributionOf(catalogue, step.properties, "time")))
                        return;
                    break;
                case StepKind::Fail:
                case StepKind::Validate: {
                    const double probability = numberOf(catalogue, step.properties, "probability");
                    if (probability >= 1 && integerOf(catalogue, step.properties, "keyModulo") == 0)
                        return;
                    certain = certain && probability <= 0;
                    break;
                }
                default:
                    if (link && !pass(entry, *link, certain))
                        return;
                    // Whoever waits goes on when the answer is there, not at once.
                    if (step.kind == StepKind::Publish &&
                        (booleanOf(catalogue, step.properties, "awaitReply") ||
                         booleanOf(*link, "awaitConfirm")))
                        return;
                    break;
            }
        }
    }

    void followDefault(const Link& entry, const Element& service, bool certain) {
        if (!takesNoTime(distributionOf(propertiesOf(service.kind), service.properties, "serviceTime")))
            return;
        for (const LinkKind kind : {LinkKind::Read, LinkKind::Write, LinkKind::Call, LinkKind::Publish}) {
            for (const Link* link : m_design.out(service, kind)) {
                if (!pass(entry, *link, certain))
                    return;
            }
        }
    }

    /// False when time passes before the handler goes on.
    bool pass(const Link& entry, const Link& link, bool certain) {
        const Element& target = m_design.to(link);
        switch (link.kind) {
            case LinkKind::Read:
                return isInstant(link) && isInstantStore(target, "readTime");
            case LinkKind::Write:
                return isInstant(link) && isInstantStore(target, "writeTime");
            case LinkKind::Call:
                if (isInstant(link) && target.kind == ElementKind::Service)
                    lead(entry, link, certain);
                return isInstant(link);
            default:
                break;
        }
        std::set<const Element*> seen;
        if (isInstant(link))
            reach(entry, target, certain, seen);
        return true;
    }

    void reach(const Link& entry, const Element& target, bool certain, std::set<const Element*>& seen) {
        if (!seen.insert(&target).second)
            return;
        for (const Link* link : m_design.out(target)) {
            const bool reads = link->kind == LinkKind::Consume && isInstant(*link);
            if (reads && m_design.to(*link).kind == ElementKind::Service)
                lead(entry, *link, certain);
            else if (link->kind == LinkKind::Bind)
                reach(entry, m_design.to(*link), certain && textOf(target, "exchangeType") == "fanout", seen);
        }
    }

    void lead(const Link& from, const Link& to, bool certain) {
        const auto& links = m_design.diagram.links;
        const auto a = static_cast<std::size_t>(&from - links.data());
        const auto b = static_cast<std::size_t>(&to - links.data());
        m_next[a].push_back(b);
        if (certain)
            m_certain.insert({a, b});
    }

    const Design& m_design;
    std::vector<std::vector<std::size_t>> m_next;
    std::set<std::pair<std::size_t, std::size_t>> m_certain;
};

/// A run that comes to such a circle does not come to its next instant.
void goesRoundInNoTime(const Design& design, Findings& findings) {
    const InstantWays ways(design);
    const auto& links = design.diagram.links;
    for (const std::vector<std::size_t>& circle : cyclesOf(ways.next())) {
        std::string way;
        bool certain = true;
        for (std::size_t i = 0; i < circle.size(); ++i) {
            const Link& link = links[circle[i]];
            if (link.kind != LinkKind::Call)
                way += called(design.from(link)) + " → ";
            way += called(design.to(link)) + " → ";
            certain = certain && ways.isCertain(circle[i], circle[(i + 1) % circle.size()]);
        }
        const Link& first = links[circle.front()];
        way += called(first.kind == LinkKind::Call ? design.to(first) : design.from(first));
        findings
            .add(certain ? Severity::Error : Severity::Warning, "circle-without-time", first,
                 fmt::format("Messages go round {} without taking any time: a run {} at one instant", way,
                             certain ? "stays for ever" : "may stay for ever"),
                 "Give a service or a link of the circle a time, or end the circle")
            .fix = setting(first, "latency", nullptr, "Let messages travel 1 ms");
    }
}

constexpr std::array<Rule, 1> kCircleRules{goesRoundInNoTime};

}  // namespace

std::span<const Rule> circleRules() {
    return kCircleRules;
}

}  // namespace sluice
