#include "core/engine/topology.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "core/diagram/catalogue.h"

namespace sluice {
namespace {

template <class Kind>
class Reader {
public:
    Reader(Kind kind, const Properties& properties)
        : m_catalogue(propertiesOf(kind)), m_properties(properties) {}
    [[nodiscard]] bool flag(std::string_view key) const { return booleanOf(m_catalogue, m_properties, key); }
    [[nodiscard]] std::int64_t integer(std::string_view key) const {
        return integerOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] double number(std::string_view key) const {
        return numberOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] Duration duration(std::string_view key) const {
        return durationOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] Distribution distribution(std::string_view key) const {
        return distributionOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] std::string text(std::string_view key) const {
        return textOf(m_catalogue, m_properties, key);
    }
    [[nodiscard]] bool has(std::string_view key) const { return m_properties.has(key); }

    /// A whole number within what the plan's field holds.
    template <class Integer>
    [[nodiscard]] Integer clamped(std::string_view key, Integer low, Integer high) const {
        return static_cast<Integer>(
            std::clamp(integer(key), static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)));
    }

private:
    std::span<const PropertyInfo> m_catalogue;
    const Properties& m_properties;
};

FailureKind failureNamed(std::string_view name) {
    constexpr std::array<std::string_view, kFailureKindCount> keys{"none",
                                                                   "badData",
                                                                   "businessError",
                                                                   "unexpectedError",
                                                                   "queueUnavailable",
                                                                   "serviceUnavailable",
                                                                   "callerTimeout"};
    return findKind<FailureKind>(keys, name).value_or(FailureKind::UnexpectedError);
}

LatePolicy latePolicyNamed(std::string_view name) {
    return name == "process"  ? LatePolicy::Process
           : name == "divert" ? LatePolicy::Divert
                              : LatePolicy::Reject;
}

/// One compilation: the diagram with the scenario's overrides, and the indices built on the way.
class Compiler {
public:
    Compiler(const Diagram& diagram, const RunOptions& options) : m_diagram(diagram), m_options(options) {}

    Result<Topology> run() {
        if (auto chosen = chooseScenario(); !chosen)
            return chosen.error();
        indexIds();
        applyOverrides();
        buildTypes();
        buildTable();
        m_topology.elements.resize(m_diagram.elements.size());
        for (std::uint32_t i = 0; i < m_diagram.elements.size(); ++i)
            addElement(i);
        for (std::uint32_t i = 0; i < m_diagram.links.size(); ++i)
            addLink(i);
        for (std::uint32_t i = 0; i < m_diagram.links.size(); ++i)
            attachLink(i);
        for (QueuePlan& queue : m_topology.queues) {
            auto options = queueOptionsOf(queue.arguments);
            if (!options)
                return Error{options.error().code, options.error().sentence,
                             fmt::format("nodes[{}].{}", queue.entity, options.error().where)};
            queue.options = std::move(*options);
        }
        for (ServicePlan& service : m_topology.services)
            addHandlers(service);
        for (ClientPlan& client : m_topology.clients) {
            if (auto read = readRows(client); !read)
                return read.error();
        }
        if (auto added = addActions(); !added)
            return added.error();
        m_topology.table = std::make_shared<const EntityTable>(std::move(m_table));
        return std::move(m_topology);
    }

private:
    Result<void> chooseScenario() {
        if (m_options.scenario.empty()) {
            if (!m_diagram.scenarios.empty())
                m_topology.scenario = m_diagram.scenarios.front();
            else
                m_topology.scenario.id = "default";
        } else {
            const Scenario* found = m_diagram.findScenario(m_options.scenario);
            if (!found) {
                std::string names;
                for (const Scenario& scenario : m_diagram.scenarios)
                    names += (names.empty() ? "" : ", ") + scenario.id;
                return Error{ErrorCode::NotFound,
                             fmt::format("there is no scenario '{}'; {}", m_options.scenario,
                                         names.empty() ? "the diagram has none" : "choose one of " + names),
                             "scenarios"};
            }
            m_topology.scenario = *found;
        }
        m_topology.seed = m_options.seed.value_or(m_topology.scenario.seed);
        m_topology.end = m_options.until.value_or(m_topology.scenario.until);
        return {};
    }

