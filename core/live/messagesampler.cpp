#include "core/live/messagesampler.h"

#include <algorithm>

#include "core/base/random.h"

namespace sluice {
namespace {

/// From 0 to 1, evenly over all marks (FNV-1a, then mixed).
double placeOf(std::string_view mark) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : mark)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return static_cast<double>(mixed(hash) >> 11U) * 0x1p-53;
}

}  // namespace

/// The flows with the fewest first: what they leave is for the others.
void MessageSampler::shareOut() {
    std::vector<Flow*> flows;
    for (auto& [name, flow] : m_flows)
        flows.push_back(&flow);
    std::sort(flows.begin(), flows.end(), [](const Flow* a, const Flow* b) { return a->before < b->before; });
    auto left = static_cast<std::uint64_t>(m_most);
    for (std::size_t i = 0; i < flows.size(); ++i) {
        const std::uint64_t share = left / (flows.size() - i);
        Flow& flow = *flows[i];
        left -= std::min(flow.before, share);
        // Who had fewer may have as many as the others, if nobody else needs it.
        flow.share = std::max<std::uint64_t>(share, 1);
        flow.chosen =
            flow.before <= share ? 1 : static_cast<double>(flow.share) / static_cast<double>(flow.before);
    }
}

void MessageSampler::turn(TraceTime now) {
    const std::int64_t second = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    if (second == m_second)
        return;
    const bool next = second == m_second + 1;
    m_second = second;
    m_shown = 0;
    for (auto it = m_flows.begin(); it != m_flows.end();) {
        Flow& flow = it->second;
        if (flow.seen > 0)
            m_told.push_back({it->first, flow.seen, flow.shown});
        flow.before = next ? flow.seen : 0;
        flow.seen = flow.shown = 0;
        it = flow.before == 0 ? m_flows.erase(it) : std::next(it);
    }
    shareOut();
}

bool MessageSampler::take(std::string_view flow, std::string_view mark, TraceTime now) {
    turn(now);
    const auto [it, fresh] = m_flows.try_emplace(std::string(flow));
    Flow& own = it->second;
    if (fresh)
        own.share = std::max<std::uint64_t>(static_cast<std::uint64_t>(m_most) / m_flows.size(), 1);
    ++own.seen;
    if (m_shown >= static_cast<std::uint64_t>(m_most) || own.shown >= own.share ||
        placeOf(mark) >= own.chosen)
        return false;
    ++own.shown;
    ++m_shown;
    return true;
}

std::vector<FlowSample> MessageSampler::told(TraceTime now) {
    turn(now);
    return std::exchange(m_told, {});
}

}  // namespace sluice
