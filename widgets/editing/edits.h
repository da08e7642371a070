#pragma once

#include <optional>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/base/kinds.h"
#include "core/base/result.h"
#include "core/diagram/document.h"

namespace sluice {

/// What a tool does to a diagram, as data: each function reads the document and builds the edit that does it.
/// Nothing is applied here (see History::apply). Ids may name elements, links and groups alike; those that
/// a function has no use for, and those that do not exist, are passed over. Labels are translated.

/// An edit that adds things, and the ids that they will have.
struct Insertion {
    Edit edit;
    std::vector<Id> ids;
};

/// The innermost group whose area holds the point, leaving out `excluded` and what they hold; empty: none.
Id groupAt(const Diagram& diagram, Point point, std::span<const Id> excluded = {});
/// The same with just these groups left out, for asking often.
Id groupAt(const Diagram& diagram, Point point, const std::unordered_set<Id>& excluded);

/// The ids, and everything inside the groups among them, each once.
std::vector<Id> withContents(const Diagram& diagram, std::span<const Id> ids);

/// An element of that kind with its centre at the point, in the group that is there, with a name nothing has.
Insertion placeElement(const Document& document, ElementKind kind, Point centre);

/// An empty group with its centre at the point.
Insertion placeGroup(const Document& document, Point centre, Size size);

/// A link of the inferred kind, or of `kind`. Errors: the pair is impossible, with the reason.
Result<Insertion> connectElements(const Document& document, const Id& from, const Id& to,
                                  std::optional<LinkKind> kind = std::nullopt);

/// An element of that kind at the point and a link to it from `from`. Errors: the pair is impossible.
Result<Insertion> placeConnected(const Document& document, const Id& from, ElementKind kind, Point centre);

/// Each of the named by its own distance; what a group holds moves with it, and the bends of links both
/// ends of which move alike.
Edit moveEach(const Document& document, std::span<const std::pair<Id, Point>> distances);

/// All by one distance. With `regroup`, elements and groups then belong to the group they have come to lie
/// in.
Edit moveItems(const Document& document, std::span<const Id> ids, Point distance, bool regroup);

/// An element's or group's new centre and size.
Edit resizeItem(const Document& document, const Id& id, Point centre, Size size);

/// With their links, and what refers to them in handlers, properties and scenarios (see removalOf).
Edit deleteItems(const Document& document, std::span<const Id> ids);
Edit renameItem(const Document& document, const Id& id, const std::string& name);
Edit setNote(const Document& document, std::span<const Id> ids, const std::string& note);
Edit setTags(const Document& document, std::span<const Id> ids, const std::vector<std::string>& tags);

/// A null value, or the catalogue's default, removes the key. Edits of the same key and ids merge.
Edit setProperty(const Document& document, std::span<const Id> ids, const std::string& key,
                 const Json& value);

Edit setHandlers(const Document& document, const Id& element, std::vector<Handler> handlers);
Edit setBends(const Document& document, const Id& link, std::vector<Point> bends);

/// Properties that the new kind does not know are dropped.
Edit setLinkKind(const Document& document, const Id& link, LinkKind kind);

/// The link from its end to its beginning, of the kind inferred for that direction. Errors: impossible.
Result<Edit> reverseLink(const Document& document, const Id& link);

Edit setDiagramText(const Document& document, const std::string& name, const std::string& note);

}  // namespace sluice
