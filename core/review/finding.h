#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/diagram/edit.h"

namespace sluice {

enum class Severity : std::uint8_t { Error, Warning, Hint };

/// What an experienced reviewer would say about one place of the design.
struct Finding {
    Severity severity = Severity::Warning;
    std::string rule;      ///< stable name of the check: "queue-without-consumer"
    std::string subject;   ///< id of the element, link, group, message type or scenario; empty: the diagram
    std::string where;     ///< the place in the file, "nodes[3].ttl"
    std::string sentence;  ///< what is wrong, with names and figures
    std::string mend;      ///< what to do about it
    std::optional<Edit> fix{};  ///< a mend that can be applied with one click, where one is obvious
};

/// Of a large drawing they are tens of thousands: those who show them share them.
using SharedFindings = std::shared_ptr<const std::vector<Finding>>;

/// All findings, the gravest first, then in the diagram's order. Linear in the size of the diagram but for
/// cycles.
std::vector<Finding> review(const Diagram& diagram);

}  // namespace sluice
