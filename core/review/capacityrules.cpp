#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>

#include "core/review/rules.h"

namespace sluice {
namespace {

constexpr int kRounds = 32;  // a message crosses at most so many elements; circles end there

double rateOf(const Element& client) {
    const std::string workload = textOf(client, "workload");
    if (workload == "burst")
        return static_cast<double>(integerOf(client, "burstSize")) /
               std::max(seconds(durationOf(client, "burstEvery")), 1e-6);
    if (workload == "csv")
        return 0;
    return numberOf(client, workload == "ramp" ? "rateEnd" : "rate");
}

/// What arrives at each element, in messages a second, when nothing fails: the rates of the clients, carried
/// along the links.
class Flow {
public:
    explicit Flow(const Design& design) : m_design(design), m_total(design.diagram.elements.size()) {
        std::vector<double> now(m_total.size());
        for (const Element& e : design.diagram.elements) {
            if (e.kind == ElementKind::Client) {
                for (const Link* l : design.out(e))
                    now[index(design.to(*l))] += rateOf(e);
            }
        }
        for (int round = 0; round < kRounds; ++round) {
            std::vector<double> next(now.size());
            bool moved = false;
            for (std::size_t i = 0; i < now.size(); ++i) {
                m_total[i] += now[i];
                if (now[i] > 0) {
                    moved = true;
                    passOn(design.diagram.elements[i], now[i], next);
                }
            }
            if (!moved)
                break;
            now = std::move(next);
        }
    }
    [[nodiscard]] double into(const Element& e) const { return m_total[index(e)]; }

private:
    [[nodiscard]] std::size_t index(const Element& e) const {
        return static_cast<std::size_t>(&e - m_design.diagram.elements.data());
    }

    void passOn(const Element& e, double rate, std::vector<double>& next) const {
        if (e.kind == ElementKind::Table || e.kind == ElementKind::Database || e.kind == ElementKind::Cache)
            return;
        if (e.kind == ElementKind::Queue) {
            shareOut(m_design.out(e, LinkKind::Consume), rate, next);
            return;
        }
        for (const Link* l : m_design.out(e)) {
            if (l->kind == LinkKind::DeadLetter || l->kind == LinkKind::Reply)
                continue;
            if (e.handlers.empty() || l->kind != LinkKind::Publish)
                next[index(m_design.to(*l))] += rate;
            else
                next[index(m_design.to(*l))] += rate * shareOf(e, *l);
        }
    }

    /// Competing consumers share a queue.
    void shareOut(const std::vector<const Link*>& links, double rate, std::vector<double>& next) const {
        for (const Link* l : links)
            next[index(m_design.to(*l))] += rate / static_cast<double>(links.size());
    }

    /// The share of a service's handlers that publish over the link.
    [[nodiscard]] double shareOf(const Element& e, const Link& l) const {
        std::size_t using_ = 0;
        for (const Handler& handler : e.handlers) {
            for (const Step& step : handler.steps) {
                if (step.kind == StepKind::Publish && m_design.linkOf(e, step) == &l) {
                    ++using_;
                    break;
                }
            }
        }
        return static_cast<double>(using_) / static_cast<double>(e.handlers.size());
    }

    const Design& m_design;
    std::vector<double> m_total;
};

/// Mean time that a message holds a slot with work, over the handlers; what it waits for others is not known.
double workOf(const Element& service) {
    if (service.handlers.empty())
        return seconds(distributionOf(propertiesOf(service.kind), service.properties, "serviceTime").mean());
    double total = 0;
    for (const Handler& handler : service.handlers) {
        for (const Step& step : handler.steps) {
            if (step.kind == StepKind::Work)
                total +=
                    seconds(distributionOf(propertiesOf(StepKind::Work), step.properties, "time").mean());
        }
    }
    return total / static_cast<double>(service.handlers.size());
}

void isTooSlow(const Design& design, Findings& findings) {
    const Flow flow(design);
    for (const Element& e : design.diagram.elements) {
        if (e.kind != ElementKind::Service || integerOf(e, "instances") == 0)
            continue;
        const double work = workOf(e);
        const std::int64_t instances = integerOf(e, "instances");
        const std::int64_t slots = instances * integerOf(e, "concurrency");
        const double load = flow.into(e) * work / static_cast<double>(slots);
        if (load < 0.8)
            continue;
        const std::string figures = fmt::format(
            "{} gets {:.3g} messages a second; {} with {} and {} each can do {:.3g}: "
            "{:.0f} % busy",
            called(e), flow.into(e), counted(instances, "instance"),
            counted(integerOf(e, "concurrency"), "slot"), describeDuration(fromSeconds(work)),
            static_cast<double>(slots) / work, load * 100);
        // A Pareto distribution's mean may have no end.
        const double wanted = std::min(load * static_cast<double>(instances) / 0.7, 1e15);
        const auto needed = static_cast<std::int64_t>(wanted) + 1;
        Finding& finding = findings.add(
            load >= 1 ? Severity::Warning : Severity::Hint, load >= 1 ? "over-capacity" : "near-capacity", e,
            figures + (load >= 1 ? ", and what waits before it grows without end" : ", so queues are long"),
            fmt::format("Run {} instances, or make the work shorter", needed));
        if (needed <= 1000)
            finding.fix = setting(e, "instances", needed, fmt::format("Run {} instances", needed));
    }
}

constexpr std::array<Rule, 1> kCapacityRules{isTooSlow};

}  // namespace

std::span<const Rule> capacityRules() {
    return kCapacityRules;
}

}  // namespace sluice
