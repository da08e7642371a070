#include "app/recordingcontroller.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QtConcurrentRun>

#include "app/filecontroller.h"
#include "app/messagebar.h"
#include "app/openfiledialog.h"
#include "core/record/recordingnotes.h"
#include "widgets/editing/counting.h"
#include "widgets/work/inbackground.h"

namespace sluice {

namespace {

constexpr auto kFolderKey = "files/recordings";
constexpr auto kFilter = QT_TRANSLATE_NOOP("RecordingController", "Sluice recordings (*.sluicerec)");
constexpr int kCheckEvery = 500;  // ms
constexpr int kKeepAfter = 700;   // ms without a change of the notes

}  // namespace

RecordingController::RecordingController(QWidget& window, DocumentController& documents, RunSession& session,
                                         FileController& files, MessageBar& messages, QSettings& settings)
    : QObject(&window),
      m_window(window),
      m_documents(documents),
      m_session(session),
      m_files(files),
      m_messages(messages),
      m_folder(settings, kFolderKey) {
    m_check.setInterval(kCheckEvery);
    connect(&m_check, &QTimer::timeout, this, &RecordingController::check);
    m_gapCheck.setInterval(kCheckEvery);
    connect(&m_gapCheck, &QTimer::timeout, this, &RecordingController::noticeGaps);
    m_keep.setSingleShot(true);
    m_keep.setInterval(kKeepAfter);
    connect(&m_keep, &QTimer::timeout, this, &RecordingController::flushNotes);
    connect(&m_writingNotes, &QFutureWatcherBase::finished, this, &RecordingController::notesWritten);
    connect(&documents, &DocumentController::opened, this, [this] {
        // Another drawing: the recording was of the last one.
        if (!m_adopting) {
            m_recording.reset();
            m_messages.withdraw("recording");
        }
    });
    // The run that was recorded is over, and with it the recording.
    connect(&session, &RunSession::began, this, [this] {
        // What was written last belongs to the run that was.
        flushNotes();
        if (m_writer && !m_session.store())
            stopRecording();
        m_holder = m_recording && m_session.store() == m_recording->store ? m_openedFrom : QString();
    });
}

RecordingController::~RecordingController() {
    flushNotes();
    m_writingNotes.waitForFinished();
    for (const auto& [path, notes] : m_notesToWrite)
        static_cast<void>(saveNotes(path.toStdString(), notes));
}

std::optional<RecordingHeader> RecordingController::header() const {
    if (!m_session.store() || !m_session.diagram())
        return std::nullopt;
    return RecordingHeader{*m_session.diagram(), m_session.scenario(), m_session.seed(),
                           m_session.store()->sharedTable()};
}

void RecordingController::record() {
    const QString proposal = QDir(m_folder.path()).filePath(m_documents.title() + ".sluicerec");
    auto* dialog = new QFileDialog(&m_window, tr("Record the run"), QFileInfo(proposal).path(), tr(kFilter));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("sluicerec");
    dialog->selectFile(QFileInfo(proposal).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_folder.remember(path);
        recordTo(path);
    });
    dialog->open();
}

void RecordingController::recordTo(const QString& path) {
    m_messages.withdraw("recording");
    const auto header = this->header();
    if (!header) {
        m_messages.tell(
            {"recording", MessageBar::Tone::Info, tr("There is no run to record yet: play one.")});
        return;
    }
    if (m_recording && m_session.isReplay()) {
        saveFinished(path, *header);
        return;
    }
    m_path = path;
    m_recorded = m_session.store();
    auto writer = RecordingWriter::create(path.toStdString(), *header);
    if (!writer) {
        m_messages.tell({"recording", MessageBar::Tone::Danger,
                         tr("Not recorded. %1").arg(QString::fromStdString(writer.error().text()))});
        return;
    }
    if (!m_session.record(*writer)) {
        saveFinished(path, *header);
        return;
    }
    m_writer = *writer;
    m_notesChanged = false;
    if (!m_notes.isEmpty())
        m_writer->notes(m_notes);
    m_check.start();
    emit changed();
}

void RecordingController::saveFinished(const QString& path, const RecordingHeader& header) {
    const QString name = QFileInfo(path).fileName();
    emit busyChanged(tr("Writing %1").arg(name));
    inBackground(
        this,
        [path, header, store = m_session.store(), notes = m_notes] {
            return saveRecording(path.toStdString(), header, *store, notes);
        },
        [this, path, name, store = m_session.store(), notes = m_notes](const Result<void>& saved) {
            emit busyChanged({});
            if (saved && store == m_session.store()) {
                m_holder = path;
                if (notes != m_notes) {
                    m_notesChanged = true;
                    m_keep.start();
                }
            }
            if (!saved)
                m_messages.tell({"recording", MessageBar::Tone::Danger,
                                 tr("Not recorded. %1").arg(QString::fromStdString(saved.error().text()))});
            else
                m_messages.tell({"recording", MessageBar::Tone::Info,
                                 tr("The run is recorded in %1.").arg(QDir::toNativeSeparators(path))});
        });
}

QString RecordingController::pathOfRun() const {
    return m_session.store() && m_session.store() == m_recorded.lock() ? m_path : QString();
}

void RecordingController::stopRecording() {
    if (!m_writer)
        return;
    const bool whole = m_session.store() && m_session.isComplete();
    flushNotes();
    m_session.record(nullptr);
    const auto status = m_writer->status();
    if (status && whole)
        m_holder = m_path;
    if (status)
        m_messages.tell({"recording", MessageBar::Tone::Info,
                         tr("The run is recorded in %1.").arg(QDir::toNativeSeparators(m_path))});
    m_writer.reset();
    m_check.stop();
    emit changed();
}

