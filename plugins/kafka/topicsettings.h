#pragma once

#include <map>
#include <string>

#include "core/diagram/properties.h"

namespace sluice::kafka {

/// Settings of a step of a plan (BrokerStep::settings) in Kafka's words: retention.ms, retention.bytes,
/// cleanup.policy, min.insync.replicas. For a new topic the retention that a drawing means when it says
/// nothing is said; the number of copies in sync is left to the cluster unless it is drawn.
std::map<std::string, std::string> topicWords(const Properties& settings, bool isNew);

}  // namespace sluice::kafka
