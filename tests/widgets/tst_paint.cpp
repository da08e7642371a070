#include <QtTest>
#include <set>

#include "core/trace/tracestore.h"
#include "widgets/paint/elementpainter.h"
#include "widgets/paint/framecomposer.h"
#include "widgets/paint/queuescale.h"
#include "widgets/paint/textfitting.h"

using namespace sluice;

Q_DECLARE_METATYPE(sluice::ElementKind)

namespace {

Element element(const char* id, ElementKind kind, double x, double y, const char* name = "") {
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

QImage painted(const Element& e, ThemeName name, double zoom = 1) {
    Diagram diagram;
    diagram.elements = {e};
    const DiagramGeometry geometry(diagram);
    QImage image(240, 240, QImage::Format_RGB32);
    QPainter painter(&image);
    painter.translate(120, 100);
    PaintOptions options{.theme = &theme(name), .zoom = zoom};
    paintBackground(painter, diagram, geometry, QRectF(-120, -100, 240, 240), options);
    return image;
}

/// The share of pixels that differ.
double difference(const QImage& one, const QImage& other) {
    int count = 0;
    for (int y = 0; y < one.height(); ++y) {
        for (int x = 0; x < one.width(); ++x)
            count += one.pixel(x, y) != other.pixel(x, y) ? 1 : 0;
    }
    return double(count) / (one.width() * one.height());
}

}  // namespace

class TestPaint : public QObject {
    Q_OBJECT
private slots:
    void shapeTellsTheKindWithoutColour();
    void deadLetterQueueIsCappedInVermilion();
    void nothingElseIsVermilion_data();
    void nothingElseIsVermilion();
    void tokenStandsWhereItsTimeSays();
    void answerRunsBackwards();
    void tooManyMessagesBecomeAFlow();
    void flowHasTheRateOfItsDepartures();
    void tokensAreFoundWhereTheyArePainted();
    void aPointerBesideATokenMeansItAtEveryZoom_data();
    void aPointerBesideATokenMeansItAtEveryZoom();
    void aNameLeavesTheInstancesFree();
    void aBadgeIsNotHiddenByWhatIsSelected();
    void messagesStandFromTheConsumersEnd();
    void queueNeverOverflows();
    void keysHaveTheirHueForEver();
    void framesEqualAfterScrollingThereAndBack();
    void frameWithoutTimeShowsTheOldDrawingScaled();
    void changedPlaceIsPaintedAnew();
    void badgeStaysUntilLookedAt();
    void namesWrapBeforeTheyAreElided();
    void stateIndexOutlivesAnEdit();
    void countsAreShort_data();
    void countsAreShort();
};

void TestPaint::shapeTellsTheKindWithoutColour() {
    // Filled black, no two kinds that may be confused have the same silhouette in the same rectangle.
    std::vector<QImage> shapes;
    for (int i = 0; i < kElementKindCount; ++i) {
        const auto kind = static_cast<ElementKind>(i);
        QImage image(120, 120, QImage::Format_RGB32);
        QPainter painter(&image);
        Element e = element("e", kind, 60, 60);
        e.size = {100, 80};
        Theme grey = theme(ThemeName::Light);
        for (KindColors& colors : grey.kinds)
            colors = {Qt::darkGray, Qt::black, Qt::lightGray, Qt::black};
        image.fill(Qt::white);
        paintKind(painter, kind, QRectF(0, 0, 120, 120), grey);
        painter.end();
        for (const QImage& other : shapes)
            QVERIFY2(difference(image, other) > 0.03, kindName(kind).data());
        shapes.push_back(image);
    }
}

void TestPaint::deadLetterQueueIsCappedInVermilion() {
    Diagram diagram;
    diagram.elements = {element("q", ElementKind::Queue, 0, 0), element("d", ElementKind::Queue, 0, 200)};
    Link link;
    link.id = "l";
    link.kind = LinkKind::DeadLetter;
    link.from = "q";
    link.to = "d";
    diagram.links = {link};
    const DiagramGeometry geometry(diagram);
    QVERIFY(!geometry.takesDeadLetters(0) && geometry.takesDeadLetters(1));
    QImage image(300, 400, QImage::Format_RGB32);
    QPainter painter(&image);
    painter.translate(150, 100);
    const PaintOptions options{.theme = &theme(ThemeName::Light)};
    paintBackground(painter, diagram, geometry, QRectF(-150, -100, 300, 400), options);
    painter.end();
    const QColor danger = theme(ThemeName::Light).danger;
    QCOMPARE(image.pixelColor(150 + 80, 100 + 200), danger);
    QVERIFY(image.pixelColor(150 + 80, 100) != danger);
}

void TestPaint::nothingElseIsVermilion_data() {
    QTest::addColumn<ElementKind>("kind");
    for (int i = 0; i < kElementKindCount; ++i)
        QTest::newRow(kElementKindNames[std::size_t(i)].data()) << static_cast<ElementKind>(i);
}

void TestPaint::nothingElseIsVermilion() {
    QFETCH(ElementKind, kind);
    for (const auto name : {ThemeName::Light, ThemeName::Dark}) {
        const QImage image = painted(element("e", kind, 0, 0, "Name"), name);
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QColor c = image.pixelColor(x, y);
                QVERIFY(c.hslHue() < 15 || c.hslHue() > 30 || c.hslSaturation() < 200 || c.value() < 150);
            }
        }
    }
}

