#include "app/documentcontroller.h"

#include <QDir>
#include <QFileInfo>

#include "core/diagram/file.h"
#include "widgets/work/inbackground.h"

namespace sluice {

namespace {

constexpr int kBusyAfter = 200;  // ms: shorter work needs no word

QString sentenceOf(const Error& error, const QString& path) {
    const QString where = QString::fromStdString(error.where);
    const QString sentence = QString::fromStdString(error.sentence);
    const QString file = QFileInfo(path).fileName();
    return where.isEmpty() || where == path ? QStringLiteral("%1: %2").arg(file, sentence)
                                            : QStringLiteral("%1, %2: %3").arg(file, where, sentence);
}

}  // namespace

DocumentController::DocumentController(AutosaveFolder autosaves, QObject* parent)
    : QObject(parent), m_autosaves(std::move(autosaves)), m_history(m_document) {
    m_busyDelay.setSingleShot(true);
    m_busyDelay.setInterval(kBusyAfter);
    connect(&m_busyDelay, &QTimer::timeout, this, [this] {
        m_busyShown = true;
        emit busyChanged(m_busyText);
    });
    m_idle.setSingleShot(true);
    m_atMost.setSingleShot(true);
    setAutosaveTimes(std::chrono::seconds(3), std::chrono::seconds(20));
    connect(&m_idle, &QTimer::timeout, this, &DocumentController::autosaveNow);
    connect(&m_atMost, &QTimer::timeout, this, &DocumentController::autosaveNow);
    connect(&m_history, &History::cleanChanged, this, &DocumentController::titleChanged);
    connect(&m_history, &History::changed, this, [this](const DocumentChange& change) {
        if (change.everything)
            return;
        m_idle.start();
        if (!m_atMost.isActive())
            m_atMost.start();
        if (change.properties)
            emit titleChanged();
    });
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &DocumentController::noticeDisk);
}

DocumentController::~DocumentController() = default;

void DocumentController::setAutosaveTimes(std::chrono::milliseconds idle, std::chrono::milliseconds atMost) {
    m_idle.setInterval(idle);
    m_atMost.setInterval(atMost);
}

QString DocumentController::title() const {
    if (!m_path.isEmpty())
        return QFileInfo(m_path).completeBaseName();
    return QString::fromStdString(m_document.diagram().name);
}

void DocumentController::setBusy(quint64 work, const QString& what) {
    m_work = work;
    m_busyText = what;
    if (work != 0) {
        m_busyDelay.start();
        return;
    }
    m_busyDelay.stop();
    if (std::exchange(m_busyShown, false))
        emit busyChanged({});
}

void DocumentController::cancel() {
    setBusy(0, {});
}

void DocumentController::load(const QString& path, const QString& what, LoadDone done) {
    const quint64 work = ++m_lastWork;
    setBusy(work, what);
    inBackground(
        this, [path] { return loadDiagram(path.toStdString()); },
        [this, work, path, done](Result<LoadedDiagram> loaded) {
            if (m_work != work)
                return;
            setBusy(0, {});
            if (loaded.ok())
                done(std::move(loaded).value());
            else
                emit failed(sentenceOf(loaded.error(), path));
        });
}

void DocumentController::take(Diagram diagram, const QString& path) {
    m_idle.stop();
    m_atMost.stop();
    m_slot.reset();
    m_recovered.reset();
    m_path = path;
    m_open = true;
    m_history.reset(std::move(diagram));
    m_history.setClean();
    m_autosavedRevision = m_document.revision();
    watch();
    emit opened();
    emit titleChanged();
}

void DocumentController::newDrawing() {
    cancel();
    Diagram diagram;
    diagram.name = tr("Untitled").toStdString();
    take(std::move(diagram), {});
}

void DocumentController::adopt(Diagram diagram, bool modified) {
    cancel();
    take(std::move(diagram), {});
    if (modified) {
        m_history.setNeverClean();
        m_autosavedRevision = 0;
        m_idle.start();
        emit titleChanged();
    }
}

