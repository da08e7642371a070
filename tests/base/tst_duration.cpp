#include <QtTest>

#include "core/base/duration.h"

using namespace sluice;

class DurationTest : public QObject {
    Q_OBJECT
private slots:
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void formatsWhatItReadsBack();
};

void DurationTest::reads_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("nanoseconds");
    QTest::newRow("bare number is milliseconds") << "250" << qint64(250'000'000);
    QTest::newRow("unit apart") << "250 ms" << qint64(250'000'000);
    QTest::newRow("decimal") << "1.5s" << qint64(1'500'000'000);
    QTest::newRow("compound") << "1h30m" << qint64(5'400'000'000'000);
    QTest::newRow("minutes spelled out") << "2 min" << qint64(120'000'000'000);
    QTest::newRow("micro sign") << "40µs" << qint64(40'000);
    QTest::newRow("zero") << "0" << qint64(0);
}

void DurationTest::reads() {
    QFETCH(QString, text);
    QFETCH(qint64, nanoseconds);
    const auto parsed = parseDuration(text.toStdString());
    QVERIFY(parsed.ok());
    QCOMPARE(qint64(parsed->count()), nanoseconds);
}

void DurationTest::refuses_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << "";
    QTest::newRow("words") << "soon";
    QTest::newRow("unknown unit") << "3 fortnights";
    QTest::newRow("negative") << "-5s";
    QTest::newRow("two points") << "1.2.3s";
    QTest::newRow("past int64") << "200000d";
    QTest::newRow("no number") << "ms";
}

void DurationTest::refuses() {
    QFETCH(QString, text);
    const auto parsed = parseDuration(text.toStdString());
    QVERIFY(!parsed.ok());
    QVERIFY(!parsed.error().sentence.empty());
}

void DurationTest::formatsWhatItReadsBack() {
    for (const std::int64_t count :
         {1LL, 999LL, 1'500LL, 250'000'000LL, 90'061'500'000'000LL, 86'400'000'000'000LL}) {
        const auto text = formatDuration(Duration(count));
        const auto again = parseDuration(text);
        QVERIFY2(again.ok(), text.c_str());
        QCOMPARE(qint64(again->count()), qint64(count));
    }
}

QTEST_APPLESS_MAIN(DurationTest)
#include "tst_duration.moc"
