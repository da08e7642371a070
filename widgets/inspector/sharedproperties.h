#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "core/diagram/catalogue.h"
#include "core/diagram/document.h"

namespace sluice {

/// Of what is selected, the elements and links that have properties: groups and notes among it are passed
/// over.
[[nodiscard]] std::vector<Id> withProperties(const Document& document, const std::vector<Id>& ids);

/// The properties that all of them have, by key and type, in the order of the first; of a consume link only
/// those of the kind of broker that it reads from.
[[nodiscard]] std::vector<const PropertyInfo*> commonProperties(const Document& document,
                                                                const std::vector<Id>& ids);

/// The values of each of them, valid until the document changes.
[[nodiscard]] std::vector<const Properties*> valuesOf(const Document& document, const std::vector<Id>& ids);

/// The text that `field` gives for each element, link or group; empty when they differ.
template <class Field>
[[nodiscard]] QString commonText(const Document& document, const std::vector<Id>& ids, const Field& field) {
    std::optional<QString> text;
    for (const Id& id : ids) {
        QString own;
        if (const Element* element = document.findElement(id))
            own = field(*element);
        else if (const Link* link = document.findLink(id))
            own = field(*link);
        else if (const Group* group = document.findGroup(id))
            own = field(*group);
        if (text && *text != own)
            return {};
        text = own;
    }
    return text.value_or(QString());
}

}  // namespace sluice
