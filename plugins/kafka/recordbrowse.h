#pragma once

#include "plugins/api/brokerbrowse.h"

namespace sluice::kafka {

/// Reads the records of a topic. It belongs to no group and commits nothing, so that nobody else notices.
class RecordBrowse : public BrokerBrowse {
public:
    explicit RecordBrowse(const ConnectionSettings& settings) : m_settings(settings) {}

    BrowseForecast forecast(const BrowseWish& wish) override;
    BrowseResult run(const BrowseWish& wish, BrowseListener& listener) override;

private:
    ConnectionSettings m_settings;
};

}  // namespace sluice::kafka
