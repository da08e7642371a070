#pragma once

#include "plugins/api/brokertap.h"

namespace sluice::rabbitmq {

/// Follows messages as they are routed to queues: through the firehose where it is on, else through shadow
/// queues that are bound like the queues that are drawn and get a copy of what these get. Both are queues of
/// the connection's own, exclusive and gone with it; nothing is taken from any other queue. The firehose is
/// never turned on.
class QueueTap : public BrokerTap {
public:
    static constexpr int kMostShadows = 100;  ///< queues at once

    explicit QueueTap(const ConnectionSettings& settings) : m_settings(settings) {}

    TapForecast forecast(const TapWish& wish) override;
    TapResult run(const TapWish& wish, TapListener& listener) override;

private:
    ConnectionSettings m_settings;
};

}  // namespace sluice::rabbitmq
