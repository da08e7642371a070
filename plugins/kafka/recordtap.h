#pragma once

#include "plugins/api/brokertap.h"

namespace sluice::kafka {

/// Follows the records of topics from their end on, as a reader without a group: nothing is committed, no
/// group takes part, and the records stay where they are.
class RecordTap : public BrokerTap {
public:
    explicit RecordTap(const ConnectionSettings& settings) : m_settings(settings) {}

    TapForecast forecast(const TapWish& wish) override;
    TapResult run(const TapWish& wish, TapListener& listener) override;

private:
    ConnectionSettings m_settings;
};

}  // namespace sluice::kafka
