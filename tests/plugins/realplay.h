#pragma once

#include <QUuid>
#include <QtTest>

#include "app/brokers/realrun.h"
#include "core/compare/comparison.h"
#include "tests/engine/brokerstory.h"
#include "tests/plugins/livebroker.h"

/// A drawing that was played with the queues and topics of real brokers.
struct RealPlay {
    sluice::test::Run run;
    std::vector<sluice::RealRun::Held> held;
    std::vector<std::string> notes;
    std::unique_ptr<sluice::TraceStore> store;

    [[nodiscard]] qint64 heldBy(const std::string& element) const {
        for (const auto& one : held) {
            if (one.element == element)
                return one.found;
        }
        return -2;
    }
};

/// Why it could not be played; empty if it was.
inline QString playFor(
    const sluice::Diagram& drawing, std::vector<sluice::RealRun::Place> places, RealPlay& play,
    const std::function<void(const sluice::Progress&)>& goOn = [](const auto&) {}) {
    using namespace sluice;
    RealRun::Wish wish;
    wish.drawing = std::make_shared<const Diagram>(drawing);
    wish.places = std::move(places);
    wish.prefix = QString("test-%1.").arg(QUuid::createUuid().toString(QUuid::WithoutBraces).left(6));
    auto made = RealRun::create(std::move(wish), [](auto changes, const auto&) { return changes; });
    if (!made)
        return QString::fromStdString(made.error().text());
    RealRun& run = **made;
    if (const auto ready = run.setUp(); !ready) {
        (void)run.tearDown();
        return QString::fromStdString(ready.error().text());
    }
    play.run.table = run.table();
    play.store = std::make_unique<TraceStore>(run.table());
    struct Both : TraceSink {
        RealPlay& play;
        explicit Both(RealPlay& p) : play(p) {}
        void accept(std::span<const TraceEvent> events, TraceTime horizon) override {
            play.run.trace.accept(events, horizon);
            play.store->accept(events, horizon);
        }
        void finish(const Result<void>& outcome) override {
            play.run.trace.finish(outcome);
            play.store->finish(outcome);
        }
    } both(play);
    run.play(both, goOn, {});
    play.held = run.held(*play.store);
    play.notes = run.notes();
    if (const auto gone = run.tearDown(); !gone)
        return QString::fromStdString(gone.error().text());
    return play.run.trace.ok ? QString() : QString::fromStdString(play.run.trace.error);
}
