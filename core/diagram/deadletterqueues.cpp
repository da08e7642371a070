#include "core/diagram/deadletterqueues.h"

#include <string_view>
#include <unordered_map>

#include "core/diagram/catalogue.h"

namespace sluice {
namespace {

using Ends = std::vector<std::pair<int, int>>;

Ends endsOf(const Diagram& diagram) {
    std::unordered_map<std::string_view, int> index;
    index.reserve(diagram.elements.size());
    for (std::size_t i = 0; i < diagram.elements.size(); ++i)
        index.emplace(diagram.elements[i].id, static_cast<int>(i));
    const auto find = [&](const Id& id) {
        const auto it = index.find(id);
        return it == index.end() ? -1 : it->second;
    };
    Ends ends;
    ends.reserve(diagram.links.size());
    for (const Link& link : diagram.links)
        ends.emplace_back(find(link.from), find(link.to));
    return ends;
}

/// Follows dead letters from their queue through exchanges.
class Ways {
public:
    Ways(const Diagram& diagram, std::span<const std::pair<int, int>> ends)
        : m_diagram(diagram), m_ends(ends), m_seen(diagram.elements.size(), -1) {
        for (std::size_t i = 0; i < diagram.links.size(); ++i) {
            if (diagram.links[i].kind == LinkKind::Bind && ends[i].first >= 0 && ends[i].second >= 0)
                m_bindings[ends[i].first].push_back(static_cast<int>(i));
        }
    }

    /// Calls `arrive` with each queue that letters sent over the link may come to.
    template <class Arrive>
    void follow(std::size_t deadLetterLink, const Arrive& arrive) {
        const Link& link = m_diagram.links[deadLetterLink];
        const auto [from, to] = m_ends[deadLetterLink];
        // As the broker: the key of the dead letter, or else the one it came with, which may be any.
        std::string key = textOf(propertiesOf(link.kind), link.properties, "routingKey");
        if (key.empty()) {
            const Element& queue = m_diagram.elements[static_cast<std::size_t>(from)];
            key = textOf(propertiesOf(queue.kind), queue.properties, "deadLetterRoutingKey");
        }
        const int mark = static_cast<int>(deadLetterLink);
        std::vector<int> entered;
        const auto enter = [&](int element) {
            if (std::exchange(m_seen[static_cast<std::size_t>(element)], mark) != mark)
                entered.push_back(element);
        };
        enter(to);
        while (!entered.empty()) {
            const int at = entered.back();
            entered.pop_back();
            const Element& element = m_diagram.elements[static_cast<std::size_t>(at)];
            if (element.kind == ElementKind::Queue)
                arrive(static_cast<std::size_t>(at));
            const auto bindings = m_bindings.find(at);
            if (bindings == m_bindings.end())
                continue;
            const bool compares =
                !key.empty() && element.kind == ElementKind::Exchange &&
                textOf(propertiesOf(element.kind), element.properties, "exchangeType") == "direct";
            for (const int index : bindings->second) {
                const Link& bind = m_diagram.links[static_cast<std::size_t>(index)];
                if (!compares || textOf(propertiesOf(bind.kind), bind.properties, "routingKey") == key)
                    enter(m_ends[static_cast<std::size_t>(index)].second);
            }
        }
    }

private:
    const Diagram& m_diagram;
    std::span<const std::pair<int, int>> m_ends;
    std::unordered_map<int, std::vector<int>> m_bindings;  ///< by exchange
    std::vector<int> m_seen;  ///< by element: the last link that was followed there
};

}  // namespace

DeadLetterQueues::DeadLetterQueues(const Diagram& diagram) : DeadLetterQueues(diagram, endsOf(diagram)) {}

DeadLetterQueues::DeadLetterQueues(const Diagram& diagram, std::span<const std::pair<int, int>> ends)
    : m_delays(diagram.elements.size(), false), m_rests(diagram.elements.size(), false) {
    std::vector<bool> consumed(diagram.elements.size(), false);
    std::vector<bool> published(diagram.elements.size(), false);
    std::vector<std::size_t> letters;
    for (std::size_t i = 0; i < diagram.links.size(); ++i) {
        const auto [from, to] = ends[i];
        if (from < 0 || to < 0)
            continue;
        const LinkKind kind = diagram.links[i].kind;
        if (kind == LinkKind::Consume)
            consumed[static_cast<std::size_t>(from)] = true;
        else if (kind == LinkKind::Publish)
            published[static_cast<std::size_t>(to)] = true;
        else if (kind == LinkKind::DeadLetter &&
                 diagram.elements[static_cast<std::size_t>(from)].kind == ElementKind::Queue)
            letters.push_back(i);
    }
    if (letters.empty())
        return;
    for (const std::size_t link : letters) {
        const auto queue = static_cast<std::size_t>(ends[link].first);
        m_delays[queue] = !consumed[queue] && diagram.elements[queue].properties.has("messageTtl");
    }
    Ways ways(diagram, ends);
    for (const std::size_t link : letters) {
        const auto from = static_cast<std::size_t>(ends[link].first);
        ways.follow(link, [&](std::size_t to) {
            const bool backAtWork = m_delays[from] && (consumed[to] || published[to]);
            if (to != from && !m_delays[to] && !backAtWork)
                m_rests[to] = true;
        });
    }
}

}  // namespace sluice
