// Frames of the canvas on a software raster, 1600 by 900: what Sluice does, and the same picture painted item
// by item, as a ratio. Run with QT_QPA_PLATFORM=offscreen.
#include <benchmark/benchmark.h>

#include <QGuiApplication>
#include <QImage>
#include <cmath>
#include <random>

#include "widgets/paint/framecomposer.h"

using namespace sluice;

namespace {

constexpr QSize kSize(1600, 900);

/// Elements in rows, each but the first linked from its left neighbour, all links full of messages.
struct Load {
    Diagram diagram;
    DiagramGeometry geometry;
    EntityTable table;
    StateIndex index;
    SystemState state;
    Viewport viewport;

    Load(int elements, int tokens) {
        const int columns = static_cast<int>(std::ceil(std::sqrt(elements * 1.6)));
        constexpr std::array kinds{ElementKind::Service, ElementKind::Queue, ElementKind::Service,
                                   ElementKind::Topic, ElementKind::Table};
        for (int i = 0; i < elements; ++i) {
            Element element;
            element.id = "e" + std::to_string(i);
            element.name = "Element " + std::to_string(i);
            element.kind = kinds[static_cast<std::size_t>(i) % kinds.size()];
            element.position = {300.0 * (i % columns), 160.0 * (i / columns)};
            table.entities.push_back({.id = element.id, .name = element.name, .elementKind = element.kind});
            diagram.elements.push_back(element);
        }
        for (int i = 1; i < elements; ++i) {
            if (i % columns == 0)
                continue;
            Link link;
            link.id = "l" + std::to_string(i);
            link.from = diagram.elements[static_cast<std::size_t>(i - 1)].id;
            link.to = diagram.elements[static_cast<std::size_t>(i)].id;
            table.entities.push_back({.id = link.id, .name = {}, .isLink = true});
            diagram.links.push_back(link);
        }
        geometry = DiagramGeometry(diagram);
        index = StateIndex(diagram, table);
        state.entities.resize(table.entities.size());
        for (int i = 0; i < elements; ++i) {
            EntityState& entity = state.entities[static_cast<std::size_t>(i)];
            entity.instances = {{true, 1}, {true, 0}};
            entity.ready = static_cast<std::uint64_t>(i % 50);
            entity.partitions.resize(3);
            entity.rows = static_cast<std::uint64_t>(i);
        }
        std::mt19937 random(1);
        for (int i = 0; i < tokens; ++i) {
            Transit transit;
            transit.message = static_cast<MessageId>(i + 1);
            transit.link =
                static_cast<EntityId>(elements + static_cast<int>(random() % diagram.links.size()));
            transit.departed = TraceTime(-static_cast<std::int64_t>(random() % 1'000'000'000));
            transit.arrives = transit.departed + std::chrono::seconds(1);
            state.transits.push_back(transit);
        }
        const QRectF bounds = geometry.bounds();
        viewport.size = kSize;
        viewport.zoom = std::min(kSize.width() / bounds.width(), kSize.height() / bounds.height());
        viewport.origin = bounds.topLeft();
    }

    /// Time goes on and every token with it; those that arrive begin anew.
    void step() {
        state.at += std::chrono::milliseconds(16);
        Transits moved;
        for (Transit transit : state.transits) {
            if (transit.arrives < state.at) {
                transit.departed += std::chrono::seconds(1);
                transit.arrives += std::chrono::seconds(1);
            }
            moved.push_back(transit);
        }
        state.transits = std::move(moved);
    }

    [[nodiscard]] Frame frame() const {
        return {.diagram = &diagram, .geometry = &geometry, .state = &state, .index = &index, .flows = false};
    }
};

MessageLook lookOf(MessageId message) {
    return {static_cast<MessageKind>(message % 4), static_cast<std::uint16_t>(message % 6), message % 40, 0};
}

void composed(benchmark::State& run) {
    Load load(static_cast<int>(run.range(0)), static_cast<int>(run.range(1)));
    FrameComposer composer(theme(ThemeName::Light));
    composer.setLookup(lookOf);
    QImage image(kSize, QImage::Format_ARGB32_Premultiplied);
    {
        QPainter painter(&image);
        composer.paint(painter, load.frame(), load.viewport, 10'000);
    }
    for (auto _ : run) {
        run.PauseTiming();
        load.step();
        run.ResumeTiming();
        QPainter painter(&image);
        composer.paint(painter, load.frame(), load.viewport);
    }
    run.counters["tokens"] = static_cast<double>(composer.plan().tokens().size());
}

/// As many sprites as the frame beside it has tokens, prepared beforehand, on a plain ground: what Qt itself
/// needs for them. A composed frame cannot cost less.
void sprites(benchmark::State& run) {
    Load load(static_cast<int>(run.range(0)), static_cast<int>(run.range(1)));
    FrameComposer composer(theme(ThemeName::Light));
    composer.setLookup(lookOf);
    QImage image(kSize, QImage::Format_ARGB32_Premultiplied);
    QPixmap ground(kSize);
    ground.fill(Qt::white);
    {
        QPainter painter(&image);
        composer.paint(painter, load.frame(), load.viewport, 10'000);
    }
    const double zoom = load.viewport.zoom;
    const TokenAtlas atlas(std::max(2.0, tokenRadius(zoom) * zoom), 1, theme(ThemeName::Light));
    std::vector<QPainter::PixmapFragment> fragments;
    for (const TokenMark& mark : composer.plan().tokens())
        atlas.add(fragments, (mark.centre - load.viewport.origin) * zoom, lookOf(mark.message), false);
    for (auto _ : run) {
        QPainter painter(&image);
        painter.drawPixmap(0, 0, ground);
        painter.drawPixmapFragments(fragments.data(), static_cast<int>(fragments.size()), atlas.pixmap());
    }
}

/// Everything painted anew for each frame, a token a path: what a scene of items comes to.
void naive(benchmark::State& run) {
    Load load(static_cast<int>(run.range(0)), static_cast<int>(run.range(1)));
    QImage image(kSize, QImage::Format_ARGB32_Premultiplied);
    PaintOptions options{.theme = &theme(ThemeName::Light), .zoom = load.viewport.zoom, .grid = true};
    options.live = true;
    for (auto _ : run) {
        run.PauseTiming();
        load.step();
        run.ResumeTiming();
        QPainter painter(&image);
        painter.scale(load.viewport.zoom, load.viewport.zoom);
        painter.translate(-load.viewport.origin);
        const QRectF visible = load.viewport.visible();
        paintBackground(painter, load.diagram, load.geometry, visible, options);
        paintLive(painter, load.diagram, load.geometry, load.state, load.index, lookOf, visible, options);
        TokenPlan plan;
        const double radius = tokenRadius(load.viewport.zoom);
        plan.build(load.diagram, load.geometry, load.state, load.index, visible, radius, false);
        paintTokens(painter, plan.tokens(), lookOf, radius, options);
    }
}

void background(benchmark::State& run) {
    Load load(static_cast<int>(run.range(0)), 0);
    FrameComposer composer(theme(ThemeName::Light));
    QImage image(kSize, QImage::Format_ARGB32_Premultiplied);
    for (auto _ : run) {
        composer.invalidate();
        QPainter painter(&image);
        composer.paint(painter, load.frame(), load.viewport, 10'000);
    }
}

void geometry(benchmark::State& run) {
    Load load(static_cast<int>(run.range(0)), 0);
    for (auto _ : run)
        benchmark::DoNotOptimize(DiagramGeometry(load.diagram));
}

}  // namespace

BENCHMARK(composed)
    ->Args({200, 500})
    ->Args({1'000, 5'000})
    ->Args({5'000, 50'000})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(sprites)->Args({1'000, 5'000})->Args({5'000, 50'000})->Unit(benchmark::kMillisecond);
BENCHMARK(naive)
    ->Args({200, 500})
    ->Args({1'000, 5'000})
    ->Args({5'000, 50'000})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(background)->Arg(200)->Arg(1'000)->Arg(5'000)->Unit(benchmark::kMillisecond);
BENCHMARK(geometry)->Arg(2'000)->Unit(benchmark::kMillisecond);

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
