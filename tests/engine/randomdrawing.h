#pragma once

#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/diagram/properties.h"

namespace sluice::test {

/// A drawing of clients, exchanges, queues, topics and services with any of their properties, and a scenario
/// of faults; one for each seed, as the text of a file.
class RandomDrawing {
public:
    explicit RandomDrawing(std::uint64_t seed) : m_random(seed, hashOf("drawing")), m_redrives(one(2)) {
        const auto queues = 2 + below(4);
        const auto exchanges = below(4);
        const auto topics = below(3) / 2;
        const auto services = 1 + below(3);
        for (std::uint32_t i = 0; i < exchanges; ++i)
            addExchange(i);
        for (std::uint32_t i = 0; i < queues; ++i)
            addQueue(i);
        for (std::uint32_t i = 0; i < topics; ++i)
            m_nodes.push_back({{"id", id("t", i)}, {"kind", "topic"}, {"partitions", 1 + below(4)}});
        for (std::uint32_t i = 0; i < services; ++i)
            addService(i, queues, topics);
        for (std::uint32_t i = 0; i < 1 + below(3); ++i)
            addClient(i);
        for (std::uint32_t i = 0; i < exchanges; ++i)
            addBindings(i, queues, exchanges);
        for (std::uint32_t i = 0; i < queues; ++i)
            addDeadLetters(i, queues, exchanges);
        for (std::uint32_t i = 0; i < below(6); ++i)
            addAction(queues, services);
    }

    [[nodiscard]] std::string text() const {
        const Json scenario{{"id", "s"}, {"until", "20s"}, {"actions", m_actions}};
        return Json{
            {"sluice", 1}, {"nodes", m_nodes}, {"links", m_links}, {"scenarios", Json::array({scenario})}}
            .dump();
    }

private:
    std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(m_random.below(count)); }
    bool one(std::uint32_t in) { return below(in) == 0; }
    static std::string id(const char* letter, std::uint32_t number) {
        return letter + std::to_string(number);
    }
    static std::string milliseconds(std::uint32_t count) { return std::to_string(count) + "ms"; }
    template <class T>
    T among(const std::vector<T>& values) {
        return values[below(static_cast<std::uint32_t>(values.size()))];
    }
    std::string key(bool pattern) {
        const std::string word = among<std::string>({"a", "b", "c"});
        return pattern ? among<std::string>({word, "*", "#", word + ".#"}) : word;
    }

    void addExchange(std::uint32_t i) {
        Json node{{"id", id("x", i)},
                  {"kind", "exchange"},
                  {"exchangeType", among<std::string>({"direct", "fanout", "topic", "headers"})}};
        if (i > 0 && one(3))
            node["alternateExchange"] = id("x", below(i));
        if (one(8))
            node["autoDelete"] = true;
        m_targets.push_back(id("x", i));
        m_nodes.push_back(std::move(node));
    }

    void addQueue(std::uint32_t i) {
        Json node{{"id", id("q", i)}, {"kind", "queue"}};
        const bool quorum = one(4);
        if (quorum) {
            node["queueType"] = "quorum";
            if (one(2))
                node["deliveryLimit"] = below(4);
        } else {
            if (one(4))
                node["maxPriority"] = 1 + below(5);
            if (one(10))
                node["autoDelete"] = true;
            if (one(10))
                node["exclusive"] = true;
            m_classic.push_back(id("q", i));
        }
        if (!quorum && one(6))
            node["durable"] = false;
        if (one(3))
            node["messageTtl"] = milliseconds(below(4) * 700);
        if (one(3))
            node["maxLength"] = below(8);
        else if (one(6))
            node["maxLengthBytes"] = 512 * below(6);
        if (one(2))
            node["overflow"] =
                among<std::string>({"dropHead", "rejectPublish", quorum ? "dropHead" : "rejectPublishDlx"});
        if (one(5))
            node["singleActiveConsumer"] = true;
        if (one(8))
            node["expires"] = milliseconds(1000 + below(5000));
        m_targets.push_back(id("q", i));
        m_nodes.push_back(std::move(node));
    }

    void addService(std::uint32_t i, std::uint32_t queues, std::uint32_t topics) {
        // Whoever works in no time and publishes in a circle has no end: now and then.
        const bool publishes = one(2);
        m_inNoTime = one(12);
        const std::uint32_t least = publishes && !m_inNoTime ? 20 : 0;
        Json steps = Json::array({{{"do", "work"}, {"time", milliseconds(least + below(2) * below(300))}}});
        if (one(2))
            steps.push_back({{"do", "fail"},
                             {"probability", 0.1 * (1 + below(9))},
                             {"failure", among<std::string>({"badData", "unexpectedError",
                                                             "serviceUnavailable", "businessError"})}});
        Json node{{"id", id("s", i)},
                  {"kind", "service"},
                  {"instances", 1 + below(3)},
                  {"concurrency", 1 + below(3)},
                  {"startupTime", milliseconds(below(2) * 1500)}};
        if (publishes) {
            const std::string link = "o" + std::to_string(i);
            addPublish(link, id("s", i), topics > 0 && one(3) ? "t0" : among(m_targets));
            steps.push_back({{"do", "publish"}, {"link", link}});
        }
        node["handlers"] = Json::array({{{"steps", steps}}});
        m_nodes.push_back(std::move(node));
        for (std::uint32_t queue = 0; queue < queues; ++queue) {
            if (one(2))
                addConsume(id("q", queue), id("s", i));
        }
        m_inNoTime = false;
        if (topics > 0 && one(2))
            m_links.push_back(
                {{"id", "g" + std::to_string(i)}, {"kind", "consume"}, {"from", "t0"}, {"to", id("s", i)}});
    }