void DocumentController::open(const QString& path) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    const QString what = tr("Opening %1").arg(QFileInfo(path).fileName());
    load(absolute, what, [this, absolute](LoadedDiagram loaded) {
        take(std::move(loaded.diagram), absolute);
        if (loaded.warnings.empty())
            return;
        const QString first = QString::fromStdString(loaded.warnings.front().text());
        const auto more = static_cast<int>(loaded.warnings.size()) - 1;
        emit warned(more == 0 ? first : tr("%1; and %n more", nullptr, more).arg(first));
    });
}

void DocumentController::recover(const Leftover& leftover) {
    load(leftover.file, tr("Recovering %1").arg(leftover.name), [this, leftover](LoadedDiagram loaded) {
        take(std::move(loaded.diagram), leftover.originalPath);
        m_history.setNeverClean();
        m_autosavedRevision = 0;
        m_recovered = leftover;
        autosaveNow();
        emit titleChanged();
    });
}

void DocumentController::closeDrawing() {
    cancel();
    take({}, {});
    m_open = false;
    emit opened();
    emit titleChanged();
}

void DocumentController::save() {
    Q_ASSERT(!m_path.isEmpty());
    writeTo(m_path);
}

void DocumentController::saveAs(const QString& path) {
    writeTo(QFileInfo(path).absoluteFilePath());
}

void DocumentController::writeTo(const QString& path) {
    const quint64 work = ++m_lastWork;
    setBusy(work, tr("Saving %1").arg(QFileInfo(path).fileName()));
    const auto snapshot = m_document.snapshot();
    const std::uint64_t revision = m_document.revision();
    inBackground(
        this, [snapshot, path] { return saveDiagram(*snapshot, path.toStdString()); },
        [this, work, path, revision](const Result<void>& written) {
            if (m_work == work)
                setBusy(0, {});
            if (!written.ok()) {
                emit notSaved(tr("Not saved. %1").arg(sentenceOf(written.error(), path)));
                return;
            }
            m_path = path;
            watch();
            if (m_document.revision() == revision) {
                m_idle.stop();
                m_atMost.stop();
                m_slot.reset();
                m_autosavedRevision = revision;
                m_history.setClean();
            }
            emit titleChanged();
            emit saved(path);
        });
}

void DocumentController::autosaveNow() {
    m_idle.stop();
    m_atMost.stop();
    if (!isModified() || m_autosaving || m_autosavedRevision == m_document.revision())
        return;
    if (!m_slot)
        m_slot = std::make_shared<AutosaveSlot>(m_autosaves);
    m_autosaving = true;
    const std::uint64_t revision = m_document.revision();
    inBackground(
        this,
        [slot = m_slot, snapshot = m_document.snapshot(), path = m_path] {
            return slot->write(*snapshot, path);
        },
        [this, revision](const Result<void>& written) {
            m_autosaving = false;
            if (!written.ok()) {
                emit warned(
                    tr("Autosave does not work: %1").arg(QString::fromStdString(written.error().text())));
                return;
            }
            m_autosavedRevision = revision;
            if (const auto recovered = std::exchange(m_recovered, std::nullopt))
                m_autosaves.discard(*recovered);
        });
}

DocumentController::FileStamp DocumentController::stampOf(const QString& path) {
    const QFileInfo info(path);
    return info.exists() ? FileStamp{info.size(), info.lastModified().toMSecsSinceEpoch()} : FileStamp{};
}

void DocumentController::watch() {
    if (!m_watcher.files().isEmpty())
        m_watcher.removePaths(m_watcher.files());
    m_stamp = stampOf(m_path);
    if (!m_path.isEmpty() && m_stamp.size >= 0)
        m_watcher.addPath(m_path);
}

void DocumentController::noticeDisk() {
    // Our own save renames over the file, too; it has taken the new stamp by then, or is about to.
    if (isBusy() || m_path.isEmpty())
        return;
    const FileStamp now = stampOf(m_path);
    if (now == m_stamp)
        return;
    watch();
    emit changedOnDisk(now.size < 0);
}

}  // namespace sluice
