#include "widgets/export/export.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QPdfWriter>
#include <QPrinter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <cerrno>
#include <cmath>

#include "widgets/export/scene.h"

namespace sluice {
namespace {

constexpr double kMostPixels = 400e6;      ///< 1.6 GB while it is painted
constexpr int kMostSide = 32'000;          ///< what raster painting can address
constexpr double kClipboardSide = 8000;    ///< pixels; what other programs take without complaint
constexpr double kClipboardPixels = 30e6;  ///< all of them: Qt reads no image of more than 128 MB

QString tr(const char* text) {
    return QCoreApplication::translate("Export", text);
}

Error failure(ErrorCode code, const QString& sentence, const QString& where = {}) {
    return {code, sentence.toStdString(), where.toStdString()};
}

Error cancelled() {
    return failure(ErrorCode::Cancelled, tr("The export was cancelled"));
}

bool goesOn(const ExportOptions& options, double share) {
    return !options.progress || options.progress(share);
}

/// Painting is most of the work; what is left for the end is encoding and writing.
constexpr double kPainting = 0.9;

std::function<bool(double)> painting(const ExportOptions& options) {
    return [&options](double share) { return goesOn(options, share * kPainting); };
}

/// Takes nothing more once the export is to stop, which ends the encoder that writes to it.
class StoppableBuffer : public QBuffer {
public:
    StoppableBuffer(QByteArray* bytes, const ExportOptions& options) : QBuffer(bytes), m_options(options) {
        open(QIODevice::WriteOnly);
    }

protected:
    qint64 writeData(const char* data, qint64 size) override {
        m_stopped = m_stopped || !goesOn(m_options, kPainting);
        return m_stopped ? -1 : QBuffer::writeData(data, size);
    }

private:
    const ExportOptions& m_options;
    bool m_stopped = false;
};

Result<QByteArray> renderSvg(const ExportScene& scene, const ExportOptions& options) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    const QSizeF size = scene.area().size();
    generator.setSize(size.toSize());
    generator.setViewBox(QRectF(QPointF(0, 0), size));
    // One unit is one CSS pixel.
    generator.setResolution(96);
    // Qt 6.4 writes both unescaped: placeholders now, the real ones below.
    generator.setTitle(QStringLiteral("@title@"));
    generator.setDescription(QStringLiteral("@description@"));
    QPainter painter(&generator);
    painter.translate(-scene.area().topLeft());
    const bool painted = scene.paint(painter, 1, {}, painting(options));
    painter.end();
    if (!painted)
        return cancelled();
    buffer.close();
    QByteArray svg = buffer.data();
    svg.replace("@title@", scene.title().toHtmlEscaped().toUtf8());
    svg.replace("@description@", scene.description().toHtmlEscaped().toUtf8());
    // A reader without our font falls back to one of the same kind.
    const QByteArray family = textFont().families().constFirst().toUtf8();
    const QByteArray figures = figureFont().families().constFirst().toUtf8();
    for (const QByteArray& name : {family, figures})
        svg.replace("font-family=\"" + name + "\"",
                    "font-family=\"" + name + ", 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif\"");
    if (!goesOn(options, 1))
        return cancelled();
    return svg;
}

Result<QImage> renderImage(const ExportScene& scene, const ExportOptions& options) {
    const double scale = std::clamp(options.scale, 0.05, 16.0);
    const double width = std::ceil(scene.area().width() * scale);
    const double height = std::ceil(scene.area().height() * scale);
    if (width > kMostSide || height > kMostSide || width * height > kMostPixels)
        return failure(ErrorCode::Unsupported,
                       tr("The picture would have %1 by %2 pixels; choose a smaller scale, or "
                          "SVG or PDF, which have no such limit")
                           .arg(width, 0, 'f', 0)
                           .arg(height, 0, 'f', 0));
    QImage image(static_cast<int>(width), static_cast<int>(height), QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        return failure(ErrorCode::Unsupported,
                       tr("There is not enough memory for a picture of this size; choose a smaller scale"));
    // The last column and row may be covered in part only.
    image.fill(options.transparent ? QColor(Qt::transparent) : theme(options.theme).canvas);
    image.setDotsPerMeterX(static_cast<int>(std::lround(96 * scale / 0.0254)));
    image.setDotsPerMeterY(static_cast<int>(std::lround(96 * scale / 0.0254)));
    image.setText(QStringLiteral("Title"), scene.title());
    image.setText(QStringLiteral("Software"), QStringLiteral("Sluice"));
    QPainter painter(&image);
    for (int top = 0; top < image.height(); top += kExportBand) {
        const double done = kPainting * top / image.height();
        if (!goesOn(options, done))
            return cancelled();
        painter.save();
        painter.setClipRect(0, top, image.width(), kExportBand);
        painter.scale(scale, scale);
        painter.translate(-scene.area().topLeft());
        const QRectF band(scene.area().left(), scene.area().top() + top / scale, scene.area().width(),
                          kExportBand / scale);
        const bool painted = scene.paint(painter, scale < 0.8 ? scale : 1, band,
                                         [&](double) { return goesOn(options, done); });
        painter.restore();
        if (!painted)
            return cancelled();
    }
    painter.end();
    return image;
}

Result<QByteArray> renderPng(const ExportScene& scene, const ExportOptions& options) {
    const Result<QImage> image = renderImage(scene, options);
    if (!image)
        return image.error();
    QByteArray png;
    StoppableBuffer buffer(&png, options);
    const bool encoded = image->save(&buffer, "PNG");
    if (!goesOn(options, 1))
        return cancelled();
    if (!encoded)
        return failure(ErrorCode::InputOutput, tr("The picture could not be encoded as PNG"));
    return png;
}

QPageSize pageOf(PictureSize size, const QSizeF& area) {
    switch (size) {
        case PictureSize::A4:
            return QPageSize(QPageSize::A4);
        case PictureSize::A3:
            return QPageSize(QPageSize::A3);
        case PictureSize::Letter:
            return QPageSize(QPageSize::Letter);
        case PictureSize::Fit:
            break;
    }
    // 96 canvas units an inch, 72 points an inch.
    return QPageSize(area * 0.75, QPageSize::Point, QString(), QPageSize::ExactMatch);
}

QPageLayout layoutOf(const ExportOptions& options, const QSizeF& area) {
    QPageLayout layout;
    layout.setMode(QPageLayout::FullPageMode);
    const QPageSize page = pageOf(options.size, area);
    if (options.size == PictureSize::Fit) {
        layout = QPageLayout(page, QPageLayout::Portrait, QMarginsF(0, 0, 0, 0));
        return layout;
    }
    const bool wide = options.orientation == PictureOrientation::Landscape ||
                      (options.orientation == PictureOrientation::Automatic && area.width() > area.height());
    return QPageLayout(page, wide ? QPageLayout::Landscape : QPageLayout::Portrait, QMarginsF(0, 0, 0, 0));
}

/// The scene in the middle of a page of so many device units, as large as it fits; false: stopped.
bool paintOnPage(QPainter& painter, const ExportScene& scene, const QRectF& page,
                 const ExportOptions& options) {
    const double scale = std::min(page.width() / scene.area().width(), page.height() / scene.area().height());
    painter.translate(page.center());
    painter.scale(scale, scale);
    painter.translate(-scene.area().center());
    return scene.paint(painter, 1, {}, painting(options));
}

Result<QByteArray> renderPdf(const ExportScene& scene, const ExportOptions& options) {
    QByteArray pdf;
    QBuffer buffer(&pdf);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(scene.title());
        writer.setCreator(QStringLiteral("Sluice"));
        writer.setResolution(288);
        writer.setPageLayout(layoutOf(options, scene.area().size()));
        QPainter painter;
        if (!painter.begin(&writer))
            return failure(ErrorCode::InputOutput, tr("The PDF could not be begun"));
        QRectF page(QPointF(0, 0), QSizeF(writer.width(), writer.height()));
        if (!options.transparent)
            painter.fillRect(page, theme(options.theme).canvas);
        const double border = options.size == PictureSize::Fit ? 0 : 288 * 10 / 25.4;
        page.adjust(border, border, -border, -border);
        if (!paintOnPage(painter, scene, page, options))
            return cancelled();
    }
    if (!goesOn(options, 1))
        return cancelled();
    return pdf;
}

}  // namespace

