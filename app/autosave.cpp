#include "app/autosave.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QUuid>
#include <algorithm>

#include "core/diagram/file.h"

namespace sluice {

namespace {

/// A lock of a dead process is free; one of a living process is not, however old.
std::unique_ptr<QLockFile> lockAt(const QString& path) {
    auto lock = std::make_unique<QLockFile>(path);
    lock->setStaleLockTime(std::chrono::milliseconds(0));
    return lock;
}

std::optional<Leftover> describe(const QDir& folder, const QString& id) {
    QFile description(folder.filePath(id + ".json"));
    if (!description.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QJsonObject object = QJsonDocument::fromJson(description.readAll()).object();
    const QString file = folder.filePath(id + ".sluice");
    return Leftover{id, file, object["path"].toString(), object["name"].toString(),
                    QFileInfo(file).lastModified()};
}

}  // namespace

QList<Leftover> AutosaveFolder::leftovers() const {
    const QDir folder(m_path);
    QList<Leftover> found;
    for (const QFileInfo& info : folder.entryInfoList({"*.sluice"}, QDir::Files)) {
        const QString id = info.completeBaseName();
        const auto lock = lockAt(folder.filePath(id + ".lock"));
        if (!lock->tryLock(0))
            continue;
        if (const auto leftover = describe(folder, id))
            found << *leftover;
    }
    std::sort(found.begin(), found.end(),
              [](const Leftover& a, const Leftover& b) { return a.saved > b.saved; });
    return found;
}

void AutosaveFolder::discard(const Leftover& leftover) const {
    const QDir folder(m_path);
    for (const char* ending : {".sluice", ".json", ".lock"})
        QFile::remove(folder.filePath(leftover.id + ending));
}

AutosaveSlot::AutosaveSlot(const AutosaveFolder& folder)
    : m_folder(folder.path()), m_id(QUuid::createUuid().toString(QUuid::WithoutBraces)) {}

AutosaveSlot::~AutosaveSlot() {
    clear();
}

QString AutosaveSlot::file(const char* ending) const {
    return QDir(m_folder).filePath(m_id + ending);
}

Result<void> AutosaveSlot::write(const Diagram& diagram, const QString& originalPath) {
    const auto failed = [this] {
        return Error{ErrorCode::InputOutput, "the autosave folder cannot be written", m_folder.toStdString()};
    };
    if (!QDir().mkpath(m_folder))
        return failed();
    if (!m_lock) {
        auto lock = lockAt(file(".lock"));
        if (!lock->tryLock(0))
            return failed();
        m_lock = std::move(lock);
    }
    // The description first: a drawing without one could not be offered.
    QSaveFile description(file(".json"));
    const QJsonObject object{{"path", originalPath}, {"name", QString::fromStdString(diagram.name)}};
    if (!description.open(QIODevice::WriteOnly) || description.write(QJsonDocument(object).toJson()) < 0 ||
        !description.commit())
        return failed();
    return saveDiagram(diagram, file(".sluice").toStdString());
}

void AutosaveSlot::clear() {
    for (const char* ending : {".sluice", ".json"})
        QFile::remove(file(ending));
    m_lock.reset();
}

}  // namespace sluice
