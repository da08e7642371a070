#include "core/live/unseenmessages.h"

#include <algorithm>

namespace sluice {
namespace {

using namespace std::chrono_literals;

// A broker's counts are this old at most: RabbitMQ's are gathered every five seconds.
constexpr Duration kOldest = 6s;
// Between a message's coming and its being told of as seen.
constexpr Duration kSeenLate = 3s;
constexpr std::size_t kMostMoments = 64;

std::uint64_t upTo(const std::deque<std::pair<TraceTime, std::uint64_t>>& moments, TraceTime time) {
    std::uint64_t known = 0;
    for (const auto& [at, altogether] : moments) {
        if (at > time)
            break;
        known = altogether;
    }
    return known;
}

}  // namespace

void UnseenMessages::begin(TraceTime now) {
    m_began = now;
    m_queues.clear();
}

void UnseenMessages::end() {
    m_began.reset();
    m_queues.clear();
}

void UnseenMessages::seen(EntityId queue, std::uint64_t messages, TraceTime now) {
    if (!m_began)
        return;
    auto& moments = m_queues[queue].seen;
    moments.emplace_back(now, (moments.empty() ? 0 : moments.back().second) + messages);
    if (moments.size() > kMostMoments)
        moments.pop_front();
}

void UnseenMessages::reported(const TraceEvent& event) {
    if (!m_began || event.kind != EventKind::Counted || static_cast<Flow>(event.detail) != Flow::In)
        return;
    // Of what came before anybody looked nothing was seen.
    const TraceTime from = event.at - std::chrono::milliseconds(event.peer) - kOldest;
    if (from < *m_began)
        return;
    Queue& queue = m_queues[event.subject];
    if (!queue.before)
        queue.before = upTo(queue.seen, from);
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(event.value, 0));
    queue.counted.emplace_back(event.at, (queue.counted.empty() ? 0 : queue.counted.back().second) + count);
    if (queue.counted.size() > kMostMoments)
        queue.counted.pop_front();
}

std::uint64_t UnseenMessages::total(TraceTime now) const {
    std::uint64_t sum = 0;
    for (const auto& [id, queue] : m_queues) {
        const std::uint64_t came = upTo(queue.counted, now - kSeenLate);
        const std::uint64_t seen =
            (queue.seen.empty() ? 0 : queue.seen.back().second) - queue.before.value_or(0);
        sum += came > seen ? came - seen : 0;
    }
    return sum;
}

}  // namespace sluice
