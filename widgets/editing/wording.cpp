#include "widgets/editing/wording.h"

#include "core/diagram/catalogue.h"

namespace sluice {

namespace {

// Diagram and Document find alike, one by looking through, the other by its index.
template <class Finder>
QString nameIn(const Finder& finder, const Id& id) {
    if (const Element* element = finder.findElement(id))
        return qtext(element->name.empty() ? element->id : element->name);
    if (const Link* link = finder.findLink(id)) {
        if (!link->name.empty())
            return qtext(link->name);
        return QStringLiteral("%1 → %2").arg(nameIn(finder, link->from), nameIn(finder, link->to));
    }
    if (const Group* group = finder.findGroup(id))
        return qtext(group->name.empty() ? group->id : group->name);
    return qtext(id);
}

}  // namespace

QString nameOf(const Diagram& diagram, const Id& id) {
    return nameIn(diagram, id);
}

QString nameOf(const Document& document, const Id& id) {
    return nameIn(document, id);
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
