#pragma once

#include <QList>
#include <QObject>
#include <memory>

#include "core/browse/messagefilter.h"
#include "plugins/api/brokerplugin.h"

namespace sluice {

/// One look at the messages of a queue or topic, on a thread of its own: what it would do to the broker is
/// told first, then the messages that a filter lets through, in bunches, masked before anybody sees them.
/// Lives on the window's thread; owned by the browser of messages. Destroying it does not wait: an answer
/// that is still awaited is dropped.
class MessageSearch : public QObject {
    Q_OBJECT

public:
    /// So many messages are kept at once; then it stops, and says so.
    static constexpr int kMostFound = 100'000;
    /// And so many bytes of bodies.
    static constexpr std::size_t kMostBytes = std::size_t(256) << 20U;

    MessageSearch(const BrokerPlugin& plugin, const ConnectionSettings& settings, QObject* parent = nullptr);
    ~MessageSearch() override;

    /// foretold() follows.
    void forecast(const BrowseWish& wish);
    /// found() and progressed() follow, then finished().
    void start(const BrowseWish& wish, const MessageFilter& filter);
    void stop();

signals:
    void foretold(const sluice::BrowseForecast& forecast);
    void found(const QList<sluice::BrokerMessage>& messages);
    void progressed(qint64 looked, qint64 total);
    /// `full`: there may be more than are kept.
    void finished(const sluice::BrowseResult& result, bool full);

private:
    class Errand;
    void send(const std::shared_ptr<Errand>& errand);

    const BrokerPlugin& m_plugin;
    ConnectionSettings m_settings;
    std::shared_ptr<Errand> m_errand;
};

}  // namespace sluice
