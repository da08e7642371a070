#pragma once

#include <QString>

class QSettings;

namespace sluice {

/// The folder in which somebody last chose a file of a kind, kept in the settings. A value; the settings must
/// outlive it.
class RememberedFolder {
public:
    RememberedFolder(QSettings& settings, const char* key) : m_settings(settings), m_key(key) {}

    /// The desktop's folder for documents when there is none, or it is gone.
    [[nodiscard]] QString path() const;
    /// The folder of that file from now on.
    void remember(const QString& file);

private:
    QSettings& m_settings;
    const char* m_key;
};

}  // namespace sluice
