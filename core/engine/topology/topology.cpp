#include "core/engine/topology/topologycompiler.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/alerts/alertrules.h"
#include "core/diagram/deadletterqueues.h"

namespace sluice {

Result<Topology> TopologyCompiler::run() {
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
    for (std::uint32_t i = 0; i < m_diagram.links.size(); ++i) {
        if (auto checked = checkLink(i); !checked)
            return checked.error();
    }
    for (QueuePlan& queue : m_topology.queues) {
        if (auto declared = declare(queue); !declared)
            return declared.error();
    }
    for (ServicePlan& service : m_topology.services)
        addHandlers(service);
    if (m_topology.clients.size() > kMostClients)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("a run has room for {} clients, the diagram has {}", kMostClients,
                                 m_topology.clients.size()),
                     "nodes"};
    for (ClientPlan& client : m_topology.clients) {
        if (auto read = readRows(client); !read)
            return read.error();
    }
    if (auto added = addActions(); !added)
        return added.error();
    m_topology.table = std::make_shared<const EntityTable>(std::move(m_table));
    return std::move(m_topology);
}

Result<void> TopologyCompiler::chooseScenario() {
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
    // Rates are counted over what was asked for.
    m_topology.scenario.until = m_options.until.value_or(m_topology.scenario.until);
    m_topology.end = m_topology.scenario.until;
    return {};
}

void TopologyCompiler::indexIds() {
    for (std::uint32_t i = 0; i < m_diagram.elements.size(); ++i)
        m_elementIndex.emplace(m_diagram.elements[i].id, i);
    for (std::uint32_t i = 0; i < m_diagram.links.size(); ++i)
        m_linkIndex.emplace(m_diagram.links[i].id, i);
}

void TopologyCompiler::applyOverrides() {
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

void TopologyCompiler::buildTypes() {
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
    const auto reply = std::find_if(m_diagram.messages.begin(), m_diagram.messages.end(),
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

std::uint16_t TopologyCompiler::typeNamed(std::string_view id, std::uint16_t otherwise) const {
    for (std::size_t i = 0; i < m_table.types.size(); ++i) {
        if (m_table.types[i].id == id)
            return static_cast<std::uint16_t>(i);
    }
    return otherwise;
}

void TopologyCompiler::buildTable() {
    for (const Element& element : m_diagram.elements) {
        Entity entity;
        entity.id = element.id;
        entity.name = element.name.empty() ? element.id : element.name;
        entity.elementKind = element.kind;
        const PropertyReader read(element.kind, element.properties);
        if (element.kind == ElementKind::Service)
            entity.instances = read.clamped<std::uint16_t>("instances", 1, 1000);
        if (element.kind == ElementKind::Topic)
            entity.partitions = read.clamped<std::uint16_t>("partitions", 1, 10000);
        if (element.kind == ElementKind::Queue)
            entity.temporary = read.flag("temporary");
        if (element.kind == ElementKind::Client) {
            entity.users = read.clamped<std::uint32_t>("users", 1, 1'000'000'000);
            if (const Json* roles = element.properties.find("roles"); roles && roles->is_array()) {
                for (const Json& role : *roles) {
                    if (role.is_string())
                        entity.roles.push_back(role.get<std::string>());
                }
            }
        }
        m_table.entities.push_back(std::move(entity));
    }
    for (const Link& link : m_diagram.links)
        m_table.addLink(link.id, link.name, link.kind, m_elementIndex.at(link.from),
                        m_elementIndex.at(link.to));
    const DeadLetterQueues queues(m_diagram);
    for (std::size_t i = 0; i < m_diagram.elements.size(); ++i)
        m_table.entities[i].deadLetters = queues.isDeadLetterQueue(i);
    m_table.seed = m_topology.seed;
    m_table.diagram = m_diagram.name;
    m_table.alerts = tracedAlerts(m_diagram);
    m_table.scenario = m_topology.scenario.name.empty() ? m_topology.scenario.id : m_topology.scenario.name;
}

Result<Topology> Topology::compile(const Diagram& diagram, const RunOptions& options) {
    return TopologyCompiler(diagram, options).run();
}

}  // namespace sluice
