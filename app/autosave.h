#pragma once

#include <QDateTime>
#include <QList>
#include <QLockFile>
#include <QString>
#include <memory>

#include "core/base/result.h"
#include "core/diagram/diagram.h"

namespace sluice {

/// What a Sluice that did not end in order left behind.
struct Leftover {
    QString id;            ///< names it in the folder
    QString file;          ///< the drawing as it was, a .sluice file
    QString originalPath;  ///< where it was opened from or saved to; empty: never saved
    QString name;          ///< of the drawing
    QDateTime saved;
};

/// A folder in which each running Sluice holds one slot: ID.sluice (the drawing), ID.json (where it belongs),
/// ID.lock (who writes it). A slot whose lock is held by a living process belongs to that process.
class AutosaveFolder {
public:
    explicit AutosaveFolder(QString path) : m_path(std::move(path)) {}

    [[nodiscard]] const QString& path() const { return m_path; }
    /// Drawings whose writer is gone, newest first. A drawing that cannot be described is passed over.
    [[nodiscard]] QList<Leftover> leftovers() const;
    /// Removes all trace of it.
    void discard(const Leftover& leftover) const;

private:
    QString m_path;
};

/// This process's place in the folder, from the first write until clear() or the end. Any thread, one at a
/// time.
class AutosaveSlot {
public:
    explicit AutosaveSlot(const AutosaveFolder& folder);
    ~AutosaveSlot();
    AutosaveSlot(const AutosaveSlot&) = delete;
    AutosaveSlot& operator=(const AutosaveSlot&) = delete;

    /// Errors: the folder cannot be made or written, the disk is full; what was there before stays.
    Result<void> write(const Diagram& diagram, const QString& originalPath);
    /// The drawing is safe elsewhere: nothing is left to recover.
    void clear();

private:
    [[nodiscard]] QString file(const char* ending) const;

    QString m_folder;
    QString m_id;
    std::unique_ptr<QLockFile> m_lock;
};

}  // namespace sluice
