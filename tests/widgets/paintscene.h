#pragma once

#include "widgets/paint/framecomposer.h"

/// Small drawings that tests paint, with the state of a trace.
namespace sluice::test {

inline Element element(const char* id, ElementKind kind, double x, double y, const char* name = "") {
    Element e;
    e.id = id;
    e.name = name;
    e.kind = kind;
    e.position = {x, y};
    return e;
}

/// A service that publishes to a queue, at rest, with a trace's table and state.
struct Scene {
    Diagram diagram;
    DiagramGeometry geometry;
    EntityTable table;
    StateIndex index;
    SystemState state;

    Scene() {
        diagram.elements = {element("a", ElementKind::Service, 0, 0),
                            element("q", ElementKind::Queue, 400, 0)};
        Link link;
        link.id = "l";
        link.from = "a";
        link.to = "q";
        diagram.links = {link};
        table.entities = {
            {.id = "a", .name = ""}, {.id = "q", .name = ""}, {.id = "l", .name = "", .isLink = true}};
        geometry = DiagramGeometry(diagram);
        index = StateIndex(diagram, table);
        state.entities.resize(3);
    }
    void send(MessageId message, std::int64_t departed, std::int64_t arrives, std::uint8_t flags = 0) {
        state.transits.push_back({message, 2, TraceTime(departed), TraceTime(arrives), flags});
    }
    [[nodiscard]] Frame frame() const {
        return {.diagram = &diagram, .geometry = &geometry, .state = &state, .index = &index};
    }
};

/// The queue takes dead letters of another one.
inline Scene sceneWithDeadLetters() {
    Scene scene;
    scene.diagram.elements.push_back(element("work", ElementKind::Queue, 400, -200));
    Link link;
    link.id = "dead";
    link.kind = LinkKind::DeadLetter;
    link.from = "work";
    link.to = "q";
    scene.diagram.links.push_back(link);
    scene.geometry = DiagramGeometry(scene.diagram);
    scene.index = StateIndex(scene.diagram, scene.table);
    return scene;
}

}  // namespace sluice::test
