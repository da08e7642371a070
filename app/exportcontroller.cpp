#include "app/exportcontroller.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QPrintDialog>
#include <QPrinter>

#include "app/messagebar.h"
#include "app/messagelookup.h"
#include "app/statusline.h"
#include "app/themecontroller.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/export/scene.h"
#include "widgets/sequence/sequenceview.h"

namespace sluice {

namespace {

QString suffixOf(PictureFormat format) {
    switch (format) {
        case PictureFormat::Svg:
            return "svg";
        case PictureFormat::Png:
            return "png";
        case PictureFormat::Pdf:
            return "pdf";
    }
    return {};
}

}  // namespace

/// What the other thread needs, held until it is done.
struct ExportController::Job {
    std::shared_ptr<const Diagram> diagram;
    std::shared_ptr<const TraceStore> store;
    SystemState state;
    ExportOptions options;
};

ExportController::ExportController(QWidget& window, DocumentController& documents, RunSession& session,
                                   CanvasView& canvas, const ThemeController& theme, MessageBar& messages,
                                   StatusLine& status, QSettings& settings)
    : QObject(&window),
      m_window(window),
      m_documents(documents),
      m_session(session),
      m_canvas(canvas),
      m_theme(theme),
      m_messages(messages),
      m_status(status),
      m_settings(settings),
      m_job("export", messages, status, nullptr) {}

ExportScope ExportController::scope() const {
    ExportScope scope;
    scope.selection.insert(m_canvas.selection().begin(), m_canvas.selection().end());
    scope.hasState = m_session.store() != nullptr && !m_session.isStale();
    scope.showsState = m_canvas.showsState();
    scope.theme = m_theme.theme().dark ? ThemeName::Dark : ThemeName::Light;
    return scope;
}

void ExportController::exportDrawing() {
    auto* dialog = new ExportDialog(scope(), m_settings, &m_window);
    connect(dialog, &ExportDialog::accepted, this,
            [this, dialog] { askForFile(dialog->options(), dialog->withState()); });
    dialog->open();
}

void ExportController::askForFile(const ExportOptions& options, bool withState) {
    const QString suffix = suffixOf(options.format);
    const QString folder =
        m_documents.path().isEmpty() ? QDir::homePath() : QFileInfo(m_documents.path()).path();
    auto* dialog = new QFileDialog(&m_window, tr("Export to"), folder,
                                   tr("%1 pictures (*.%2)").arg(suffix.toUpper(), suffix));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(m_documents.title() + '.' + suffix);
    connect(dialog, &QFileDialog::fileSelected, this, [this, options, withState](const QString& path) {
        // The name has the last word: a file that ends in .png is one.
        ExportOptions named = options;
        if (const auto format = pictureFormatOf(path))
            named.format = *format;
        begin(named, withState, path);
    });
    dialog->open();
}

void ExportController::exportSequence(SequenceView& view) {
    const QString folder =
        m_documents.path().isEmpty() ? QDir::homePath() : QFileInfo(m_documents.path()).path();
    auto* dialog = new QFileDialog(&m_window, tr("Export the sequence diagram"), folder,
                                   tr("SVG pictures (*.svg);;Mermaid (*.mmd);;PlantUML (*.puml)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("svg");
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.section("*.", 1).chopped(1));
    });
    dialog->selectFile(tr("%1-sequence").arg(m_documents.title()) + ".svg");
    connect(dialog, &QFileDialog::fileSelected, &view, [this, &view](const QString& path) {
        m_job.start(
            tr("Exporting %1").arg(QFileInfo(path).fileName()),
            [write = view.writerTo(path)](const BackgroundJob::Progress&) { return write(); },
            [this, path] { m_status.showMessage(tr("Exported %1").arg(path), 6000); },
            tr("Not exported. %1"));
    });
    dialog->open();
}

void ExportController::begin(const ExportOptions& options, bool withState, const QString& path) {
    const std::shared_ptr<Job> job = makeJob(options, withState);
    run(
        job, tr("Exporting %1").arg(QFileInfo(path).fileName()),
        [job, path] { return exportDiagram(*job->diagram, job->options, path); },
        [this, path] { m_status.showMessage(tr("Exported %1").arg(path), 6000); }, tr("Not exported. %1"));
}

std::shared_ptr<ExportController::Job> ExportController::makeJob(const ExportOptions& options,
                                                                 bool withState) {
    auto job = std::make_shared<Job>();
    job->diagram = m_documents.document().snapshot();
    job->options = options;
    if (withState && scope().hasState) {
        job->store = m_session.store();
        job->state = m_session.system();
        job->options.state = &job->state;
        job->options.table = &job->store->table();
        job->options.lookup = lookupIn(job->store);
    }
    return job;
}

void ExportController::run(const std::shared_ptr<Job>& job, const QString& what,
                           const std::function<Result<void>()>& work, const std::function<void()>& done,
                           const QString& failure) {
    m_job.start(
        what,
        [job, work](const BackgroundJob::Progress& progress) {
            job->options.progress = progress;
            return work();
        },
        done, failure);
}

void ExportController::copyAsImage() {
    ExportOptions options;
    options.theme = scope().theme;
    options.selection = scope().selection;
    const std::shared_ptr<Job> job = makeJob(options, m_canvas.showsState());
    const auto picture = std::make_shared<std::unique_ptr<QMimeData>>();
    run(
        job, tr("Copying the picture"),
        [job, picture, window = thread()]() -> Result<void> {
            Result<std::unique_ptr<QMimeData>> made = clipboardPicture(*job->diagram, job->options);
            if (!made)
                return made.error();
            *picture = std::move(made).value();
            (*picture)->moveToThread(window);
            return {};
        },
        [this, picture] {
            QGuiApplication::clipboard()->setMimeData(picture->release());
            m_status.showMessage(tr("Copied as an image"), 4000);
        },
        tr("Not copied. %1"));
}

void ExportController::print() {
    const auto printer = std::make_shared<QPrinter>(QPrinter::HighResolution);
    printer->setDocName(m_documents.title());
    const ExportOptions whole;
    const QSizeF area = ExportScene(m_documents.document().diagram(), whole).area().size();
    printer->setPageOrientation(area.width() > area.height() ? QPageLayout::Landscape
                                                             : QPageLayout::Portrait);
    auto* dialog = new QPrintDialog(printer.get(), &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, qOverload<>(&QPrintDialog::accepted), this, [this, printer] {
        // As it is seen: a drawing in mode Design has no messages.
        const std::shared_ptr<Job> job = makeJob(ExportOptions(), m_canvas.showsState());
        run(
            job, tr("Printing %1").arg(m_documents.title()),
            [job, printer] { return printDiagram(*job->diagram, job->options, *printer); },
            [this] { m_status.showMessage(tr("Printed %1").arg(m_documents.title()), 6000); },
            tr("Not printed. %1"));
    });
    // The dialog writes to the printer until it is gone.
    connect(dialog, &QObject::destroyed, this, [printer] {});
    dialog->open();
}

}  // namespace sluice