    void addConsume(const std::string& from, const std::string& to) {
        Json link{
            {"id", "r" + std::to_string(m_links.size())}, {"kind", "consume"}, {"from", from}, {"to", to}};
        link["prefetch"] = below(5);
        if (m_inNoTime)
            link["latency"] = "0ms";
        if (one(6))
            link["autoAck"] = true;
        if (one(6))
            link["exclusive"] = true;
        if (one(3))
            link["priority"] = below(3);
        if (one(3)) {
            link["retries"] = 1 + below(3);
            link["backoff"] = milliseconds(100 + below(900));
        }
        if (one(3))
            link["requeue"] = true;
        m_links.push_back(std::move(link));
    }

    void addPublish(const std::string& name, const std::string& from, const std::string& to) {
        Json link{{"id", name}, {"kind", "publish"}, {"from", from}, {"to", to}, {"routingKey", key(false)}};
        link["latency"] = milliseconds(m_inNoTime ? 0 : 1 + below(20));
        // The trace does not tell what came over a link in no time, nor so with which priority.
        if (!m_inNoTime && one(3))
            link["priority"] = below(7);
        if (one(4))
            link["expiration"] = milliseconds(below(4) * 500);
        if (one(3))
            link["mandatory"] = true;
        if (one(4))
            link["persistent"] = false;
        if (one(4))
            link["confirms"] = false;
        else if (one(4))
            link["awaitConfirm"] = true;
        if (one(2))
            link["retries"] = below(4);
        if (one(4))
            link["headers"] = {{"h", key(false)}};
        // A copy and a dead letter of one message in one queue: the trace does not tell which of them is
        // redriven.
        if (!m_redrives && one(4))
            link["headers"] = {{"h", key(false)}, {"CC", Json::array({key(false), "q0"})}};
        m_links.push_back(std::move(link));
    }

    void addClient(std::uint32_t i) {
        m_nodes.push_back({{"id", id("c", i)},
                           {"kind", "client"},
                           {"workload", among<std::string>({"constant", "poisson"})},
                           {"rate", 1 + below(12)},
                           {"count", 20 + below(60)}});
        for (std::uint32_t k = 0; k < 1 + below(2); ++k)
            addPublish("p" + std::to_string(m_links.size()), id("c", i), among(m_targets));
    }

    void addBindings(std::uint32_t i, std::uint32_t queues, std::uint32_t exchanges) {
        for (std::uint32_t k = 0; k < 1 + below(3); ++k) {
            const bool further = exchanges > i + 1 && one(4);
            const std::string target = further ? id("x", i + 1) : id("q", below(queues));
            Json link{{"id", "b" + std::to_string(m_links.size())},
                      {"kind", "bind"},
                      {"from", id("x", i)},
                      {"to", target},
                      {"routingKey", key(true)}};
            if (one(2))
                link["headers"] = {{"h", key(false)}};
            link["match"] = among<std::string>({"all", "any"});
            m_links.push_back(std::move(link));
        }
    }

    void addDeadLetters(std::uint32_t i, std::uint32_t queues, std::uint32_t exchanges) {
        if (one(2))
            return;
        const std::string target =
            exchanges > 0 && one(3) ? id("x", below(exchanges)) : id("q", below(queues));
        m_links.push_back({{"id", "d" + std::to_string(m_links.size())},
                           {"kind", "deadLetter"},
                           {"from", id("q", i)},
                           {"to", target}});
    }

    void addAction(std::uint32_t queues, std::uint32_t services) {
        Json action{{"at", milliseconds(below(15'000))}};
        const auto last = milliseconds(500 + below(6'000));
        switch (below(10)) {
            case 0:
            case 1:
                action["do"] = "stop";
                action["target"] = id("s", below(services));
                action["instance"] = one(2) ? -1 : 0;
                break;
            case 2:
                action["do"] = "fail";
                action["target"] = id("s", below(services));
                action["probability"] = 0.5;
                break;
            case 3:
                action["do"] = "slowDown";
                action["target"] = id("s", below(services));
                action["factor"] = 3;
                break;
            case 4:
                action["do"] = "brokerDown";
                break;
            case 5:
                action["do"] = among<std::string>({"drop", "duplicate"});
                action["target"] = among(m_links)["id"];
                action["probability"] = 0.3;
                break;
            case 6:
                action["do"] = among<std::string>({"delay", "reorder"});
                action["target"] = among(m_links)["id"];
                action["delay"] = "300ms";
                break;
            case 7:
                action["do"] = "cut";
                action["target"] = among(m_links)["id"];
                break;
            case 8:
                // In a quorum queue whoever looks at a letter moves it to the tail, and counts as a delivery.
                action["target"] = m_classic.empty() ? "q0" : among(m_classic);
                action["do"] = m_redrives && !m_classic.empty() ? "redrive" : "stop";
                action["all"] = one(2);
                action["rate"] = below(3) * 10;
                break;
            default:
                action["do"] = "stop";
                action["target"] = id("q", below(queues));
                break;
        }
        action["duration"] = last;
        m_actions.push_back(std::move(action));
    }

    RandomStream m_random;
    bool m_redrives = false;
    bool m_inNoTime = false;
    std::vector<Json> m_nodes;
    std::vector<Json> m_links;
    std::vector<Json> m_actions;
    std::vector<std::string> m_targets;
    std::vector<std::string> m_classic;
};

}  // namespace sluice::test
