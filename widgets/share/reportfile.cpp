#include "widgets/share/reportfile.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPdfWriter>
#include <QTextDocument>
#include <QUrl>

#include "widgets/export/export.h"
#include "widgets/paint/stateindex.h"
#include "widgets/share/keptheadings.h"
#include "widgets/share/playerparts.h"
#include "widgets/share/words.h"

namespace sluice {
namespace {

/// Paints the pictures of a report; remembers the first thing that went wrong.
class Pictures {
public:
    Pictures(const Diagram& diagram, const TraceStore& store, std::size_t count,
             const std::function<bool(double)>& progress)
        : m_diagram(diagram),
          m_store(store),
          m_index(diagram, store.table()),
          m_count(count),
          m_progress(progress) {}

    QByteArray paint(TraceTime at, PictureFormat format) {
        if (m_outcome && m_progress && !m_progress(double(m_painted++) / double(m_count + 1)))
            m_outcome = Share::failure(ErrorCode::Cancelled, Share::tr("The export was cancelled"));
        if (!m_outcome)
            return {};
        const SystemState state = m_store.stateAt(at);
        ExportOptions options;
        options.format = format;
        options.state = &state;
        options.table = &m_store.table();
        options.lookup = [this](MessageId id) {
            const auto info = m_store.message(id);
            return info ? m_index.lookOf(*info) : MessageLook{};
        };
        const Result<QByteArray> picture = renderDiagram(m_diagram, options);
        if (!picture)
            m_outcome = picture.error();
        return picture ? *picture : QByteArray();
    }
    void keep(const Result<void>& outcome) {
        if (m_outcome && !outcome)
            m_outcome = outcome;
    }
    [[nodiscard]] const Result<void>& outcome() const { return m_outcome; }

private:
    const Diagram& m_diagram;
    const TraceStore& m_store;
    StateIndex m_index;
    std::size_t m_count;
    const std::function<bool(double)>& m_progress;
    std::size_t m_painted = 0;
    Result<void> m_outcome;
};

Result<void> writeMarkdown(const ReportDocument& report, Pictures& pictures, const QString& path) {
    const QFileInfo file(path);
    const std::string text = markdownOf(report, [&](std::size_t number, const ReportPicture& picture) {
        const QString name = QStringLiteral("%1-%2.png").arg(file.completeBaseName()).arg(number + 1);
        const QByteArray png = pictures.paint(picture.at, PictureFormat::Png);
        if (pictures.outcome())
            pictures.keep(saveExport(png, file.path() + u'/' + name));
        return name.toStdString();
    });
    return pictures.outcome() ? saveExport(QByteArray::fromStdString(text), path) : pictures.outcome();
}

Result<void> writeHtml(const ReportDocument& report, Pictures& pictures, const QString& path) {
    const std::string text = htmlOf(
        report,
        [&](std::size_t, const ReportPicture& picture) {
            const QByteArray svg = pictures.paint(picture.at, PictureFormat::Svg);
            return svg.mid(std::max<qsizetype>(0, svg.indexOf("<svg"))).toStdString();
        },
        playerPart(QStringLiteral("report.css")).toStdString());
    return pictures.outcome() ? saveExport(QByteArray::fromStdString(text), path) : pictures.outcome();
}

// What QTextDocument knows of CSS.
constexpr auto kPaper = R"(
body { color: #1a222e; }
h1 { font-size: 20pt; } h2 { font-size: 14pt; margin-top: 28px; } h3 { font-size: 11pt; margin-top: 16px; }
p, li, td, th { font-size: 9pt; } figcaption { font-size: 8pt; }
th, td { padding-top: 2px; padding-bottom: 2px; padding-right: 16px; text-align: left; }
table { margin-top: 6px; margin-bottom: 12px; }
pre { font-size: 8pt; background: #f1f3f6; white-space: pre-wrap; }
)";

Result<void> writePdf(const ReportDocument& report, Pictures& pictures, const QString& path) {
    constexpr int kWidth = 640;  // points of the text's own measure, which the page is scaled to
    QTextDocument document;
    document.setDefaultFont(textFont(9));
    QString html = QString::fromStdString(htmlOf(
        report,
        [&](std::size_t number, const ReportPicture& picture) {
            const QImage image = QImage::fromData(pictures.paint(picture.at, PictureFormat::Png), "PNG");
            const QString name = QStringLiteral("picture-%1").arg(number);
            document.addResource(QTextDocument::ImageResource, QUrl(name), image);
            return QStringLiteral("<p><img src=\"%1\" width=\"%2\"></p>").arg(name).arg(kWidth).toStdString();
        },
        kPaper));
    if (!pictures.outcome())
        return pictures.outcome();
    document.setHtml(html);
    QByteArray pdf;
    QBuffer buffer(&pdf);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setTitle(QString::fromStdString(report.title));
    writer.setCreator(QStringLiteral("Sluice"));
    writer.setPageSize(QPageSize(QPageSize::A4));
    // Some, or print() sets its own.
    writer.setPageMargins(QMarginsF(1, 1, 1, 1), QPageLayout::Millimeter);
    keepHeadingsWithText(document, writer);
    document.print(&writer);
    buffer.close();
    return saveExport(pdf, path);
}

}  // namespace

Result<void> exportReport(const Diagram& diagram, const Scenario* scenario, const TraceStore& store,
                          const ReportScope& scope, const QString& path,
                          const std::function<bool(double)>& progress) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix != u"md" && suffix != u"html" && suffix != u"pdf")
        return Share::failure(ErrorCode::InvalidInput,
                              Share::tr("A report's file name has to end in .md, .html or .pdf"), path);
    const Result<ReportDocument> report = incidentReport(diagram, scenario, store, scope);
    if (!report)
        return report.error();
    const auto count =
        std::count_if(report->blocks.begin(), report->blocks.end(),
                      [](const ReportBlock& block) { return std::holds_alternative<ReportPicture>(block); });
    Pictures pictures(diagram, store, static_cast<std::size_t>(count), progress);
    if (suffix == u"md")
        return writeMarkdown(*report, pictures, path);
    return suffix == u"html" ? writeHtml(*report, pictures, path) : writePdf(*report, pictures, path);
}

}  // namespace sluice