void TestPaint::tokenStandsWhereItsTimeSays() {
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

void TestPaint::answerRunsBackwards() {
    Transit transit{1, 2, TraceTime(0), TraceTime(100), eventflag::Reverse};
    QCOMPARE(fractionOf(transit, TraceTime(25)), 0.75);
    transit.arrives = transit.departed;
    QCOMPARE(fractionOf(transit, TraceTime(0)), 0.0);
}

void TestPaint::tooManyMessagesBecomeAFlow() {
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

void TestPaint::flowHasTheRateOfItsDepartures() {
    Scene scene;
    scene.state.at = std::chrono::seconds(1);
    for (int i = 0; i <= 200; ++i)  // one each 5 ms: 200 a second
        scene.send(static_cast<MessageId>(i + 1), i * 5'000'000, 2'000'000'000);
    TokenPlan plan;
    plan.build(scene.diagram, scene.geometry, scene.state, scene.index, {-1000, -1000, 3000, 3000}, 6);
    QCOMPARE(plan.flows().size(), std::size_t(1));
    QCOMPARE(plan.flows().front().rate, 200.0);
}

void TestPaint::tokensAreFoundWhereTheyArePainted() {
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

void TestPaint::aPointerBesideATokenMeansItAtEveryZoom_data() {
    QTest::addColumn<double>("zoom");
    for (const double zoom : {0.15, 0.3, 0.5, 1.0, 2.0})
        QTest::addRow("%g", zoom) << zoom;
}

void TestPaint::aPointerBesideATokenMeansItAtEveryZoom() {
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

void TestPaint::aNameLeavesTheInstancesFree() {
    Element service = element("s", ElementKind::Service, 0, 0, "Payment authorisation");
    Element unnamed = service;
    unnamed.name.clear();
    Diagram alone;
    alone.elements = {service};
    const QRectF bounds = DiagramGeometry(alone).elements().front();
    const QPointF pip = firstPip(bounds);
    const QRectF pips(pip.x() - kPipSize / 2, pip.y() - kPipSize / 2, bounds.width() - 24, kPipSize);
    for (int percent = 30; percent <= 120; percent += 5) {
        const double zoom = percent / 100.0;
        const auto shot = [&](const Element& shown) {
            Diagram diagram;
            diagram.elements = {shown};
            QImage image(320, 200, QImage::Format_RGB32);
            QPainter painter(&image);
            painter.translate(160, 100);
            painter.scale(zoom, zoom);
            const PaintOptions options{.theme = &theme(ThemeName::Light), .zoom = zoom};
            paintBackground(painter, diagram, DiagramGeometry(diagram), QRectF(-500, -500, 1000, 1000),
                            options);
            return image;
        };
        const QRect place = QRectF(pips.topLeft() * zoom, pips.size() * zoom).translated(160, 100).toRect();
        QVERIFY2(shot(service).copy(place) == shot(unnamed).copy(place), qPrintable(QString::number(zoom)));
    }
}

void TestPaint::aBadgeIsNotHiddenByWhatIsSelected() {
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

void TestPaint::messagesStandFromTheConsumersEnd() {
    const QRectF pipe(0, 0, 180, 60);
    const QueueScale right(pipe, false, false);
    const QueueScale left(pipe, true, false);
    for (std::size_t i = 1; i < QueueScale::kSingle; ++i) {
        QVERIFY(right.slot(i).x() <= right.slot(i - 1).x() - 2 * kStandingRadius);
        QVERIFY(left.slot(i).x() >= left.slot(i - 1).x() + 2 * kStandingRadius);
    }
    QVERIFY(right.figure().right() < right.slot(QueueScale::kSingle - 1).x());
    QVERIFY(left.figure().left() > left.slot(QueueScale::kSingle - 1).x());
}

void TestPaint::queueNeverOverflows() {
    const QRectF pipe(0, 0, 180, 60);
    for (const bool runsLeft : {false, true}) {
        const QueueScale scale(pipe, runsLeft, true);
        double last = 0;
        for (std::uint64_t depth = 1; depth < 10'000'000'000; depth *= 3) {
            const QRectF band = scale.band(0, depth);
            QVERIFY(pipe.contains(band));
            QVERIFY(!band.intersects(scale.figure().adjusted(1, 0, -1, 0)));
            QVERIFY(band.width() >= last);
            last = band.width();
        }
    }
}

void TestPaint::keysHaveTheirHueForEver() {
    // Written down: a recording replayed in years shows the same colours.
    std::set<int> hues;
    for (std::int64_t key = 0; key < 100; ++key) {
        QCOMPARE(keyHue(key), keyHue(key));
        QVERIFY(keyHue(key) >= 0 && keyHue(key) < kKeyHues);
        hues.insert(keyHue(key));
    }
    QCOMPARE(int(hues.size()), kKeyHues);
    // SplitMix64's published first output for seed 0 is 0xe220a8397b1dcdaf.
    QCOMPARE(keyHue(0), static_cast<int>(0xe220a8397b1dcdafULL % kKeyHues));
}

void TestPaint::framesEqualAfterScrollingThereAndBack() {
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

void TestPaint::frameWithoutTimeShowsTheOldDrawingScaled() {
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

void TestPaint::changedPlaceIsPaintedAnew() {
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

void TestPaint::badgeStaysUntilLookedAt() {
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

void TestPaint::namesWrapBeforeTheyAreElided() {
    const FittedText one = fitText(QStringLiteral("Orders"), {140, 44}, {});
    QCOMPARE(one.lines, QStringList{QStringLiteral("Orders")});
    const FittedText two = fitText(QStringLiteral("PaymentAuthorisationService"), {140, 44}, {});
    QVERIFY(two.lines.size() == 2 && !two.elided && two.width <= 140);
    QCOMPARE(two.lines.join(QString()), QStringLiteral("PaymentAuthorisationService"));
    const FittedText endless = fitText(QString(500, u'x'), {140, 44}, {});
    QVERIFY(endless.elided && endless.width <= 140);
    QVERIFY(fitText(QString(), {140, 44}, {}).lines.isEmpty());
}

void TestPaint::stateIndexOutlivesAnEdit() {
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

void TestPaint::countsAreShort_data() {
    QTest::addColumn<quint64>("count");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << quint64(0) << QStringLiteral("0");
    QTest::newRow("thousands") << quint64(9'999) << QStringLiteral("9,999");
    QTest::newRow("tens of thousands") << quint64(12'345) << QStringLiteral("12.3k");
    QTest::newRow("hundreds of thousands") << quint64(123'456) << QStringLiteral("123k");
    QTest::newRow("rounds up a unit") << quint64(999'700) << QStringLiteral("1.0M");
    QTest::newRow("millions") << quint64(4'100'000) << QStringLiteral("4.1M");
}

void TestPaint::countsAreShort() {
    QFETCH(quint64, count);
    QFETCH(QString, text);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QCOMPARE(shortCount(count), text);
}

QTEST_MAIN(TestPaint)
#include "tst_paint.moc"
