#pragma once

#include "plugins/api/brokerplugin.h"

namespace sluice::rabbitmq {

/// The shared library's one object.
class RabbitPlugin : public QObject, public BrokerPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID SLUICE_BROKER_PLUGIN_ID FILE "rabbitmqplugin.json")
    Q_INTERFACES(sluice::BrokerPlugin)

public:
    [[nodiscard]] PluginDescription description() const override;
    [[nodiscard]] std::unique_ptr<BrokerConnection> connection(
        const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerBrowse> browse(const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerRedrive> redrive(const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerChanges> changes(const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerTap> tap(const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerClients> clients(const ConnectionSettings& settings) const override;
};

}  // namespace sluice::rabbitmq
