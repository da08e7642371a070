#pragma once

#include <QtPlugin>
#include <memory>

#include "plugins/api/brokerbrowse.h"
#include "plugins/api/brokerchanges.h"
#include "plugins/api/brokerclients.h"
#include "plugins/api/brokerconnection.h"
#include "plugins/api/brokerredrive.h"
#include "plugins/api/brokertap.h"

namespace sluice {

/// What a plugin for a kind of broker is to the program: a QObject in a shared library that implements this.
/// No exception leaves it. Its metadata names the interface's version, so that another one is refused before
/// any of its code runs.
class BrokerPlugin {
public:
    virtual ~BrokerPlugin() = default;
    [[nodiscard]] virtual PluginDescription description() const = 0;
    /// Nothing is contacted yet. Errors are told when something is asked of it.
    [[nodiscard]] virtual std::unique_ptr<BrokerConnection> connection(
        const ConnectionSettings& settings) const = 0;
    [[nodiscard]] virtual std::unique_ptr<BrokerBrowse> browse(const ConnectionSettings& settings) const = 0;
    /// Null if the kind of broker has no dead letters of its own, or the plugin cannot send them back.
    [[nodiscard]] virtual std::unique_ptr<BrokerRedrive> redrive(
        const ConnectionSettings& settings) const = 0;
    [[nodiscard]] virtual std::unique_ptr<BrokerChanges> changes(
        const ConnectionSettings& settings) const = 0;
    /// Null if single messages cannot be followed on that kind of broker.
    [[nodiscard]] virtual std::unique_ptr<BrokerTap> tap(const ConnectionSettings& settings) const = 0;
    /// Null if no run can be played on that kind of broker.
    [[nodiscard]] virtual std::unique_ptr<BrokerClients> clients(
        const ConnectionSettings& settings) const = 0;
};

}  // namespace sluice

/// The number goes up with every change of the classes in plugins/api.
#define SLUICE_BROKER_PLUGIN_ID "org.sluice.BrokerPlugin/10"
Q_DECLARE_INTERFACE(sluice::BrokerPlugin, SLUICE_BROKER_PLUGIN_ID)
