#pragma once

#include "plugins/api/brokerplugin.h"

namespace sluice {

/// Stands before a plugin: what it throws when it is called becomes a problem that names the plugin, and the
/// program goes on. The plugin is not owned; it stays loaded for as long as the program runs. What a
/// connection throws later, on its own thread, is caught where it is called there: by LiveSource and
/// BrokerWatcher.
class GuardedPlugin : public BrokerPlugin {
public:
    GuardedPlugin(const BrokerPlugin& plugin, QString id, QString name)
        : m_plugin(plugin), m_id(std::move(id)), m_name(std::move(name)) {}

    /// Without fields where the plugin does not say.
    [[nodiscard]] PluginDescription description() const override;
    [[nodiscard]] std::unique_ptr<BrokerConnection> connection(
        const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerBrowse> browse(const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerRedrive> redrive(const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerChanges> changes(const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerTap> tap(const ConnectionSettings& settings) const override;
    [[nodiscard]] std::unique_ptr<BrokerClients> clients(const ConnectionSettings& settings) const override;

private:
    const BrokerPlugin& m_plugin;
    QString m_id;
    QString m_name;
};

}  // namespace sluice
