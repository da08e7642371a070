#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sluice::kafka {

/// A partition of a topic, for the whole cluster.
using Partition = std::pair<std::string, int>;
/// Of partitions: the offset of the next record, of the first, or of the next to read.
using Offsets = std::map<Partition, std::int64_t>;
/// What was committed with an offset besides.
using OffsetNotes = std::map<Partition, std::string>;

struct BrokerAnswer {
    int id = 0;
    std::string host;
    int port = 0;
};

struct PartitionAnswer {
    int id = 0;
    int leader = -1;  ///< none
    int replicas = 0;
    int inSync = 0;
};

struct TopicAnswer {
    std::string name;
    std::vector<PartitionAnswer> partitions;
};

/// What the cluster says of itself.
struct ClusterAnswer {
    std::string id;
    std::vector<BrokerAnswer> brokers;
    std::vector<TopicAnswer> topics;
};

struct MemberAnswer {
    std::string clientId;
    std::string host;  ///< "/10.0.0.7"
    std::vector<Partition> assigned;
};

struct GroupAnswer {
    std::string id;
    std::string state;     ///< "Stable", "Empty"
    std::string assignor;  ///< "range", "cooperative-sticky"
    std::vector<MemberAnswer> members;
};

/// Settings of topics, in Kafka's words: "retention.ms" → "604800000".
using TopicSettings = std::map<std::string, std::map<std::string, std::string>>;

}  // namespace sluice::kafka
