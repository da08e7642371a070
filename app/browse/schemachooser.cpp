#include "app/browse/schemachooser.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QUrl>

namespace sluice {

SchemaChooser::SchemaChooser(QWidget* parent) : QWidget(parent) {
    m_file = new QLineEdit;
    m_file->setObjectName("schemaChooser.file");
    m_file->setAccessibleName(tr("Schema file"));
    m_file->setPlaceholderText(
        tr("None; or an Avro schema (.avsc) or Protobuf file (.proto, descriptor set)"));
    m_file->setClearButtonEnabled(true);
    auto* choose = new QPushButton(tr("&Choose…"));
    choose->setAutoDefault(false);
    m_message = new QLineEdit;
    m_message->setObjectName("schemaChooser.message");
    m_message->setPlaceholderText(tr("acme.Order"));
    m_message->setToolTip(
        tr("Of a Protobuf file: the message that the bodies are. Empty: its only one, or the one "
           "that each body's framing names"));
    auto* label = new QLabel(tr("Messa&ge"));
    label->setBuddy(m_message);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_file, 3);
    row->addWidget(choose);
    row->addWidget(label);
    row->addWidget(m_message, 1);
    setFocusProxy(m_file);
    connect(choose, &QPushButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(
            window(), tr("Schema of %1").arg(m_place), m_file->text(),
            tr("Schemas (*.avsc *.json *.proto *.desc *.pb *.protoset *.bin);;All files (*)"));
        if (!file.isEmpty())
            m_file->setText(file);
    });
}

void SchemaChooser::remember(QSettings& settings, const QString& connection) {
    m_settings = &settings;
    m_connection = connection;
}

QString SchemaChooser::settingsKey() const {
    // A place's name may hold slashes.
    return QStringLiteral("live/schemas/%1/%2")
        .arg(m_connection, QString::fromLatin1(QUrl::toPercentEncoding(m_place)));
}

void SchemaChooser::setPlace(const QString& place) {
    if (place == m_place)
        return;
    m_place = place;
    if (!m_settings)
        return;
    const QStringList kept = m_settings->value(settingsKey()).toStringList();
    m_file->setText(kept.value(0));
    m_message->setText(kept.value(1));
}

Result<SharedSchema> SchemaChooser::schema() {
    const QString file = m_file->text().trimmed();
    const QString message = m_message->text().trimmed();
    Result<SharedSchema> read = file.isEmpty() ? Result<SharedSchema>(SharedSchema())
                                               : schemaOf(file.toStdString(), message.toStdString());
    if (!read || !m_settings || m_place.isEmpty())
        return read;
    if (file.isEmpty())
        m_settings->remove(settingsKey());
    else
        m_settings->setValue(settingsKey(), QStringList{file, message});
    return read;
}

}  // namespace sluice
