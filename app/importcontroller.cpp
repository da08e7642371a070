#include "app/importcontroller.h"

#include <QFileDialog>
#include <QFileInfo>

#include "app/filecontroller.h"
#include "app/messagebar.h"
#include "app/openfiledialog.h"
#include "app/recordingcontroller.h"
#include "core/interchange/importtrace.h"
#include "widgets/editing/counting.h"
#include "widgets/share/importedrecording.h"

namespace sluice {
namespace {

constexpr auto kImportFolderKey = "files/imports";

}  // namespace

ImportController::ImportController(QWidget& window, FileController& files, RecordingController& recordings,
                                   MessageBar& messages, StatusLine& status, QSettings& settings)
    : QObject(&window),
      m_window(window),
      m_files(files),
      m_recordings(recordings),
      m_messages(messages),
      m_folder(settings, kImportFolderKey),
      m_job("import", messages, status, nullptr) {}

void ImportController::importTrace() {
    m_files.confirmLoss([this] {
        askToOpen(
            m_window, m_folder, tr("Import a trace"),
            tr("Traces: CSV, OpenTelemetry, RabbitMQ firehose (*.csv *.tsv *.json *.jsonl *.log *.txt)") +
                QStringLiteral(";;") + tr("All files (*)"),
            [this](const QString& path) { askForRecording(path); });
    });
}

void ImportController::askForRecording(const QString& trace) {
    const QFileInfo file(trace);
    auto* dialog = new QFileDialog(&m_window, tr("Keep the imported trace as a recording"), file.path(),
                                   tr("Sluice recordings (*.sluicerec)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("sluicerec");
    dialog->selectFile(file.completeBaseName() + ".sluicerec");
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, trace](const QString& path) { importTo(trace, path); });
    dialog->open();
}

void ImportController::importTo(const QString& trace, const QString& recording) {
    m_messages.withdraw("import");
    const auto warnings = std::make_shared<std::vector<Error>>();
    m_job.start(
        tr("Importing %1").arg(QFileInfo(trace).fileName()),
        [trace, recording, warnings](const BackgroundJob::Progress& progress) -> Result<void> {
            auto imported = importTraceFile(trace.toStdString());
            if (!imported)
                return imported.error();
            if (!progress(0.5))
                return Error{ErrorCode::Cancelled, "the import was cancelled", {}};
            *warnings = std::move(imported->warnings);
            const auto written = recordImported(std::move(*imported), recording.toStdString());
            return written ? Result<void>() : Result<void>(written.error());
        },
        [this, trace, recording, warnings] {
            m_recordings.openPath(recording);
            if (warnings->empty())
                return;
            const QString first = QString::fromStdString(warnings->front().text());
            const QString name = QFileInfo(trace).fileName();
            m_messages.tell(
                {"import", MessageBar::Tone::Warning,
                 warnings->size() == 1
                     ? tr("%1: %2").arg(name, first)
                     : tr("%1: %2 (and %3; sluice-cli import tells them all)")
                           .arg(name, first,
                                counted(warnings->size() - 1, tr("1 more remark"), tr("%1 more remarks")))});
        },
        tr("Not imported. %1"));
}

}  // namespace sluice
