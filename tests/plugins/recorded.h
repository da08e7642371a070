#pragma once

#include <QFile>
#include <string>

/// Answers of a RabbitMQ 3.10.8, recorded: a publisher "shop" (50 messages a second to the exchange orders),
/// consumers warehouse-1 and -2, mailer, auditor.
inline std::string recorded(const QString& name) {
    QFile file(QStringLiteral(SLUICE_SOURCE_DIR "/tests/plugins/recorded/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}
