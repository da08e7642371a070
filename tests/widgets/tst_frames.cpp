#include <QtTest>

#include "core/trace/tracestore.h"
#include "tests/widgets/paintscene.h"

using namespace sluice;
using namespace sluice::test;

/// What a frame of the canvas is made of: the ground in tiles, what moves, and what lies over both.
class TestFrames : public QObject {
    Q_OBJECT
private slots:
    void tokenStandsWhereItsTimeSays();
    void answerRunsBackwards();
    void tooManyMessagesBecomeAFlow();
    void flowHasTheRateOfItsDepartures();
    void tokensAreFoundWhereTheyArePainted();
    void aPointerBesideATokenMeansItAtEveryZoom_data();
    void aPointerBesideATokenMeansItAtEveryZoom();
    void aBadgeIsNotHiddenByWhatIsSelected();
    void framesEqualAfterScrollingThereAndBack();
    void frameWithoutTimeShowsTheOldDrawingScaled();
    void changedPlaceIsPaintedAnew();
    void badgeStaysUntilLookedAt();
    void stateIndexOutlivesAnEdit();
};

void TestFrames::tokenStandsWhereItsTimeSays() {
    Scene scene;
    scene.send(7, 100, 300);
    TokenPlan plan;
    const QRectF everywhere(-1000, -1000, 3000, 3000);
    const LinkRoute& route = scene.geometry.route("l");
    for (const auto& [at, fraction] : {std::pair{100, 0.0}, {150, 0.25}, {200, 0.5}, {300, 1.0}}) {
        scene.state.at = TraceTime(at);
        plan.build(scene.diagram, scene.geometry, scene.state, scene.index, everywhere, 6);
        QCOMPARE(plan.tokens().size(), std::size_t(1));
        QCOMPARE(plan.tokens().front().centre, route.pointAt(fraction));
    }
    scene.state.at = TraceTime(50);  // not yet on its way
    plan.build(scene.diagram, scene.geometry, scene.state, scene.index, everywhere, 6);
    QVERIFY(plan.tokens().empty());
}

void TestFrames::answerRunsBackwards() {
    Transit transit{1, 2, TraceTime(0), TraceTime(100), eventflag::Reverse};
    QCOMPARE(fractionOf(transit, TraceTime(25)), 0.75);
    transit.arrives = transit.departed;
    QCOMPARE(fractionOf(transit, TraceTime(0)), 0.0);
}

void TestFrames::tooManyMessagesBecomeAFlow() {
    Scene scene;
    scene.state.at = TraceTime(0);
    TokenPlan plan;
    const QRectF everywhere(-1000, -1000, 3000, 3000);
    const double length = scene.geometry.route("l").length();
    const int most = static_cast<int>(length / 12);
    for (int i = 0; i < most; ++i)
        scene.send(static_cast<MessageId>(i + 1), -i * 1000, 1'000'000);
    plan.build(scene.diagram, scene.geometry, scene.state, scene.index, everywhere, 6);
    QCOMPARE(int(plan.tokens().size()), most);
    QVERIFY(plan.flows().empty());
    for (int i = 0; i < most; ++i)
        scene.send(static_cast<MessageId>(most + i + 1), -i * 1000, 1'000'000);
    plan.build(scene.diagram, scene.geometry, scene.state, scene.index, everywhere, 6);
    QVERIFY(plan.tokens().empty());
    QCOMPARE(plan.flows().size(), std::size_t(1));
    QCOMPARE(plan.flows().front().inFlight, 2 * most);
    plan.build(scene.diagram, scene.geometry, scene.state, scene.index, everywhere, 6, false);
    QCOMPARE(int(plan.tokens().size()), 2 * most);
}

