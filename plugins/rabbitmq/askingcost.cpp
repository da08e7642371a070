#include "plugins/rabbitmq/askingcost.h"

#include <algorithm>

namespace sluice::rabbitmq {
namespace {

constexpr double kCheap = 0.02;            // seconds: a round that takes no more is asked as a whole
constexpr double kShare = 0.1;             // of what may be taken, for the consumers
constexpr double kShareOfAnything = 0.02;  // of a core, where any cost will do
constexpr AskingCost::Time kToFindOut = std::chrono::seconds(10);
constexpr double kNewest = 0.3;  // weight of the last round

void smooth(std::optional<double>& mean, double value) {
    mean = mean ? (1 - kNewest) * *mean + kNewest * value : value;
}

}  // namespace

void AskingCost::measured(bool withConsumers, double seconds) {
    smooth(withConsumers ? m_whole : m_plain, seconds);
}

double AskingCost::ofConsumers() const {
    if (!m_whole || !m_plain)
        return 0;
    return std::max(*m_whole - *m_plain, 0.0);
}

AskingCost::Time AskingCost::consumersEvery(double mostOfCore) const {
    const double whole = m_whole.value_or(m_guess);
    if (whole <= kCheap)
        return Time::zero();
    // How dear they are is found out by a round without them.
    const double dear = m_plain ? ofConsumers() : whole / 2;
    const double allowed = mostOfCore > 0 ? kShare * mostOfCore : kShareOfAnything;
    return std::min(Time(static_cast<Time::rep>(dear / allowed * 1000)), kLongest);
}

bool AskingCost::countsConsumers(Time now, double mostOfCore) const {
    return !m_countedAt || now - *m_countedAt >= consumersEvery(mostOfCore);
}

double AskingCost::ofCore(Time interval, double mostOfCore) const {
    if (interval <= Time::zero())
        return 0;
    const double round = static_cast<double>(interval.count()) / 1000;
    const double count = static_cast<double>(std::max(consumersEvery(mostOfCore), interval).count()) / 1000;
    return ofRest() / round + ofConsumers() / count;
}

AskingCost::Time AskingCost::affordable(double mostOfCore) const {
    if (mostOfCore <= 0)
        return Time::zero();
    // A broker that has just been asked all it has answers late, and the next answer says what it took.
    if (!m_whole && !m_plain)
        return std::min(Time(static_cast<Time::rep>(m_guess / mostOfCore * 1000)), kToFindOut);
    const double every = static_cast<double>(consumersEvery(mostOfCore).count()) / 1000;
    // In every round, or, where that is rarer, every so often.
    const double together = (ofRest() + ofConsumers()) / mostOfCore;
    if (together >= every)
        return Time(static_cast<Time::rep>(together * 1000));
    const double left = mostOfCore - ofConsumers() / every;
    return Time(static_cast<Time::rep>(ofRest() / left * 1000));
}

}  // namespace sluice::rabbitmq
