#include <sys/resource.h>

#include <QPrinter>
#include <QProcess>
#include <QSvgRenderer>
#include <QXmlStreamReader>
#include <QtTest>
#include <csignal>

#include "core/trace/systemstate.h"
#include "widgets/export/export.h"

using namespace sluice;

namespace {

Diagram shop() {
    Diagram diagram;
    diagram.name = "Shop <& orders>";
    const auto add = [&diagram](const char* id, const char* name, ElementKind kind, double x, double y) {
        Element element;
        element.id = id;
        element.name = name;
        element.kind = kind;
        element.position = {x, y};
        diagram.elements.push_back(element);
    };
    add("portal", "Portal", ElementKind::Client, 0, 0);
    add("app", "Ordering", ElementKind::Service, 300, 0);
    add("orders", "Orders", ElementKind::Queue, 640, 0);
    add("dead", "Dead orders", ElementKind::Queue, 640, 200);
    Link link;
    link.id = "call";
    link.kind = LinkKind::Call;
    link.from = "portal";
    link.to = "app";
    diagram.links.push_back(link);
    link.id = "publish";
    link.kind = LinkKind::Publish;
    link.from = "app";
    link.to = "orders";
    link.name = "OrderPlaced";
    diagram.links.push_back(link);
    return diagram;
}

/// Every <text> of an SVG; nothing when it is not well-formed.
QStringList textsOf(const QByteArray& svg) {
    QXmlStreamReader reader(svg);
    QStringList texts;
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() && reader.name() == u"text")
            texts.append(reader.readElementText().trimmed());
    }
    return reader.hasError() ? QStringList() : texts;
}

}  // namespace

class TestExport : public QObject {
    Q_OBJECT
private slots:
    void svgHoldsItsTextAsText();
    void svgNamesFontsThatEveryReaderHas();
    void svgIsUnderstoodByARenderer();
    void pngHasTheAskedSize();
    void pngTooLargeForMemoryIsRefused();
    void darkPictureIsDark();
    void transparentPictureHasNoBackground();
    void pdfTextCanBeRead();
    void pdfPageIsAsAsked();
    void selectionShowsItselfOnly();
    void stateIsShownWhenAskedFor();
    void selectionShowsTheMessagesOnItsWay();
    void cancellingLeavesNoFile();
    void progressGrowsAndStopsAtOnce_data();
    void progressGrowsAndStopsAtOnce();
    void clipboardTakesNoMorePixelsThanOthersDo();
    void emptyDrawingIsRefused();
    void suffixChoosesTheFormat();
    void refusedFolderLeavesNoFileAndSaysWhy();
    void fullDiskLeavesTheOldFile();
    void clipboardHoldsPixelsAndSvg();
    void printerGetsOnePage();

private:
    QTemporaryDir m_folder;
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
};

void TestExport::svgHoldsItsTextAsText() {
    const auto svg = renderDiagram(shop(), {});
    QVERIFY(svg.ok());
    const QStringList texts = textsOf(*svg);
    for (const char* name : {"Portal", "Ordering", "Orders", "Dead orders", "OrderPlaced", "REST"})
        QVERIFY2(texts.contains(QLatin1String(name)), name);
    QVERIFY(svg->contains("<title>Shop &lt;&amp; orders&gt;</title>"));
    QVERIFY(svg->contains("<desc>"));
}

void TestExport::svgNamesFontsThatEveryReaderHas() {
    const auto svg = renderDiagram(shop(), {});
    static const QRegularExpression family(QStringLiteral("<text[^>]*font-family=\"([^\"]*)\""));
    auto matches = family.globalMatch(QString::fromUtf8(*svg));
    QVERIFY(matches.hasNext());
    while (matches.hasNext())
        QVERIFY(matches.next().captured(1).endsWith(QLatin1String("sans-serif")));
}

