#include "core/live/driftplan.h"

#include <utility>

#include "core/diagram/document.h"

namespace sluice {
namespace {

/// The same differences, looked at from the broker.
std::vector<Drift> turned(std::span<const Drift> drifts) {
    std::vector<Drift> result(drifts.begin(), drifts.end());
    for (Drift& drift : result) {
        std::swap(drift.drawn, drift.found);
        std::swap(drift.wanted, drift.actual);
        if (drift.kind != Drift::Kind::Different)
            drift.kind = drift.kind == Drift::Kind::Missing ? Drift::Kind::Extra : Drift::Kind::Missing;
    }
    return result;
}

}  // namespace

BrokerPlan planFor(const Diagram& drawing, const Diagram& found, std::span<const Drift> drifts,
                   PlanWish wish) {
    Document wanted(found);
    const std::vector<Drift> back = turned(drifts);
    BrokerPlan plan;
    if (const auto applied = wanted.apply(takeOver(found, drawing, back)); !applied) {
        plan.obstacles.push_back(
            {drifts.empty() ? std::string() : drifts.front().name, applied.error().text()});
        return plan;
    }
    for (const Drift& drift : drifts) {
        if (drift.kind == Drift::Kind::Extra && !drift.isLink)
            wish.mayGo.insert(drift.name);
    }
    wish.deletes = true;
    plan = brokerPlan(wanted.diagram(), found, wish);
    // Of what is the same on both sides nobody asked.
    plan.notes.clear();
    return plan;
}

}  // namespace sluice
