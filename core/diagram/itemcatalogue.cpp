#include "core/diagram/itemcatalogue.h"

namespace sluice {

std::span<const PropertyInfo> catalogueOf(const Diagram& diagram, std::string_view id) {
    if (const Element* element = diagram.findElement(id))
        return propertiesOf(element->kind);
    if (const Link* link = diagram.findLink(id))
        return propertiesOf(link->kind);
    return {};
}

}  // namespace sluice
