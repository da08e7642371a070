#pragma once

#include <QWidget>

#include "core/browse/bodyschema.h"

class QLineEdit;
class QSettings;

namespace sluice {

/// The file by which the bodies of a place are read: an Avro schema, or a Protobuf file and a message in it.
/// Remembered for each place of a connection. On the window's thread; owned by the browser of messages.
class SchemaChooser : public QWidget {
    Q_OBJECT

public:
    explicit SchemaChooser(QWidget* parent = nullptr);

    /// From now on; without it nothing is remembered. `settings` outlives this.
    void remember(QSettings& settings, const QString& connection);
    /// Shows what was chosen for it last.
    void setPlace(const QString& place);
    /// Null if none is chosen. What can be read is remembered for the place. Errors: those of schemaOf.
    Result<SharedSchema> schema();

private:
    [[nodiscard]] QString settingsKey() const;

    QSettings* m_settings = nullptr;
    QString m_connection;
    QString m_place;
    QLineEdit* m_file;
    QLineEdit* m_message;
};

}  // namespace sluice
