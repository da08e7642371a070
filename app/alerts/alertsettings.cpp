#include "app/alerts/alertsettings.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>

#include "app/brokers/webhook.h"

namespace sluice {

AlertSettings AlertSettings::from(const QSettings& settings) {
    AlertSettings read;
    read.notify = settings.value("alerts/notify", read.notify).toBool();
    read.sound = settings.value("alerts/sound", read.sound).toBool();
    read.webhook = QUrl(settings.value("alerts/webhook").toString());
    read.minutes = std::clamp(settings.value("alerts/minutes", read.minutes).toInt(), 1, 240);
    read.folder = settings.value("alerts/folder").toString();
    return read;
}

void AlertSettings::saveTo(QSettings& settings) const {
    settings.setValue("alerts/notify", notify);
    settings.setValue("alerts/sound", sound);
    settings.setValue("alerts/webhook", webhook.toString());
    settings.setValue("alerts/minutes", minutes);
    settings.setValue("alerts/folder", folder);
}

QString AlertSettings::recordings() const {
    return folder.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/alerts"
                            : folder;
}

struct AlertSettingsDialog::Fields : QObject {
    QCheckBox* notify;
    QCheckBox* sound;
    QLineEdit* webhook;
    QSpinBox* minutes;
    QLineEdit* folder;
};

AlertSettingsDialog::AlertSettingsDialog(const AlertSettings& settings, QWidget* parent)
    : QDialog(parent), m_fields(new Fields), m_settings(settings) {
    m_fields->setParent(this);
    setWindowTitle(tr("How alerts are told"));
    setAccessibleName(windowTitle());
    m_fields->notify = new QCheckBox(tr("&Notify on the desktop"));
    m_fields->notify->setChecked(settings.notify);
    m_fields->sound = new QCheckBox(tr("&Sound"));
    m_fields->sound->setChecked(settings.sound);
    m_fields->webhook = new QLineEdit(settings.webhook.toString());
    m_fields->webhook->setPlaceholderText(QStringLiteral("https://example.org/hook"));
    m_fields->webhook->setAccessibleName(tr("Address that alerts are posted to, as JSON"));
    m_fields->webhook->setMinimumWidth(360);
    auto* mistake =
        new QLabel(tr("This is no address that can be posted to: it begins with https:// or http://"));
    mistake->setProperty("warning", true);
    mistake->setWordWrap(true);
    m_fields->minutes = new QSpinBox;
    m_fields->minutes->setRange(1, 240);
    m_fields->minutes->setValue(settings.minutes);
    m_fields->minutes->setSuffix(tr(" min"));
    m_fields->minutes->setAccessibleName(tr("Minutes that are kept of what was before an alert"));
    m_fields->folder = new QLineEdit(settings.folder);
    m_fields->folder->setPlaceholderText(AlertSettings().recordings());
    m_fields->folder->setAccessibleName(tr("Folder for the recordings of alerts"));
    auto* about =
        new QLabel(tr("Alerts of a live broker only: runs and recordings disturb nobody. The address is kept "
                      "in your settings, "
                      "not with the drawing."));
    about->setWordWrap(true);
    about->setProperty("muted", true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    auto* form = new QFormLayout(this);
    form->addRow(about);
    form->addRow(QString(), m_fields->notify);
    form->addRow(QString(), m_fields->sound);
    form->addRow(tr("&Webhook"), m_fields->webhook);
    form->addRow(QString(), mistake);
    form->addRow(tr("&Keep before an alert"), m_fields->minutes);
    form->addRow(tr("&Recordings in"), m_fields->folder);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    const auto check = [this, mistake, buttons] {
        const QString text = m_fields->webhook->text().trimmed();
        const bool usable = text.isEmpty() || Webhook::isUsable(QUrl(text));
        mistake->setVisible(!usable);
        buttons->button(QDialogButtonBox::Ok)->setEnabled(usable);
    };
    connect(m_fields->webhook, &QLineEdit::textChanged, this, check);
    check();
}

AlertSettings AlertSettingsDialog::settings() const {
    AlertSettings settings = m_settings;
    settings.notify = m_fields->notify->isChecked();
    settings.sound = m_fields->sound->isChecked();
    settings.webhook = QUrl(m_fields->webhook->text().trimmed());
    settings.minutes = m_fields->minutes->value();
    settings.folder = m_fields->folder->text().trimmed();
    return settings;
}

}  // namespace sluice
