#include <QtTest>

#include "tests/widgets/colordifference.h"
#include "widgets/theme/elidedcombobox.h"
#include "widgets/theme/theme.h"

using namespace sluice;

Q_DECLARE_METATYPE(sluice::ThemeName)

class TestTheme : public QObject {
    Q_OBJECT
private slots:
    void textIsReadableOnEverySurface_data() { themes(); }
    void textIsReadableOnEverySurface();
    void marksStandOutFromTheCanvas_data() { themes(); }
    void marksStandOutFromTheCanvas();
    void vermilionIsKeptForDanger_data() { themes(); }
    void vermilionIsKeptForDanger();
    void contrastIsThatOfTheStandard();
    void theDifferenceOfColoursIsThatOfItsAuthors();
    void theColourBlindTellLinesAndMessagesApart_data() { themes(); }
    void theColourBlindTellLinesAndMessagesApart();
    void theColourBlindSeeWhatIsWrong_data() { themes(); }
    void theColourBlindSeeWhatIsWrong();
    void styleSheetNamesNoUnknownRole_data() { themes(); }
    void styleSheetNamesNoUnknownRole();
    void figuresAreEquallyWide();
    void aChoiceWithoutRoomEndsInAnEllipsis();

private:
    static void themes() {
        QTest::addColumn<ThemeName>("name");
        QTest::newRow("light") << ThemeName::Light;
        QTest::newRow("dark") << ThemeName::Dark;
        QTest::newRow("high contrast") << ThemeName::HighContrast;
    }
};

