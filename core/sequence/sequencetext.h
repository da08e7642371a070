#pragma once

#include <string>

#include "core/sequence/sequencediagram.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// The diagram in Mermaid's language (sequenceDiagram): for Markdown that GitHub, GitLab and others draw.
/// Source: Mermaid's documentation, "Sequence diagrams".
std::string toMermaid(const SequenceDiagram& diagram, const EntityTable& table);

/// The same for PlantUML. Source: PlantUML's documentation, "Sequence Diagram".
std::string toPlantUml(const SequenceDiagram& diagram, const EntityTable& table);

/// What stands at a hop: "UpdateUser m-17, after 2.00 s in the queue".
std::string describe(const Hop& hop, const EntityTable& table);
/// What stands at a mark: "failed: unexpected error".
std::string describe(const SequenceMark& mark);

}  // namespace sluice
