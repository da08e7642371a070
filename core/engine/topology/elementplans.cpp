#include "core/engine/topology/topologycompiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/exponential.h"

namespace sluice {
namespace {

LatePolicy latePolicyNamed(std::string_view name) {
    return name == "process"  ? LatePolicy::Process
           : name == "divert" ? LatePolicy::Divert
                              : LatePolicy::Reject;
}

}  // namespace

void TopologyCompiler::addElement(std::uint32_t i) {
    const Element& element = m_diagram.elements[i];
    const PropertyReader read(element.kind, element.properties);
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
            plan.autoDelete = read.flag("autoDelete");
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

void TopologyCompiler::readClient(const PropertyReader<ElementKind>& read, ClientPlan& plan,
                                  std::uint32_t i) {
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
    plan.roles = m_table.entities[i].roles;
    if (plan.keys == KeyChoice::Zipf) {
        // Beyond a million keys the tail is flat enough to stop: the table would cost more than it tells.
        const std::uint32_t count = std::min(plan.keyCount, 1'000'000U);
        const double skew = read.number("keySkew");
        double sum = 0;
        plan.zipf.reserve(count);
        for (std::uint32_t k = 1; k <= count; ++k)
            plan.zipf.push_back(sum += power(k, -skew));
        for (double& value : plan.zipf)
            value /= sum;
    }
}

void TopologyCompiler::readQueue(const PropertyReader<ElementKind>& read, QueuePlan& plan, std::uint32_t i) {
    plan.entity = i;
    plan.name = m_diagram.elements[i].id;
    plan.temporary = m_table.entities[i].temporary;
    plan.exclusive = read.flag("exclusive");
    plan.options.autoDelete = read.flag("autoDelete");
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
    if (read.has("deadLetterRoutingKey"))
        plan.arguments["x-dead-letter-routing-key"] = read.text("deadLetterRoutingKey");
}

/// What the broker would refuse at queue.declare (PRECONDITION_FAILED) is refused here, with the place.
Result<void> TopologyCompiler::declare(QueuePlan& queue) const {
    auto options = queueOptionsOf(queue.arguments);
    if (!options)
        return Error{options.error().code, options.error().sentence,
                     fmt::format("nodes[{}].{}", queue.entity, options.error().where)};
    options->autoDelete = queue.options.autoDelete;
    const PropertyReader read(ElementKind::Queue, m_diagram.elements[queue.entity].properties);
    options->durable = read.flag("durable");
    queue.options = std::move(*options);
    if (queue.options.type != QueueType::Quorum)
        return {};
    // Quorum queues are durable and belong to nobody (RabbitMQ, Quorum Queues, feature matrix).
    const auto refused = [&queue](std::string_view key, std::string_view why) {
        return Error{ErrorCode::InvalidInput, fmt::format("a quorum queue {}", why),
                     fmt::format("nodes[{}].{}", queue.entity, key)};
    };
    if (queue.exclusive)
        return refused("exclusive", "cannot be exclusive");
    if (queue.options.autoDelete)
        return refused("autoDelete", "cannot be deleted with its last consumer");
    if (!read.flag("durable"))
        return refused("durable", "is always durable");
    return {};
}

Result<void> TopologyCompiler::readRows(ClientPlan& client) {
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
                             fmt::format("line {}: the key '{}' is not a whole number", line, key), where};
            if (!type.empty()) {
                entry.type = typeNamed(type, 0xffff);
                if (entry.type == 0xffff)
                    return Error{ErrorCode::InvalidInput,
                                 fmt::format("line {}: there is no message type '{}'", line, type), where};
            }
        }
        client.rows.push_back(entry);
    }
    std::stable_sort(client.rows.begin(), client.rows.end(),
                     [](const CsvRow& a, const CsvRow& b) { return a.at < b.at; });
    return {};
}

}  // namespace sluice
