#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/engine/queuebroker/queuebroker.h"
#include "tests/conformance/channelnumbers.h"

namespace sluice::conformance {

/// One place where a scenario went another way.
struct Difference {
    std::string place;  ///< "step 3 (get q2)", "final"
    std::string expected;
    std::string got;
};

/// What came of a scenario.
struct Play {
    nlohmann::json observed = nlohmann::json::array();  ///< one object a step
    nlohmann::json final = nlohmann::json::object();    ///< ready messages by queue
};

/// How long things take on the client's side; what depends on it in a recording is a race.
struct Pace {
    Duration settle = std::chrono::milliseconds(60);      ///< listening after each step
    Duration roundTrip = std::chrono::microseconds(300);  ///< a publish with its confirm, a get
};

/// Plays one recorded conversation on a fresh QueueBroker, as record_rabbitmq.py does on a real one: a
/// publisher channel with confirms, a channel a consumer, 60 ms of broker time a step. Owned by the caller,
/// used once.
class Player {
public:
    explicit Player(const Pace& pace = {}) : m_pace(pace) {}

    /// Errors: unknown operations, malformed steps, conversations the real broker would have cut off; the
    /// place names the step.
    Result<Play> play(const nlohmann::json& scenario);

private:
    struct Body {
        std::string text;
        nlohmann::json properties;
    };
    struct Delivery {
        std::string channel;
        std::size_t tag = 0;  ///< AMQP's, counted in each channel from 1
    };
    struct Subscription {
        std::string channel;
        ConsumerIndex consumer;
    };

    void declare(const nlohmann::json& topology);
    nlohmann::json step(const nlohmann::json& step);
    void publish(const nlohmann::json& step, nlohmann::json& observed);
    void consume(const nlohmann::json& step);
    void settle(const nlohmann::json& step);
    void closeChannel(const std::string& name);
    nlohmann::json drain(const nlohmann::json& topology);
    ChannelIndex channel(const std::string& name);
    ExchangeIndex exchangeNamed(const std::string& name) const;
    QueueIndex queueNamed(const std::string& name) const;
    nlohmann::json messageOf(MessageIndex message, bool redelivered) const;
    /// Lets time pass while the client listens: what is delivered at one time is handed on together.
    void listen(Duration time);
    /// Lets time pass while the client is busy: what is delivered waits until it listens again.
    void pass(Duration time);
    void receive();
    void handOn();

    Pace m_pace;
    QueueBroker m_broker;
    Duration m_now{};
    bool m_quorum = false;     // the topology has quorum queues
    bool m_listening = false;  // the client has nothing to do but to listen
    std::vector<Body> m_bodies;
    struct Pending {
        ConsumerIndex consumer;
        std::size_t tag = 0;
        nlohmann::json message;
    };
    struct OpenChannel {
        ChannelIndex index;
        int number = 0;                   ///< as the recorder's client counts: the lowest that is free
        std::vector<std::uint32_t> tags;  ///< the broker's, by AMQP's delivery tag less one
    };

    std::map<std::string, OpenChannel> m_channels;
    std::map<int, std::vector<Pending>> m_pending;  // by channel number
    ChannelNumbers m_pendingNumbers;
    std::map<std::string, std::uint32_t> m_prefetch;  // by channel, as basic.qos left it
    std::map<std::string, Delivery> m_deliveries;
    std::vector<std::pair<std::string, Subscription>> m_subscriptions;  // in the order of their first use
    std::map<std::uint32_t, std::string> m_consumerNames;
    std::map<std::string, int> m_counts;
    nlohmann::json m_inbox = nlohmann::json::array();
};

/// How deliveries over different channels follow each other within a step. AMQP orders those of one channel
/// only; between channels it hangs on when the recorder's client came to read which.
enum class Interleaving { AsRecorded, Any };

/// Where a play differs from what was recorded, step by step.
std::vector<Difference> differencesOf(const nlohmann::json& scenario, const Play& play,
                                      Interleaving interleaving = Interleaving::AsRecorded);

}  // namespace sluice::conformance
