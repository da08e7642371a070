#include <QtTest>

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
