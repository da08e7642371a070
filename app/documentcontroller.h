#pragma once

#include <QFileSystemWatcher>
#include <QObject>
#include <QString>
#include <QTimer>
#include <functional>
#include <memory>

#include "app/autosave.h"
#include "core/diagram/document.h"
#include "widgets/editing/history.h"

namespace sluice {

struct LoadedDiagram;

/// The conversation about one drawing: new, open, save, autosave, recover, changed on disk. Reading and
/// writing happen on other threads; until a new drawing is there, the old one stays as it is. Lives on the
/// window's thread; owned by the main window.
class DocumentController : public QObject {
    Q_OBJECT

public:
    explicit DocumentController(AutosaveFolder autosaves, QObject* parent = nullptr);
    ~DocumentController() override;

    [[nodiscard]] Document& document() { return m_document; }
    [[nodiscard]] History& history() { return m_history; }
    [[nodiscard]] const AutosaveFolder& autosaves() const { return m_autosaves; }

    /// Something is open: false until the first new or open.
    [[nodiscard]] bool isOpen() const { return m_open; }
    /// Empty for what was never saved.
    [[nodiscard]] const QString& path() const { return m_path; }
    /// "orders", or the drawing's own name when it was never saved.
    [[nodiscard]] QString title() const;
    [[nodiscard]] bool isModified() const { return m_open && !m_history.isClean(); }
    [[nodiscard]] bool isBusy() const { return m_work != 0; }

    void newDrawing();
    /// Becomes the drawing without a file of its own; `modified` when closing it would lose something.
    void adopt(Diagram diagram, bool modified);
    void open(const QString& path);
    /// What an interrupted session left; the leftover is discarded once it is autosaved again.
    void recover(const Leftover& leftover);
    /// To its file; the drawing must have one.
    void save();
    void saveAs(const QString& path);
    void closeDrawing();
    /// Forgets what is being opened.
    void cancel();
    /// Writes what is not yet saved to the autosave folder, unless it is there already.
    void autosaveNow();

    /// How long nothing must be edited, and how long at most one edits, before it is autosaved.
    void setAutosaveTimes(std::chrono::milliseconds idle, std::chrono::milliseconds atMost);

signals:
    /// Another drawing took the place of the last, or none did.
    void opened();
    /// Its title, path or whether it is modified changed.
    void titleChanged();
    void saved(const QString& path);
    /// A sentence about what could not be done; everything is as it was.
    void failed(const QString& sentence);
    /// The file is as it was, and what is drawn is still to be saved, here or elsewhere.
    void notSaved(const QString& sentence);
    /// It could be opened, but something in it was odd.
    void warned(const QString& sentence);
    /// Work began that takes more than a moment; empty: it ended.
    void busyChanged(const QString& what);
    /// Another program wrote or removed the file.
    void changedOnDisk(bool removed);

private:
    struct FileStamp {
        qint64 size = -1;
        qint64 modified = 0;
        bool operator==(const FileStamp&) const = default;
    };
    using LoadDone = std::function<void(LoadedDiagram)>;

    void load(const QString& path, const QString& what, LoadDone done);
    void take(Diagram diagram, const QString& path);
    void writeTo(const QString& path);
    void setBusy(quint64 work, const QString& what);
    void watch();
    void noticeDisk();
    static FileStamp stampOf(const QString& path);

    AutosaveFolder m_autosaves;
    Document m_document;
    History m_history;
    QString m_path;
    bool m_open = false;
    quint64 m_work = 0;  ///< number of the work under way; 0: none. Results of others are dropped.
    quint64 m_lastWork = 0;
    QTimer m_busyDelay;
    QString m_busyText;
    bool m_busyShown = false;

    std::shared_ptr<AutosaveSlot> m_slot;
    QTimer m_idle;
    QTimer m_atMost;
    std::uint64_t m_autosavedRevision = 0;
    bool m_autosaving = false;
    std::optional<Leftover> m_recovered;

    QFileSystemWatcher m_watcher;
    FileStamp m_stamp;
};

}  // namespace sluice
