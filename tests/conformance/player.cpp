#include "tests/conformance/player.h"

#include <fmt/format.h>
#include <algorithm>
#include <stdexcept>

namespace sluice::conformance {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// Ends a play; caught in play(), the only way out of a conversation that cannot go on.
struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

const json& member(const json& object, const char* name) {
    const auto it = object.find(name);
    if (it == object.end())
        throw Broken(fmt::format("\"{}\" is missing", name));
    return *it;
}

std::string text(const json& object, const char* name) {
    const json& value = member(object, name);
    if (!value.is_string())
        throw Broken(fmt::format("\"{}\" must be a text, is {}", name, value.dump()));
    return value.get<std::string>();
}

std::string textOr(const json& object, const char* name, const std::string& fallback) {
    return object.contains(name) ? text(object, name) : fallback;
}

bool flag(const json& object, const char* name) {
    const auto it = object.find(name);
    if (it == object.end())
        return false;
    if (!it->is_boolean())
        throw Broken(fmt::format("\"{}\" must be true or false, is {}", name, it->dump()));
    return it->get<bool>();
}

std::int64_t number(const json& object, const char* name, std::int64_t fallback, std::int64_t least) {
    const auto it = object.find(name);
    if (it == object.end())
        return fallback;
    if (!it->is_number_integer() || it->get<std::int64_t>() < least)
        throw Broken(fmt::format("\"{}\" must be a whole number from {}, is {}", name, least, it->dump()));
    return it->get<std::int64_t>();
}

const json& argumentsOf(const json& object) {
    static const json none;
    const auto it = object.find("arguments");
    return it == object.end() ? none : *it;
}

const json& listOf(const json& object, const char* name) {
    static const json empty = json::array();
    const auto it = object.find(name);
    if (it == object.end())
        return empty;
    if (!it->is_array())
        throw Broken(fmt::format("\"{}\" must be a list", name));
    return *it;
}

template <class T>
T checked(Result<T> result) {
    if (!result)
        throw Broken(result.error().text());
    return std::move(result).value();
}

std::string titleOf(const json& step, std::size_t index) {
    std::string title = fmt::format("step {}", index);
    if (!step.is_object())
        return title;
    title += fmt::format(" ({}", step.value("op", "?"));
    for (const char* name : {"queue", "delivery", "consumer", "channel", "routing_key"}) {
        if (const auto it = step.find(name); it != step.end() && it->is_string()) {
            title += " " + it->get<std::string>();
            break;
        }
    }
    return title + ")";
}

}  // namespace

Result<Play> Player::play(const json& scenario) {
    std::string place = "topology";
    try {
        if (!scenario.is_object())
            throw Broken("a scenario must be an object");
        const json& topology = member(scenario, "topology");
        const json& steps = member(scenario, "steps");
        if (!topology.is_object() || !steps.is_array())
            throw Broken("\"topology\" must be an object and \"steps\" a list");
        declare(topology);
        Play play;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            place = titleOf(steps[i], i);
            play.observed.push_back(step(steps[i]));
        }
        place = "final";
        play.final = drain(topology);
        return play;
    } catch (const Broken& broken) {
        return Error{ErrorCode::InvalidInput, broken.what(), place};
    } catch (const json::exception& malformed) {
        return Error{ErrorCode::InvalidInput, fmt::format("malformed: {}", malformed.what()), place};
    }
}

