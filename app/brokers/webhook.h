#pragma once

#include <QByteArray>
#include <QObject>
#include <QTimer>
#include <QUrl>
#include <deque>

class QNetworkAccessManager;
class QNetworkReply;

namespace sluice {

/// Posts JSON to an address, one after the other, in their order: what cannot be delivered is tried again
/// after a while that doubles, and given up in the end. Nothing that waits is without bound. Lives on the
/// thread of whoever owns it.
class Webhook : public QObject {
    Q_OBJECT

public:
    struct Patience {
        int timeoutMs = 10'000;
        int firstPauseMs = 1'000;  ///< then twice as long each time
        int attempts = 4;
    };
    explicit Webhook(QObject* parent = nullptr);
    Webhook(Patience patience, QObject* parent);

    /// Empty: nothing is posted. What waits for another address is dropped.
    void setUrl(const QUrl& url);
    void post(const QByteArray& json);
    [[nodiscard]] std::size_t waiting() const { return m_waiting.size(); }
    /// Whether that can be posted to: http or https, with a host.
    static bool isUsable(const QUrl& url);

signals:
    void delivered();
    /// One was given up; `why` for a person, without the address, which may hold a secret.
    void failed(const QString& why);
    /// Nothing waits any more.
    void idle();

private:
    void next();
    void answered(QNetworkReply* reply);

    static constexpr std::size_t kMostWaiting = 200;
    Patience m_patience;
    QNetworkAccessManager* m_network;
    QTimer m_pause;
    QUrl m_url;
    std::deque<QByteArray> m_waiting;  ///< the first is under way
    int m_attempt = 0;
    bool m_busy = false;
};

}  // namespace sluice
