#pragma once

#include <limits>
#include <map>

#include "plugins/api/brokerbrowse.h"

namespace sluice::kafka {

class ReadingClient;

/// Reads what the wish says with an open client, but each of these partitions from that offset on, and of
/// each body no more than `most` bytes. Who sends records on wants all of them.
BrowseResult readRecords(ReadingClient& client, const BrowseWish& wish, BrowseListener& listener,
                         const std::map<int, std::int64_t>& from = {},
                         std::size_t most = std::numeric_limits<std::size_t>::max());

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
