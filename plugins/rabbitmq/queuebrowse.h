#pragma once

#include "plugins/api/brokerbrowse.h"

namespace sluice::rabbitmq {

/// Looks at the messages of a queue: takes them without acknowledging and gives them back in their order, in
/// the end; a stream is read instead. What that does to the queue is said before (peekforecast.h), and
/// refused where it could harm. At most kMostHeld messages of a queue are away at a time.
class QueueBrowse : public BrokerBrowse {
public:
    static constexpr qint64 kMostHeld = 10'000;

    explicit QueueBrowse(const ConnectionSettings& settings) : m_settings(settings) {}

    BrowseForecast forecast(const BrowseWish& wish) override;
    BrowseResult run(const BrowseWish& wish, BrowseListener& listener) override;

private:
    ConnectionSettings m_settings;
};

}  // namespace sluice::rabbitmq
