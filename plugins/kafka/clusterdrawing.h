#pragma once

#include <chrono>

#include "plugins/api/brokerconnection.h"
#include "plugins/kafka/clusteranswers.h"

namespace sluice::kafka {

/// Kafka's default that is the catalogue's as well: what is so is not written into the drawing.
inline constexpr std::int64_t kUsualRetention = 604'800'000;  // ms
/// Stands for "for ever", which the catalogue does not know.
inline constexpr auto kForEver =
    std::chrono::hours(24 * 32'850);  // 90 years; some 95 are the catalogue's most

/// What a cluster answered about itself. What was not asked for, or may not be seen, is empty.
struct DrawingAnswers {
    ClusterAnswer cluster;
    TopicSettings settings;
    std::vector<GroupAnswer> groups;
    std::map<std::string, Offsets> committed;  ///< by group
    bool internalTopics = false;               ///< Kafka's own are drawn too
};

/// Whether a topic is one of Kafka's own, such as __consumer_offsets.
bool isInternal(const std::string& topic);

/// Draws topics with their settings, and each consumer group as a service of that name whose instances are
/// the group's members; it consumes what its members are assigned and what it has committed. Kafka does not
/// tell who publishes. Without places.
Discovery drawCluster(const DrawingAnswers& answers, const std::string& name);

}  // namespace sluice::kafka