void Player::declare(const json& topology) {
    channel("setup");
    for (const json& exchange : listOf(topology, "exchanges")) {
        const std::string type = text(exchange, "type");
        const auto known = findExchangeType(type);
        if (!known)
            throw Broken(fmt::format("unknown exchange type \"{}\"", type));
        ExchangeOptions options;
        options.autoDelete = flag(exchange, "auto_delete");
        options.internal = flag(exchange, "internal");
        if (const json& arguments = argumentsOf(exchange); arguments.contains("alternate-exchange"))
            options.alternateExchange = text(arguments, "alternate-exchange");
        checked(m_broker.declareExchange(text(exchange, "name"), *known, options));
    }
    for (const json& queue : listOf(topology, "queues")) {
        QueueOptions options = checked(queueOptionsOf(argumentsOf(queue)));
        options.autoDelete = flag(queue, "auto_delete");
        m_quorum = m_quorum || options.type == QueueType::Quorum;
        checked(m_broker.declareQueue(text(queue, "name"), options, m_now));
    }
    for (const json& binding : listOf(topology, "bindings")) {
        const ExchangeIndex source = exchangeNamed(text(binding, "exchange"));
        const std::string key = textOr(binding, "routing_key", "");
        if (binding.contains("queue"))
            m_broker.bindQueue(source, queueNamed(text(binding, "queue")), key, argumentsOf(binding));
        else
            m_broker.bindExchange(source, exchangeNamed(text(binding, "destination")), key,
                                  argumentsOf(binding));
    }
    m_broker.clearEffects();
}

json Player::step(const json& step) {
    const std::string op = text(step, "op");
    json observed = json::object();
    if (op == "publish") {
        publish(step, observed);
    } else if (op == "get") {
        const std::string name = textOr(step, "channel", "main");
        if (!m_broker.allowsGet(queueNamed(text(step, "queue"))))
            throw Broken("the broker refuses basic.get on that queue");
        const auto got =
            m_broker.get(channel(name), queueNamed(text(step, "queue")), flag(step, "auto_ack"), m_now);
        observed["message"] = nullptr;
        if (got) {
            observed["message"] = messageOf(got->message, got->redelivered);
            observed["remaining"] = got->remaining;
            std::vector<std::uint32_t>& tags = m_channels.at(name).tags;
            tags.push_back(got->tag);
            m_deliveries[text(step, "as")] = {name, tags.size()};
        }
    } else if (op == "ack" || op == "nack" || op == "reject") {
        settle(step);
    } else if (op == "consume") {
        consume(step);
    } else if (op == "cancel") {
        const std::string name = text(step, "consumer");
        const auto it = std::find_if(m_subscriptions.begin(), m_subscriptions.end(),
                                     [&](const auto& entry) { return entry.first == name; });
        if (it == m_subscriptions.end())
            throw Broken(fmt::format("there is no consumer \"{}\"", name));
        m_broker.cancel(it->second.consumer, m_now);
        m_subscriptions.erase(it);
    } else if (op == "close_channel") {
        closeChannel(text(step, "channel"));
    } else if (op == "purge") {
        channel("main");
        m_broker.purge(queueNamed(text(step, "queue")), m_now);
    } else if (op == "delete_queue") {
        channel("main");
        if (const auto queue = m_broker.findQueue(text(step, "queue")))
            m_broker.deleteQueue(*queue, m_now);
    } else if (op == "wait") {
        pass(std::chrono::milliseconds(
            number(member(step, "ms").is_null() ? json::object() : step, "ms", 0, 0)));
    } else if (op == "count") {
        const auto queue = m_broker.findQueue(text(step, "queue"));
        const ChannelIndex probe = channel("probe");
        observed["ready"] = nullptr;
        observed["consumers"] = nullptr;
        if (queue) {
            m_broker.touch(*queue, m_now);
            observed["ready"] = m_broker.ready(*queue);
            observed["consumers"] = m_broker.counts(*queue).consumers;
        } else {
            m_broker.closeChannel(probe, m_now);  // NOT_FOUND
        }
    } else {
        throw Broken(fmt::format("unknown operation \"{}\"", op));
    }
    listen(m_pace.settle);
    if (!m_inbox.empty())
        observed["deliveries"] = std::exchange(m_inbox, json::array());
    return observed;
}

