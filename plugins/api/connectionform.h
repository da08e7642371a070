#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QVariantMap>
#include <cstdint>

namespace sluice {

/// One thing that a plugin wants to know before it can connect.
struct FormField {
    enum class Type : std::uint8_t { Text, Number, Switch, Secret, File, Choice };
    QString key{};      ///< in ConnectionSettings::values, or secrets for a Secret
    QString label{};    ///< "Port"
    QString help{};     ///< one sentence; may be empty
    QString section{};  ///< heading it stands under
    Type type = Type::Text;
    QVariant initial{};
    int least = 0;  ///< of a Number
    int most = 65535;
    QStringList choices{};  ///< of a Choice
    /// Key of the Switch that must be on, or of the Choice that must be one of `onlyWhen`, for this to
    /// matter; may be empty.
    QString onlyWith{};
    QStringList onlyWhen{};
    bool required = false;
    bool operator==(const FormField&) const = default;
};

/// What a plugin is, for the list of brokers and the form of a connection.
struct PluginDescription {
    QString id;       ///< "rabbitmq"
    QString name;     ///< "RabbitMQ"
    QString summary;  ///< one sentence
    QList<FormField> fields;
};

/// How to reach a broker. Secrets are kept apart, so that everything else can be written down.
struct ConnectionSettings {
    QString id;      ///< of the connection, made by the program
    QString plugin;  ///< PluginDescription::id
    QString name;    ///< what a person calls it
    QVariantMap values;
    QVariantMap secrets;  ///< never written to a file
    bool mayWrite = false;

    [[nodiscard]] QString text(const QString& key) const { return values.value(key).toString(); }
    [[nodiscard]] int number(const QString& key) const { return values.value(key).toInt(); }
    [[nodiscard]] bool isOn(const QString& key) const { return values.value(key).toBool(); }
    [[nodiscard]] QString secret(const QString& key) const { return secrets.value(key).toString(); }
};

}  // namespace sluice
