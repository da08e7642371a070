#include "plugins/kafka/kafkaplugin.h"

#include "plugins/kafka/kafkaconnection.h"
#include "plugins/kafka/recordbrowse.h"
#include "plugins/kafka/recordtap.h"
#include "plugins/kafka/topicchanges.h"
#include "plugins/kafka/topicclients.h"
#include "plugins/kafka/topicredrive.h"

namespace sluice::kafka {

PluginDescription KafkaPlugin::description() const {
    return describe();
}

std::unique_ptr<BrokerConnection> KafkaPlugin::connection(const ConnectionSettings& settings) const {
    return std::make_unique<KafkaConnection>(settings);
}

std::unique_ptr<BrokerBrowse> KafkaPlugin::browse(const ConnectionSettings& settings) const {
    return std::make_unique<RecordBrowse>(settings);
}

std::unique_ptr<BrokerRedrive> KafkaPlugin::redrive(const ConnectionSettings& settings) const {
    return std::make_unique<TopicRedrive>(settings);
}

std::unique_ptr<BrokerChanges> KafkaPlugin::changes(const ConnectionSettings& settings) const {
    return std::make_unique<TopicChanges>(settings);
}

std::unique_ptr<BrokerTap> KafkaPlugin::tap(const ConnectionSettings& settings) const {
    return std::make_unique<RecordTap>(settings);
}

std::unique_ptr<BrokerClients> KafkaPlugin::clients(const ConnectionSettings& settings) const {
    return std::make_unique<TopicClients>(settings);
}

}  // namespace sluice::kafka
