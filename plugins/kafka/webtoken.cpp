#include "plugins/kafka/webtoken.h"

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

namespace sluice::kafka {

WebToken readWebToken(const QString& text) {
    const QStringList parts = text.trimmed().split(u'.');
    if (parts.size() != 3)
        return {};
    const auto body = QByteArray::fromBase64Encoding(
        parts[1].toLatin1(), QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    const QJsonObject claims = body ? QJsonDocument::fromJson(*body).object() : QJsonObject();
    if (!claims.value("exp").isDouble())
        return {};
    return {.readable = true,
            .subject = claims.value("sub").toString(),
            .expires = static_cast<qint64>(claims.value("exp").toDouble() * 1000)};
}

}  // namespace sluice::kafka
