#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/diagram/diagram.h"

namespace sluice {

/// A property that a sweep varies, where it stands, and the values that it takes.
struct Variation {
    enum class Part : std::uint8_t { Element, Link, Message, Step };
    struct Place {
        Part part = Part::Element;
        std::size_t index = 0;    ///< in the diagram's list; of a step its service's
        std::size_t handler = 0;  ///< of a step, from 0
        std::size_t step = 0;     ///< of a step, in its handler, from 0
        bool operator==(const Place&) const = default;
    };
    std::string name;  ///< as it was written: "queue.orders.prefetch"
    std::string property;
    std::vector<Place> places;  ///< one; of a queue's or topic's consumers: all of its consume links
    std::vector<Json> values;   ///< null: the default
};

/// "ID.property=values" (see parseValues), or "ID.handlers[H].steps[S].property=values", counted from 0 as in
/// findings, for a step of a service's handler; before the id there may be a kind, "queue.orders.prefetch",
/// or one of element, link and message. What a queue or topic does not have itself is sought in its consume
/// links and varies in all of them. Errors, with the nearest spelling: no such id, kind or property; an
/// impossible value.
Result<Variation> parseVariation(const Diagram& diagram, std::string_view text);

/// Sets the property to its value number `value`. It holds in every scenario, also in those that override it.
void apply(const Variation& variation, std::size_t value, Diagram& diagram);

}  // namespace sluice
