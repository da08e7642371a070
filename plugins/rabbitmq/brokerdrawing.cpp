#include "plugins/rabbitmq/brokerdrawing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/live/founddrawing.h"
#include "plugins/rabbitmq/prometheustext.h"
#include "plugins/rabbitmq/queuesettings.h"

namespace sluice::rabbitmq {
namespace {

struct Connection {
    std::string application;
    bool named = false;  ///< by itself, with connection_name
};

Json memberOf(const Json& object, const char* key) {
    if (!object.is_object())
        return {};
    const auto it = object.find(key);
    return it == object.end() ? Json() : *it;
}

bool isServerNamed(const std::string& queue) {
    return queue.starts_with("amq.gen-") || queue.starts_with("amq.rabbitmq.");
}

class Drawer {
public:
    explicit Drawer(const std::string& name) : m_drawing(name) {}

    Result<Discovery> draw(const TopologyAnswers& answers);

private:
    Result<Json> read(std::string_view text, const char* what) const;
    void drawExchanges(const Json& exchanges, const Json& bindings);
    void drawQueues(const Json& queues, const std::vector<Policy>& policies);
    void drawBindings(const Json& bindings);
    void drawDeadLetters();
    void drawAlternates(const Json& exchanges, const std::vector<Policy>& policies);
    void readConnections(const Json& connections);
    void drawConsumers(const Json& consumers);
    void drawPublishers(const Json& channels, const TopologyAnswers& answers);
    [[nodiscard]] std::set<std::string> takenFrom(std::string_view published) const;
    Id publisher(const std::string& application);
    Id queueOrExchange(const std::string& name, bool exchange);

