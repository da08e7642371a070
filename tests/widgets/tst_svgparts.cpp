#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <QSvgRenderer>
#include <QtTest>

#include "widgets/share/svgparts.h"

using namespace sluice;

namespace {

constexpr QSize kSize{120, 60};

/// Something of each kind, and a figure that differs.
void paint(QPainter& painter, int figure) {
    painter.setPen(QPen(QColor("#aa3300"), 1));
    painter.setBrush(QColor("#ffeecc"));
    painter.drawRoundedRect(QRectF(4, 4, 60, 40), 6, 6);
    painter.setPen(QPen(QColor(0, 80, 160, 128), 3, Qt::DashLine, Qt::RoundCap, Qt::MiterJoin));
    painter.drawLine(QPointF(5, 50), QPointF(110, 55));
    QPainterPath ring;
    ring.addEllipse(QPointF(90, 20), 14, 14);
    ring.addEllipse(QPointF(90, 20), 7, 7);
    painter.fillPath(ring, QColor(20, 120, 60, 200));
    painter.save();
    painter.translate(30, 30);
    painter.rotate(20);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::black);
    painter.drawRect(0, 0, 9, 3);
    painter.restore();
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setPixelSize(12);
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(QColor("#112233"));
    painter.drawText(QPointF(10, 22), QStringLiteral("<%1 & \"more\">").arg(figure));
}

/// All that the generator writes, and what is inside.
struct Generated {
    QByteArray whole;
    QByteArray inside;
};

Generated generated(int figure) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setViewBox(QRectF(QPointF(), kSize));
    generator.setResolution(96);
    QPainter painter(&generator);
    paint(painter, figure);
    painter.end();
    const QByteArray svg = buffer.data();
    const qsizetype begin = svg.indexOf("</defs>") + 7;
    return {svg, svg.mid(begin, svg.lastIndexOf("</svg>") - begin).trimmed()};
}

QImage rendered(const QByteArray& svg) {
    QImage image(kSize * 4, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    QSvgRenderer renderer(svg);
    if (!renderer.isValid())
        return {};
    QPainter painter(&image);
    renderer.render(&painter);
    return image;
}

QByteArray around(const QByteArray& definitions, const QByteArray& picture) {
    return "<svg viewBox=\"0 0 120 60\" xmlns=\"http://www.w3.org/2000/svg\" "
           "xmlns:xlink=\"http://www.w3.org/1999/xlink\"><defs>" +
           definitions + "</defs><g " + SvgParts::surroundings() + '>' + picture + "</g></svg>";
}

}  // namespace

class SvgPartsTest : public QObject {
    Q_OBJECT
private slots:
    void looksAsItWasPainted();
    void saysOnceWhatPicturesHaveInCommon();
    void nothingIsNoPicture();
};

void SvgPartsTest::looksAsItWasPainted() {
    SvgParts parts;
    const Generated one = generated(1);
    const QImage before = rendered(one.whole);
    QVERIFY(!before.isNull());
    const SvgParts::Picture alone = parts.add(one.inside);
    QVERIFY(parts.definitions().isEmpty());
    QVERIFY(rendered(around({}, parts.svg(alone))) == before);
    // And put together from parts that it has in common with another. Qt looks for uses by another name.
    const SvgParts::Picture other = parts.add(generated(2).inside);
    QByteArray shared = parts.svg(alone);
    QVERIFY(shared.contains("<use href="));
    QVERIFY(rendered(around(parts.definitions(), shared.replace("<use href=", "<use xlink:href="))) ==
            before);
    QVERIFY(
        rendered(around(parts.definitions(), parts.svg(other).replace("<use href=", "<use xlink:href="))) ==
        rendered(generated(2).whole));
    QVERIFY(rendered(generated(2).whole) != before);
}

void SvgPartsTest::saysOnceWhatPicturesHaveInCommon() {
    SvgParts parts;
    qsizetype plain = 0;
    QList<SvgParts::Picture> pictures;
    for (int figure = 0; figure < 100; ++figure) {
        const Generated each = generated(figure);
        plain += each.inside.size();
        pictures.push_back(parts.add(each.inside));
    }
    qsizetype all = parts.definitions().size();
    for (const SvgParts::Picture& picture : pictures)
        all += parts.svg(picture).size();
    QVERIFY2(all * 5 < plain, qPrintable(QString("%1 of %2").arg(all).arg(plain)));
    // Only the figure is their own.
    QCOMPARE(parts.svg(pictures.back()).count("<text"), 1);
    QCOMPARE(parts.svg(pictures.back()).count("<path"), 0);
    QCOMPARE(parts.definitions().count("<text"), 0);
}

void SvgPartsTest::nothingIsNoPicture() {
    SvgParts parts;
    for (const char* text : {"", "<g>", "</g>", "<g ></g>", "<g >\n<g fill=\"none\" >\n</g>\n</g>"})
        QVERIFY2(parts.add(text).isEmpty(), text);
    QVERIFY(parts.svg({}).isEmpty());
}

QTEST_MAIN(SvgPartsTest)
#include "tst_svgparts.moc"
