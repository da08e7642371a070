#pragma once

#include <string>
#include <vector>

#include "core/trace/entitytable.h"

namespace sluice {

/// To the millisecond: what people compare.
std::string moment(TraceTime time);

/// What a report calls the things of a trace, with the values of masked fields hidden.
struct ReportNames {
    const EntityTable& table;
    const std::vector<std::string>& masks;

    /// "the system" for kNoEntity.
    [[nodiscard]] std::string of(EntityId id) const;
    [[nodiscard]] std::string type(std::uint16_t type) const;
    [[nodiscard]] std::string key(std::uint16_t type, std::int64_t key) const;
};

}  // namespace sluice
