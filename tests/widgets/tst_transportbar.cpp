#include <QApplication>
#include <QToolButton>
#include <QtTest>

#include "widgets/theme/theme.h"
#include "widgets/transport/transportbar.h"

using namespace sluice;

class TransportBarTest : public QObject {
    Q_OBJECT
private slots:
    void buttonsStayWhereTheyAreWhateverStepsGoTo() {
        TransportBar bar(theme(ThemeName::Light));
        bar.resize(1240, 48);
        bar.show();
        QVERIFY(QTest::qWaitForWindowExposed(&bar));
        const auto places = [&] {
            QList<QRect> all;
            for (const QToolButton* button : bar.findChildren<QToolButton*>())
                all << button->geometry();
            return all;
        };
        const QList<QRect> before = places();
        QVERIFY(before.size() > 6);
        const auto* kind = bar.findChild<QToolButton*>("transport.stepGoal");
        for (int goal = 0; goal < kStepGoalCount; ++goal) {
            bar.setStepGoal(static_cast<StepGoal>(goal));
            QApplication::processEvents();
            QCOMPARE(places(), before);
            QVERIFY2(kind->width() >= kind->sizeHint().width(), qPrintable(kind->text()));
        }
    }
};

QTEST_MAIN(TransportBarTest)
#include "tst_transportbar.moc"