    FoundDrawing m_drawing;
    std::map<std::string, Connection> m_connections;
    std::vector<std::pair<std::string, DeadLetterTarget>> m_deadLetters;
    std::size_t m_hidden = 0;
    QStringList m_notes;
};

Result<Json> Drawer::read(std::string_view text, const char* what) const {
    if (text.empty())
        return Json::array();
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        return Error{ErrorCode::InvalidInput, "the answer is no JSON", what};
    if (!json.is_array())
        return Error{ErrorCode::InvalidInput, "the answer is no list", what};
    return json;
}

void Drawer::drawExchanges(const Json& exchanges, const Json& bindings) {
    // RabbitMQ makes seven of its own; they are drawn where somebody uses them.
    std::set<std::string> used;
    for (const Json& binding : bindings) {
        used.insert(textIn(binding, "source"));
        if (textIn(binding, "destination_type") == "exchange")
            used.insert(textIn(binding, "destination"));
    }
    for (const Json& exchange : exchanges) {
        const std::string name = textIn(exchange, "name");
        if (name.empty() || (name.starts_with("amq.") && !used.contains(name)))
            continue;
        Element& element = m_drawing.at(m_drawing.element(ElementKind::Exchange, name));
        const std::string type = textIn(exchange, "type");
        if (type == "fanout" || type == "topic" || type == "headers")
            element.properties.set("exchangeType", type);
        else if (type != "direct")
            element.tags.push_back(type);
        if (!flagIn(exchange, "durable"))
            element.properties.set("durable", false);
        if (flagIn(exchange, "auto_delete"))
            element.properties.set("autoDelete", true);
        if (flagIn(exchange, "internal"))
            element.properties.set("internal", true);
    }
}

void Drawer::drawQueues(const Json& queues, const std::vector<Policy>& policies) {
    for (const Json& queue : queues) {
        const std::string name = textIn(queue, "name");
        if (name.empty())
            continue;
        if (isServerNamed(name)) {
            ++m_hidden;
            continue;
        }
        const std::string type = textIn(queue, "type");
        const Json policy = definitionFor(policies, name, type.empty() ? "classic" : type);
        Element& element = m_drawing.at(m_drawing.element(ElementKind::Queue, name));
        element.properties = queueProperties(queue, policy);
        if (type == "stream")
            element.tags.push_back("stream");
        const DeadLetterTarget target = deadLetterTarget(queue, policy);
        if (target.set)
            m_deadLetters.emplace_back(name, target);
    }
}

Id Drawer::queueOrExchange(const std::string& name, bool exchange) {
    return m_drawing.find(exchange ? ElementKind::Exchange : ElementKind::Queue, name);
}

void Drawer::drawBindings(const Json& bindings) {
    for (const Json& binding : bindings) {
        const Id from = queueOrExchange(textIn(binding, "source"), true);
        const Id to = queueOrExchange(textIn(binding, "destination"),
                                      textIn(binding, "destination_type") == "exchange");
        // Every queue is bound to the default exchange; that is not drawn.
        if (from.empty() || to.empty())
            continue;
        Properties properties;
        const std::string key = textIn(binding, "routing_key");
        // Clients name one all the same; a fanout exchange looks at none.
        const Json* type = m_drawing.at(from).properties.find("exchangeType");
        if (!key.empty() && !(type && *type == "fanout"))
            properties.set("routingKey", key);
        Json headers = memberOf(binding, "arguments");
        if (headers.is_object() && !headers.empty()) {
            const std::string match = textIn(headers, "x-match");
            headers.erase("x-match");
            if (match == "any")
                properties.set("match", "any");
            else if (match == "all-with-x")
                properties.set("match", "allWithX");
            else if (match == "any-with-x")
                properties.set("match", "anyWithX");
            if (!headers.empty())
                properties.set("headers", headers);
        }
        m_drawing.link(LinkKind::Bind, from, to, properties);
    }
}

void Drawer::drawDeadLetters() {
    for (const auto& [queue, target] : m_deadLetters) {
        const Id from = m_drawing.find(ElementKind::Queue, queue);
        const bool direct = target.exchange.empty();
        // Through the default exchange to the queue that the key names.
        const Id to = direct ? m_drawing.find(ElementKind::Queue, target.routingKey)
                             : m_drawing.find(ElementKind::Exchange, target.exchange);
        if (!to.empty()) {
            m_drawing.link(LinkKind::DeadLetter, from, to);
        } else {
            m_notes << QStringLiteral("%1 sends its dead letters to %2, which does not exist: they are lost")
                           .arg(QString::fromStdString(queue),
                                QString::fromStdString(direct ? target.routingKey : target.exchange));
        }
        // The key is in the link's two ends already.
        if (direct)
            m_drawing.at(from).properties.set("deadLetterRoutingKey", Json());
    }
}

void Drawer::drawAlternates(const Json& exchanges, const std::vector<Policy>& policies) {
    for (const Json& exchange : exchanges) {
        const std::string name = textIn(exchange, "name");
        const Id id = m_drawing.find(ElementKind::Exchange, name);
        std::string other = textIn(memberOf(exchange, "arguments"), "alternate-exchange");
        if (other.empty())
            other = textIn(definitionFor(policies, name, {}), "alternate-exchange");
        const Id to = m_drawing.find(ElementKind::Exchange, other);
        if (!id.empty() && !to.empty())
            m_drawing.at(id).properties.set("alternateExchange", to);
    }
}

void Drawer::readConnections(const Json& connections) {
    for (const Json& one : connections) {
        const Json client = memberOf(one, "client_properties");
        std::string name = textIn(one, "user_provided_name");
        if (name.empty())
            name = textIn(client, "connection_name");
        Connection connection;
        connection.named = !name.empty();
        connection.application = connection.named
                                     ? applicationOf(name)
                                     : fmt::format("{} at {}", textIn(one, "user"), textIn(one, "peer_host"));
        m_connections[textIn(one, "name")] = connection;
    }
}

void Drawer::drawConsumers(const Json& consumers) {
    std::map<std::string, std::set<std::string>> connectionsOf;
    for (const Json& consumer : consumers) {
        const Id queue = m_drawing.find(ElementKind::Queue, textIn(memberOf(consumer, "queue"), "name"));
        const Json channel = memberOf(consumer, "channel_details");
        const std::string connection = textIn(channel, "connection_name");
        if (queue.empty() || connection.empty())
            continue;
        const auto known = m_connections.find(connection);
        const std::string application =
            known != m_connections.end()
                ? known->second.application
                : fmt::format("{} at {}", textIn(channel, "user"), textIn(channel, "peer_host"));
        const Id service = m_drawing.element(ElementKind::Service, application);
        connectionsOf[service].insert(connection);
        Properties properties;
        const Json prefetch = memberOf(consumer, "prefetch_count");
        if (prefetch.is_number_integer())
            properties.set("prefetch", prefetch);
        const Json acknowledges = memberOf(consumer, "ack_required");
        if (acknowledges.is_boolean() && !acknowledges.get<bool>())
            properties.set("autoAck", true);
        if (flagIn(consumer, "exclusive"))
            properties.set("exclusive", true);
        m_drawing.link(LinkKind::Consume, queue, service, properties);
    }
    for (const auto& [service, connections] : connectionsOf)
        m_drawing.at(service).properties.set("instances", connections.size());
}

/// Where anybody publishes to. The default exchange leads to the queue that the key names.
std::set<std::string> Drawer::takenFrom(std::string_view published) const {
    std::set<std::string> targets;
    readPrometheus(published, [&](const PrometheusSample& sample) {
        if (sample.value <= 0)
            return;
        if (sample.name == "rabbitmq_detailed_channel_messages_published_total")
            targets.insert(m_drawing.find(ElementKind::Exchange, std::string(sample.label("exchange"))));
        else if (sample.name == "rabbitmq_detailed_queue_messages_published_total" &&
                 sample.label("exchange").empty())
            targets.insert(m_drawing.find(ElementKind::Queue, std::string(sample.label("queue"))));
    });
    targets.erase("");
    return targets;
}

Id Drawer::publisher(const std::string& application) {
    const bool works = !m_drawing.find(ElementKind::Service, application).empty();
    return m_drawing.element(works ? ElementKind::Service : ElementKind::Client, application);
}

void Drawer::drawPublishers(const Json& channels, const TopologyAnswers& answers) {
    // Which exchange a channel publishes to is told only with rates_mode detailed.
    std::set<std::string> unclear;
    for (const Json& channel : channels) {
        const std::string connection = textIn(memberOf(channel, "connection_details"), "name");
        const auto known = m_connections.find(connection);
        const std::string application =
            known != m_connections.end() ? known->second.application : textIn(channel, "user");
        const Json many = memberOf(memberOf(channel, "message_stats"), "publish");
        if (!many.is_number() || many.get<double>() <= 0 || textIn(channel, "vhost") != answers.virtualHost)
            continue;
        const Json details = memberOf(channel, "publishes");
        if (!details.is_array() || details.empty()) {
            unclear.insert(application);
            continue;
        }
        for (const Json& one : details) {
            const Id to = m_drawing.find(ElementKind::Exchange, textIn(memberOf(one, "exchange"), "name"));
            if (!to.empty())
                m_drawing.link(LinkKind::Publish, publisher(application), to);
        }
    }
    if (unclear.empty())
        return;
    const std::set<std::string> targets = takenFrom(answers.published);
    // Of one alone it is clear all the same; of several it is one of them, and the drawing says just that.
    const Id from = publisher(fmt::format("{}", fmt::join(unclear, " or ")));
    for (const std::string& to : targets)
        m_drawing.link(LinkKind::Publish, from, to);
    if (unclear.size() > 1) {
        m_notes << QStringLiteral(
                       "The broker does not tell which of %1 publishes to which exchange; it does with "
                       "management.rates_mode = detailed")
                       .arg(QString::fromStdString(fmt::format("{}", fmt::join(unclear, ", "))));
    }
}

Result<Discovery> Drawer::draw(const TopologyAnswers& answers) {
    const Result<Json> exchanges = read(answers.exchanges, "exchanges");
    const Result<Json> queues = read(answers.queues, "queues");
    const Result<Json> bindings = read(answers.bindings, "bindings");
    const Result<Json> policies = read(answers.policies, "policies");
    const Result<Json> consumers = read(answers.consumers, "consumers");
    const Result<Json> connections = read(answers.connections, "connections");
    const Result<Json> channels = read(answers.channels, "channels");
    for (const auto* answer :
         {&exchanges, &queues, &bindings, &policies, &consumers, &connections, &channels}) {
        if (!*answer)
            return answer->error();
    }
    const std::vector<Policy> rules = policiesOf(*policies);
    drawExchanges(*exchanges, *bindings);
    drawQueues(*queues, rules);
    drawBindings(*bindings);
    drawDeadLetters();
    drawAlternates(*exchanges, rules);
    readConnections(*connections);
    drawConsumers(*consumers);
    drawPublishers(*channels, answers);
    if (m_hidden > 0)
        m_notes
            << (m_hidden == 1
                    ? QStringLiteral("1 queue that the broker named itself is not drawn")
                    : QStringLiteral("%1 queues that the broker named itself are not drawn").arg(m_hidden));
    Discovery discovery;
    discovery.drawing = std::make_shared<const Diagram>(m_drawing.take());
    discovery.notes = m_notes;
    return discovery;
}

}  // namespace

std::string applicationOf(std::string_view name) {
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    // "worker@10.0.0.7:41022", "worker (10.0.0.7)", "worker#12", "worker-2"
    std::string_view rest = name.substr(0, std::min(name.find(" ("), name.find('@')));
    std::size_t end = rest.size();
    while (end > 0 && isDigit(rest[end - 1]))
        --end;
    if (end < rest.size() && end > 1 && std::string_view("-_.:# ").find(rest[end - 1]) != rest.npos)
        rest = rest.substr(0, end - 1);
    return std::string(rest.empty() ? name : rest);
}

Result<Discovery> drawBroker(const TopologyAnswers& answers, const std::string& name) {
    return Drawer(name).draw(answers);
}

}  // namespace sluice::rabbitmq
