#include "core/engine/queuebroker/router.h"

#include <fmt/format.h>
#include <algorithm>
#include <cassert>
#include <utility>

#include "core/engine/queuebroker/topicpattern.h"

namespace sluice {

Router::Router(RoutingKeys& keys) : m_keys(keys) {
    // What every virtual host begins with; the default exchange comes first.
    constexpr std::pair<std::string_view, ExchangeType> given[] = {{"", ExchangeType::Direct},
                                                                   {"amq.direct", ExchangeType::Direct},
                                                                   {"amq.fanout", ExchangeType::Fanout},
                                                                   {"amq.topic", ExchangeType::Topic},
                                                                   {"amq.headers", ExchangeType::Headers},
                                                                   {"amq.match", ExchangeType::Headers}};
    for (const auto& [name, type] : given) {
        const Result<ExchangeIndex> made = declareExchange(name, type, {});
        assert(made.ok());
        (void)made;
    }
    m_ways.emplace_back();
}

Result<ExchangeIndex> Router::declareExchange(std::string_view name, ExchangeType type,
                                              const ExchangeOptions& options) {
    const RoutingKeyIndex key = m_keys.intern(name);
    if (const ExchangeIndex known = exchangeNamed(key); known.valid()) {
        const Exchange& exchange = m_exchanges[known.value];
        if (exchange.type != type || !(exchange.options == options)) {
            return Error{ErrorCode::Conflict,
                         fmt::format("exchange \"{}\" exists with another type or other arguments", name),
                         std::string(name)};
        }
        return known;
    }
    auto free =
        std::find_if(m_exchanges.begin(), m_exchanges.end(), [](const Exchange& e) { return !e.alive; });
    if (free == m_exchanges.end())
        free = m_exchanges.emplace(m_exchanges.end());
    *free = Exchange{};
    free->name = key;
    free->type = type;
    free->options = options;
    if (options.alternateExchange)
        free->alternate = m_keys.intern(*options.alternateExchange);
    free->alive = true;
    const ExchangeIndex index{static_cast<std::uint32_t>(free - m_exchanges.begin())};
    if (key.value >= m_exchangeByName.size())
        m_exchangeByName.resize(key.value + 1);
    m_exchangeByName[key.value] = index;
    forgetWays();
    return index;
}

void Router::deleteExchange(ExchangeIndex exchange) {
    Exchange& gone = m_exchanges[exchange.value];
    if (!gone.alive || exchange.value == 0)
        return;
    gone.alive = false;
    gone.bindings.clear();
    m_exchangeByName[gone.name.value] = {};
    removeBindingsTo(Target{{}, exchange});
}

ExchangeIndex Router::exchangeNamed(RoutingKeyIndex name) const {
    return name.value < m_exchangeByName.size() ? m_exchangeByName[name.value] : ExchangeIndex{};
}

void Router::addQueue(QueueIndex queue, RoutingKeyIndex name) {
    if (name.value >= m_queueByName.size())
        m_queueByName.resize(name.value + 1);
    m_queueByName[name.value] = queue;
    if (queue.value >= m_queueNames.size())
        m_queueNames.resize(queue.value + 1);
    m_queueNames[queue.value] = name;
}

void Router::removeQueue(QueueIndex queue) {
    m_queueByName[m_queueNames[queue.value].value] = {};
    removeBindingsTo(Target{queue, {}});
}

void Router::bind(ExchangeIndex source, Target target, std::string_view key,
                  const nlohmann::json& arguments) {
    const RoutingKeyIndex index = m_keys.intern(key);
    std::vector<Binding>& bindings = m_exchanges[source.value].bindings;
    const bool known = std::any_of(bindings.begin(), bindings.end(), [&](const Binding& other) {
        return other.target == target && other.key == index && other.arguments == arguments;
    });
    if (known)
        return;
    bindings.push_back({target, index, arguments, HeadersMatch(arguments)});
    m_asksForX = m_asksForX || bindings.back().headers.asksForX();
    forgetWays();
}

void Router::unbind(ExchangeIndex source, Target target, std::string_view key,
                    const nlohmann::json& arguments) {
    Exchange& exchange = m_exchanges[source.value];
    const RoutingKeyIndex index = m_keys.find(key);
    const std::size_t removed = std::erase_if(exchange.bindings, [&](const Binding& other) {
        return other.target == target && other.key == index && other.arguments == arguments;
    });
    if (removed == 0)
        return;
    forgetWays();
    if (exchange.options.autoDelete && exchange.bindings.empty())
        deleteExchange(source);
}

void Router::removeBindingsTo(const Target& target) {
    for (std::uint32_t i = 0; i < m_exchanges.size(); ++i) {
        Exchange& exchange = m_exchanges[i];
        const std::size_t removed = std::erase_if(
            exchange.bindings, [&](const Binding& binding) { return binding.target == target; });
        if (removed == 0)
            continue;
        forgetWays();
        if (exchange.options.autoDelete && exchange.bindings.empty())
            deleteExchange(ExchangeIndex{i});
    }
}

std::span<const QueueIndex> Router::route(ExchangeIndex exchange, std::span<const RoutingKeyIndex> keys,
                                          const nlohmann::json& headers) {
    collect(exchange, keys, headers);
    return m_found;
}

std::span<const QueueIndex> Router::routeAfresh(ExchangeIndex exchange, RoutingKeyIndex key) {
    static const nlohmann::json noHeaders;
    if (collect(exchange, std::span(&key, 1), noHeaders))
        return m_found;
    std::vector<std::uint32_t>& cache = m_exchanges[exchange.value].cache;
    if (key.value >= cache.size())
        cache.resize(std::max<std::size_t>(key.value + 1, m_keys.size()), 0);
    cache[key.value] = static_cast<std::uint32_t>(m_ways.size());
    m_ways.push_back(
        {static_cast<std::uint32_t>(m_wayQueues.size()), static_cast<std::uint32_t>(m_found.size())});
    m_wayQueues.insert(m_wayQueues.end(), m_found.begin(), m_found.end());
    return m_found;
}

bool Router::collect(ExchangeIndex exchange, std::span<const RoutingKeyIndex> keys,
                     const nlohmann::json& headers) {
    bool byHeaders = false;
    m_found.clear();
    m_work.assign(1, Stop{exchange, 0});
    const auto visit = [this](ExchangeIndex next, std::size_t from) {
        const bool seen = std::any_of(m_work.begin(), m_work.end(),
                                      [next](const Stop& stop) { return stop.exchange == next; });
        if (next.valid() && !seen)
            m_work.push_back({next, static_cast<std::uint32_t>(from)});
    };
    // m_work grows while it is walked: an exchange once seen is not looked at again, so cycles end.
    for (std::size_t i = 0; i < m_work.size(); ++i) {
        if (m_work[i].exchange.value == 0) {
            for (const RoutingKeyIndex key : keys) {
                if (const QueueIndex queue = queueNamed(key); queue.valid())
                    m_found.push_back(queue);
            }
            continue;
        }
        const Exchange& from = m_exchanges[m_work[i].exchange.value];
        byHeaders = byHeaders || from.type == ExchangeType::Headers;
        bool routed = false;
        for (const Binding& binding : from.bindings) {
            if (!takes(from, binding, keys, headers))
                continue;
            routed = true;
            if (binding.target.queue.valid())
                m_found.push_back(binding.target.queue);
            else
                visit(binding.target.exchange, i);
        }
        if (!routed && from.alternate.valid())
            visit(exchangeNamed(from.alternate), i);
    }
    std::sort(m_found.begin(), m_found.end(), [this](QueueIndex a, QueueIndex b) {
        return a != b && m_keys.text(m_queueNames[a.value]) < m_keys.text(m_queueNames[b.value]);
    });
    m_found.erase(std::unique(m_found.begin(), m_found.end()), m_found.end());
    return byHeaders;
}

std::vector<ExchangeIndex> Router::wayTo(QueueIndex queue, ExchangeIndex exchange,
                                         std::span<const RoutingKeyIndex> keys,
                                         const nlohmann::json& headers) {
    collect(exchange, keys, headers);
    std::vector<ExchangeIndex> way;
    for (std::size_t i = 0; i < m_work.size() && way.empty(); ++i) {
        const Exchange& last = m_exchanges[m_work[i].exchange.value];
        const bool leads =
            std::any_of(last.bindings.begin(), last.bindings.end(), [&](const Binding& binding) {
                return binding.target.queue == queue && takes(last, binding, keys, headers);
            });
        if (!leads)
            continue;
        for (std::size_t at = i; at > 0; at = m_work[at].from)
            way.insert(way.begin(), m_work[at].exchange);
        way.insert(way.begin(), exchange);
    }
    return way;
}

bool Router::takes(const Exchange& exchange, const Binding& binding, std::span<const RoutingKeyIndex> keys,
                   const nlohmann::json& headers) const {
    switch (exchange.type) {
        case ExchangeType::Fanout:
            return true;
        case ExchangeType::Direct:
            return std::find(keys.begin(), keys.end(), binding.key) != keys.end();
        case ExchangeType::Topic:
            return std::any_of(keys.begin(), keys.end(), [&](RoutingKeyIndex key) {
                return matchesTopic(m_keys.text(binding.key), m_keys.text(key));
            });
        case ExchangeType::Headers:
            return binding.headers.accepts(headers);
    }
    return false;
}

void Router::forgetWays() {
    for (Exchange& exchange : m_exchanges)
        std::fill(exchange.cache.begin(), exchange.cache.end(), 0U);
    m_ways.resize(std::min<std::size_t>(m_ways.size(), 1));
    m_wayQueues.clear();
}

}  // namespace sluice