void TestExport::svgIsUnderstoodByARenderer() {
    const auto svg = renderDiagram(shop(), {});
    QSvgRenderer renderer(*svg);
    QVERIFY(renderer.isValid());
    QImage image(renderer.defaultSize(), QImage::Format_RGB32);
    QVERIFY(image.width() > 700 && image.height() > 250);
    image.fill(Qt::red);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    QVERIFY(image.pixelColor(2, 2) != QColor(Qt::red));
}

void TestExport::pngHasTheAskedSize() {
    ExportOptions options{.format = PictureFormat::Png};
    options.scale = 1;
    QVERIFY(exportDiagram(shop(), options, path("one.png")).ok());
    options.scale = 2.5;
    QVERIFY(exportDiagram(shop(), options, path("two.png")).ok());
    const QSizeF one = QImage(path("one.png")).size();
    QVERIFY(!one.isEmpty());
    QCOMPARE(QImage(path("two.png")).size(),
             QSize(int(std::ceil(one.width() * 2.5)), int(std::ceil(one.height() * 2.5))));
}

void TestExport::pngTooLargeForMemoryIsRefused() {
    Diagram diagram = shop();
    diagram.elements.back().position = {1e6, 0};
    const auto png = renderDiagram(diagram, {.format = PictureFormat::Png});
    QVERIFY(!png.ok());
    QCOMPARE(png.error().code, ErrorCode::Unsupported);
}

void TestExport::darkPictureIsDark() {
    ExportOptions options{.format = PictureFormat::Png, .theme = ThemeName::Dark};
    const QImage image = QImage::fromData(*renderDiagram(shop(), options));
    QCOMPARE(image.pixelColor(1, 1), theme(ThemeName::Dark).canvas);
}

void TestExport::transparentPictureHasNoBackground() {
    ExportOptions options{.format = PictureFormat::Png, .transparent = true};
    QCOMPARE(QImage::fromData(*renderDiagram(shop(), options)).pixelColor(1, 1).alpha(), 0);
}

void TestExport::pdfTextCanBeRead() {
    const QString program = QStandardPaths::findExecutable(QStringLiteral("pdftotext"));
    QVERIFY2(!program.isEmpty(), "pdftotext (poppler-utils) is not installed");
    QVERIFY(exportDiagram(shop(), {.format = PictureFormat::Pdf}, path("shop.pdf")).ok());
    QProcess process;
    process.start(program, {path("shop.pdf"), QStringLiteral("-")});
    QVERIFY(process.waitForFinished());
    const QString text = QString::fromUtf8(process.readAllStandardOutput());
    for (const char* name : {"Portal", "Ordering", "Dead orders", "OrderPlaced"})
        QVERIFY2(text.contains(QLatin1String(name)), qPrintable(text));
}

void TestExport::pdfPageIsAsAsked() {
    const QString program = QStandardPaths::findExecutable(QStringLiteral("pdfinfo"));
    QVERIFY2(!program.isEmpty(), "pdfinfo (poppler-utils) is not installed");
    ExportOptions options{.format = PictureFormat::Pdf, .size = PictureSize::A4};
    QVERIFY(exportDiagram(shop(), options, path("a4.pdf")).ok());
    QProcess process;
    process.start(program, {path("a4.pdf")});
    QVERIFY(process.waitForFinished());
    const QString text = QString::fromUtf8(process.readAllStandardOutput());
    // ISO 216: 210 by 297 mm; wide, as the drawing is.
    static const QRegularExpression size(QStringLiteral("Page size:\\s+(\\d+)(?:\\.\\d+)? x (\\d+)"));
    const auto match = size.match(text);
    QVERIFY2(match.hasMatch(), qPrintable(text));
    QVERIFY(qAbs(match.captured(1).toInt() - 842) <= 1 && qAbs(match.captured(2).toInt() - 595) <= 1);
    QVERIFY(text.contains(QRegularExpression(QStringLiteral("Pages:\\s+1\\n"))));
}

