#pragma once

#include "plugins/api/brokerplugin.h"

/// Throws in whichever place its connection's setting "throws" names; without one it works, and has nothing
/// to tell but that it is there.
class ThrowingPlugin : public QObject, public sluice::BrokerPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID SLUICE_BROKER_PLUGIN_ID FILE "throwingplugin.json")
    Q_INTERFACES(sluice::BrokerPlugin)

public:
    [[nodiscard]] sluice::PluginDescription description() const override;
    [[nodiscard]] std::unique_ptr<sluice::BrokerConnection> connection(
        const sluice::ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<sluice::BrokerBrowse> browse(
        const sluice::ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<sluice::BrokerRedrive> redrive(
        const sluice::ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<sluice::BrokerChanges> changes(
        const sluice::ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<sluice::BrokerTap> tap(
        const sluice::ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<sluice::BrokerClients> clients(
        const sluice::ConnectionSettings& settings) const override;
};
