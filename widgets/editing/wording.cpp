#include "widgets/editing/wording.h"

#include "core/diagram/catalogue.h"

namespace sluice {

QString nameOf(const Diagram& diagram, const Id& id) {
    if (const Element* element = diagram.findElement(id))
        return qtext(element->name.empty() ? element->id : element->name);
    if (const Group* group = diagram.findGroup(id))
        return qtext(group->name.empty() ? group->id : group->name);
    if (const Link* link = diagram.findLink(id)) {
        if (!link->name.empty())
            return qtext(link->name);
        return QStringLiteral("%1 → %2").arg(nameOf(diagram, link->from), nameOf(diagram, link->to));
    }
    return qtext(id);
}

QString subjectOf(const Diagram& diagram, std::span<const Id> ids) {
    if (ids.size() == 1)
        return nameOf(diagram, ids.front());
    return QCoreApplication::translate("Edits", "%n elements", nullptr, static_cast<int>(ids.size()));
}

QString labelOf(ElementKind kind) {
    return QCoreApplication::translate("Catalogue", std::string(infoOf(kind).label).c_str());
}

QString labelOf(LinkKind kind) {
    return QCoreApplication::translate("Catalogue", std::string(infoOf(kind).label).c_str());
}

}  // namespace sluice