Result<PictureFormat> pictureFormatOf(const QString& path) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == u"svg")
        return PictureFormat::Svg;
    if (suffix == u"png")
        return PictureFormat::Png;
    if (suffix == u"pdf")
        return PictureFormat::Pdf;
    return failure(ErrorCode::InvalidInput, tr("A picture's file name has to end in .svg, .png or .pdf"),
                   path);
}

Result<QByteArray> renderDiagram(const Diagram& diagram, const ExportOptions& options) {
    const ExportScene scene(diagram, options);
    if (scene.area().isEmpty())
        return failure(ErrorCode::NotFound, options.selection.empty()
                                                ? tr("There is nothing to export: the drawing is empty")
                                                : tr("There is nothing to export: nothing is selected"));
    if (!goesOn(options, 0))
        return cancelled();
    switch (options.format) {
        case PictureFormat::Svg:
            return renderSvg(scene, options);
        case PictureFormat::Png:
            return renderPng(scene, options);
        case PictureFormat::Pdf:
            return renderPdf(scene, options);
    }
    Q_UNREACHABLE();
}

Result<void> exportDiagram(const Diagram& diagram, const ExportOptions& options, const QString& path) {
    const Result<QByteArray> bytes = renderDiagram(diagram, options);
    if (!bytes)
        return bytes.error();
    return saveExport(*bytes, path);
}

