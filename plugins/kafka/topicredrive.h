#pragma once

#include "plugins/api/brokerredrive.h"

namespace sluice::kafka {

/// Sends the records of a dead-letter topic back to the topics that their headers name, each to the partition
/// where it was. A topic keeps what was sent: how far this got is remembered as the offsets of the group
/// kRedriveGroup, committed when the cluster has the records, with those that stayed before. Newer records
/// are looked for among the letters, and in the topics that they go to from the oldest letter on.
class TopicRedrive : public BrokerRedrive {
public:
    static constexpr const char* kRedriveGroup = "sluice-redrive";

    explicit TopicRedrive(ConnectionSettings settings) : m_settings(std::move(settings)) {}
    RedriveResult run(const RedriveWish& wish, RedriveListener& listener) override;

private:
    ConnectionSettings m_settings;
};

}  // namespace sluice::kafka
