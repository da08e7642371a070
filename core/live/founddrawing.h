#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "core/diagram/diagram.h"

namespace sluice {

/// Makes a drawing out of what a broker tells: gives ids, keeps what was found once, leaves out links that
/// nothing may draw. The places are those of nobody yet: see arrangeOverview. A value; any thread.
class FoundDrawing {
public:
    explicit FoundDrawing(std::string name);

    /// The id of the element of that kind and name, which is made if it is not there yet.
    Id element(ElementKind kind, const std::string& name);
    /// Empty when there is none.
    [[nodiscard]] Id find(ElementKind kind, const std::string& name) const;
    /// The element with that id, which is in the drawing.
    Element& at(const Id& id);
    /// A link between two elements of the drawing, made unless there is one of that kind with the same
    /// properties. Null when nothing may join the two like that. Valid until the next call.
    Link* link(LinkKind kind, const Id& from, const Id& to, const Properties& properties = {});

    /// The drawing as it is; nothing may be asked of this any more.
    Diagram take();

private:
    Id freshId(std::string_view name);

    Diagram m_diagram;
    std::unordered_map<std::string, std::size_t> m_byName;  ///< kind and name
    std::unordered_map<std::string, std::size_t> m_byId;
    std::unordered_map<std::string, std::size_t> m_links;  ///< kind, ends and properties
    std::unordered_set<std::string> m_ids;
    std::unordered_map<std::string, std::size_t> m_suffix;
};

/// Names that begin alike (orders.new and orders.email, up to the first of . : / - _) become a group of their
/// own where `least` or more of them do; what all have in common is passed over, and hundreds that begin
/// alike are told apart by the next part of their names. Elements that are in a group stay there. What is no
/// name of the broker's (services, clients) joins the group of all that it is linked to, if that is one.
void groupByPrefix(Diagram& diagram, std::size_t least = 3);

/// Places everything without a layout program, in time that grows as the drawing does: groups beside each
/// other, in each of them publishers, exchanges, queues and consumers from the left to the right.
void arrangeOverview(Diagram& diagram);

}  // namespace sluice
