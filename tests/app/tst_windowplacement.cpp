#include <QtTest>

#include "app/windowplacement.h"

using namespace sluice;

class TestWindowPlacement : public QObject {
    Q_OBJECT

private slots:
    void keepsTheWindowOnTheScreen_data() {
        QTest::addColumn<QRect>("window");
        QTest::addColumn<QRect>("available");
        QTest::addColumn<QMargins>("frame");
        QTest::addColumn<QRect>("placed");
        const QRect screen(0, 0, 1280, 800);
        const QMargins frame(1, 22, 1, 3);
        QTest::newRow("what fits stays")
            << QRect(200, 100, 900, 600) << screen << frame << QRect(200, 100, 900, 600);
        // The title bar takes its lines from the window, not from what is below the screen.
        QTest::newRow("as large as the screen")
            << QRect(0, 0, 1280, 800) << screen << frame << QRect(1, 22, 1278, 775);
        QTest::newRow("without a frame") << QRect(0, 0, 1280, 800) << screen << QMargins() << screen;
        QTest::newRow("below the edge")
            << QRect(50, 300, 900, 600) << screen << frame << QRect(50, 197, 900, 600);
        QTest::newRow("title above the edge")
            << QRect(50, 5, 900, 600) << screen << frame << QRect(50, 22, 900, 600);
        QTest::newRow("right of the edge")
            << QRect(900, 100, 900, 600) << screen << frame << QRect(379, 100, 900, 600);
        QTest::newRow("a panel at the top")
            << QRect(0, 0, 1280, 800) << QRect(0, 30, 1280, 770) << frame << QRect(1, 52, 1278, 745);
        QTest::newRow("another screen") << QRect(3000, 100, 900, 600) << QRect(1280, 0, 1920, 1080)
                                        << QMargins() << QRect(2300, 100, 900, 600);
    }

    void keepsTheWindowOnTheScreen() {
        QFETCH(QRect, window);
        QFETCH(QRect, available);
        QFETCH(QMargins, frame);
        QTEST(placedInside(window, available, frame), "placed");
    }
};

QTEST_GUILESS_MAIN(TestWindowPlacement)
#include "tst_windowplacement.moc"
