#include "core/review/cycles.h"

#include <algorithm>
#include <limits>

namespace sluice {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Tarjan's strongly connected components, with a stack of its own: a chain may be as long as the drawing.
class Components {
public:
    explicit Components(const std::vector<std::vector<std::size_t>>& next)
        : m_next(next), m_order(next.size(), kNone), m_low(next.size(), 0), m_of(next.size(), kNone) {
        for (std::size_t i = 0; i < next.size(); ++i) {
            if (m_order[i] == kNone)
                visit(i);
        }
    }
    [[nodiscard]] const std::vector<std::size_t>& of() const { return m_of; }

private:
    struct Frame {
        std::size_t node;
        std::size_t edge;
    };

    void enter(std::size_t node) {
        m_order[node] = m_low[node] = m_count++;
        m_open.push_back(node);
        m_frames.push_back({node, 0});
    }

    void visit(std::size_t root) {
        enter(root);
        while (!m_frames.empty()) {
            const std::size_t node = m_frames.back().node;
            if (m_frames.back().edge < m_next[node].size()) {
                const std::size_t to = m_next[node][m_frames.back().edge++];
                if (m_order[to] == kNone)
                    enter(to);
                else if (m_of[to] == kNone)
                    m_low[node] = std::min(m_low[node], m_order[to]);
                continue;
            }
            m_frames.pop_back();
            if (!m_frames.empty())
                m_low[m_frames.back().node] = std::min(m_low[m_frames.back().node], m_low[node]);
            if (m_low[node] == m_order[node])
                close(node);
        }
    }

    void close(std::size_t root) {
        std::size_t node = kNone;
        do {
            node = m_open.back();
            m_open.pop_back();
            m_of[node] = root;
        } while (node != root);
    }

    const std::vector<std::vector<std::size_t>>& m_next;
    std::vector<std::size_t> m_order;
    std::vector<std::size_t> m_low;
    std::vector<std::size_t> m_of;
    std::vector<std::size_t> m_open;
    std::vector<Frame> m_frames;
    std::size_t m_count = 0;
};

/// The shortest way from a node back to itself inside its component; empty when there is none.
std::vector<std::size_t> wayBack(const std::vector<std::vector<std::size_t>>& next,
                                 const std::vector<std::size_t>& component, std::size_t start,
                                 std::vector<std::size_t>& cameFrom) {
    std::vector<std::size_t> queue{start};
    for (std::size_t at = 0; at < queue.size(); ++at) {
        for (const std::size_t to : next[queue[at]]) {
            if (to == start) {
                std::vector<std::size_t> way;
                for (std::size_t node = queue[at]; node != start; node = cameFrom[node])
                    way.push_back(node);
                way.push_back(start);
                std::reverse(way.begin(), way.end());
                return way;
            }
            if (component[to] == component[start] && cameFrom[to] == kNone) {
                cameFrom[to] = queue[at];
                queue.push_back(to);
            }
        }
    }
    return {};
}

}  // namespace

std::vector<std::vector<std::size_t>> cyclesOf(const std::vector<std::vector<std::size_t>>& next) {
    const Components components(next);
    std::vector<bool> told(next.size(), false);
    std::vector<std::size_t> cameFrom(next.size(), kNone);
    std::vector<std::vector<std::size_t>> cycles;
    for (std::size_t i = 0; i < next.size(); ++i) {
        const std::size_t component = components.of()[i];
        if (told[component])
            continue;
        told[component] = true;
        std::vector<std::size_t> way = wayBack(next, components.of(), i, cameFrom);
        if (!way.empty())
            cycles.push_back(std::move(way));
    }
    return cycles;
}

}  // namespace sluice