void TestFrames::flowHasTheRateOfItsDepartures() {
    Scene scene;
    scene.state.at = std::chrono::seconds(1);
    for (int i = 0; i <= 200; ++i)  // one each 5 ms: 200 a second
        scene.send(static_cast<MessageId>(i + 1), i * 5'000'000, 2'000'000'000);
    TokenPlan plan;
    plan.build(scene.diagram, scene.geometry, scene.state, scene.index, {-1000, -1000, 3000, 3000}, 6);
    QCOMPARE(plan.flows().size(), std::size_t(1));
    QCOMPARE(plan.flows().front().rate, 200.0);
}

void TestFrames::tokensAreFoundWhereTheyArePainted() {
    Scene scene;
    scene.state.at = TraceTime(50);
    scene.send(1, 0, 100);
    scene.send(2, 10, 110);
    TokenPlan plan;
    plan.build(scene.diagram, scene.geometry, scene.state, scene.index, {-1000, -1000, 3000, 3000}, 6);
    const QPointF one = scene.geometry.route("l").pointAt(0.5);
    QCOMPARE(plan.tokensAt(one + QPointF(1, 1), 8), std::vector<MessageId>{1});
    QVERIFY(plan.tokensAt(one + QPointF(0, 40), 8).empty());
    QCOMPARE(plan.tokensAt(one, 100), (std::vector<MessageId>{1, 2}));
}

void TestFrames::aPointerBesideATokenMeansItAtEveryZoom_data() {
    QTest::addColumn<double>("zoom");
    for (const double zoom : {0.15, 0.3, 0.5, 1.0, 2.0})
        QTest::addRow("%g", zoom) << zoom;
}

void TestFrames::aPointerBesideATokenMeansItAtEveryZoom() {
    QFETCH(double, zoom);
    Scene scene;
    scene.state.at = TraceTime(50);
    scene.send(7, 0, 100);
    const QPointF token = scene.geometry.route("l").pointAt(0.5);
    FrameComposer composer(theme(ThemeName::Light));
    const QSize size(900, 500);
    const Viewport viewport{
        .origin = token - QPointF(size.width(), size.height()) / (2 * zoom), .zoom = zoom, .size = size};
    QImage image(size, QImage::Format_RGB32);
    QPainter painter(&image);
    composer.paint(painter, scene.frame(), viewport, 1'000);
    // A hand is off by some pixels of the screen, whatever these are worth on the drawing.
    const auto beside = [&](double pixels) { return token + QPointF(0, tokenRadius(zoom) + pixels / zoom); };
    QCOMPARE(composer.messagesAt(token), std::vector<MessageId>{7});
    QCOMPARE(composer.messagesAt(beside(2.9)), std::vector<MessageId>{7});
    QVERIFY(composer.messagesAt(beside(14)).empty());
}

void TestFrames::aBadgeIsNotHiddenByWhatIsSelected() {
    Scene scene = sceneWithDeadLetters();
    scene.state.entities[1].deadLettered = 3;
    const auto shot = [&](bool selected) {
        Highlights highlights;
        highlights.handles = selected;
        if (selected)
            highlights.selected = {"q"};
        FrameComposer composer(theme(ThemeName::Light));
        Frame frame = scene.frame();
        frame.highlights = &highlights;
        QImage image(900, 500, QImage::Format_RGB32);
        QPainter painter(&image);
        composer.paint(painter, frame, {.origin = {-300, -200}, .zoom = 1, .size = {900, 500}}, 1'000);
        return image;
    };
    // Around the corner where the handle would be, a little inside the badge's edge.
    const QPointF corner = scene.geometry.elements()[1].topRight() + QPointF(300, 200);
    const QRect badge(int(corner.x()) - 18, int(corner.y()) - 6, 20, 12);
    QVERIFY(shot(true) != shot(false));
    QVERIFY(shot(true).copy(badge) == shot(false).copy(badge));
}

void TestFrames::framesEqualAfterScrollingThereAndBack() {
    const Scene scene;
    FrameComposer composer(theme(ThemeName::Light));
    Viewport viewport{.origin = {-300, -200}, .zoom = 1, .size = {900, 500}};
    const auto shot = [&](FrameComposer& with) {
        QImage image(viewport.size, QImage::Format_RGB32);
        QPainter painter(&image);
        while (!with.paint(painter, scene.frame(), viewport, 1'000)) {
        }
        return image;
    };
    const QImage before = shot(composer);
    viewport.origin += QPointF(333.3, -77.7);
    shot(composer);
    viewport.zoom = 1.7;
    shot(composer);
    viewport.zoom = 1;
    viewport.origin = {-300, -200};
    QCOMPARE(shot(composer), before);
    FrameComposer fresh(theme(ThemeName::Light));
    QCOMPARE(shot(fresh), before);
}

void TestFrames::frameWithoutTimeShowsTheOldDrawingScaled() {
    const Scene scene;
    FrameComposer composer(theme(ThemeName::Light));
    Viewport viewport{.origin = {-300, -200}, .zoom = 1, .size = {900, 500}};
    QImage image(viewport.size, QImage::Format_RGB32);
    {
        QPainter painter(&image);
        QVERIFY(composer.paint(painter, scene.frame(), viewport, 1'000));
    }
    viewport.zoom = 1.1;
    image.fill(Qt::red);
    {
        QPainter painter(&image);
        QVERIFY(!composer.paint(painter, scene.frame(), viewport, -1));
    }
    // The service's body is there though nothing was painted anew.
    const QPoint inside = viewport.toWidget({-50, -30}).toPoint();
    const QColor fill = theme(ThemeName::Light).of(ElementKind::Service).fill;
    QVERIFY(qAbs(image.pixelColor(inside).green() - fill.green()) < 8);
    QVERIFY(image.pixelColor(inside) != theme(ThemeName::Light).canvas);
}

void TestFrames::changedPlaceIsPaintedAnew() {
    Scene scene;
    FrameComposer composer(theme(ThemeName::Light));
    const Viewport viewport{.origin = {-300, -200}, .zoom = 1, .size = {900, 500}};
    const auto shot = [&] {
        QImage image(viewport.size, QImage::Format_RGB32);
        QPainter painter(&image);
        composer.paint(painter, scene.frame(), viewport, 1'000);
        return image;
    };
    const QImage before = shot();
    scene.diagram.elements[0].position.y = 60;
    scene.geometry = DiagramGeometry(scene.diagram);
    QCOMPARE(shot(), before);  // nobody said so yet
    composer.invalidate();
    QVERIFY(shot() != before);
}

void TestFrames::badgeStaysUntilLookedAt() {
    Scene scene = sceneWithDeadLetters();
    const auto shot = [&](std::uint64_t seen) {
        QImage image(900, 500, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        painter.translate(300, 200);
        const std::unordered_map<std::string, std::uint64_t> seenDeadLetters{{"q", seen}};
        PaintOptions options{.theme = &theme(ThemeName::Light)};
        options.seenDeadLetters = &seenDeadLetters;
        paintLive(painter, scene.diagram, scene.geometry, scene.state, scene.index, {},
                  {-300, -200, 900, 500}, options);
        return image;
    };
    const QImage none = shot(0);
    scene.state.entities[1].deadLettered = 3;
    QVERIFY(shot(0) != none);
    QCOMPARE(shot(3), none);
    scene.state.entities[1].deadLettered = 4;
    QVERIFY(shot(3) != none);
}

void TestFrames::stateIndexOutlivesAnEdit() {
    Scene scene;
    QVERIFY(scene.index.matches(scene.diagram));
    scene.diagram.elements.push_back(element("new", ElementKind::Queue, 0, 300));
    QVERIFY(!scene.index.matches(scene.diagram));
    const StateIndex index(scene.diagram, scene.table);
    QCOMPARE(index.ofElement(1), EntityId(1));
    QCOMPARE(index.ofElement(2), kNoEntity);
    QCOMPARE(index.linkOf(2), 0);
    QCOMPARE(index.linkOf(99), -1);
    MessageInfo message;
    message.type = 12;  // of no catalogue
    message.key = 5;
    QCOMPARE(index.lookOf(message).key, 5);
}

QTEST_MAIN(TestFrames)
#include "tst_frames.moc"