Result<void> saveExport(const QByteArray& bytes, const QString& path) {
    QSaveFile file(path);
    errno = 0;
    const auto refused = [&] {
        // Qt 6.4 has forgotten why a buffered write failed by the time it tells of it.
        const QString reason = errno == 0 ? file.errorString() : qt_error_string(errno);
        return failure(ErrorCode::InputOutput, tr("The file cannot be written: %1").arg(reason), path);
    };
    if (!file.open(QIODevice::WriteOnly))
        return refused();
    if (file.write(bytes) != bytes.size() || !file.flush()) {
        const Error error = refused();
        file.cancelWriting();
        return error;
    }
    if (!file.commit())
        return refused();
    return {};
}

Result<std::unique_ptr<QMimeData>> clipboardPicture(const Diagram& diagram, const ExportOptions& options) {
    ExportOptions own = options;
    own.format = PictureFormat::Svg;
    const Result<QByteArray> svg = renderDiagram(diagram, own);
    if (!svg)
        return svg.error();
    // Whoever pastes pixels gets as many as fit, not a refusal.
    own.format = PictureFormat::Png;
    const QSizeF area = ExportScene(diagram, own).area().size();
    own.scale = std::min({own.scale, kClipboardSide / area.width(), kClipboardSide / area.height(),
                          std::sqrt(kClipboardPixels / (area.width() * area.height()))});
    const Result<QByteArray> png = renderDiagram(diagram, own);
    if (!png)
        return png.error();
    auto data = std::make_unique<QMimeData>();
    data->setImageData(QImage::fromData(*png, "PNG"));
    data->setData(QStringLiteral("image/png"), *png);
    data->setData(QStringLiteral("image/svg+xml"), *svg);
    return data;
}

Result<void> printDiagram(const Diagram& diagram, const ExportOptions& options, QPrinter& printer) {
    // Paper is the background.
    ExportOptions onPaper = options;
    onPaper.transparent = true;
    const ExportScene scene(diagram, onPaper);
    if (scene.area().isEmpty())
        return failure(ErrorCode::NotFound, tr("There is nothing to print: the drawing is empty"));
    printer.setDocName(scene.title());
    QPainter painter;
    if (!painter.begin(&printer))
        return failure(ErrorCode::InputOutput,
                       tr("The printer %1 does not accept the page").arg(printer.printerName()));
    const QRectF page = printer.pageLayout().paintRectPixels(printer.resolution());
    if (!paintOnPage(painter, scene, page.translated(-page.topLeft()), options)) {
        printer.abort();
        return cancelled();
    }
    if (!painter.end())
        return failure(ErrorCode::InputOutput,
                       tr("The page could not be sent to the printer %1").arg(printer.printerName()));
    return {};
}

}  // namespace sluice
