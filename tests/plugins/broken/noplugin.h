#pragma once

#include "plugins/api/brokerplugin.h"

/// A plugin that has nothing at all.
class NoPlugin : public sluice::BrokerPlugin {
public:
    using Settings = sluice::ConnectionSettings;
    [[nodiscard]] sluice::PluginDescription description() const override { return {}; }
    [[nodiscard]] std::unique_ptr<sluice::BrokerConnection> connection(const Settings&) const override {
        return nullptr;
    }
    [[nodiscard]] std::unique_ptr<sluice::BrokerBrowse> browse(const Settings&) const override {
        return nullptr;
    }
    [[nodiscard]] std::unique_ptr<sluice::BrokerRedrive> redrive(const Settings&) const override {
        return nullptr;
    }
    [[nodiscard]] std::unique_ptr<sluice::BrokerChanges> changes(const Settings&) const override {
        return nullptr;
    }
    [[nodiscard]] std::unique_ptr<sluice::BrokerTap> tap(const Settings&) const override { return nullptr; }
    [[nodiscard]] std::unique_ptr<sluice::BrokerClients> clients(const Settings&) const override {
        return nullptr;
    }
};
