#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/engine/queuebroker/brokerindex.h"
#include "core/engine/queuebroker/headersmatch.h"
#include "core/engine/queuebroker/queueoptions.h"
#include "core/engine/queuebroker/routingkeys.h"

namespace sluice {

/// Exchanges, bindings and who gets what. Owned by QueueBroker, which tells it of queues that come and go.
/// The way of a routing key is worked out once and kept until a binding changes; where a headers exchange is
/// on the way, each message is looked at. Each queue gets one copy, and queues stand in the order of their
/// names, as in RabbitMQ.
class Router {
public:
    /// Creates the default exchange.
    explicit Router(RoutingKeys& keys);

    Result<ExchangeIndex> declareExchange(std::string_view name, ExchangeType type,
                                          const ExchangeOptions& options);
    void deleteExchange(ExchangeIndex exchange);
    [[nodiscard]] ExchangeIndex exchangeNamed(RoutingKeyIndex name) const;
    [[nodiscard]] RoutingKeyIndex nameOf(ExchangeIndex exchange) const {
        return m_exchanges[exchange.value].name;
    }
    [[nodiscard]] bool isInternal(ExchangeIndex exchange) const {
        return m_exchanges[exchange.value].options.internal;
    }

    void addQueue(QueueIndex queue, RoutingKeyIndex name);
    /// Its bindings go with it.
    void removeQueue(QueueIndex queue);
    [[nodiscard]] QueueIndex queueNamed(RoutingKeyIndex name) const {
        return name.value < m_queueByName.size() ? m_queueByName[name.value] : QueueIndex{};
    }

    struct Target {
        QueueIndex queue{};
        ExchangeIndex exchange{};  ///< instead of a queue
        bool operator==(const Target&) const = default;
    };
    void bind(ExchangeIndex source, Target target, std::string_view key, const nlohmann::json& arguments);
    void unbind(ExchangeIndex source, Target target, std::string_view key, const nlohmann::json& arguments);

    /// Queues for a message without headers and with one key. Good until the next call that is not const.
    std::span<const QueueIndex> route(ExchangeIndex exchange, RoutingKeyIndex key) {
        if (exchange.value == 0) {
            if (key.value >= m_queueByName.size() || !m_queueByName[key.value].valid())
                return {};
            return {&m_queueByName[key.value], 1};
        }
        const std::vector<std::uint32_t>& cache = m_exchanges[exchange.value].cache;
        if (key.value < cache.size() && cache[key.value] != 0) {
            const Way& way = m_ways[cache[key.value]];
            return {m_wayQueues.data() + way.begin, way.count};
        }
        return routeAfresh(exchange, key);
    }
    /// Queues for a message with several keys or with headers.
    std::span<const QueueIndex> route(ExchangeIndex exchange, std::span<const RoutingKeyIndex> keys,
                                      const nlohmann::json& headers);
    /// There has been a binding by a header such as x-first-death-queue: dead letters are told apart by it.
    [[nodiscard]] bool asksForX() const { return m_asksForX; }
    /// The exchanges on the way that such a message takes from `exchange` to the queue, both ends that are
    /// exchanges included; empty when it does not come there. What route() gave is no longer good after it.
    std::vector<ExchangeIndex> wayTo(QueueIndex queue, ExchangeIndex exchange,
                                     std::span<const RoutingKeyIndex> keys, const nlohmann::json& headers);

private:
    struct Binding {
        Target target;
        RoutingKeyIndex key{};
        nlohmann::json arguments;
        HeadersMatch headers;
    };
    struct Exchange {
        RoutingKeyIndex name{};
        ExchangeType type = ExchangeType::Direct;
        ExchangeOptions options;
        RoutingKeyIndex alternate{};
        bool alive = false;
        std::vector<Binding> bindings;
        std::vector<std::uint32_t> cache;  // by routing key; index into m_ways, 0: not known yet
    };
    /// An exchange that routing came to, and the place in m_work it came from.
    struct Stop {
        ExchangeIndex exchange;
        std::uint32_t from = 0;
    };
    struct Way {
        std::uint32_t begin = 0;
        std::uint32_t count = 0;
    };

    std::span<const QueueIndex> routeAfresh(ExchangeIndex exchange, RoutingKeyIndex key);
    /// Fills m_found; true when a headers exchange had a say.
    bool collect(ExchangeIndex exchange, std::span<const RoutingKeyIndex> keys,
                 const nlohmann::json& headers);
    [[nodiscard]] bool takes(const Exchange& exchange, const Binding& binding,
                             std::span<const RoutingKeyIndex> keys, const nlohmann::json& headers) const;
    void forgetWays();
    void removeBindingsTo(const Target& target);

    RoutingKeys& m_keys;
    bool m_asksForX = false;
    std::vector<Exchange> m_exchanges;
    std::vector<ExchangeIndex> m_exchangeByName;  // by RoutingKeyIndex
    std::vector<QueueIndex> m_queueByName;        // by RoutingKeyIndex
    std::vector<RoutingKeyIndex> m_queueNames;    // by QueueIndex
    std::vector<Way> m_ways;
    std::vector<QueueIndex> m_wayQueues;
    std::vector<QueueIndex> m_found;
    std::vector<Stop> m_work;
};

}  // namespace sluice
