#include "widgets/share/movingtraffic.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "core/trace/closedrange.h"

namespace sluice {
namespace {

constexpr double kEverywhere = 1e9;  ///< canvas units

/// A flow's figure has no more digits, and so it does not change with every frame.
double twoDigits(double rate) {
    if (rate <= 0)
        return 0;
    const double unit = std::pow(10.0, std::floor(std::log10(rate)) - 1);
    return std::round(rate / unit) * unit;
}

std::uint64_t keyOf(MessageId message, EntityId link) {
    return (std::uint64_t{message} << 32U) | link;
}

void append(std::vector<MovingTraffic::Flow>& flows, TraceTime from, TraceTime to, double rate) {
    if (from >= to)
        return;
    if (!flows.empty() && flows.back().to == from && flows.back().rate == rate)
        flows.back().to = to;
    else
        flows.push_back({from, to, rate});
}

}  // namespace

int MovingTraffic::linkOf(const Transit& way) const {
    const int link = m_index.linkOf(way.link);
    return link >= 0 && !m_geometry.links()[std::size_t(link)].isNull() ? link : -1;
}

void MovingTraffic::addFrame(const SystemState& state) {
    // Until the next frame is known a flow ends where it begins.
    if (!m_frames.empty()) {
        for (const TokenPlan::Flow& flow : m_plan.flows())
            append(m_links[std::size_t(flow.link)].flows, m_frames.back(), state.at, twoDigits(flow.rate));
    }
    m_frames.push_back(state.at);
    m_plan.build(m_diagram, m_geometry, state, m_index,
                 QRectF(-kEverywhere, -kEverywhere, 2 * kEverywhere, 2 * kEverywhere), tokenRadius(1));
}

void MovingTraffic::visitWays(const std::function<void(const Transit&, TraceTime)>& visit) const {
    if (m_frames.empty())
        return;
    const SystemState begin = m_store.stateAt(m_frames.front());
    std::unordered_map<std::uint64_t, Transit> open;
    const auto close = [&](std::uint64_t key, TraceTime until) {
        const auto found = open.find(key);
        if (found == open.end())
            return;
        visit(found->second, std::min({found->second.arrives, until, m_end}));
        open.erase(found);
    };
    for (const Transit& way : begin.transits)
        open.insert_or_assign(keyOf(way.message, way.link), way);
    constexpr Sequence kSweep = 65'536;
    m_store.visit(
        begin.next, firstAfter(m_store, m_frames.back()), [&](Sequence sequence, const TraceEvent& event) {
            const std::uint64_t key = keyOf(event.message, event.subject);
            if (event.kind == EventKind::Moved && event.value > 0) {
                close(key, TraceTime::max());
                const Duration takes = std::min(Duration(event.value), TraceTime::max() - event.at);
                open.emplace(
                    key, Transit{event.message, event.subject, event.at, event.at + takes, event.flags()});
            } else if (event.kind == EventKind::Lost) {
                close(key, event.at);
            }
            if (sequence % kSweep == 0) {
                std::vector<std::uint64_t> arrived;
                for (const auto& [each, way] : open) {
                    if (way.arrives <= event.at)
                        arrived.push_back(each);
                }
                std::sort(arrived.begin(), arrived.end());
                for (const std::uint64_t each : arrived)
                    close(each, TraceTime::max());
            }
            return true;
        });
    std::vector<std::uint64_t> rest;
    for (const auto& [each, way] : open)
        rest.push_back(each);
    std::sort(rest.begin(), rest.end());
    for (const std::uint64_t each : rest)
        close(each, TraceTime::max());
}

void MovingTraffic::visitTokens(const Visit& visit) const {
    visitWays([&](const Transit& way, TraceTime until) {
        const int link = linkOf(way);
        if (link < 0)
            return;
        // What was on its way already begins where it is then.
        TraceTime since = std::max(way.departed, m_frames.front());
        const std::vector<Flow>& flows = m_links[std::size_t(link)].flows;
        auto flow = std::upper_bound(flows.begin(), flows.end(), since,
                                     [](TraceTime time, const Flow& each) { return time < each.to; });
        for (; flow != flows.end() && flow->from < until; ++flow) {
            if (since < flow->from)
                visit(way, since, flow->from);
            since = flow->to;
        }
        if (since < until)
            visit(way, since, until);
    });
}

void MovingTraffic::finish(TraceTime end, std::size_t mostTokens) {
    m_end = end;
    if (!m_frames.empty()) {
        for (const TokenPlan::Flow& flow : m_plan.flows())
            append(m_links[std::size_t(flow.link)].flows, m_frames.back(), end, twoDigits(flow.rate));
    }
    std::vector<std::size_t> tokens(m_links.size());
    visitTokens([&](const Transit& way, TraceTime, TraceTime) { ++tokens[std::size_t(linkOf(way))]; });
    std::size_t all = std::accumulate(tokens.begin(), tokens.end(), std::size_t{0});
    std::vector<std::size_t> order(m_links.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return tokens[a] > tokens[b]; });
    std::vector<bool> links(m_links.size());
    for (const std::size_t link : order) {
        if (all <= mostTokens)
            break;
        all -= tokens[link];
        links[link] = true;
        ++m_forced;
    }
    if (m_forced > 0)
        force(links);
}

/// Their rates are what departed within the second of trace time, or the frame if that is longer, before.
void MovingTraffic::force(const std::vector<bool>& links) {
    const auto frameAt = [this](TraceTime time) {
        const auto next = std::upper_bound(m_frames.begin(), m_frames.end(), time);
        return static_cast<std::size_t>(next - m_frames.begin());  // 0: before the first
    };
    std::vector<std::vector<double>> departed(m_links.size());
    for (std::size_t link = 0; link < links.size(); ++link) {
        if (links[link])
            departed[link].assign(m_frames.size() + 1, 0);
    }
    visitWays([&](const Transit& way, TraceTime) {
        const int link = linkOf(way);
        if (link >= 0 && links[std::size_t(link)])
            ++departed[std::size_t(link)][frameAt(way.departed)];
    });
    const TraceTime span = m_end - m_frames.front();
    const double frame = std::max(1e-9, seconds(span) / static_cast<double>(m_frames.size()));
    const auto window = static_cast<std::size_t>(std::max(1.0, std::round(1 / frame)));
    for (std::size_t link = 0; link < links.size(); ++link) {
        if (!links[link])
            continue;
        std::vector<Flow>& flows = m_links[link].flows;
        flows.clear();
        double sum = 0;
        for (std::size_t i = 0; i < m_frames.size(); ++i) {
            // Those that were under way at the beginning count for the first frame.
            sum += departed[link][i + 1] + (i == 0 ? departed[link][0] : 0);
            if (i >= window)
                sum -= departed[link][i + 1 - window] + (i == window ? departed[link][0] : 0);
            const std::size_t seen = std::min(i + 1, window);
            const TraceTime to = i + 1 < m_frames.size() ? m_frames[i + 1] : m_end;
            append(flows, m_frames[i], to,
                   twoDigits(std::max(0.0, sum) / (frame * static_cast<double>(seen))));
        }
    }
}

}  // namespace sluice
