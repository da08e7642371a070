#pragma once

#include <QtTest>

#include "core/diagram/file.h"
#include "core/engine/simulation.h"
#include "core/trace/tracestore.h"

namespace sluice::test {

/// One of the drawings that come with the program, by its file's name without the ending.
inline Diagram example(const std::string& name) {
    auto loaded = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/" + name + ".sluice");
    if (!loaded)
        qFatal("%s", loaded.error().text().c_str());
    return std::move(loaded).value().diagram;
}

/// A whole run of a drawing, kept.
struct Played {
    Diagram diagram;
    Scenario scenario;
    std::unique_ptr<TraceStore> store;
};

/// Without a scenario the drawing's first is played.
inline Played played(Diagram diagram, const std::string& scenario = {}) {
    RunOptions options;
    options.scenario = scenario;
    auto simulation = Simulation::create(diagram, options);
    if (!simulation)
        qFatal("%s", simulation.error().text().c_str());
    Played run{std::move(diagram), simulation->scenario(), std::make_unique<TraceStore>(simulation->table())};
    simulation->runUntil(TraceTime::max(), *run.store);
    return run;
}

inline std::unique_ptr<TraceStore> storeOf(Diagram diagram, const std::string& scenario = {}) {
    return played(std::move(diagram), scenario).store;
}

}  // namespace sluice::test
