#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/engine/topology/propertyreader.h"
#include "core/engine/topology/topology.h"

namespace sluice {

/// One compilation: the diagram with the scenario's overrides, and the indices built on the way. Used once,
/// by Topology::compile.
class TopologyCompiler {
public:
    TopologyCompiler(const Diagram& diagram, const RunOptions& options)
        : m_diagram(diagram), m_options(options) {}

    Result<Topology> run();

private:
    // topology.cpp: scenario, ids, message types, names.
    Result<void> chooseScenario();
    void indexIds();
    void applyOverrides();
    void buildTypes();
    [[nodiscard]] std::uint16_t typeNamed(std::string_view id, std::uint16_t otherwise) const;
    void buildTable();

    // elementplans.cpp
    void addElement(std::uint32_t i);
    void readClient(const PropertyReader<ElementKind>& read, ClientPlan& plan, std::uint32_t i);
    void readQueue(const PropertyReader<ElementKind>& read, QueuePlan& plan, std::uint32_t i);
    Result<void> declare(QueuePlan& queue) const;
    Result<void> readRows(ClientPlan& client);

    // linkplans.cpp
    void addLink(std::uint32_t i);
    void attachLink(std::uint32_t i);
    void addBinding(std::uint32_t i);
    [[nodiscard]] Result<void> checkLink(std::uint32_t i) const;

    // handlerplans.cpp
    void addHandlers(ServicePlan& service);
    StepPlan readStep(const ServicePlan& service, const Step& step);
    [[nodiscard]] std::uint32_t linkOf(const ServicePlan& service, StepKind kind,
                                       const std::string& id) const;
    static StepKind stepFor(LinkKind kind);
    HandlerPlan defaultHandler(const ServicePlan& service) const;

    // actionplans.cpp
    Result<void> addActions();
    [[nodiscard]] Result<void> checkSet(const ActionPlan& plan) const;
    [[nodiscard]] std::size_t scenarioIndex() const;

    Diagram m_diagram;  ///< a copy: the scenario's overrides go into it
    const RunOptions& m_options;
    Topology m_topology;
    EntityTable m_table;
    std::unordered_map<std::string, std::uint32_t> m_elementIndex;
    std::unordered_map<std::string, std::uint32_t> m_linkIndex;
};

/// "badData" and its like, as files spell them; an unexpected error when there is no such name.
FailureKind failureNamed(std::string_view name);

}  // namespace sluice