void Player::publish(const json& step, json& observed) {
    const ExchangeIndex exchange = exchangeNamed(textOr(step, "exchange", ""));
    const RoutingKeyIndex key = m_broker.internKey(textOr(step, "routing_key", ""));
    const json given = step.value("properties", json::object());
    MessageProperties properties;
    properties.headers = given.value("headers", json::object());
    properties.replyTo = textOr(given, "reply_to", "");
    json outcomes = json::array();
    const std::int64_t count = number(step, "count", 1, 0);
    for (std::int64_t i = 0; i < count; ++i) {
        std::string body = text(step, "body");
        const std::string n = std::to_string(m_bodies.size() + 1);
        for (std::size_t at = body.find("{n}"); at != std::string::npos; at = body.find("{n}", at + n.size()))
            body.replace(at, 3, n);
        Publish message;
        message.payload = static_cast<std::uint32_t>(m_bodies.size());
        message.size = static_cast<std::uint32_t>(body.size());
        message.priority =
            static_cast<std::uint8_t>(std::min<std::int64_t>(number(given, "priority", 0, 0), 255));
        message.mandatory = flag(step, "mandatory");
        message.channel = channel("publisher");
        if (given.contains("expiration"))
            message.expiration = std::chrono::milliseconds(std::stoll(text(given, "expiration")));
        if (!properties.headers.empty() || !properties.replyTo.empty())
            message.properties = &properties;
        m_bodies.push_back({body, given});
        switch (m_broker.publish(exchange, key, message, m_now)) {
            case PublishOutcome::Confirmed:
                outcomes.push_back("confirmed");
                break;
            case PublishOutcome::Nacked:
                outcomes.push_back("nacked");
                break;
            case PublishOutcome::Returned:
                outcomes.push_back("returned");
                break;
            case PublishOutcome::Refused:
                throw Broken("the broker closes the publisher's channel");
        }
        pass(m_pace.roundTrip);
    }
    observed["publish"] = std::move(outcomes);
}

