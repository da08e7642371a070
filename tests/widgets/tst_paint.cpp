#include <QtTest>
#include <set>

#include "tests/widgets/paintscene.h"
#include "widgets/paint/elementpainter.h"
#include "widgets/paint/queuescale.h"
#include "widgets/paint/textfitting.h"

using namespace sluice;
using sluice::test::element;

Q_DECLARE_METATYPE(sluice::ElementKind)

namespace {

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
    void aNameLeavesTheInstancesFree();
    void messagesStandFromTheConsumersEnd();
    void queueNeverOverflows();
    void keysHaveTheirHueForEver();
    void namesWrapBeforeTheyAreElided();
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
