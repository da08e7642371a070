#include "app/exportcontroller.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QGuiApplication>
#include <QPrintDialog>
#include <QPrinter>
#include <QtConcurrentRun>

#include "app/messagebar.h"
#include "app/messagelookup.h"
#include "app/statusline.h"
#include "app/themecontroller.h"
#include "widgets/canvas/canvasview.h"

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
      m_settings(settings) {}

ExportScope ExportController::scope() const {
    ExportScope scope;
    scope.selection.insert(m_canvas.selection().begin(), m_canvas.selection().end());
    scope.hasState = m_session.store() != nullptr && !m_session.isStale();
    scope.theme = m_theme.theme().dark ? ThemeName::Dark : ThemeName::Light;
    return scope;
}

void ExportController::addState(ExportOptions& options) const {
    if (!scope().hasState)
        return;
    options.state = &m_session.system();
    options.table = &m_session.store()->table();
    options.lookup = lookupIn(m_session.store());
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
    auto* dialog = new QFileDialog(&m_window, tr("Export to"), folder, QStringLiteral("*.%1").arg(suffix));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(m_documents.title() + '.' + suffix);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, options, withState](const QString& path) { begin(options, withState, path); });
    dialog->open();
}

void ExportController::begin(const ExportOptions& options, bool withState, const QString& path) {
    cancel();
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
    const auto cancelled = std::make_shared<std::atomic<bool>>(false);
    m_cancelled = cancelled;
    const QString what = tr("Exporting %1").arg(QFileInfo(path).fileName());
    job->options.progress = [this, cancelled, what](double share) {
        QMetaObject::invokeMethod(
            this,
            [this, cancelled, what, share] {
                if (m_cancelled == cancelled)
                    m_status.setProgress(what, share, true);
            },
            Qt::QueuedConnection);
        return !cancelled->load();
    };
    using Done = std::shared_ptr<Result<void>>;
    auto* watcher = new QFutureWatcher<Done>(this);
    connect(watcher, &QFutureWatcher<Done>::finished, this, [this, watcher, cancelled, path] {
        watcher->deleteLater();
        if (m_cancelled == cancelled) {
            m_cancelled.reset();
            m_status.setProgress({}, 0, false);
        }
        const Done result = watcher->result();
        if (result->ok())
            m_status.showMessage(tr("Exported %1").arg(path), 6000);
        else if (result->error().code != ErrorCode::Cancelled)
            m_messages.tell({"export", MessageBar::Tone::Danger,
                             tr("Not exported. %1").arg(QString::fromStdString(result->error().text()))});
    });
    watcher->setFuture(QtConcurrent::run([job, path] {
        return std::make_shared<Result<void>>(exportDiagram(*job->diagram, job->options, path));
    }));
}

void ExportController::cancel() {
    if (m_cancelled)
        m_cancelled->store(true);
    m_cancelled.reset();
}

void ExportController::copyAsImage() {
    ExportOptions options;
    options.theme = scope().theme;
    options.selection = scope().selection;
    addState(options);
    Result<std::unique_ptr<QMimeData>> picture = clipboardPicture(m_documents.document().diagram(), options);
    if (!picture) {
        m_messages.tell({"export", MessageBar::Tone::Danger, QString::fromStdString(picture.error().text())});
        return;
    }
    QGuiApplication::clipboard()->setMimeData(picture->release());
    m_status.showMessage(tr("Copied as an image"), 4000);
}

void ExportController::print() {
    auto* printer = new QPrinter(QPrinter::HighResolution);
    printer->setDocName(m_documents.title());
    auto* dialog = new QPrintDialog(printer, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QObject::destroyed, this, [printer] { delete printer; });
    connect(dialog, qOverload<>(&QPrintDialog::accepted), this, [this, printer] {
        ExportOptions options;
        addState(options);
        const Result<void> printed = printDiagram(m_documents.document().diagram(), options, *printer);
        if (!printed)
            m_messages.tell(
                {"export", MessageBar::Tone::Danger, QString::fromStdString(printed.error().text())});
    });
    dialog->open();
}

}  // namespace sluice