void Player::consume(const json& step) {
    const std::string name = text(step, "consumer");
    const std::string channelName = textOr(step, "channel", name);
    const ChannelIndex on = channel(channelName);
    if (step.contains("prefetch"))
        m_prefetch[channelName] = static_cast<std::uint32_t>(number(step, "prefetch", 0, 0));
    Consume options;
    options.prefetch = m_prefetch[channelName];
    options.autoAck = flag(step, "auto_ack");
    options.exclusive = flag(step, "exclusive");
    options.priority = static_cast<std::int32_t>(number(argumentsOf(step), "x-priority", 0, INT32_MIN));
    const std::string queue = text(step, "queue");
    const ConsumerIndex consumer = queue == "amq.rabbitmq.reply-to"
                                       ? checked(m_broker.consumeReplies(on))
                                       : checked(m_broker.consume(on, queueNamed(queue), options, m_now));
    m_consumerNames[consumer.value] = name;
    const auto known = std::find_if(m_subscriptions.begin(), m_subscriptions.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (known != m_subscriptions.end())
        known->second = {channelName, consumer};
    else
        m_subscriptions.push_back({name, {channelName, consumer}});
}

void Player::settle(const json& step) {
    const std::string name = text(step, "delivery");
    const auto it = m_deliveries.find(name);
    if (it == m_deliveries.end())
        throw Broken(fmt::format("there is no delivery \"{}\"", name));
    const auto open = m_channels.find(it->second.channel);
    if (open == m_channels.end() || !m_broker.isOpen(open->second.index))
        throw Broken(fmt::format("the channel of delivery \"{}\" is closed", name));
    // A channel opened anew counts from 1 again, so an old delivery's tag may be that of a new one.
    const std::vector<std::uint32_t>& tags = open->second.tags;
    const std::uint32_t tag = it->second.tag <= tags.size() ? tags[it->second.tag - 1] : UINT32_MAX;
    const std::string op = text(step, "op");
    const bool multiple = flag(step, "multiple");
    if (op == "ack") {
        m_broker.ack(open->second.index, tag, multiple, m_now);
        return;
    }
    if (!member(step, "requeue").is_boolean())
        throw Broken("\"requeue\" must be true or false");
    m_broker.nack(open->second.index, tag, op == "nack" && multiple, flag(step, "requeue"), m_now);
}

void Player::closeChannel(const std::string& name) {
    const auto it = m_channels.find(name);
    if (it == m_channels.end())
        throw Broken(fmt::format("there is no channel \"{}\"", name));
    // The recorder's client cancels the channel's consumers first, then closes it.
    for (const auto& [consumer, subscription] : m_subscriptions) {
        if (subscription.channel == name)
            m_broker.cancel(subscription.consumer, m_now);
    }
    std::erase_if(m_subscriptions, [&](const auto& entry) { return entry.second.channel == name; });
    m_broker.closeChannel(it->second.index, m_now);
    m_channels.erase(it);
    m_prefetch.erase(name);
}

json Player::drain(const json& topology) {
    for (const auto& [name, subscription] : m_subscriptions) {
        m_broker.cancel(subscription.consumer, m_now);
        pass(m_pace.roundTrip);
    }
    json contents = json::object();
    for (const json& queue : listOf(topology, "queues")) {
        const std::string name = text(queue, "name");
        json rows = json::array();
        auto index = m_broker.findQueue(name);
        // A quorum queue with a single active consumer closes the channel that wants to get: as if it were
        // gone.
        if (index && !m_broker.allowsGet(*index))
            index.reset();
        while (index && m_broker.findQueue(name)) {
            const auto got = m_broker.get(channel("drain"), *index, true, m_now);
            if (!got)
                break;
            rows.push_back(messageOf(got->message, got->redelivered));
            pass(m_pace.roundTrip);
        }
        contents[name] = index && m_broker.findQueue(name) ? std::move(rows) : json();
    }
    return contents;
}

ChannelIndex Player::channel(const std::string& name) {
    const auto it = m_channels.find(name);
    if (it != m_channels.end() && m_broker.isOpen(it->second.index))
        return it->second.index;
    m_prefetch.erase(name);
    m_channels.erase(name);
    const auto taken = [this](int number) {
        return std::any_of(m_channels.begin(), m_channels.end(), [&](const auto& entry) {
            return entry.second.number == number && m_broker.isOpen(entry.second.index);
        });
    };
    int number = 1;
    while (taken(number))
        ++number;
    return (m_channels[name] = {m_broker.openChannel(), number, {}}).index;
}

ExchangeIndex Player::exchangeNamed(const std::string& name) const {
    const auto exchange = m_broker.findExchange(name);
    if (!exchange)
        throw Broken(fmt::format("there is no exchange \"{}\"", name));
    return *exchange;
}

QueueIndex Player::queueNamed(const std::string& name) const {
    const auto queue = m_broker.findQueue(name);
    if (!queue)
        throw Broken(fmt::format("there is no queue \"{}\"", name));
    return *queue;
}

json Player::messageOf(MessageIndex index, bool redelivered) const {
    const MessageView view = m_broker.describe(index);
    const Body& body = m_bodies[view.payload];
    json message{{"body", body.text},
                 {"exchange", view.exchange},
                 {"routing_key", view.routingKey},
                 {"redelivered", redelivered},
                 {"headers", view.headers}};
    if (const auto deaths = message["headers"].find("x-death");
        deaths != message["headers"].end() && deaths->is_array()) {
        for (json& death : *deaths) {
            if (death.is_object())
                death.erase("time");
        }
    }
    for (const char* name : {"priority", "correlation_id", "reply_to", "message_id"}) {
        if (const auto it = body.properties.find(name); it != body.properties.end())
            message[name] = *it;
    }
    if (view.replyTo.rfind("amq.rabbitmq.reply-to.", 0) == 0)
        message.erase("reply_to");
    if (view.expiration != kNoExpiry)
        message["expiration"] = std::to_string(view.expiration / 1ms);
    return message;
}

void Player::pass(Duration time) {
    receive();
    const Duration until = m_now + time;
    while (m_broker.nextTimer() <= until) {
        m_now = std::max(m_now, m_broker.nextTimer());
        m_broker.advance(m_now);
        receive();
    }
    m_now = until;
}

void Player::listen(Duration time) {
    m_listening = true;
    receive();
    handOn();
    const Duration until = m_now + time;
    while (m_broker.nextTimer() <= until) {
        m_now = std::max(m_now, m_broker.nextTimer());
        m_broker.advance(m_now);
        receive();
        handOn();
    }
    m_now = until;
    m_listening = false;
}

void Player::receive() {
    for (const QueueEffect& effect : m_broker.effects()) {
        if (effect.kind != QueueEffectKind::Delivered || !effect.consumer.valid())
            continue;
        const ChannelIndex on = m_broker.channelOf(effect.consumer);
        const auto channel = std::find_if(m_channels.begin(), m_channels.end(),
                                          [on](const auto& entry) { return entry.second.index == on; });
        if (channel == m_channels.end())
            continue;
        const int number = channel->second.number;
        // A quorum queue answers in milliseconds, so the client hands on each delivery by itself, unless it
        // is busy publishing.
        if (m_listening && m_quorum)
            handOn();
        channel->second.tags.push_back(effect.tag);
        m_pendingNumbers.insert(number);
        m_pending[number].push_back(
            {effect.consumer, channel->second.tags.size(), messageOf(effect.message, effect.redelivered)});
    }
    m_broker.clearEffects();
}

void Player::handOn() {
    for (const int number : m_pendingNumbers.inOrder()) {
        const auto channel = std::find_if(m_channels.begin(), m_channels.end(), [number](const auto& entry) {
            return entry.second.number == number;
        });
        for (Pending& pending : m_pending[number]) {
            const std::string& consumer = m_consumerNames.at(pending.consumer.value);
            const std::string name = fmt::format("{}#{}", consumer, ++m_counts[consumer]);
            if (channel != m_channels.end())
                m_deliveries[name] = {channel->first, pending.tag};
            m_inbox.push_back({{"delivery", name}, {"message", std::move(pending.message)}});
        }
    }
    m_pending.clear();
    m_pendingNumbers.clear();
}

namespace {

/// The channel over which each consumer consumes.
std::map<std::string, std::string> channelsOf(const json& scenario) {
    std::map<std::string, std::string> channels;
    for (const json& step : scenario.at("steps")) {
        if (step.value("op", std::string()) == "consume") {
            const std::string consumer = step.value("consumer", std::string());
            channels[consumer] = step.value("channel", consumer);
        }
    }
    return channels;
}

/// The observation with its deliveries channel by channel, each channel's in its order.
json byChannel(json observed, const std::map<std::string, std::string>& channels) {
    if (!observed.is_object() || !observed.contains("deliveries"))
        return observed;
    const auto channelOf = [&](const json& one) {
        const std::string delivery = one.value("delivery", std::string());
        const std::string consumer = delivery.substr(0, delivery.find('#'));
        const auto it = channels.find(consumer);
        return it == channels.end() ? consumer : it->second;
    };
    auto deliveries = observed["deliveries"].get<std::vector<json>>();
    std::stable_sort(deliveries.begin(), deliveries.end(),
                     [&](const json& a, const json& b) { return channelOf(a) < channelOf(b); });
    observed["deliveries"] = std::move(deliveries);
    return observed;
}

}  // namespace

std::vector<Difference> differencesOf(const json& scenario, const Play& play, Interleaving interleaving) {
    std::vector<Difference> differences;
    const json expected = scenario.value("observed", json::array());
    const json& steps = scenario.at("steps");
    const auto channels = channelsOf(scenario);
    const auto differ = [&](const json& was, const json& now) {
        return was != now && (interleaving == Interleaving::AsRecorded ||
                              byChannel(was, channels) != byChannel(now, channels));
    };
    for (std::size_t i = 0; i < std::max(expected.size(), play.observed.size()); ++i) {
        const json was = i < expected.size() ? expected[i] : json();
        const json now = i < play.observed.size() ? play.observed[i] : json();
        if (differ(was, now))
            differences.push_back({titleOf(i < steps.size() ? steps[i] : json(), i), was.dump(), now.dump()});
    }
    const json end = scenario.value("final", json());
    if (end != play.final)
        differences.push_back({"final", end.dump(), play.final.dump()});
    return differences;
}

}  // namespace sluice::conformance
