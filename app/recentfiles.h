#pragma once

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QString>

class QSettings;

namespace sluice {

/// A file that was open before, as the welcome page and the menu show it.
struct RecentFile {
    QString path;
    QString name;     ///< without folder and ending; recordings say what they are
    QString folder;   ///< with ~ for the home folder
    QString problem;  ///< why it cannot be opened now ("the file is gone"), or empty
    bool operator==(const RecentFile&) const = default;
};

/// The files opened or saved last, newest first, at most kLimit. On the window's thread; owned by the main
/// window; kept in the settings that it is given.
class RecentFiles : public QObject {
    Q_OBJECT

public:
    static constexpr int kLimit = 12;

    explicit RecentFiles(QSettings& settings, QObject* parent = nullptr);

    /// Looks at each file as it is now.
    [[nodiscard]] QList<RecentFile> list() const;
    /// Puts the path first; relative ones become absolute.
    void add(const QString& path);
    void remove(const QString& path);
    void clear();

signals:
    void changed();

private:
    void store(const QStringList& paths);

    QSettings& m_settings;
};

}  // namespace sluice
