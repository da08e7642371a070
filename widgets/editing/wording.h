#pragma once

#include <QCoreApplication>
#include <QString>
#include <span>
#include <string>

#include "core/diagram/document.h"

namespace sluice {

inline QString qtext(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// What a person calls the thing: its name, or its id, or for links its ends.
QString nameOf(const Diagram& diagram, const Id& id);
/// The same by the document's index: for many at once.
QString nameOf(const Document& document, const Id& id);

/// "Users", or "3 elements": for the label of an edit on the ids.
QString subjectOf(const Diagram& diagram, std::span<const Id> ids);

/// The translated name of a kind: "Queue", "Load balancer".
QString labelOf(ElementKind kind);
QString labelOf(LinkKind kind);

}  // namespace sluice