void TestExport::selectionShowsItselfOnly() {
    ExportOptions options;
    options.selection = {"portal", "app"};
    const auto svg = renderDiagram(shop(), options);
    const QStringList texts = textsOf(*svg);
    QVERIFY(texts.contains(QLatin1String("Portal")) && texts.contains(QLatin1String("Ordering")));
    QVERIFY(texts.contains(QLatin1String("REST")));  // the link between the two
    QVERIFY(!texts.contains(QLatin1String("Orders")) && !texts.contains(QLatin1String("OrderPlaced")));
}

void TestExport::stateIsShownWhenAskedFor() {
    const Diagram diagram = shop();
    EntityTable table;
    for (const Element& element : diagram.elements)
        table.entities.push_back({.id = element.id, .name = element.name, .elementKind = element.kind});
    SystemState state;
    state.entities.resize(table.entities.size());
    state.entities[2].ready = 4711;
    ExportOptions options;
    QVERIFY(!textsOf(*renderDiagram(diagram, options)).contains(QLocale().toString(4711)));
    options.state = &state;
    options.table = &table;
    QVERIFY(textsOf(*renderDiagram(diagram, options)).contains(QLocale().toString(4711)));
}

void TestExport::selectionShowsTheMessagesOnItsWay() {
    const Diagram diagram = shop();
    EntityTable table;
    for (const Element& element : diagram.elements)
        table.entities.push_back({.id = element.id, .name = element.name, .elementKind = element.kind});
    for (const Link& link : diagram.links) {
        Entity entity;
        entity.id = link.id;
        entity.isLink = true;
        entity.linkKind = link.kind;
        table.entities.push_back(entity);
    }
    SystemState state;
    state.entities.resize(table.entities.size());
    state.at = TraceTime(50);
    ExportOptions options{.format = PictureFormat::Png, .state = &state, .table = &table};
    options.selection = {"portal", "app"};
    const auto picture = [&](const char* link) {
        state.transits = {};
        if (link) {
            Transit transit;
            transit.message = 1;
            transit.link = table.find(link);
            transit.departed = TraceTime(0);
            transit.arrives = TraceTime(100);
            state.transits.push_back(transit);
        }
        return *renderDiagram(diagram, options);
    };
    const QByteArray still = picture(nullptr);
    QVERIFY(picture("call") != still);
    QVERIFY(picture("publish") == still);
}

void TestExport::cancellingLeavesNoFile() {
    for (const auto format : {PictureFormat::Svg, PictureFormat::Png, PictureFormat::Pdf}) {
        ExportOptions options{.format = format};
        int asked = 0;
        options.progress = [&asked](double share) { return ++asked < 2 && share < 1; };
        const auto result = exportDiagram(shop(), options, path("cancelled"));
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QVERIFY(!QFile::exists(path("cancelled")));
    }
}

void TestExport::progressGrowsAndStopsAtOnce_data() {
    QTest::addColumn<int>("format");
    QTest::newRow("svg") << static_cast<int>(PictureFormat::Svg);
    QTest::newRow("png") << static_cast<int>(PictureFormat::Png);
    QTest::newRow("pdf") << static_cast<int>(PictureFormat::Pdf);
}

void TestExport::progressGrowsAndStopsAtOnce() {
    QFETCH(int, format);
    Diagram diagram;
    for (int i = 0; i < 400; ++i) {
        Element element;
        element.id = "e" + std::to_string(i);
        element.name = element.id;
        element.position = {i % 20 * 160.0, i / 20 * 120.0};
        diagram.elements.push_back(element);
    }
    ExportOptions options;
    options.format = static_cast<PictureFormat>(format);
    options.scale = 1;
    std::vector<double> shares;
    options.progress = [&](double share) {
        shares.push_back(share);
        return true;
    };
    QVERIFY(renderDiagram(diagram, options).ok());
    QVERIFY(shares.size() > 5);
    QVERIFY(std::is_sorted(shares.begin(), shares.end()));
    QCOMPARE(shares.back(), 1.0);

    // Not a question more than the one that was answered with no.
    int asked = 0;
    options.progress = [&](double) { return ++asked < 3; };
    const auto stopped = renderDiagram(diagram, options);
    QVERIFY(!stopped.ok() && stopped.error().code == ErrorCode::Cancelled);
    QCOMPARE(asked, 3);
}

