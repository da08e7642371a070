#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QTimer>
#include <map>
#include <memory>
#include <optional>

#include "app/documentcontroller.h"
#include "app/rememberedfolder.h"
#include "app/runsession.h"
#include "core/record/recording.h"
#include "core/record/recordingwriter.h"

class QSettings;

namespace sluice {

class FileController;
class MessageBar;

/// The conversation about recordings: keeping a run in a .sluicerec file while it happens or afterwards, and
/// opening one, which brings its drawing along. Reading and writing happen on other threads. Lives on the
/// window's thread; owned by the main window.
class RecordingController : public QObject {
    Q_OBJECT

public:
    RecordingController(QWidget& window, DocumentController& documents, RunSession& session,
                        FileController& files, MessageBar& messages, QSettings& settings);
    ~RecordingController() override;

    /// Asks where, and keeps the run that is shown: what has happened and what comes.
    void record();
    /// The same without asking.
    void recordTo(const QString& path);
    void stopRecording();
    /// Somebody changed the notes of the run that is shown: they are kept some moments after the last change,
    /// and before another run is shown, in the file that holds the run or is being written, or else in the
    /// next one.
    void keepNotes(const RunNotes& notes);
    /// Begins to keep what was not kept yet.
    void flushNotes();
    /// Another run is shown, whose notes are these: as they were kept, or none.
    void beginNotes(const RunNotes& notes) { m_notes = notes; }
    [[nodiscard]] bool isRecording() const { return m_writer != nullptr; }
    /// The file that the session's run is, or was, recorded in; empty when it is in none.
    [[nodiscard]] QString pathOfRun() const;
    /// "Recording orders.sluicerec, 1.2 MB"; empty when nothing is recorded.
    [[nodiscard]] QString status() const;

    /// Asks which one.
    void open();
    void openPath(const QString& path);
    /// What was opened last, with the drawing that is shown; null: nothing.
    [[nodiscard]] const Recording* recording() const { return m_recording ? &*m_recording : nullptr; }
    /// Lets the session show the recording, from its start, unless it does.
    void show();

signals:
    /// A recording is there, and its drawing is open.
    void opened(const QString& path);
    /// isRecording() or status() changed.
    void changed();
    void busyChanged(const QString& what);

private:
    void adopt(Recording recording, const QString& path);
    void saveFinished(const QString& path, const RecordingHeader& header);
    void check();
    void noticeGaps();
    void tellOfRecording();
    void writeNotes();
    void notesWritten();
    [[nodiscard]] std::optional<RecordingHeader> header() const;

    QWidget& m_window;
    DocumentController& m_documents;
    RunSession& m_session;
    FileController& m_files;
    MessageBar& m_messages;
    RememberedFolder m_folder;
    std::optional<Recording> m_recording;
    std::vector<TimeRange> m_gaps;  ///< parts of it that could not be read, as they were told last
    QTimer m_gapCheck;
    std::shared_ptr<RecordingWriter> m_writer;
    QString m_path;                        ///< that is being written, or was last
    std::weak_ptr<TraceStore> m_recorded;  ///< the run in it
    QString m_openedFrom;                  ///< the recording
    QString m_holder;  ///< the finished file that holds the run that is shown; empty: there is none
    RunNotes m_notes;
    QTimer m_keep;
    bool m_notesChanged = false;                  ///< since they were kept last
    std::map<QString, RunNotes> m_notesToWrite;   ///< by file
    QFutureWatcher<Result<void>> m_writingNotes;  ///< one file at a time
    QString m_notesPath;                          ///< that is being written
    bool m_adopting = false;
    quint64 m_opening = 0;  ///< number of the last file that was asked for
    QTimer m_check;
};

}  // namespace sluice
