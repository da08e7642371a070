#include "app/brokers/webhook.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>

namespace sluice {

Webhook::Webhook(QObject* parent) : Webhook(Patience{}, parent) {}

Webhook::Webhook(Patience patience, QObject* parent)
    : QObject(parent), m_patience(patience), m_network(new QNetworkAccessManager(this)) {
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &Webhook::next);
}

bool Webhook::isUsable(const QUrl& url) {
    return url.isValid() && !url.host().isEmpty() &&
           (url.scheme() == QStringLiteral("http") || url.scheme() == QStringLiteral("https"));
}

void Webhook::setUrl(const QUrl& url) {
    if (url == m_url)
        return;
    m_url = url;
    // What is under way ends as it may.
    m_waiting.clear();
    m_pause.stop();
    m_attempt = 0;
}

void Webhook::post(const QByteArray& json) {
    if (!isUsable(m_url))
        return;
    if (m_waiting.size() >= kMostWaiting) {
        // The oldest that is not under way: what is newest matters most.
        m_waiting.erase(m_waiting.begin() + 1);
        emit failed(tr("too many alerts wait to be posted"));
    }
    m_waiting.push_back(json);
    if (!m_busy && !m_pause.isActive())
        next();
}

void Webhook::next() {
    if (m_busy)
        return;
    if (m_waiting.empty()) {
        emit idle();
        return;
    }
    QNetworkRequest request(m_url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("Sluice"));
    // A redirect would carry the alert to somebody nobody named.
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(m_patience.timeoutMs);
    m_busy = true;
    ++m_attempt;
    QNetworkReply* const reply = m_network->post(request, m_waiting.front());
    connect(reply, &QNetworkReply::finished, this, [this, reply] { answered(reply); });
}

void Webhook::answered(QNetworkReply* reply) {
    reply->deleteLater();
    m_busy = false;
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    // It was for the address before.
    if (reply->url() != m_url || m_waiting.empty()) {
        next();
        return;
    }
    const bool well = status >= 200 && status < 300;
    const bool hopeless = status >= 300 && status < 500 && status != 408 && status != 429;
    if (!well && !hopeless && m_attempt < m_patience.attempts) {
        m_pause.start(m_patience.firstPauseMs << (m_attempt - 1));
        return;
    }
    m_attempt = 0;
    m_waiting.pop_front();
    if (well)
        emit delivered();
    else
        emit failed(status > 0 ? tr("it answers with status %1").arg(status)
                               : tr("it cannot be reached, or does not answer in time"));
    next();
}

}  // namespace sluice