void TestExport::clipboardTakesNoMorePixelsThanOthersDo() {
    Diagram wide = shop();
    wide.elements[0].position.x = -20'000;
    const auto picture = clipboardPicture(wide, {});
    QVERIFY2(picture.ok(), picture.ok() ? "" : picture.error().text().c_str());
    const auto image = (*picture)->imageData().value<QImage>();
    QVERIFY(!image.isNull());
    QVERIFY2(image.width() <= 8001 && image.width() > 7000, qPrintable(QString::number(image.width())));

    // As high as it is wide: 8,000 by 8,000 would be more than Qt reads back.
    wide.elements[0].position.y = -20'000;
    const auto square = clipboardPicture(wide, {});
    QVERIFY(square.ok());
    QVERIFY((*square)->imageData().value<QImage>().width() > 4000);
}

void TestExport::emptyDrawingIsRefused() {
    const auto result = exportDiagram({}, {}, path("empty.svg"));
    QVERIFY(!result.ok());
    QVERIFY(!QFile::exists(path("empty.svg")));
}

void TestExport::suffixChoosesTheFormat() {
    QCOMPARE(*pictureFormatOf(QStringLiteral("a b/Shop.SVG")), PictureFormat::Svg);
    QCOMPARE(*pictureFormatOf(QStringLiteral("shop.png")), PictureFormat::Png);
    QCOMPARE(*pictureFormatOf(QStringLiteral("shop.v2.pdf")), PictureFormat::Pdf);
    QVERIFY(!pictureFormatOf(QStringLiteral("shop.gif")).ok());
    QVERIFY(!pictureFormatOf(QStringLiteral("shop")).ok());
}

void TestExport::refusedFolderLeavesNoFileAndSaysWhy() {
    const QString missing = path("no such folder/shop.svg");
    const auto result = exportDiagram(shop(), {}, missing);
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, ErrorCode::InputOutput);
    QVERIFY(QString::fromStdString(result.error().text()).contains(missing));
    QVERIFY(!QFile::exists(missing));
}

void TestExport::fullDiskLeavesTheOldFile() {
    QFile old(path("full.svg"));
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
    old.close();
    const int files = int(QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden).size());
    // A limit on file sizes fails a write as a full disk does, half way.
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit tight{1'000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    const auto result = exportDiagram(shop(), {}, path("full.svg"));
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, ErrorCode::InputOutput);
    QCOMPARE(result.error().sentence, std::string("The file cannot be written: File too large"));
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(old.readAll(), QByteArray("old"));
    QCOMPARE(int(QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden).size()), files);
}

void TestExport::clipboardHoldsPixelsAndSvg() {
    const auto data = clipboardPicture(shop(), {});
    QVERIFY(data.ok());
    QVERIFY((*data)->hasImage() && (*data)->hasFormat(QStringLiteral("image/png")));
    QVERIFY(!textsOf((*data)->data(QStringLiteral("image/svg+xml"))).isEmpty());
}

void TestExport::printerGetsOnePage() {
    QPrinter printer;
    printer.setOutputFormat(QPrinter::PdfFormat);
    printer.setOutputFileName(path("printed.pdf"));
    printer.setPageOrientation(QPageLayout::Landscape);
    QVERIFY(printDiagram(shop(), {}, printer).ok());
    QFile file(path("printed.pdf"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith("%PDF"));
}

QTEST_MAIN(TestExport)
#include "tst_export.moc"
