#include "core/engine/queuebroker/deathlog.h"

#include <algorithm>

namespace sluice {

void ColdMessage::reset() {
    headers.reset();
    replyTo.clear();
    keys = {};
    ccKeys = {};
    deaths.clear();
    firstDeath = {};
    withoutCc = false;
    diedElsewhere = false;
}

void addDeath(ColdMessage& message, const Death& death) {
    std::vector<Death>& deaths = message.deaths;
    // RabbitMQ 3.10 regroups the entries each time and thereby turns them round, if there are several.
    std::reverse(deaths.begin(), deaths.end());
    const auto known = std::find_if(deaths.begin(), deaths.end(), [&](const Death& other) {
        return other.queue == death.queue && other.reason == death.reason;
    });
    if (known != deaths.end()) {
        ++known->count;
        std::rotate(deaths.begin(), known, known + 1);
        return;
    }
    if (deaths.empty() && !message.diedElsewhere)
        message.firstDeath = death;
    deaths.insert(deaths.begin(), death);
}

bool closesCycle(std::span<const Death> deaths, RoutingKeyIndex queue) {
    for (const Death& death : deaths) {
        if (death.reason == DeathReason::Rejected)
            return false;
        if (death.queue == queue)
            return true;
    }
    return false;
}

std::string_view xDeathReason(DeathReason reason) {
    switch (reason) {
        case DeathReason::Rejected:
            return "rejected";
        case DeathReason::Expired:
            return "expired";
        case DeathReason::MaxLength:
            return "maxlen";
        case DeathReason::DeliveryLimit:
            return "delivery_limit";
        default:
            return {};
    }
}

}  // namespace sluice
