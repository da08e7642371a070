#include <algorithm>
#include <cmath>

#include "app/runsession.h"
#include "core/incident/redriveorder.h"

namespace sluice {

bool RunSession::intervene(Action action) {
    if (!m_store || m_replay)
        return false;
    const TraceTime here = now();
    // After all that is seen at this moment.
    action.at = here + TraceTime(1);
    auto diagram = std::make_shared<Diagram>(*m_diagram);
    Scenario played = m_scenario;
    // What was done by hand later on belongs to the future that is left.
    std::erase_if(played.actions,
                  [&](const Action& one) { return one.at > here && messagesByHand(one).has_value(); });
    played.actions.push_back(std::move(action));
    RunOptions options;
    options.scenario = played.id;
    options.seed = m_seed;
    const auto same = std::find_if(diagram->scenarios.begin(), diagram->scenarios.end(),
                                   [&](const Scenario& one) { return one.id == played.id; });
    if (same == diagram->scenarios.end())
        diagram->scenarios.push_back(std::move(played));
    else
        *same = std::move(played);
    const double speed = std::isinf(m_playhead.speed()) ? 0 : m_playhead.speed();
    const bool stale = m_stale;
    start(std::move(diagram), options, speed);
    m_stale = stale;
    m_whenReady = [this, here] { seek(here); };
    return true;
}

}  // namespace sluice
