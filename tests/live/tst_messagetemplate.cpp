#include <QRegularExpression>
#include <QUuid>
#include <QtTest>
#include <set>

#include "core/live/messagetemplate.h"

using namespace sluice;
using namespace std::chrono_literals;

class MessageTemplateTest : public QObject {
    Q_OBJECT

private:
    static QString expanded(const char* text, std::int64_t number = 7) {
        const auto made = MessageTemplate::parse(text);
        RandomStream random(1, 2);
        return made ? QString::fromStdString(made->expand(number, 1'700'000'000s + 5ms, random))
                    : QString::fromStdString(made.error().sentence);
    }

private slots:
    void fillsPlaces_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("none") << "{\"a\":{\"b\":1}}"
                              << "{\"a\":{\"b\":1}}";
        QTest::newRow("empty") << ""
                               << "";
        QTest::newRow("number") << "order-{{number}}"
                                << "order-7";
        QTest::newRow("twice") << "{{number}}{{ number }}"
                               << "77";
        QTest::newRow("now") << "{\"at\":\"{{now}}\"}"
                             << "{\"at\":\"2023-11-14T22:13:20.005Z\"}";
        QTest::newRow("one number") << "{{random 5..5}}"
                                    << "5";
        QTest::newRow("below zero") << "{{random -3..-3}}"
                                    << "-3";
        QTest::newRow("text") << "ä }} ü"
                              << "ä }} ü";
    }
    void fillsPlaces() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(expanded(text.toUtf8().constData()), expected);
    }

    void sayWhatIsWrong_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("no such") << "{{nubmer}}"
                                 << "did you mean 'number'";
        QTest::newRow("open") << "a {{number"
                              << "is not closed";
        QTest::newRow("too much") << "{{uuid 4}}"
                                  << "takes nothing more";
        QTest::newRow("no range") << "{{random}}"
                                  << "two whole numbers";
        QTest::newRow("half a range") << "{{random 1..}}"
                                      << "two whole numbers";
        QTest::newRow("turned round") << "{{random 9..1}}"
                                      << "the lower one first";
        QTest::newRow("empty") << "{{}}"
                               << "there is no {{}}";
    }
    void sayWhatIsWrong() {
        QFETCH(QString, text);
        QFETCH(QString, said);
        QVERIFY(!MessageTemplate::parse(text.toStdString()));
        QVERIFY2(expanded(text.toUtf8().constData()).contains(said),
                 qPrintable(expanded(text.toUtf8().constData())));
    }

    void plainTextStaysAsItIs() {
        RandomStream random;
        QCOMPARE(MessageTemplate::plain("{{number").expand(1, {}, random), "{{number");
    }

    void uuidsAreOnesAndDiffer() {
        const auto made = MessageTemplate::parse("{{uuid}}");
        RandomStream random(3, 4);
        std::set<std::string> seen;
        for (int i = 0; i < 1000; ++i) {
            const std::string text = made->expand(i, {}, random);
            const QUuid uuid(QString::fromStdString(text));
            QCOMPARE(uuid.version(), QUuid::Random);
            QCOMPARE(uuid.variant(), QUuid::DCE);
            seen.insert(text);
        }
        QCOMPARE(seen.size(), std::size_t(1000));
    }

    void randomNumbersReachBothEnds() {
        const auto made = MessageTemplate::parse("{{random 1..6}}");
        RandomStream random(5, 6);
        std::set<std::string> seen;
        for (int i = 0; i < 1000; ++i)
            seen.insert(made->expand(i, {}, random));
        QCOMPARE(seen, (std::set<std::string>{"1", "2", "3", "4", "5", "6"}));
        const auto widest = MessageTemplate::parse("{{random -9223372036854775808..9223372036854775807}}");
        QVERIFY(widest);
        QVERIFY(widest->expand(1, {}, random) != widest->expand(1, {}, random));
    }
};

QTEST_GUILESS_MAIN(MessageTemplateTest)
#include "tst_messagetemplate.moc"
