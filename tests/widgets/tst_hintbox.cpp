#include <QtTest>

#include "widgets/canvas/hintbox.h"

using namespace sluice;

/// The reason why two elements cannot be joined stands at the pointer, where it can be read.
class HintBoxTest : public QObject {
    Q_OBJECT

private slots:
    void canBeReadWhereverThePointerIs();
    void standsBesideWhatLiesOverTheCanvas();
};

void HintBoxTest::canBeReadWhereverThePointerIs() {
    const QSizeF canvas(700, 400);
    const QSizeF hint(300, 30);
    for (int x = 0; x <= 700; x += 50) {
        for (int y = 40; y <= 400; y += 40) {
            const QRectF box = hintBox(hint, QPointF(x, y), canvas, {});
            QVERIFY(QRectF(QPointF(), canvas).contains(box));
            QVERIFY(!box.contains(QPointF(x, y)));
        }
    }
}

void HintBoxTest::standsBesideWhatLiesOverTheCanvas() {
    const QRectF map(520, 280, 170, 110);
    for (const QPointF pointer : {QPointF(400, 270), QPointF(480, 330), QPointF(600, 265)}) {
        const QRectF box = hintBox({300, 30}, pointer, {700, 400}, map);
        QVERIFY(!box.intersects(map));
        QVERIFY(QRectF(0, 0, 700, 400).contains(box));
    }
    // A narrow canvas has room above it only.
    QVERIFY(!hintBox({300, 30}, {200, 250}, {360, 400}, {180, 280, 170, 110})
                 .intersects(QRectF(180, 280, 170, 110)));
}

QTEST_MAIN(HintBoxTest)
#include "tst_hintbox.moc"
