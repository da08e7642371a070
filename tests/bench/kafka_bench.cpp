// What 1,000 topics with 10,000 partitions and 500 groups of a Kafka cost the program (livebench.h). One
// topic has 1,000 partitions of its own. KAFKA_JARS: the folder of a Kafka, else the one that ./test.sh --all
// fetches.
#include "tests/bench/livebench.h"
#include "tests/plugins/kafkatraffic.h"

using namespace sluice;

namespace {

constexpr int kTopics = 1000;
constexpr int kPartitions = 9;  // of each but the first: 9,991 in all
constexpr int kLargest = 1000;
constexpr int kGroups = 500;

int partitionsOf(int topic) {
    return topic == 0 ? kLargest : kPartitions;
}

std::string topicName(int topic) {
    static constexpr std::array kTeams{"orders",   "billing", "shipping", "catalog", "customers",
                                       "payments", "stock",   "returns",  "search",  "mail"};
    return std::string(kTeams[static_cast<std::size_t>(topic) % kTeams.size()]) + ".events." +
           std::to_string(1000 + topic);
}

/// Each group has read a part of two topics, and some have traffic.
QString fill(LiveBroker& broker) {
    KafkaTraffic traffic(broker.port("plain"));
    constexpr int kAtOnce = 50;
    for (int from = 0; from < kTopics; from += kAtOnce) {
        std::vector<KafkaTraffic::NewTopic> topics;
        for (int topic = from; topic < from + kAtOnce; ++topic)
            topics.push_back({topicName(topic), partitionsOf(topic), {}});
        if (!traffic.makeTopics(topics))
            return "the topics were not made";
    }
    for (int topic = 0; topic < kTopics; topic += 10) {
        if (!traffic.publish(topicName(topic), 0, 20))
            return "nothing was published";
    }
    for (int group = 0; group < kGroups; ++group) {
        for (const int topic : {group * 2, group * 2 + 1}) {
            const std::vector<std::int64_t> offsets(static_cast<std::size_t>(partitionsOf(topic)), 0);
            // The first has to wait until the cluster has made a place for such things.
            const auto made = [&] {
                return traffic.commit("group-" + std::to_string(group), topicName(topic), offsets);
            };
            if (!QTest::qWaitFor(made, 60'000))
                return "the groups were not made";
        }
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const QString jars = qEnvironmentVariable("KAFKA_JARS", SLUICE_BIN_DIR "/../../kafka");
    bench::LargeBroker large{.plugin = "kafka", .script = "realkafka.py", .arguments = {jars}};
    large.fill = fill;
    large.connection = [](const LiveBroker& broker) {
        ConnectionSettings made;
        made.plugin = "kafka";
        made.name = "Large";
        made.values = {{"servers", QString("127.0.0.1:%1").arg(broker.port("plain"))}};
        return made;
    };
    large.mostAnswering = 2000;
    large.name = "payments.events.1405";
    return bench::measure(argc, argv, large);
}