#define READABLE(ink, ground)              \
    QVERIFY2(                              \
        contrastRatio(ink, ground) >= 4.5, \
        qPrintable(QStringLiteral(#ink " on " #ground ": %1").arg(contrastRatio(ink, ground), 0, 'f', 2)))

void TestTheme::textIsReadableOnEverySurface() {
    QFETCH(ThemeName, name);
    const Theme& t = theme(name);
    QCOMPARE(t.name, name);
    for (const QColor& ground : {t.canvas, t.surface, t.surfaceRaised, t.surfaceSunken}) {
        for (const QColor& ink : {t.text, t.textMuted, t.accentText, t.okText, t.warningText, t.dangerText,
                                  t.infoText, t.lateText, t.linkText})
            READABLE(ink, ground);
    }
    READABLE(t.text, t.surfaceHover);
    READABLE(t.text, t.accentSoft);
    READABLE(t.accentText, t.accentSoft);
    READABLE(t.textOnAccent, t.accent);
    READABLE(t.paperText, t.paper);
    for (const KindColors& kind : t.kinds) {
        READABLE(kind.text, kind.fill);
        READABLE(kind.text, t.canvas);
        READABLE(t.text, kind.fill);
        READABLE(t.textMuted, kind.fill);
    }
}

void TestTheme::marksStandOutFromTheCanvas() {
    QFETCH(ThemeName, name);
    const Theme& t = theme(name);
    for (int i = 0; i < kElementKindCount; ++i) {
        const auto kind = static_cast<ElementKind>(i);
        if (kind == ElementKind::Note)
            continue;
        QVERIFY2(contrastRatio(t.of(kind).line, t.canvas) >= 3.0,
                 qPrintable(QStringLiteral("%1: %2")
                                .arg(QString::fromUtf8(kindName(kind).data(), int(kindName(kind).size())))
                                .arg(contrastRatio(t.of(kind).line, t.canvas))));
    }
    for (const QColor& mark : {t.danger, t.accent, t.link, t.outlineStrong})
        QVERIFY(contrastRatio(mark, t.canvas) >= (mark == t.outlineStrong ? 2.8 : 3.0));
}

void TestTheme::vermilionIsKeptForDanger() {
    QFETCH(ThemeName, name);
    const Theme& t = theme(name);
    const auto resembles = [](const QColor& color) {
        return color.hslHue() >= 12 && color.hslHue() <= 32 && color.hslSaturation() > 140;
    };
    QVERIFY(resembles(t.danger));
    for (const KindColors& kind : t.kinds)
        QVERIFY(!resembles(kind.hue) && !resembles(kind.line));
    for (const QColor& color : t.series)
        QVERIFY(!resembles(color));
    for (const QColor& color : {t.accent, t.ok, t.warning, t.info, t.late, t.link})
        QVERIFY(!resembles(color));
}

void TestTheme::contrastIsThatOfTheStandard() {
    QCOMPARE(contrastRatio(Qt::white, Qt::black), 21.0);
    QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
    // The grey that is known as the lightest that passes on white.
    QVERIFY(qAbs(contrastRatio(QColor(0x76, 0x76, 0x76), Qt::white) - 4.54) < 0.005);
}

void TestTheme::theDifferenceOfColoursIsThatOfItsAuthors() {
    // Sharma, Wu and Dalal 2005, table 1: pairs 1, 7, 17, 20 and 34.
    const struct {
        test::Triple one, other;
        double difference;
    } pairs[] = {{{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
                 {{50, 0, 0}, {50, -1, 2}, 2.3669},
                 {{50, 2.5, 0}, {73, 25, -18}, 27.1492},
                 {{50, 2.5, 0}, {58, 24, 15}, 19.4535},
                 {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082}};
    for (const auto& pair : pairs)
        QVERIFY(qAbs(test::ciede2000(pair.one, pair.other) - pair.difference) < 1e-4);
    QVERIFY(qAbs(test::labOf(QColor(255, 0, 0), test::kVisions[0])[0] - 53.24) < 0.01);
}

#define APART(one, other, least)                                                                         \
    for (const test::Vision& vision : test::kVisions) {                                                  \
        const double difference = test::ciede2000(test::labOf(one, vision), test::labOf(other, vision)); \
        QVERIFY2(difference >= (least),                                                                  \
                 qPrintable(QStringLiteral("%1 and %2, %3: %4")                                          \
                                .arg((one).name(), (other).name(), QLatin1String(vision.name))           \
                                .arg(difference)));                                                      \
    }

void TestTheme::theColourBlindTellLinesAndMessagesApart() {
    QFETCH(ThemeName, name);
    const Theme& t = theme(name);
    for (std::size_t i = 0; i < t.series.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j)
            APART(t.series[j], t.series[i], 10)
    }
}

void TestTheme::theColourBlindSeeWhatIsWrong() {
    QFETCH(ThemeName, name);
    const Theme& t = theme(name);
    // Warnings and late arrivals have marks of their own; what is well or only told looks like no alarm.
    for (const QColor& calm : {t.ok, t.info, t.accent, t.link, t.canvas, t.surface})
        APART(t.danger, calm, 12)
    for (const QColor& amber : {t.warning, t.late})
        APART(t.danger, amber, 8)
}

void TestTheme::styleSheetNamesNoUnknownRole() {
    QFETCH(ThemeName, name);
    const QString sheet = styleSheetOf(theme(name));
    QVERIFY(!sheet.contains(u'@'));
    QCOMPARE(sheet.count(u'{'), sheet.count(u'}'));
    static const QRegularExpression url(QStringLiteral("url\\((:[^)]*)\\)"));
    auto matches = url.globalMatch(sheet);
    QVERIFY(matches.hasNext());
    while (matches.hasNext()) {
        const QString file = matches.next().captured(1);
        QVERIFY2(QFile::exists(file), qPrintable(file));
    }
    QLabel probe;
    QTest::failOnWarning(QRegularExpression(QStringLiteral("Could not parse")));
    probe.setStyleSheet(sheet);
    probe.ensurePolished();
}

void TestTheme::figuresAreEquallyWide() {
    const QFontMetricsF metrics(figureFont(11));
    for (const QChar digit : QStringLiteral("123456789"))
        QCOMPARE(metrics.horizontalAdvance(digit), metrics.horizontalAdvance(QLatin1Char('0')));
    QCOMPARE(figureFont(11).pointSizeF(), 11.0);
}

void TestTheme::aChoiceWithoutRoomEndsInAnEllipsis() {
    const auto pictureOf = [](QComboBox& box, const QString& text) {
        box.addItem(text);
        box.resize(140, 30);
        return box.grab().toImage();
    };
    const QString name = QStringLiteral("A bug in processing, mended and redriven");
    ElidedComboBox elided;
    const QImage shown = pictureOf(elided, name);
    bool ended = false;
    for (qsizetype length = 1; length < name.size() && !ended; ++length) {
        QComboBox plain;
        ended = pictureOf(plain, name.left(length) + QChar(0x2026)) == shown;
    }
    QVERIFY(ended);
    ElidedComboBox wide;
    QComboBox plain;
    QCOMPARE(pictureOf(wide, "Bad data"), pictureOf(plain, "Bad data"));
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
