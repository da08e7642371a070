#include "app/cli/alertposts.h"

#include <fmt/format.h>

#include <QEventLoop>
#include <QJsonDocument>
#include <QTime>
#include <QTimer>
#include <algorithm>

#include "app/brokers/alertpost.h"
#include "core/alerts/alertrules.h"

namespace sluice::cli {
namespace {

constexpr int kLastWait = 10'000;  // ms

/// A long part of the path that mixes letters with digits is a key, as those of chat programs' hooks are.
bool looksLikeKey(const QString& part) {
    constexpr qsizetype kShortest = 16;
    const auto has = [&](auto&& is) { return std::any_of(part.begin(), part.end(), is); };
    return part.size() >= kShortest && has([](QChar c) { return c.isDigit(); }) &&
           has([](QChar c) { return c.isLetter(); });
}

bool holdsSecret(const QUrl& url) {
    const QStringList parts = url.path().split(u'/');
    return !url.userInfo().isEmpty() || url.hasQuery() ||
           std::any_of(parts.begin(), parts.end(), looksLikeKey);
}

}  // namespace

Result<QUrl> webhookOf(const Arguments& arguments) {
    const bool given = arguments.has("--webhook");
    const char* const place = given ? "--webhook" : "SLUICE_WEBHOOK";
    const QString text =
        given ? QString::fromStdString(arguments.value("--webhook")) : qEnvironmentVariable("SLUICE_WEBHOOK");
    if (!given && text.isEmpty())
        return QUrl();
    const QUrl url(text.trimmed());
    // The address itself is not repeated: it may be a secret.
    if (!Webhook::isUsable(url))
        return Error{ErrorCode::InvalidInput,
                     "is no address that can be posted to: it begins with https:// or http://", place};
    if (given && holdsSecret(url))
        return Error{ErrorCode::InvalidInput,
                     "the address looks as if it held a secret, which everybody on this machine could see: "
                     "give it in the environment variable SLUICE_WEBHOOK instead",
                     place};
    return url;
}

AlertPosts::AlertPosts(const QUrl& url, const std::vector<AlertRule>& rules)
    : m_rules(rules), m_on(!url.isEmpty()) {
    m_webhook.setUrl(url);
    QObject::connect(&m_webhook, &Webhook::delivered, &m_webhook, [this] { ++m_posted; });
    QObject::connect(&m_webhook, &Webhook::failed, &m_webhook, [this](const QString& why) {
        ++m_failed;
        fmt::print(stderr, "sluice-cli: an alert was not posted to the webhook: {}\n", why.toStdString());
    });
}

void AlertPosts::post(const Alert& alert, const EntityTable& table) {
    const AlertRule* const rule = alert.rule < m_rules.size() ? &m_rules[alert.rule] : nullptr;
    const QTime now = QTime::currentTime();
    if (!m_on || (rule && isQuiet(*rule, now.hour() * 60 + now.minute())))
        return;
    QJsonObject json = alertPost(alert, table, rule, {});
    QString severity = json["severity"].toString();
    severity[0] = severity[0].toUpper();
    json["text"] =
        QStringLiteral("%1: %2 (%3)").arg(severity, json["alert"].toString(), json["where"].toString());
    m_webhook.post(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

void AlertPosts::finish() {
    if (m_webhook.waiting() == 0)
        return;
    QEventLoop loop;
    QObject::connect(&m_webhook, &Webhook::idle, &loop, &QEventLoop::quit);
    QTimer::singleShot(kLastWait, &loop, &QEventLoop::quit);
    loop.exec();
    if (const std::size_t left = m_webhook.waiting(); left > 0) {
        m_failed += static_cast<int>(left);
        fmt::print(stderr, "sluice-cli: {} not posted to the webhook: it did not take them in time\n",
                   left == 1 ? "an alert was" : fmt::format("{} alerts were", left));
    }
}

}  // namespace sluice::cli
