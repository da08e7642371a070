#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QtTest>
#include <set>

#include "widgets/editing/clipboard.h"
#include "widgets/palette/palette.h"
#include "widgets/palette/palettemodel.h"
#include "widgets/theme/theme.h"

using namespace sluice;

/// The palette by mouse and keyboard.
class TestPalette : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_palette.reset(); }
    void offersEveryKindAndAGroup();
    void aClickChooses();
    void typingFindsAndEnterChooses_data();
    void typingFindsAndEnterChooses();
    void whatIsFoundKeepsItsPicture();
    void dragsTheNameOfTheKind();
    void narrowItShowsIconsAlone();

private:
    [[nodiscard]] QListView* list() const { return m_palette->findChild<QListView*>(); }
    [[nodiscard]] QLineEdit* search() const { return m_palette->findChild<QLineEdit*>(); }
    std::unique_ptr<Palette> m_palette;
    std::vector<ElementKind> m_chosen;
};

void TestPalette::init() {
    m_chosen.clear();
    m_palette = std::make_unique<Palette>(theme(ThemeName::Light));
    m_palette->resize(220, 800);
    connect(m_palette.get(), &Palette::kindChosen, this,
            [this](ElementKind kind) { m_chosen.push_back(kind); });
    m_palette->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_palette.get()));
}

void TestPalette::offersEveryKindAndAGroup() {
    QCOMPARE(list()->model()->rowCount(), kElementKindCount + 1);
    QSignalSpy group(m_palette.get(), &Palette::groupChosen);
    for (int row = 0; row < list()->model()->rowCount(); ++row)
        emit list()->clicked(list()->model()->index(row, 0));
    const std::set<ElementKind> kinds(m_chosen.begin(), m_chosen.end());
    QCOMPARE(kinds.size(), std::size_t(kElementKindCount));
    QCOMPARE(group.size(), 1);
}

void TestPalette::aClickChooses() {
    const QModelIndex first = list()->model()->index(0, 0);
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, list()->visualRect(first).center());
    QCOMPARE(m_chosen, std::vector<ElementKind>{ElementKind::Client});
}

void TestPalette::typingFindsAndEnterChooses_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("kind");
    QTest::newRow("its name") << "queue" << int(ElementKind::Queue);
    QTest::newRow("part of it") << "bal" << int(ElementKind::LoadBalancer);
    QTest::newRow("a product's name") << "kafka" << int(ElementKind::Topic);
}

void TestPalette::typingFindsAndEnterChooses() {
    QFETCH(QString, typed);
    QFETCH(int, kind);
    m_palette->focusSearch();
    QTest::keyClicks(search(), typed);
    QTest::keyClick(search(), Qt::Key_Return);
    QCOMPARE(m_chosen, std::vector<ElementKind>{ElementKind(kind)});
}

void TestPalette::whatIsFoundKeepsItsPicture() {
    // One row alone is left, where the client's was.
    const QModelIndex all = list()->model()->index(1, 0);
    QCOMPARE(PaletteModel::kindOf(all), std::optional(ElementKind::Service));
    const QPixmap before = list()->viewport()->grab(list()->visualRect(all));
    QTest::keyClicks(search(), "microservice");
    const QModelIndex found = list()->model()->index(0, 0);
    QCOMPARE(list()->model()->rowCount(), 1);
    QCOMPARE(PaletteModel::kindOf(found), std::optional(ElementKind::Service));
    list()->clearSelection();
    list()->setCurrentIndex({});
    QCOMPARE(list()->viewport()->grab(list()->visualRect(found)).toImage().copy(0, 0, 50, 40),
             before.toImage().copy(0, 0, 50, 40));
}

void TestPalette::dragsTheNameOfTheKind() {
    const std::unique_ptr<QMimeData> data(list()->model()->mimeData({list()->model()->index(2, 0)}));
    QVERIFY(data);
    QCOMPARE(data->data(kKindMime), QByteArray("queue"));
}

void TestPalette::narrowItShowsIconsAlone() {
    m_palette->setCompact(true);
    QCOMPARE(m_palette->width(), 56);
    QVERIFY(!search()->isVisible());
    m_palette->focusSearch();
    QVERIFY(!m_palette->isCompact() && search()->isVisible());
}

QTEST_MAIN(TestPalette)
#include "tst_palette.moc"
