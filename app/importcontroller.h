#pragma once

#include <QObject>

#include "app/backgroundjob.h"
#include "app/rememberedfolder.h"

namespace sluice {

class FileController;
class RecordingController;

/// Traces from elsewhere (CSV, OpenTelemetry, RabbitMQ's firehose) made into recordings, and those opened. On
/// another thread, with cancel. Lives on the window's thread; owned by the main window.
class ImportController : public QObject {
    Q_OBJECT

public:
    ImportController(QWidget& window, FileController& files, RecordingController& recordings,
                     MessageBar& messages, StatusLine& status, QSettings& settings);

    /// Asks for the trace, and where its recording is to lie.
    void importTrace();
    /// The same without asking.
    void importTo(const QString& trace, const QString& recording);
    [[nodiscard]] bool isBusy() const { return m_job.isBusy(); }
    void cancel() { m_job.cancel(); }

private:
    void askForRecording(const QString& trace);

    QWidget& m_window;
    FileController& m_files;
    RecordingController& m_recordings;
    MessageBar& m_messages;
    RememberedFolder m_folder;
    BackgroundJob m_job;
};

}  // namespace sluice