    void indexIds() {
        for (std::uint32_t i = 0; i < m_diagram.elements.size(); ++i)
            m_elementIndex.emplace(m_diagram.elements[i].id, i);
        for (std::uint32_t i = 0; i < m_diagram.links.size(); ++i)
            m_linkIndex.emplace(m_diagram.links[i].id, i);
    }

    void applyOverrides() {
        for (const auto& [id, properties] : m_topology.scenario.overrides) {
            Properties* target = nullptr;
            if (const auto element = m_elementIndex.find(id); element != m_elementIndex.end())
                target = &m_diagram.elements[element->second].properties;
            else if (const auto link = m_linkIndex.find(id); link != m_linkIndex.end())
                target = &m_diagram.links[link->second].properties;
            if (!target)
                continue;
            for (const auto& [key, value] : properties.all())
                target->set(key, value);
        }
    }

    void buildTypes() {
        const auto add = [this](const MessageType& type) {
            TracedType traced;
            traced.id = type.id;
            traced.kind = type.kind;
            traced.operation = type.operationOrId();
            traced.keyField = type.keying == Keying::Unkeyed ? std::string() : type.key;
            traced.version = type.version;
            traced.size = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
                integerOf(messageTypeProperties(), type.properties, "size"), 0, 1 << 30));
            for (const Field& field : type.fields)
                traced.fields.push_back({field.name, field.type, field.example});
            m_table.types.push_back(std::move(traced));
            const auto known = std::find_if(
                m_table.types.begin(), m_table.types.end(),
                [this](const TracedType& t) { return t.operation == m_table.types.back().operation; });
            m_topology.operations.push_back(static_cast<std::uint32_t>(known - m_table.types.begin()));
        };
        for (const MessageType& type : m_diagram.messages)
            add(type);
        const auto reply =
            std::find_if(m_diagram.messages.begin(), m_diagram.messages.end(),
                         [](const MessageType& type) { return type.kind == MessageKind::Reply; });
        if (m_diagram.messages.empty()) {
            MessageType plain;
            plain.id = "Message";
            add(plain);
        }
        if (reply == m_diagram.messages.end()) {
            MessageType answer;
            answer.id = "Reply";
            answer.kind = MessageKind::Reply;
            m_topology.replyType = static_cast<std::uint16_t>(m_table.types.size());
            add(answer);
        } else {
            m_topology.replyType = static_cast<std::uint16_t>(reply - m_diagram.messages.begin());
        }
    }

    [[nodiscard]] std::uint16_t typeNamed(std::string_view id, std::uint16_t otherwise) const {
        for (std::size_t i = 0; i < m_table.types.size(); ++i) {
            if (m_table.types[i].id == id)
                return static_cast<std::uint16_t>(i);
        }
        return otherwise;
    }

    void buildTable() {
        for (const Element& element : m_diagram.elements) {
            Entity entity;
            entity.id = element.id;
            entity.name = element.name.empty() ? element.id : element.name;
            entity.elementKind = element.kind;
            const Reader read(element.kind, element.properties);
            if (element.kind == ElementKind::Service)
                entity.instances = read.clamped<std::uint16_t>("instances", 1, 1000);
            if (element.kind == ElementKind::Topic)
                entity.partitions = read.clamped<std::uint16_t>("partitions", 1, 10000);
            if (element.kind == ElementKind::Queue)
                entity.temporary = read.flag("temporary");
            m_table.entities.push_back(std::move(entity));
        }
        for (const Link& link : m_diagram.links) {
            Entity entity;
            entity.id = link.id;
            entity.isLink = true;
            entity.linkKind = link.kind;
            entity.from = m_elementIndex.at(link.from);
            entity.to = m_elementIndex.at(link.to);
            entity.name = link.name.empty() ? fmt::format("{} → {}", m_table.entities[entity.from].name,
                                                          m_table.entities[entity.to].name)
                                            : link.name;
            if (link.kind == LinkKind::DeadLetter)
                m_table.entities[entity.to].deadLetters = true;
            m_table.entities.push_back(std::move(entity));
        }
        m_table.seed = m_topology.seed;
        m_table.diagram = m_diagram.name;
        m_table.scenario =
            m_topology.scenario.name.empty() ? m_topology.scenario.id : m_topology.scenario.name;
    }

    void addElement(std::uint32_t i) {
        const Element& element = m_diagram.elements[i];
        const Reader read(element.kind, element.properties);
        PlanRef& ref = m_topology.elements[i];
        ref.kind = element.kind;
        const auto place = [&ref](auto& plans) -> auto& {
            ref.index = static_cast<std::uint32_t>(plans.size());
            return plans.emplace_back();
        };
        switch (element.kind) {
            case ElementKind::Client:
                readClient(read, place(m_topology.clients), i);
                break;
            case ElementKind::Service: {
                ServicePlan& plan = place(m_topology.services);
                plan.entity = i;
                plan.instances = m_table.entities[i].instances;
                plan.concurrency = read.clamped<std::uint32_t>("concurrency", 1, 1'000'000);
                plan.startupTime = read.duration("startupTime");
                break;
            }
            case ElementKind::Queue:
                readQueue(read, place(m_topology.queues), i);
                break;
            case ElementKind::Exchange: {
                ExchangePlan& plan = place(m_topology.exchanges);
                plan.entity = i;
                plan.name = element.id;
                plan.type = read.text("exchangeType");
                plan.internal = read.flag("internal");
                if (const std::string alternate = read.text("alternateExchange"); !alternate.empty())
                    plan.arguments["alternate-exchange"] = alternate;
                break;
            }
            case ElementKind::Topic: {
                TopicPlan& plan = place(m_topology.topics);
                plan.entity = i;
                plan.partitions = m_table.entities[i].partitions;
                plan.log.retention = read.duration("retention");
                if (read.has("retentionBytes"))
                    plan.log.retentionBytes =
                        static_cast<std::uint64_t>(std::max<std::int64_t>(read.integer("retentionBytes"), 0));
                plan.log.compacts = read.flag("compacted");
                plan.log.deletes = !plan.log.compacts;
                plan.crc32 = read.text("partitioner") == "crc32";
                plan.late = latePolicyNamed(read.text("lateArrival"));
                if (const auto target = m_elementIndex.find(read.text("divertTo"));
                    target != m_elementIndex.end())
                    plan.divertTo = target->second;
                break;
            }
            case ElementKind::Table:
            case ElementKind::Database: {
                StorePlan& plan = place(m_topology.stores);
                plan.entity = i;
                plan.connections = read.clamped<std::uint32_t>("connections", 1, 1'000'000);
                plan.readTime = read.distribution("readTime");
                plan.writeTime = read.distribution("writeTime");
                if (element.kind == ElementKind::Table)
                    plan.late = latePolicyNamed(read.text("lateArrival"));
                break;
            }
            case ElementKind::External: {
                ExternalPlan& plan = place(m_topology.externals);
                plan.entity = i;
                plan.availability = read.number("availability");
                plan.latency = read.distribution("latency");
                break;
            }
            case ElementKind::Gateway:
            case ElementKind::LoadBalancer:
            case ElementKind::Cache:
            case ElementKind::Processor:
            case ElementKind::Sidecar:
            case ElementKind::Note:
                break;
        }
    }

    void readClient(const Reader<ElementKind>& read, ClientPlan& plan, std::uint32_t i) {
        constexpr std::array<std::string_view, 5> workloads{"constant", "poisson", "ramp", "burst", "csv"};
        constexpr std::array<std::string_view, 4> choices{"uniform", "zipf", "sequence", "single"};
        plan.entity = i;
        plan.workload = findKind<Workload>(workloads, read.text("workload")).value_or(Workload::Poisson);
        plan.rate = read.number("rate");
        plan.rateEnd = read.number("rateEnd");
        plan.rampDuration = read.duration("rampDuration");
        plan.burstSize = read.clamped<std::uint32_t>("burstSize", 0, 10'000'000);
        plan.burstEvery = std::max(read.duration("burstEvery"), Duration(1));
        plan.startAt = read.duration("startAt");
        plan.limit = static_cast<std::uint64_t>(std::max<std::int64_t>(read.integer("count"), 0));
        plan.type = typeNamed(read.text("message"), 0);
        plan.keys = findKind<KeyChoice>(choices, read.text("keys")).value_or(KeyChoice::Uniform);
        plan.keyCount = read.clamped<std::uint32_t>("keyCount", 1, 100'000'000);
        plan.timeout = read.has("timeout") ? read.duration("timeout") : Duration::zero();
        if (const Json* roles = m_diagram.elements[i].properties.find("roles"); roles && roles->is_array()) {
            for (const Json& role : *roles) {
                if (role.is_string())
                    plan.roles.push_back(role.get<std::string>());
            }
        }
        if (plan.keys == KeyChoice::Zipf) {
            // Beyond a million keys the tail is flat enough to stop: the table would cost more than it tells.
            const std::uint32_t count = std::min(plan.keyCount, 1'000'000U);
            const double skew = read.number("keySkew");
            double sum = 0;
            plan.zipf.reserve(count);
            for (std::uint32_t k = 1; k <= count; ++k)
                plan.zipf.push_back(sum += std::pow(k, -skew));
            for (double& value : plan.zipf)
                value /= sum;
        }
    }

    void readQueue(const Reader<ElementKind>& read, QueuePlan& plan, std::uint32_t i) {
        plan.entity = i;
        plan.name = m_diagram.elements[i].id;
        plan.temporary = m_table.entities[i].temporary;
        plan.deadLetters = m_table.entities[i].deadLetters;
        const auto milliseconds = [&](std::string_view key, const char* argument) {
            if (read.has(key))
                plan.arguments[argument] = read.duration(key).count() / 1'000'000;
        };
        const auto integer = [&](std::string_view key, const char* argument) {
            if (read.has(key))
                plan.arguments[argument] = read.integer(key);
        };
        milliseconds("messageTtl", "x-message-ttl");
        milliseconds("expires", "x-expires");
        integer("maxLength", "x-max-length");
        integer("maxLengthBytes", "x-max-length-bytes");
        integer("maxPriority", "x-max-priority");
        integer("deliveryLimit", "x-delivery-limit");
        if (read.has("overflow")) {
            const std::string overflow = read.text("overflow");
            plan.arguments["x-overflow"] = overflow == "rejectPublish"      ? "reject-publish"
                                           : overflow == "rejectPublishDlx" ? "reject-publish-dlx"
                                                                            : "drop-head";
        }
        if (read.flag("singleActiveConsumer"))
            plan.arguments["x-single-active-consumer"] = true;
        if (read.text("queueType") == "quorum")
            plan.arguments["x-queue-type"] = "quorum";
    }

    void addLink(std::uint32_t i) {
        const Link& link = m_diagram.links[i];
        const Reader read(link.kind, link.properties);
        LinkPlan plan;
        plan.entity = static_cast<EntityId>(m_diagram.elements.size() + i);
        plan.kind = link.kind;
        plan.from = m_elementIndex.at(link.from);
        plan.to = m_elementIndex.at(link.to);
        plan.latency = read.distribution("latency");
        plan.instant = plan.latency == Distribution::constant(Duration::zero());
        const bool consumes = link.kind == LinkKind::Consume;
        if (link.kind == LinkKind::Publish) {
            plan.type = typeNamed(read.text("message"), 0xffff);
            plan.mandatory = read.flag("mandatory");
            if (read.has("priority"))
                plan.priority = read.clamped<std::int32_t>("priority", 0, 255);
            if (read.has("expiration"))
                plan.expiration = read.duration("expiration");
        }
        if (link.kind == LinkKind::Publish || link.kind == LinkKind::Bind ||
            link.kind == LinkKind::DeadLetter)
            plan.routingKey = read.text("routingKey");
        if (consumes) {
            plan.prefetch = read.clamped<std::uint32_t>("prefetch", 0, 65535);
            plan.autoAck = read.flag("autoAck");
            plan.consumerPriority = read.clamped<std::int32_t>("priority", -1'000'000, 1'000'000);
            plan.exclusive = read.flag("exclusive");
            plan.backoffFactor = std::max(1.0, read.number("backoffFactor"));
            plan.backoffMax = read.duration("backoffMax");
            plan.jitter = read.flag("jitter");
            plan.autoCommit = read.flag("autoCommit");
            plan.latest = read.text("autoOffsetReset") == "latest";
            const std::string assignor = read.text("assignor");
            plan.assignor = assignor == "roundRobin"          ? Assignor::RoundRobin
                            : assignor == "sticky"            ? Assignor::Sticky
                            : assignor == "cooperativeSticky" ? Assignor::CooperativeSticky
                                                              : Assignor::Range;
        }
        if (consumes || link.kind == LinkKind::Call) {
            plan.retries = read.clamped<std::uint32_t>("retries", 0, 1'000'000);
            plan.backoff = read.duration("backoff");
        }
        if (link.kind == LinkKind::Call && read.has("timeout"))
            plan.timeout = read.duration("timeout");
        m_topology.links.push_back(std::move(plan));
    }

    /// Tells the two ends of a link that it is there.
    void attachLink(std::uint32_t i) {
        LinkPlan& link = m_topology.links[i];
        const PlanRef from = m_topology.elements[link.from];
        const PlanRef to = m_topology.elements[link.to];
        switch (link.kind) {
            case LinkKind::Publish:
            case LinkKind::Call:
                if (from.kind == ElementKind::Client && from.index != kNone)
                    m_topology.clients[from.index].links.push_back(i);
                break;
            case LinkKind::Reply:
                if (from.kind == ElementKind::Service && from.index != kNone)
                    m_topology.services[from.index].replyLink = i;
                break;
            case LinkKind::Consume:
                if (to.kind != ElementKind::Service || to.index == kNone)
                    break;
                if (from.kind == ElementKind::Queue)
                    m_topology.queues[from.index].consumers.push_back(i);
                else if (from.kind == ElementKind::Topic)
                    m_topology.topics[from.index].groups.push_back(i);
                m_topology.services[to.index].consumes.push_back(i);
                break;
            case LinkKind::Materialize:
                if (from.kind == ElementKind::Topic && to.index != kNone) {
                    m_topology.topics[from.index].groups.push_back(i);
                    m_topology.stores[to.index].materializedBy = i;
                }
                break;
            case LinkKind::DeadLetter: {
                Json& arguments = m_topology.queues[from.index].arguments;
                if (to.kind == ElementKind::Queue) {
                    arguments["x-dead-letter-exchange"] = "";
                    arguments["x-dead-letter-routing-key"] = m_topology.queues[to.index].name;
                } else {
                    arguments["x-dead-letter-exchange"] = m_topology.exchanges[to.index].name;
                    if (!link.routingKey.empty())
                        arguments["x-dead-letter-routing-key"] = link.routingKey;
                }
                break;
            }
            case LinkKind::Bind:
                addBinding(i);
                break;
            case LinkKind::Read:
            case LinkKind::Write:
                break;
        }
    }

    void addBinding(std::uint32_t i) {
        const LinkPlan& link = m_topology.links[i];
        const Properties& properties = m_diagram.links[i].properties;
        BindingPlan binding;
        binding.exchange = link.from;
        binding.target = link.to;
        binding.routingKey = link.routingKey;
        if (const Json* headers = properties.find("headers"); headers && headers->is_object())
            binding.arguments = *headers;
        if (const Json* match = properties.find("match"); match && match->is_string()) {
            const auto& word = match->get_ref<const std::string&>();
            binding.arguments["x-match"] = word == "allWithX"   ? "all-with-x"
                                           : word == "anyWithX" ? "any-with-x"
                                                                : word;
        }
        m_topology.bindings.push_back(std::move(binding));
    }

    void addHandlers(ServicePlan& service) {
        const Element& element = m_diagram.elements[service.entity];
        for (const Handler& handler : element.handlers) {
            HandlerPlan plan;
            if (const auto link = m_linkIndex.find(handler.link); link != m_linkIndex.end())
                plan.link = link->second;
            plan.type = handler.message.empty() ? std::uint16_t{0xffff} : typeNamed(handler.message, 0xfffe);
            for (const Step& step : handler.steps)
                plan.steps.push_back(readStep(service, step));
            service.handlers.push_back(std::move(plan));
        }
        service.handlers.push_back(defaultHandler(service));
    }

    StepPlan readStep(const ServicePlan& service, const Step& step) {
        const Reader read(step.kind, step.properties);
        StepPlan plan;
        plan.kind = step.kind;
        plan.role = read.text("role");
        switch (step.kind) {
            case StepKind::Work:
                plan.time = read.distribution("time");
                break;
            case StepKind::Validate:
                plan.probability = read.number("probability");
                plan.failure = FailureKind::BadData;
                break;
            case StepKind::Fail:
                plan.probability = read.number("probability");
                plan.failure = failureNamed(read.text("failure"));
                plan.keyModulo = read.clamped<std::uint32_t>("keyModulo", 0, 1'000'000'000);
                break;
            case StepKind::Reply:
                plan.error = read.text("outcome") == "error";
                plan.type = typeNamed(read.text("message"), m_topology.replyType);
                break;
            case StepKind::Publish:
                plan.awaitReply = read.flag("awaitReply");
                plan.ownEventTime = read.text("eventTime") == "now";
                break;
            case StepKind::Call:
            case StepKind::Read:
            case StepKind::Write:
                break;
        }
        if (step.kind == StepKind::Publish || step.kind == StepKind::Call) {
            plan.type = typeNamed(read.text("message"), 0xffff);
            if (read.has("timeout"))
                plan.timeout = read.duration("timeout");
        }
        if (step.kind == StepKind::Publish || step.kind == StepKind::Call || step.kind == StepKind::Read ||
            step.kind == StepKind::Write) {
            plan.link = linkOf(service, step.kind, read.text("link"));
            if (plan.link != kNone && plan.timeout == Duration::zero())
                plan.timeout = m_topology.links[plan.link].timeout;
            if (plan.link != kNone && plan.type == 0xffff)
                plan.type = m_topology.links[plan.link].type;
        }
        return plan;
    }

    /// The named link, or the service's only one of that kind when none is named.
    [[nodiscard]] std::uint32_t linkOf(const ServicePlan& service, StepKind kind,
                                       const std::string& id) const {
        if (const auto named = m_linkIndex.find(id); named != m_linkIndex.end())
            return named->second;
        if (!id.empty())
            return kNone;
        for (std::uint32_t i = 0; i < m_topology.links.size(); ++i) {
            if (m_topology.links[i].from == service.entity && stepFor(m_topology.links[i].kind) == kind)
                return i;
        }
        return kNone;
    }

    static StepKind stepFor(LinkKind kind) {
        switch (kind) {
            case LinkKind::Publish:
                return StepKind::Publish;
            case LinkKind::Call:
                return StepKind::Call;
            case LinkKind::Read:
                return StepKind::Read;
            case LinkKind::Write:
                return StepKind::Write;
            default:
                return StepKind::Fail;
        }
    }

    /// Drawn without handlers, a service still runs: receive, read, work, write, call, publish on every
    /// outgoing link.
    HandlerPlan defaultHandler(const ServicePlan& service) const {
        HandlerPlan handler;
        const auto addAll = [&](LinkKind kind) {
            for (std::uint32_t i = 0; i < m_topology.links.size(); ++i) {
                const LinkPlan& link = m_topology.links[i];
                if (link.from != service.entity || link.kind != kind)
                    continue;
                StepPlan step;
                step.kind = stepFor(kind);
                step.link = i;
                step.type = link.type;
                step.timeout = link.timeout;
                handler.steps.push_back(std::move(step));
            }
        };
        StepPlan validate;
        validate.kind = StepKind::Validate;
        validate.failure = FailureKind::BadData;
        handler.steps.push_back(validate);
        addAll(LinkKind::Read);
        StepPlan work;
        const Element& element = m_diagram.elements[service.entity];
        work.time = distributionOf(propertiesOf(ElementKind::Service), element.properties, "serviceTime");
        handler.steps.push_back(work);
        addAll(LinkKind::Write);
        addAll(LinkKind::Call);
        addAll(LinkKind::Publish);
        return handler;
    }

    Result<void> readRows(ClientPlan& client) {
        if (client.workload != Workload::Csv)
            return {};
        const std::string text =
            textOf(propertiesOf(ElementKind::Client), m_diagram.elements[client.entity].properties, "csv");
        const std::string where = fmt::format("nodes[{}].csv", client.entity);
        std::size_t line = 0;
        std::string_view rest = text;
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            std::string_view row = rest.substr(0, end);
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            ++line;
            if (!row.empty() && row.back() == '\r')
                row.remove_suffix(1);
            if (row.empty() || row.front() == '#' || row.substr(0, 4) == "time")
                continue;
            const auto comma = row.find(',');
            const auto at = parseDuration(row.substr(0, comma));
            if (!at)
                return Error{ErrorCode::InvalidInput, fmt::format("line {}: {}", line, at.error().sentence),
                             where};
            CsvRow entry{*at, 0, client.type};
            if (comma != std::string_view::npos) {
                std::string_view key = row.substr(comma + 1);
                std::string_view type;
                if (const auto second = key.find(','); second != std::string_view::npos) {
                    type = key.substr(second + 1);
                    key = key.substr(0, second);
                }
                const auto parsed = std::from_chars(key.data(), key.data() + key.size(), entry.key);
                if (parsed.ec != std::errc() || parsed.ptr != key.data() + key.size())
                    return Error{ErrorCode::InvalidInput,
                                 fmt::format("line {}: the key '{}' is not a whole number", line, key),
                                 where};
                if (!type.empty()) {
                    entry.type = typeNamed(type, 0xffff);
                    if (entry.type == 0xffff)
                        return Error{ErrorCode::InvalidInput,
                                     fmt::format("line {}: there is no message type '{}'", line, type),
                                     where};
                }
            }
            client.rows.push_back(entry);
        }
        std::stable_sort(client.rows.begin(), client.rows.end(),
                         [](const CsvRow& a, const CsvRow& b) { return a.at < b.at; });
        return {};
    }

    Result<void> addActions() {
        for (std::size_t i = 0; i < m_topology.scenario.actions.size(); ++i) {
            const Action& action = m_topology.scenario.actions[i];
            const Reader read(action.kind, action.properties);
            ActionPlan plan;
            plan.action = action;
            if (const auto element = m_elementIndex.find(action.target); element != m_elementIndex.end())
                plan.element = element->second;
            else if (const auto link = m_linkIndex.find(action.target); link != m_linkIndex.end())
                plan.link = link->second;
            else if (action.kind != ActionKind::BrokerDown)
                return Error{ErrorCode::NotFound,
                             fmt::format("'{}' has no target '{}' in the drawing", kindName(action.kind),
                                         action.target),
                             fmt::format("scenarios[{}].actions[{}].target", scenarioIndex(), i)};
            if (read.has("duration"))
                plan.duration = read.duration("duration");
            switch (action.kind) {
                case ActionKind::Stop:
                case ActionKind::Start:
                    plan.instance = read.clamped<std::int32_t>("instance", -1, 65535);
                    break;
                case ActionKind::SlowDown:
                    plan.factor = std::max(0.0, read.number("factor"));
                    break;
                case ActionKind::Fail:
                    plan.failure = failureNamed(read.text("failure"));
                    plan.probability = read.number("probability");
                    break;
                case ActionKind::Drop:
                case ActionKind::Duplicate:
                case ActionKind::Poison:
                    plan.probability = read.number("probability");
                    break;
                case ActionKind::Delay:
                case ActionKind::Reorder:
                    plan.delay = read.duration("delay");
                    break;
                case ActionKind::Burst:
                    plan.count = read.clamped<std::uint32_t>("count", 0, 10'000'000);
                    break;
                case ActionKind::Redrive:
                    plan.all = read.flag("all");
                    plan.rate = read.number("rate");
                    break;
                case ActionKind::Set:
                    if (auto checked = checkSet(plan); !checked)
                        return Error{checked.error().code, checked.error().sentence,
                                     fmt::format("scenarios[{}].actions[{}].key", scenarioIndex(), i)};
                    break;
                case ActionKind::Cut:
                case ActionKind::BrokerDown:
                    break;
            }
            m_topology.actions.push_back(std::move(plan));
        }
        return {};
    }

    /// A run can change a client's rate and message type; anything else is a scenario's override.
    [[nodiscard]] Result<void> checkSet(const ActionPlan& plan) const {
        const Json* key = plan.action.properties.find("key");
        const std::string name = key && key->is_string() ? key->get<std::string>() : std::string();
        const bool client =
            plan.element != kNone && m_diagram.elements[plan.element].kind == ElementKind::Client;
        if (client && (name == "rate" || name == "message"))
            return {};
        return Error{
            ErrorCode::Unsupported,
            fmt::format(
                "'set' can change the rate or the message of a client while it runs, not '{}' of '{}'; "
                "use the scenario's overrides",
                name, plan.action.target),
            {}};
    }

    [[nodiscard]] std::size_t scenarioIndex() const {
        for (std::size_t i = 0; i < m_diagram.scenarios.size(); ++i) {
            if (m_diagram.scenarios[i].id == m_topology.scenario.id)
                return i;
        }
        return 0;
    }

    Diagram m_diagram;  ///< a copy: the scenario's overrides go into it
    const RunOptions& m_options;
    Topology m_topology;
    EntityTable m_table;
    std::unordered_map<std::string, std::uint32_t> m_elementIndex;
    std::unordered_map<std::string, std::uint32_t> m_linkIndex;
};

}  // namespace

Result<Topology> Topology::compile(const Diagram& diagram, const RunOptions& options) {
    return Compiler(diagram, options).run();
}

}  // namespace sluice
