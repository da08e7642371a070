#include "app/live/keychain.h"

#include <qt6keychain/keychain.h>

#include <QJsonDocument>
#include <QJsonObject>

namespace sluice {
namespace {

const QString kService = QStringLiteral("Sluice");

}  // namespace

Keychain::Keychain(QObject* parent) : QObject(parent), m_usable(qgetenv("SLUICE_KEYCHAIN") != "off") {}

void Keychain::noteError(int error) {
    // That there is no entry, or that a person does not unlock it, is no reason not to ask again.
    if (m_usable && (error == QKeychain::NoBackendAvailable || error == QKeychain::NotImplemented ||
                     error == QKeychain::OtherError)) {
        m_usable = false;
        emit usableChanged();
    }
}

void Keychain::read(const QString& id) {
    if (!m_usable)
        return;
    auto* job = new QKeychain::ReadPasswordJob(kService, this);
    job->setKey(id);
    connect(job, &QKeychain::Job::finished, this, [this, id, job] {
        noteError(job->error());
        if (job->error() != QKeychain::NoError)
            return;
        const QVariantMap secrets = QJsonDocument::fromJson(job->textData().toUtf8()).object().toVariantMap();
        if (!secrets.isEmpty())
            emit secretsRead(id, secrets);
    });
    job->start();
}

void Keychain::write(const QString& id, const QVariantMap& secrets) {
    if (!m_usable)
        return;
    auto* job = new QKeychain::WritePasswordJob(kService, this);
    job->setKey(id);
    job->setTextData(QString::fromUtf8(
        QJsonDocument(QJsonObject::fromVariantMap(secrets)).toJson(QJsonDocument::Compact)));
    connect(job, &QKeychain::Job::finished, this, [this, job] { noteError(job->error()); });
    job->start();
}

void Keychain::remove(const QString& id) {
    if (!m_usable)
        return;
    auto* job = new QKeychain::DeletePasswordJob(kService, this);
    job->setKey(id);
    connect(job, &QKeychain::Job::finished, this, [this, job] { noteError(job->error()); });
    job->start();
}

}  // namespace sluice
