#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/diagram/edit.h"

namespace sluice {

/// One difference between a drawing and the broker.
struct Drift {
    enum class Kind : std::uint8_t {
        Missing,    ///< drawn, and the broker does not have it
        Extra,      ///< the broker has it, and it is not drawn
        Different,  ///< both have it, with another setting
    };
    Kind kind = Kind::Missing;
    bool isLink = false;
    Id drawn{};              ///< in the drawing; empty for Extra
    Id found{};              ///< in what was found; empty for Missing
    std::string name{};      ///< "orders.new", "orders → orders.new (order.*)"
    std::string property{};  ///< Different: its key in the catalogue
    Json wanted{};           ///< Different: the drawing's value; null: the catalogue's default
    Json actual{};           ///< Different: the broker's
};

/// Compares what a broker can tell: exchanges, queues, topics, their settings, and the bindings and
/// dead-letter links between them. Elements belong together by kind and name. In the drawing's order, then
/// what is extra in the order of what was found.
std::vector<Drift> driftOf(const Diagram& drawing, const Diagram& found);

/// What makes the drawing say what the broker has, for these differences: missing ones are removed, extra
/// ones added beside what they are linked to, settings set. Of an extra link that end is added as well which
/// is neither drawn nor extra among these; with what is removed go its links.
Edit takeOver(const Diagram& drawing, const Diagram& found, std::span<const Drift> drifts);

}  // namespace sluice