void RecordingController::check() {
    const auto status = m_writer->status();
    if (!status) {
        m_messages.tell(
            {"recording", MessageBar::Tone::Danger, QString::fromStdString(status.error().text())});
        m_session.record(nullptr);
        m_writer.reset();
        m_check.stop();
    } else if (m_session.isComplete()) {
        stopRecording();
        return;
    }
    emit changed();
}

void RecordingController::keepNotes(const RunNotes& notes) {
    m_notes = notes;
    if (m_recording && m_session.store() == m_recording->store)
        m_recording->notes = notes;
    m_notesChanged = true;
    m_keep.start();
}

void RecordingController::flushNotes() {
    m_keep.stop();
    if (!std::exchange(m_notesChanged, false))
        return;
    if (m_writer) {
        m_writer->notes(m_notes);
    } else if (!m_holder.isEmpty()) {
        m_notesToWrite[m_holder] = m_notes;
        writeNotes();
    }
}

void RecordingController::writeNotes() {
    if (m_writingNotes.isRunning() || m_notesToWrite.empty())
        return;
    auto next = m_notesToWrite.extract(m_notesToWrite.begin());
    m_notesPath = next.key();
    m_writingNotes.setFuture(QtConcurrent::run([path = m_notesPath, notes = std::move(next.mapped())] {
        return saveNotes(path.toStdString(), notes);
    }));
}

void RecordingController::notesWritten() {
    const Result<void> saved = m_writingNotes.result();
    if (!saved) {
        if (m_holder == m_notesPath)
            m_holder.clear();
        m_messages.tell(
            {"notes", MessageBar::Tone::Warning,
             tr("The bookmarks are not kept. %1").arg(QString::fromStdString(saved.error().text()))});
    }
    writeNotes();
}

QString RecordingController::status() const {
    if (!m_writer)
        return {};
    return tr("● Recording %1, %2")
        .arg(QFileInfo(m_path).fileName(),
             QLocale().formattedDataSize(static_cast<qint64>(m_writer->bytes()), 1));
}

void RecordingController::open() {
    m_files.confirmLoss([this] {
        askToOpen(m_window, m_folder, tr("Open a recording"),
                  tr(kFilter) + QStringLiteral(";;") + tr("All files (*)"),
                  [this](const QString& path) { openPath(path); });
    });
}

void RecordingController::openPath(const QString& path) {
    m_messages.withdraw("recording");
    const quint64 number = ++m_opening;
    emit busyChanged(tr("Opening %1").arg(QFileInfo(path).fileName()));
    inBackground(
        this, [path] { return openRecording(path.toStdString()); },
        [this, path, number](Result<Recording> recording) {
            if (number != m_opening)
                return;
            emit busyChanged({});
            if (recording)
                adopt(std::move(recording).value(), path);
            else
                m_messages.tell({"recording", MessageBar::Tone::Danger,
                                 QString::fromStdString(recording.error().text())});
        });
}

void RecordingController::adopt(Recording recording, const QString& path) {
    m_adopting = true;
    m_documents.adopt(recording.header.diagram, false);
    m_adopting = false;
    m_recording = std::move(recording);
    m_openedFrom = path;
    m_gaps = m_recording->store->gaps();
    m_gapCheck.start();
    emit opened(path);
    tellOfRecording();
}

/// A damaged part of a large recording shows only when somebody looks at it.
void RecordingController::noticeGaps() {
    if (!m_recording)
        return m_gapCheck.stop();
    std::vector<TimeRange> gaps = m_recording->store->gaps();
    if (gaps == m_gaps)
        return;
    m_gaps = std::move(gaps);
    tellOfRecording();
}

/// In one message: that its end is missing, and what lacks before it.
void RecordingController::tellOfRecording() {
    constexpr std::size_t kNamed = 3;
    QStringList sentences;
    if (!m_recording->warnings.empty()) {
        const Error& warning = m_recording->warnings.front();
        // Of the file as a whole it names the file itself, by its whole path.
        const bool ofFile = warning.where == m_openedFrom.toStdString();
        sentences << tr("%1: %2").arg(QFileInfo(m_openedFrom).fileName(),
                                      QString::fromStdString(ofFile ? warning.sentence : warning.text()));
    }
    QStringList spans;
    for (std::size_t i = 0; i < std::min(m_gaps.size(), kNamed); ++i)
        spans << tr("from %1 to %2")
                     .arg(QString::fromStdString(formatDuration(m_gaps[i].from)),
                          QString::fromStdString(formatDuration(m_gaps[i].to)));
    if (m_gaps.size() > kNamed)
        spans << counted(m_gaps.size() - kNamed, tr("and in another part"), tr("and in %1 more parts"));
    if (!spans.isEmpty())
        sentences << tr("The recording is damaged: what happened %1 cannot be read and is left out; the rest "
                        "is as it was. The timeline shows where.")
                         .arg(spans.join(QStringLiteral(", ")));
    if (!sentences.isEmpty())
        m_messages.tell({"recording", MessageBar::Tone::Warning, sentences.join(u' ')});
}

void RecordingController::show() {
    if (!m_recording || (m_session.isReplay() && m_session.store() == m_recording->store))
        return;
    m_session.replay(std::make_shared<const Diagram>(m_recording->header.diagram), m_recording->store,
                     m_recording->header.scenario, m_recording->header.seed);
}

}  // namespace sluice
