#pragma once

#include <cmath>

#include "core/diagram/catalogue.h"
#include "core/diagram/diagram.h"

namespace sluice {

/// A system of many alike parts, as wide as it is high on a screen: each part has eight elements in two lines
/// and twelve links, two of them to the part that follows; each part is a group. 250 parts are 2,000 elements
/// and 3,000 links. It runs: one message a second from each client.
inline Diagram largeDiagram(int parts) {
    struct Piece {
        ElementKind kind;
        const char* name;
        const char* id;
        double x;
        double y;
    };
    static constexpr std::array<Piece, 8> kPieces{{{ElementKind::Client, "Customer portal", "portal", 0, 0},
                                                   {ElementKind::Queue, "Order commands", "commands", 260, 0},
                                                   {ElementKind::Service, "Order service", "orders", 540, 0},
                                                   {ElementKind::Topic, "Order events", "events", 820, 0},
                                                   {ElementKind::Queue, "Dead commands", "dead", 260, 200},
                                                   {ElementKind::Database, "Order store", "store", 540, 200},
                                                   {ElementKind::Service, "Invoicing", "invoicing", 820, 200},
                                                   {ElementKind::Table, "Open orders", "open", 1090, 100}}};
    static constexpr std::array<std::pair<int, int>, 10> kLinks{
        {{0, 1}, {1, 2}, {2, 3}, {1, 4}, {2, 5}, {3, 6}, {3, 7}, {6, 7}, {0, 2}, {6, 5}}};
    constexpr double kWidth = 1400;
    constexpr double kHeight = 480;
    const int columns = std::max(1, static_cast<int>(std::sqrt(parts * 0.55)));

    Diagram diagram;
    diagram.name = "Large";
    const auto link = [&](const Element& from, const Element& to) {
        const auto kind = inferLink(from, to);
        if (!kind)
            return;
        Link made;
        made.id = from.id + "-to-" + to.id;
        made.from = from.id;
        made.to = to.id;
        made.kind = *kind;
        diagram.links.push_back(made);
    };
    for (int part = 0; part < parts; ++part) {
        const double left = part % columns * kWidth;
        const double top = part / columns * kHeight;
        for (const Piece& piece : kPieces) {
            Element element;
            element.id = piece.id + ('-' + std::to_string(part));
            element.name = piece.name + (' ' + std::to_string(part + 1));
            element.kind = piece.kind;
            element.position = {left + piece.x, top + piece.y};
            element.group = "context-" + std::to_string(part);
            diagram.elements.push_back(element);
        }
        Group group;
        group.id = "context-" + std::to_string(part);
        group.name = "Sales region " + std::to_string(part + 1);
        group.position = {left + 545, top + 100};
        group.size = {1290, 400};
        diagram.groups.push_back(group);
    }
    const auto at = [&](int part, int piece) -> const Element& {
        return diagram.elements[static_cast<std::size_t>(part * 8 + piece)];
    };
    for (int part = 0; part < parts; ++part) {
        for (const auto& [from, to] : kLinks)
            link(at(part, from), at(part, to));
        const int next = (part + 1) % parts;
        link(at(part, 3), at(next, 6));
        link(at(part, 6), at(next, 5));
    }
    return diagram;
}

}  // namespace sluice
