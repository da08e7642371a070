#include "plugins/rabbitmq/rabbitmqplugin.h"

#include "plugins/rabbitmq/deadletterredrive.h"
#include "plugins/rabbitmq/queuebrowse.h"
#include "plugins/rabbitmq/queuechanges.h"
#include "plugins/rabbitmq/queueclients.h"
#include "plugins/rabbitmq/queuetap.h"
#include "plugins/rabbitmq/rabbitmqconnection.h"

namespace sluice::rabbitmq {

PluginDescription RabbitPlugin::description() const {
    return describe();
}

std::unique_ptr<BrokerConnection> RabbitPlugin::connection(const ConnectionSettings& settings) const {
    return std::make_unique<RabbitConnection>(settings);
}

std::unique_ptr<BrokerBrowse> RabbitPlugin::browse(const ConnectionSettings& settings) const {
    return std::make_unique<QueueBrowse>(settings);
}

std::unique_ptr<BrokerRedrive> RabbitPlugin::redrive(const ConnectionSettings& settings) const {
    return std::make_unique<DeadLetterRedrive>(settings);
}

std::unique_ptr<BrokerChanges> RabbitPlugin::changes(const ConnectionSettings& settings) const {
    return std::make_unique<QueueChanges>(settings);
}

std::unique_ptr<BrokerTap> RabbitPlugin::tap(const ConnectionSettings& settings) const {
    return std::make_unique<QueueTap>(settings);
}

std::unique_ptr<BrokerClients> RabbitPlugin::clients(const ConnectionSettings& settings) const {
    return std::make_unique<QueueClients>(settings);
}

}  // namespace sluice::rabbitmq
